"""The page of one session: what, when, where, whether there is room, and the one thing to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from assetreg import clock
from booking.models import Occurrence
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.reading import main_text

LONDON = ZoneInfo("Europe/London")


def page_of(client: InspectingClient, one: Occurrence) -> str:
    """The words of the session's page."""
    return main_text(client.get(f"/sessions/{one.public_id}"))


def test_the_page_says_what_when_where_and_whether_there_is_room(client: InspectingClient, session: Session) -> None:
    hall = register.location("The Hall", address="1 Sample Street, Birmingham", postcode="B31 2ZZ")
    space = situations.space(hall, "Main hall")
    yoga = register.service("Chair yoga", at=hall, first_visit="Priya meets you at the door.")
    of = situations.series(of=yoga, in_space=space, cost_pence=200, min_age=50, note="Bring water.")
    noon = datetime.combine(clock.today() + timedelta(days=3), datetime.min.time(), LONDON).replace(hour=10)
    one = situations.occurrence(of, capacity=12, starts_at=noon)
    situations.booking(one, party_size=8)
    session.flush()
    text = page_of(client, one)
    for said in (
        "10am to 12 noon",
        "Main hall, The Hall, 1 Sample Street, Birmingham, B31 2ZZ",
        "£2",
        "4 places left of 12",
        "50 and over",
        "Bring water.",
        "Priya meets you at the door.",
        "You do not need an account.",
        noon.strftime("%A"),
    ):
        assert said in text, said


def test_a_private_address_is_on_no_page_of_a_session(client: InspectingClient, session: Session) -> None:
    ward = register.ward("Northfield")
    for visibility, said in (("area_only", "In Northfield. The address is kept private"), ("hidden", "kept private")):
        refuge = register.confidential_location(ward, visibility, name="Canary House")
        of = situations.series(of=register.service("Drop in", at=refuge), at=refuge)
        one = situations.occurrence(of)
        session.flush()
        text = page_of(client, one)
        assert said in text
        assert "Canary House" not in text


WORDS = {
    "drop in": ({"kind": "drop_in"}, None, {}, "Just turn up"),
    "ask first": ({"kind": "ask_first"}, 12, {}, "Ask for a place"),
    "staff only": ({"kind": "referred"}, 12, {}, "Ask a worker to refer you"),
    "not open yet": ({"opens_days": 1}, 12, {"starts_in_hours": 24 * 10}, "You can book from"),
    "closed": ({"closes_minutes": 60 * 72}, 12, {}, "Booking for this session has closed"),
    "paused": ({"is_paused": True}, 12, {}, "Nobody can book this just now"),
    "this one paused": ({}, 12, {"is_paused": True}, "Nobody can book this just now"),
    "cancelled": ({}, 12, {"status": "cancelled"}, "The leader is ill."),
    "over": ({}, 12, {"starts_in_hours": -5}, "This one is over"),
    "on now": ({}, 12, {"starts_in_hours": -1}, "This one has begun"),
    "a course": ({"kind": "course"}, 12, {}, "Book the course"),
    "either": ({"kind": "course", "course_booking": "either"}, 12, {}, "Book all the dates of this course"),
}


@pytest.mark.parametrize("name", WORDS)
def test_what_to_do_is_said_for_every_kind_and_state(client: InspectingClient, session: Session, name: str) -> None:
    of_series, capacity, of_occurrence, said = WORDS[name]
    of = situations.series(capacity=capacity, **of_series)
    one = situations.occurrence(of, capacity=capacity, **of_occurrence)
    other = situations.occurrence(of, capacity=capacity, starts_in_hours=24 * 11)
    session.flush()
    text = page_of(client, one)
    assert said in text
    if name in ("cancelled", "over", "closed"):
        assert "Nearest other dates" in text or "Other dates" in text
        assert str(other.public_id) in client.get(f"/sessions/{one.public_id}").get_data(as_text=True)


def test_a_full_session_offers_to_wait_and_names_the_nearest_dates(client: InspectingClient, session: Session) -> None:
    of = situations.series()
    one = situations.full_occurrence(2, of=of)
    situations.booking(one, state="waiting")
    near = situations.occurrence(of, starts_in_hours=24 * 9)
    situations.full_occurrence(1, of=of, starts_in_hours=24 * 8)
    session.flush()
    page = client.get(f"/sessions/{one.public_id}").get_data(as_text=True)
    text = page_of(client, one)
    assert "Full – you can wait" in text
    assert "Wait for a place" in text
    assert "1 booking is waiting." in text
    assert text.index("Nearest other dates with room") < text.index("12 places left")
    assert page.count(f"/sessions/{near.public_id}") >= 1


def test_a_full_session_without_a_waiting_list_says_so(client: InspectingClient, session: Session) -> None:
    one = situations.full_occurrence(1, of=situations.series(takes_waiting=False))
    session.flush()
    text = page_of(client, one)
    assert "There is no waiting list for this session." in text
    assert "Wait for a place" not in text


def test_appointments_name_every_time_of_the_day(client: InspectingClient, session: Session) -> None:
    of = situations.series(kind="appointments", capacity=1)
    first = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    on = first.date()
    slots = [
        situations.occurrence(
            of, capacity=1, minutes=20, slot=n, rule_on=on, starts_at=first + timedelta(minutes=20 * n)
        )
        for n in range(3)
    ]
    situations.booking(slots[1])
    later = [
        situations.occurrence(
            of,
            capacity=1,
            minutes=20,
            slot=n,
            rule_on=on + timedelta(days=7),
            starts_at=first + timedelta(days=7, minutes=20 * n),
        )
        for n in range(3)
    ]
    situations.booking(later[0])
    session.flush()
    html = client.get(f"/sessions/{slots[0].public_id}").get_data(as_text=True)
    assert str(later[1].public_id) in html
    assert str(later[0].public_id) not in html
    assert str(later[2].public_id) not in html
    text = page_of(client, slots[0])
    assert "All times on this day" in text
    assert text.count(" free") == 1
    assert text.count(" taken") == 1
    assert "Book this time" in text


def test_drafts_are_nobodys_and_unlisted_sessions_are_for_staff(client: InspectingClient, session: Session) -> None:
    draft = situations.occurrence(situations.series(status="draft"))
    unlisted = situations.occurrence(situations.series(kind="referred", is_listed=False))
    session.flush()
    assert client.get(f"/sessions/{draft.public_id}").status_code == 404
    assert client.get(f"/sessions/{unlisted.public_id}").status_code == 404
    assert client.get(f"/sessions/{unlisted.public_id}/book").status_code == 404
    client.sign_in(register.user("connector"))
    assert client.get(f"/sessions/{unlisted.public_id}").status_code == 200
    assert client.get(f"/sessions/{unlisted.public_id}/book").status_code == 200


def test_a_sensitive_session_has_a_title_that_gives_nothing_away(client: InspectingClient, session: Session) -> None:
    of = situations.series(of=register.service("Leaving violence", is_sensitive=True))
    one = situations.occurrence(of)
    session.flush()
    for path in (f"/sessions/{one.public_id}", f"/sessions/{one.public_id}/book"):
        page = client.get(path).get_data(as_text=True)
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert "Leaving" not in title
        assert "Exit this page" in page
