"""A group's leader on a phone: marks the register with one thumb, adds who just came, and calls one date off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from assetreg import clock
from assetreg.actions import accounts
from assetreg.db import db
from assetreg.models import Membership, Message, Organisation, Outbox, Service, User
from booking.models import Attendance, Booking, BookingEvent, Occurrence, Series
from tests.factories import booking as situations
from tests.factories import register
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = pytest.mark.journey

OpenBrowser = Callable[..., Page]
EMAIL = "leader@example.org"
PASSWORD = "seven brown kettles sing"
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Morning:
    """The sessions of one group: today's, and next week's."""

    organisation_id: int
    today: str
    next_week: str


@pytest.fixture
def morning(city: City) -> Iterator[Morning]:
    """A group with a session that is on now, and a leader; gone after the test."""
    with city.app.app_context():
        group = register.organisation("Kettle Neighbours")
        series = situations.series(register.service("Kettle morning", organisation=group))
        now = clock.now()
        today = situations.occurrence(series, starts_at=now - timedelta(minutes=5))
        later = situations.occurrence(series, starts_at=now + timedelta(days=6))
        situations.occurrence(series, starts_at=now + timedelta(days=13))
        situations.booking(today, name="Mary Kerr", access_needs="Step-free way in")
        situations.booking(today, name="Amina Khan", party_size=3)
        situations.booking(today, name="Bob Lee")
        situations.booking(later, name="Wei Chen")
        leader = register.partner(group, email=EMAIL, name="Jo", password_hash=accounts.hasher.hash(PASSWORD))
        db.session.commit()
        made = Morning(group.id, str(today.public_id), str(later.public_id))
        leader_id = leader.id
    yield made
    with city.app.app_context():
        services = select(Service.id).where(Service.organisation_id == made.organisation_id)
        occurrences = select(Occurrence.id).where(Occurrence.service_id.in_(services))
        bookings = select(Booking.public_id).where(Booking.occurrence_id.in_(occurrences))
        db.session.execute(delete(Message).where(Message.about.in_(bookings)))
        db.session.execute(delete(Outbox))
        for model in (Attendance, BookingEvent, Booking):
            db.session.execute(delete(model).where(model.occurrence_id.in_(occurrences)))
        db.session.execute(delete(Occurrence).where(Occurrence.service_id.in_(services)))
        db.session.execute(delete(Series).where(Series.service_id.in_(services)))
        db.session.execute(delete(Service).where(Service.organisation_id == made.organisation_id))
        db.session.execute(delete(Membership).where(Membership.user_id == leader_id))
        db.session.execute(delete(Organisation).where(Organisation.id == made.organisation_id))
        db.session.execute(delete(User).where(User.id == leader_id))
        db.session.commit()


def sign_in(page: Page) -> None:
    """Come in as the leader, and go to the week."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Sessions", exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_leader_marks_the_register_and_cancels_a_date(
    open_browser: OpenBrowser, morning: Morning, city: City, javascript: bool
) -> None:
    page = open_browser(viewport=PHONE, javascript=javascript)
    sign_in(page)
    look(page, javascript)
    page.get_by_role("link", name=called("Register: Kettle morning")).click()
    look(page, javascript)
    address = page.url
    for name, button in (("Mary", "Came"), ("Bob", "Did not come"), ("Amina", "Only 2 came")):
        line = page.locator("[data-row]").filter(has_text=name)
        line.get_by_role("button", name=called(f"{button}: {name}")).click()
        expect(line.get_by_role("button", name=called(f"{button}: {name}"))).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").first).to_contain_text("3 of 3 marked, 3 people came")
    if javascript:
        assert page.url == address  # nothing was loaded anew
    bob = page.locator("[data-row]").filter(has_text="Bob")
    bob.get_by_role("button", name=called("Undo: Bob")).click()
    expect(bob).to_contain_text("Not marked yet")
    bob.get_by_role("button", name=called("Came: Bob")).click()
    expect(bob.locator("[data-mark]")).to_have_text("Came")

    page.get_by_label("First name, if you know it").fill("Zoë")
    page.get_by_role("button", name="Add a walk-in").click()
    expect(page.get_by_text("Zoë is on the register.")).to_be_visible()
    expect(page.get_by_role("status").first).to_contain_text("3 of 3 marked, 5 people came")
    look(page, javascript)

    page.goto(f"/organise/sessions/{morning.next_week}")
    look(page, javascript)
    page.get_by_role("link", name="Cancel this date").click()
    expect(page.get_by_text("1 by e-mail")).to_be_visible()
    page.get_by_label("Why is it cancelled?").fill("The hall has no heating.")
    page.get_by_role("button", name="Go on").click()
    look(page, javascript)
    page.get_by_role("button", name="Yes, cancel this date").click()
    expect(page.get_by_text("We are telling 1 party.")).to_be_visible()
    expect(page.get_by_text("This date is cancelled", exact=True)).to_be_visible()
    with city.app.app_context():
        states = db.session.scalars(select(Booking.state).join(Occurrence).order_by(Booking.id)).all()
        assert "cancelled" in states
        db.session.rollback()


def called(name: str) -> re.Pattern[str]:
    """An accessible name that begins so; browsers differ in the spaces they put around hidden words."""
    return re.compile("^" + r"\s*".join(re.escape(part) for part in re.split(r"(:| )", name) if part.strip()))


def look(page: Page, javascript: bool) -> None:
    """Well for everybody, and no wider than the phone."""
    if javascript:
        assert axe_violations(page) == []
        assert sideways_scroll(page) == 0


def test_a_lost_connection_is_said_in_the_row(open_browser: OpenBrowser, morning: Morning) -> None:
    page = open_browser(viewport=PHONE)
    sign_in(page)
    page.goto(f"/organise/sessions/{morning.today}/register")
    mary = page.locator("[data-row]").filter(has_text="Mary")
    page.route("**/register", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    mary.get_by_role("button", name=called("Came: Mary")).click()
    expect(mary).to_contain_text("Not saved: there is no connection.")
    expect(mary.get_by_role("button", name=called("Came: Mary"))).to_have_attribute("aria-pressed", "false")
    page.unroute("**/register")
    mary.get_by_role("button", name=called("Came: Mary")).click()
    expect(mary.locator("[data-mark]")).to_have_text("Came")


def test_the_register_on_paper_has_a_box_for_each_name(open_browser: OpenBrowser, morning: Morning) -> None:
    page = open_browser()
    sign_in(page)
    page.goto(f"/organise/sessions/{morning.today}/register")
    page.emulate_media(media="print")
    expect(page.locator(".app-register__box:visible")).to_have_count(3)
    expect(page.get_by_role("button", name=called("Came: Mary"))).to_be_hidden()
