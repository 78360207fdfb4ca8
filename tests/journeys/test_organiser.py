"""A partner publishes sessions on the 1st and 3rd Tuesday in term time; a clash is shown, and resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from assetreg import clock
from assetreg.actions import accounts
from assetreg.db import db
from assetreg.models import Location, Membership, Outbox, Service, ServiceAtLocation, Space, User
from assetreg.texts.dates import say_day
from booking.actions.series import SeriesPlan, preview_series
from booking.models import Leader, Occurrence, Series
from booking.rules.recurrence import to_utc
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = pytest.mark.journey

OpenBrowser = Callable[..., Page]
EMAIL = "olu@example.org"
PASSWORD = "nine green ladders hum"
ROOM = "Room with a piano"
CHOIR = "Monday choir's extra evening"


@dataclass(frozen=True)
class Scene:
    """What the partner finds: a service, and a day on which the room is taken."""

    service: str
    location: str
    first_on: date
    taken: str
    free: int


@pytest.fixture
def scene(city: City) -> Iterator[Scene]:
    """A partner of a group with one room, in which another group sings on the second date. All gone after the test."""
    with city.app.app_context(), city.app.test_request_context():
        own, other = db.session.scalars(select(Service).where(Service.status == "active").order_by(Service.id)).all()[
            :2
        ]
        location = (
            db.session.scalars(
                select(Location).join(ServiceAtLocation).where(ServiceAtLocation.service_id == own.id).limit(1)
            ).first()
            or db.session.scalars(select(Location).order_by(Location.id)).first()
        )
        assert location is not None
        if not any(one.location_id == location.id for one in own.at_locations):
            db.session.add(ServiceAtLocation(service_id=own.id, location_id=location.id))
        room = Space(location_id=location.id, name=ROOM)
        partner = User(email=EMAIL, name="Olu", password_hash=accounts.hasher.hash(PASSWORD))
        db.session.add_all([room, partner])
        db.session.flush()
        db.session.add(Membership(user_id=partner.id, organisation_id=own.organisation_id, role="editor"))
        wanted = SeriesPlan(
            own.id,
            clock.today() + timedelta(days=1),
            time(18),
            90,
            frequency="monthly",
            weekdays=(1,),
            weeks_of_month=(1, 3),
            term_time_only=True,
            capacity=12,
            sessions=6,
        )
        held = preview_series(wanted, clock.now()).held
        choir = Series(
            service_id=other.id,
            title=CHOIR,
            status="ended",
            frequency="once",
            starts_on=held[1].on,
            starts_time=time(17),
            duration_minutes=120,
            capacity=30,
            location_id=location.id,
            space_id=room.id,
        )
        db.session.add(choir)
        db.session.flush()
        starts_at = to_utc(held[1].on, time(17), "Europe/London")
        db.session.add(
            Occurrence(
                series_id=choir.id,
                service_id=other.id,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                capacity=30,
                location_id=location.id,
                space_id=room.id,
            )
        )
        db.session.commit()
        made = Scene(own.name, location.name, held[0].on, say_day(held[1].on), len(held))
        room_id, organisation_id = room.id, own.organisation_id
    yield made
    with city.app.app_context():
        db.session.execute(delete(Series).where(Series.space_id == room_id))
        db.session.execute(delete(Series).where(Series.status == "draft"))
        db.session.execute(delete(Leader).where(Leader.organisation_id == organisation_id))
        db.session.execute(delete(Space).where(Space.id == room_id))
        db.session.execute(delete(User).where(User.email == EMAIL))
        db.session.execute(delete(Outbox))
        db.session.commit()


def sign_in(page: Page) -> None:
    """Come in as the partner."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")


@pytest.mark.parametrize(("phone", "javascript"), [(True, False), (False, True)])
def test_a_partner_publishes_with_a_clash_shown_and_resolved(
    open_browser: OpenBrowser, scene: Scene, phone: bool, javascript: bool
) -> None:
    page = open_browser(phone=phone, javascript=javascript)
    sign_in(page)

    def go_on() -> None:
        assert sideways_scroll(page) == 0 if javascript else True
        assert not javascript or axe_violations(page) == []
        page.get_by_role("button", name="Save and go on", exact=True).click()

    page.goto("/organise/series")
    page.get_by_role("link", name="Add sessions, step by step").click()
    if page.locator("select[name=service]").count():
        page.locator("select[name=service]").select_option(label=scene.service)
    page.get_by_label("Name of these sessions").fill("Piano for everybody")
    go_on()
    page.get_by_label("They book a place").check()
    go_on()
    page.get_by_label("By the month").check()
    go_on()
    page.get_by_label("Tuesday", exact=True).check()
    page.get_by_label("1st", exact=True).check()
    page.get_by_label("3rd", exact=True).check()
    page.get_by_label("First day").fill(f"{scene.first_on:%d/%m/%Y}")
    go_on()
    page.get_by_label("After a number of sessions", exact=True).check()
    page.get_by_label("Number of sessions", exact=True).fill(str(scene.free))
    go_on()
    page.get_by_label("In school term time only").check()
    go_on()
    page.get_by_label("Starts at").fill("6pm")
    page.get_by_label("Ends at").fill("25:00")
    go_on()
    expect(page.get_by_role("alert")).to_contain_text("There is no such time")
    expect(page.get_by_label("Starts at")).to_have_value("6pm")
    page.get_by_label("Ends at").fill("7.30pm")
    go_on()
    page.get_by_label("Place", exact=True).select_option(label=ROOM)
    go_on()
    page.get_by_label("Leader", exact=True).fill("Priya")
    go_on()
    page.get_by_label("Places", exact=True).fill("12")
    go_on()
    go_on()
    page.get_by_label("Cost for each person").fill("free")
    go_on()
    go_on()

    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Every 1st and 3rd Tuesday, 6pm to 7.30pm, in term time")
    expect(preview).to_contain_text(f"{ROOM} is in use by “{CHOIR}”")
    expect(preview).to_contain_text("5pm to 7pm")
    assert page.get_by_role("button", name="Publish").count() == 0
    assert not javascript or axe_violations(page) == []
    assert not javascript or sideways_scroll(page) == 0
    page.get_by_label(f"Leave this date out ({scene.taken})").check()
    page.get_by_role("button", name="Show the dates again").click()
    expect(page.locator("#clashes")).to_have_count(0)
    page.get_by_role("button", name="Publish").click()

    expect(page.get_by_text(f"Published, with {scene.free} dates.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Piano for everybody")
    dates = page.locator(".app-series-dates").first
    expect(dates.locator("li")).to_have_count(scene.free)
    expect(dates).not_to_contain_text(scene.taken)
    assert not javascript or axe_violations(page) == []
