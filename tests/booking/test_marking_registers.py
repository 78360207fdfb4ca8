"""The register: marked with one thumb, corrected at any time, and never changing a booking's life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from assetreg.db import db
from assetreg.models import User
from booking.actions import attendance
from booking.models import Attendance, Booking, BookingEvent, Occurrence, Series
from booking.queries.registers import list_coming
from booking.rules.registers import first_name, is_complete, names_apart, why_not_markable
from tests.factories import booking as situations
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    return StoppedClock(monkeypatch, NOW)


@pytest.fixture
def partner_and_series() -> tuple[User, Series]:
    return situations.partner_with_series()


@pytest.fixture
def occurrence(partner_and_series: tuple[User, Series]) -> Occurrence:
    return situations.occurrence(partner_and_series[1], starts_at=NOW - timedelta(hours=1))


@pytest.fixture
def leader(client: InspectingClient, partner_and_series: tuple[User, Series]) -> InspectingClient:
    return client.sign_in(partner_and_series[0])


def address(of: Occurrence) -> str:
    return f"/organise/sessions/{of.public_id}/register"


def press(
    client: InspectingClient, of: Occurrence, button: str, who: Booking | None = None, **more: str
) -> TestResponse:
    page = BeautifulSoup(client.get(address(of)).get_data(as_text=True), "html.parser")
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "button": button, **more}
    if who is not None:
        data["booking"] = str(who.public_id)
    return client.post(address(of), data=data)


def mark_of(booking: Booking) -> Attendance | None:
    found: Attendance | None = db.session.scalar(
        select(Attendance).where(Attendance.booking_id == booking.id).execution_options(populate_existing=True)
    )
    return found


def test_one_press_marks_one_row_and_comes_back_to_it(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence, name="Mary Kerr")
    answer = press(leader, occurrence, "1", mary)
    assert answer.status_code == 302
    assert answer.location.endswith(f"/register#row-{mary.public_id}")
    mark = mark_of(mary)
    assert mark is not None
    assert (mark.came, mark.mark) == (1, "attended")
    page = BeautifulSoup(leader.get(address(occurrence)).get_data(as_text=True), "html.parser")
    row = page.select_one(f"#row-{mary.public_id}")
    assert row is not None
    pressed = [tag["value"] for tag in row.select("button[aria-pressed=true]")]
    assert pressed == ["1"]
    assert row.select_one("button[value=undo][hidden]") is None


def test_a_script_gets_the_mark_without_the_page(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence)
    situations.booking(occurrence)
    page = BeautifulSoup(leader.get(address(occurrence)).get_data(as_text=True), "html.parser")
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    news = leader.post(
        address(occurrence),
        data={"csrf_token": str(token["value"]), "button": "0", "booking": str(mary.public_id)},
        headers={"Accept": "application/json"},
    ).get_json()
    assert news == {
        "came": 0,
        "said": "Did not come",
        "progress": "1 of 2 marked, 0 people came",
        "saved": "Saved at 11am",
    }


def test_marks_and_corrections_never_change_a_bookings_life(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence, party_size=3)
    before = (mary.state, mary.party_size, occurrence.places_taken)
    for button in ("3", "0", "2", "undo", "1"):
        assert press(leader, occurrence, button, mary).status_code == 302
    db.session.expire_all()
    assert (mary.state, mary.party_size, occurrence.places_taken) == before
    mark = mark_of(mary)
    assert mark is not None
    assert mark.came == 1
    assert len(db.session.scalars(select(BookingEvent).where(BookingEvent.booking_id == mary.id)).all()) == 5


def test_a_larger_party_is_counted_by_number(leader: InspectingClient, occurrence: Occurrence) -> None:
    group = situations.booking(occurrence, party_size=9)
    assert press(leader, occurrence, "number", group, number=" 7 ").status_code == 302
    mark = mark_of(group)
    assert mark is not None
    assert mark.came == 7
    for wrong in ("", "many", "-1", "1e3", "201", "٣"):
        refused = press(leader, occurrence, "number", group, number=wrong)
        assert refused.status_code == 422
        assert "Enter how many came" in refused.get_data(as_text=True)
        assert (wrong or 'value=""') in refused.get_data(as_text=True)


def test_the_register_counts_as_marked_with_the_last_mark(occurrence: Occurrence, clock: StoppedClock) -> None:
    first, second = situations.booking(occurrence), situations.booking(occurrence)
    situations.booking(occurrence, state="cancelled")
    situations.booking(occurrence, state="waiting")
    attendance.mark(occurrence, first, 1, None, clock.at)
    assert occurrence.register_marked_at is None
    done_at = clock.move(minutes=5)
    attendance.mark(occurrence, second, 0, None, done_at)
    assert occurrence.register_marked_at == done_at
    attendance.mark(occurrence, second, 1, None, clock.move(minutes=5))
    assert occurrence.register_marked_at == done_at
    attendance.unmark(occurrence, second, None, clock.move(minutes=5))
    assert occurrence.register_marked_at is None


def test_everybody_came_leaves_what_was_said_and_can_be_taken_back(
    leader: InspectingClient, occurrence: Occurrence, clock: StoppedClock
) -> None:
    absent, family, mary = (
        situations.booking(occurrence),
        situations.booking(occurrence, party_size=4),
        situations.booking(occurrence),
    )
    press(leader, occurrence, "0", absent)
    clock.move(minutes=1)
    answer = press(leader, occurrence, "everybody")
    assert [mark.came if (mark := mark_of(one)) else None for one in (absent, family, mary)] == [0, 4, 1]
    db.session.expire_all()
    assert occurrence.register_marked_at == clock.at
    page = BeautifulSoup(leader.get(answer.location).get_data(as_text=True), "html.parser")
    undo = next(tag for tag in page.select("button") if "Undo “everybody else came”" in tag.get_text())
    clock.move(minutes=1)
    press(leader, occurrence, "1", mary)  # said again since: stays
    clock.move(minutes=1)
    press(leader, occurrence, str(undo["value"]))
    assert [mark.came if (mark := mark_of(one)) else None for one in (absent, family, mary)] == [0, None, 1]
    db.session.expire_all()
    assert occurrence.register_marked_at is None


def test_a_finished_register_leaves_the_others_not_recorded(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary, unsaid = situations.booking(occurrence), situations.booking(occurrence)
    press(leader, occurrence, "1", mary)
    press(leader, occurrence, "finish")
    db.session.expire_all()
    assert occurrence.register_marked_at == NOW
    assert mark_of(unsaid) is None


def test_a_walk_in_is_counted_once_however_often_the_form_is_sent(
    leader: InspectingClient, occurrence: Occurrence
) -> None:
    here = f"/organise/sessions/{occurrence.public_id}/walk-ins"
    page = BeautifulSoup(leader.get(address(occurrence)).get_data(as_text=True), "html.parser")
    form = page.select_one(".app-walk-in")
    assert form is not None
    data = {tag["name"]: tag.get("value", "") for tag in form.select("input[name]")}
    for _ in range(2):
        leader.post(here, data={**data, "name": "  Zoë ", "number": "2"})
    register = list_coming(occurrence)
    assert [(one.name, one.came) for one in register.walk_ins] == [("Zoë", 2)]
    assert register.came == 2
    assert occurrence.places_taken == 0
    token = {"csrf_token": data["csrf_token"]}
    leader.post(here, data={**token, "remove": str(register.walk_ins[0].public_id)})
    assert list_coming(occurrence).walk_ins == ()


@pytest.mark.parametrize("number", ["0", "many", "-3", "201"])
def test_a_walk_in_of_an_impossible_number_is_asked_again(
    leader: InspectingClient, occurrence: Occurrence, number: str
) -> None:
    answer = leader.fill_in(
        address(occurrence), to=f"/organise/sessions/{occurrence.public_id}/walk-ins", name="Zoë", number=number
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Enter how many came, as a number from 1 to 200" in page
    assert 'value="Zoë"' in page
    assert f'value="{number}"' in page


def test_a_drop_in_is_counted_without_any_booking(
    leader: InspectingClient, partner_and_series: tuple[User, Series]
) -> None:
    partner_and_series[1].kind = "drop_in"
    occurrence = situations.occurrence(partner_and_series[1], capacity=None, starts_at=NOW)
    leader.fill_in(address(occurrence), to=f"/organise/sessions/{occurrence.public_id}/walk-ins", number="17")
    db.session.expire_all()
    assert list_coming(occurrence).came == 17
    assert occurrence.register_marked_at == NOW


def test_nobody_is_marked_before_the_day_or_on_a_cancelled_date(
    leader: InspectingClient, partner_and_series: tuple[User, Series]
) -> None:
    tomorrow = situations.occurrence(partner_and_series[1], starts_at=NOW + timedelta(days=1))
    off = situations.occurrence(partner_and_series[1], starts_at=NOW, status="cancelled")
    for one, said in ((tomorrow, "on the day of the session"), (off, "This date was cancelled")):
        mary = situations.booking(one)
        assert said in leader.get(address(one)).get_data(as_text=True)
        leader.get("/account/password")
        assert press_anyway(leader, one, mary).status_code == 422
        assert mark_of(mary) is None


def press_anyway(client: InspectingClient, of: Occurrence, who: Booking) -> TestResponse:
    """As a page that was open since before would."""
    page = BeautifulSoup(client.get("/account/password").get_data(as_text=True), "html.parser")
    token = page.select_one("input[name=csrf_token]")
    assert token is not None
    data = {"csrf_token": str(token["value"]), "button": "1", "booking": str(who.public_id)}
    return client.post(address(of), data=data)


def test_a_booking_of_another_session_is_not_marked_here(leader: InspectingClient, occurrence: Occurrence) -> None:
    stranger = situations.booking()
    assert press(leader, occurrence, "1", stranger).status_code == 404
    assert mark_of(stranger) is None


def test_others_registers_are_not_there(client: InspectingClient, occurrence: Occurrence) -> None:
    other, _series = situations.partner_with_series()
    client.sign_in(other)
    assert client.get(address(occurrence)).status_code == 404
    mary = situations.booking(occurrence)
    assert press_anyway(client, occurrence, mary).status_code == 404
    assert mark_of(mary) is None


def test_the_register_shows_first_names_places_and_needs_and_nothing_more(
    leader: InspectingClient, occurrence: Occurrence
) -> None:
    situations.booking(
        occurrence, name="Mary Kerr", email="mary.kerr@example.org", phone="+447700900123", access_needs="Large print"
    )
    situations.booking(occurrence, name="Mary Obi", party_size=2)
    page = leader.get(address(occurrence)).get_data(as_text=True)
    assert "Mary K." in page
    assert "Mary O." in page
    assert "Large print" in page
    assert "Kerr" not in page
    assert "example.org" not in page
    assert "900123" not in page


def test_who_was_marked_stays_in_the_register_when_the_booking_ends(occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence, state="cancelled")
    situations.attendance(mary)
    assert [guest.id for guest in list_coming(occurrence).expected] == [mary.id]


def test_numbers_stay_when_the_names_are_erased(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence, party_size=2)
    attendance.mark(occurrence, mary, 2, None, NOW)
    mary.name, mary.email, mary.email_key, mary.erased_at = "", None, None, NOW
    db.session.flush()
    assert list_coming(occurrence).came == 2
    assert "Name removed" in leader.get(address(occurrence)).get_data(as_text=True)


def test_two_walk_ins_with_the_same_key_are_one(occurrence: Occurrence) -> None:
    key = uuid4()
    assert attendance.add_walk_in(occurrence, key, "Ann", 1, None, NOW) is not None
    assert attendance.add_walk_in(occurrence, key, "Ann", 1, None, NOW) is None


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Mary Kerr", "Mary"),
        ("Mrs Khan", "Mrs Khan"),
        ("Mrs Amina Khan", "Amina"),
        ("Dr. No", "Dr. No"),
        ("王小明", "王小明"),
        ("", ""),
        ("  Ann  ", "Ann"),
        ("Mr", "Mr"),
    ],
)
def test_people_are_called_by_their_first_name(name: str, called: str) -> None:
    assert first_name(name) == called


def test_two_people_of_one_name_are_told_apart() -> None:
    assert names_apart(["Mary Kerr", "mary Obi", "Ann Lee", "Mary"]) == ["Mary K.", "mary O.", "Ann", "Mary"]


def test_rules_of_the_register() -> None:
    today = NOW.date()
    assert why_not_markable("scheduled", today, today) is None
    assert why_not_markable("scheduled", today + timedelta(days=1), today) == "too_early"
    assert why_not_markable("cancelled", today, today) == "cancelled"
    assert not is_complete([1, 2], [1], 5)
    assert is_complete([1, 2], [2, 1, 3], 0)
    assert not is_complete([], [], 0)
