"""Booking in a real browser: the last place, the queue behind it, and paper for a man without e-mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from assetreg.actions.accounts import SAMPLE_PASSWORD
from assetreg.db import db
from assetreg.models import Message, Outbox, Service
from booking.links import manage_path
from booking.models import Attendance, Booking, BookingEvent, Occurrence, Series, Submission
from tests.factories import booking as situations
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("booking")]

OpenBrowser = Callable[..., Page]
NARROW = {"width": 320, "height": 640}
FIVE_DAYS = 24 * 5


@pytest.fixture
def last_place(city: City) -> Iterator[str]:
    """A session of one place in five days: its path. The city is as it was afterwards."""
    with city.app.app_context():
        of = db.session.scalars(
            select(Service).where(Service.kind == "activity", Service.status == "active").order_by(Service.id)
        ).first()
        assert of is not None
        series = situations.series(of=of, title="Chair yoga for beginners", note="Bring water.")
        one = situations.occurrence(series, capacity=1, starts_in_hours=FIVE_DAYS)
        series_id, path = series.id, f"/sessions/{one.public_id}"
        db.session.commit()
        db.session.remove()
    yield path
    with city.app.app_context():
        ours = select(Occurrence.id).where(Occurrence.series_id == series_id)
        for table in (Attendance, BookingEvent, Booking):
            db.session.execute(delete(table).where(table.occurrence_id.in_(ours)))
        for whole in (Submission, Message, Outbox):
            db.session.execute(delete(whole))
        db.session.execute(delete(Occurrence).where(Occurrence.series_id == series_id))
        db.session.execute(delete(Series).where(Series.id == series_id))
        db.session.commit()
        db.session.remove()


def link_of(city: City, name: str) -> str:
    """The path of the booking's own page, as it stands in the message that this person gets."""
    with city.app.app_context():
        path = manage_path(db.session.scalars(select(Booking).where(Booking.name == name)).one())
        db.session.remove()
    return path


def fill_in(page: Page, name: str, contact: str) -> None:
    """The short form, as somebody fills it in who books for themselves."""
    page.get_by_label("Me", exact=True).check()
    page.get_by_label("Name of the person who is coming").fill(name)
    page.get_by_label("E-mail address" if "@" in contact else "Phone number").fill(contact)


def test_the_last_place_is_booked_waited_for_given_back_offered_and_taken(
    open_browser: OpenBrowser, city: City, last_place: str
) -> None:
    first = open_browser(javascript=False, viewport=NARROW)
    first.goto(last_place)
    expect(first.get_by_text("1 place left")).to_be_visible()
    assert sideways_scroll(first) <= 0
    first.get_by_role("button", name="Book").click()
    fill_in(first, "Amina", "amina@home at example")
    first.get_by_role("button", name="Book").click()
    expect(first.get_by_role("link", name="Enter one e-mail address")).to_be_visible()
    expect(first.get_by_label("Name of the person who is coming")).to_have_value("Amina")
    first.get_by_label("E-mail address").fill("amina@example.org")
    first.get_by_role("button", name="Book").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("We have saved your place")
    expect(first.locator(".app-own__reference strong")).to_be_visible()
    assert sideways_scroll(first) <= 0

    second = open_browser(javascript=False, phone=True)
    second.goto(last_place)
    expect(second.locator(".app-way", has_text="Full – you can wait")).to_be_visible()
    second.get_by_role("button", name="Wait for a place").click()
    fill_in(second, "Ben", "07700 900123")
    second.get_by_role("button", name="Wait for a place").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("You are first in line")

    first.goto(link_of(city, "Amina"))
    first.get_by_role("link", name="Cancel this booking").click()
    first.get_by_label("Why? (if you like)").fill("I have a cold")
    first.get_by_role("button", name="Yes, cancel it").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("This booking is cancelled")

    second.goto(link_of(city, "Ben"))
    expect(second.get_by_role("heading", level=1)).to_have_text("There is a place for you")
    assert sideways_scroll(second) <= 0
    second.get_by_role("button", name="Yes, I take the place").click()
    expect(second.get_by_role("heading", level=1)).to_have_text("We have saved your place")

    third = open_browser(javascript=False, phone=True)
    third.goto(last_place)
    expect(third.locator(".app-way", has_text="Full – you can wait")).to_be_visible()


def test_a_connector_books_for_a_man_without_e_mail_and_prints_it(
    open_browser: OpenBrowser, city: City, last_place: str
) -> None:
    page = open_browser()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill("connector@example.org")
    page.get_by_label("Password", exact=True).fill(SAMPLE_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(last_place)
    page.get_by_role("button", name="Book").click()
    assert axe_violations(page) == []
    page.get_by_label("Name of the person who is coming").fill("Arthur Price")
    page.get_by_label("What would help them to take part?").fill("He uses a wheelchair")
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have saved your place")
    assert axe_violations(page) == []
    reference = page.locator(".app-own__reference strong").inner_text()

    page.goto("/bookings/made-by-me")
    assert axe_violations(page) == []
    page.get_by_label("Name or reference").fill("arthur")
    page.get_by_role("button", name="Show").click()
    assert axe_violations(page) == []
    page.get_by_role("link", name=f"Open or print Arthur Price, {reference}").click()
    page.emulate_media(media="print")
    for said in (reference, "For Arthur Price", "Chair yoga for beginners", "Bring water."):
        expect(page.get_by_text(said).locator("visible=true").first).to_be_visible()
    expect(page.get_by_text(f"read out the reference {reference}")).to_be_visible()
    assert page.locator("main button:visible, main form:visible, nav:visible").count() == 0
    secret = link_of(city, "Arthur Price").rpartition("/")[2]
    assert secret not in page.locator("body").inner_text()
    assert page.pdf(format="A4").startswith(b"%PDF")

    page.emulate_media(media="screen")
    page.goto("/find-my-booking")
    page.get_by_label("Booking reference").fill(reference.lower().replace("-", " "))
    page.get_by_role("button", name="Open the booking").click()
    expect(page.get_by_text("Looked up by reference")).to_be_visible()
