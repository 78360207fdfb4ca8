"""One session for its organiser: who is coming, and what is done with a date, always told before it happens."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Message, User
from booking.models import Answer, Booking, BookingEvent, Occurrence, Series
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements
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
    return situations.occurrence(partner_and_series[1], capacity=4, starts_at=NOW + timedelta(days=3))


@pytest.fixture
def leader(client: InspectingClient, partner_and_series: tuple[User, Series]) -> InspectingClient:
    return client.sign_in(partner_and_series[0])


def address(of: Occurrence, rest: str = "") -> str:
    return f"/organise/sessions/{of.public_id}{rest}"


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def told(kind: str) -> list[str]:
    """Whom messages of this kind go to."""
    rows = db.session.scalars(select(Message.to_email).where(Message.kind == kind).order_by(Message.to_email))
    return [str(one) for one in rows]


def test_who_is_coming_is_told_by_first_name_places_and_needs(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(
        occurrence, name="Mary Kerr", party_size=2, access_needs="Step-free", email="mary@example.org"
    )
    tea = situations.question(occurrence.series, "Tea or coffee?")
    emergency = situations.question(occurrence.series, "Whom do we ring?", is_emergency_contact=True)
    for question, said in ((tea, "Tea, please"), (emergency, "Sister 0121 496 0999")):
        db.session.add(Answer(booking_id=mary.id, question_id=question.id, text=said, erase_on=NOW.date()))
    db.session.flush()
    db.session.expire_all()
    page = leader.get(address(occurrence)).get_data(as_text=True)
    said = text_of(page)
    assert "Mary 2 places" in said
    assert "Step-free" in said
    assert "Tea, please" in said
    for hidden in ("Kerr", "mary@example.org", "0121 496 0999"):
        assert hidden not in page


def test_contact_details_are_shown_to_who_says_why_and_it_is_written_down(
    leader: InspectingClient, occurrence: Occurrence
) -> None:
    mary = situations.booking(occurrence, name="Mary Kerr", email="mary@example.org", phone="+441214960999")
    here = address(occurrence, f"/bookings/{mary.public_id}")
    asked = leader.get(here).get_data(as_text=True)
    assert "mary@example.org" not in asked
    assert "Kerr" not in asked
    refused = leader.fill_in(here)
    assert refused.status_code == 422
    assert "Choose why you need to reach them" in refused.get_data(as_text=True)
    shown = leader.fill_in(here, why="emergency")
    assert "mary@example.org" in shown.get_data(as_text=True)
    assert shown.headers["Cache-Control"] == "no-store"
    seen = db.session.scalars(select(BookingEvent).where(BookingEvent.kind == "details_seen")).all()
    assert [(line.booking_id, line.note) for line in seen] == [(mary.id, "emergency")]


def test_the_waiting_list_is_in_its_order_and_says_why(leader: InspectingClient, occurrence: Occurrence) -> None:
    situations.booking(occurrence, party_size=3)
    waits = [
        situations.booking(occurrence, "waiting", name=name, party_size=size, waits_since=NOW - timedelta(hours=hours))
        for name, size, hours in (("Later", 1, 1), ("Sooner", 2, 5))
    ]
    situations.booking(occurrence, "waiting", name="Urgent", is_priority=True, priority_reason="Lives alone")
    note = {"occurrence_id": occurrence.id, "booking_id": waits[1].id, "kind": "passed_over_too_large", "note": "1"}
    db.session.add(BookingEvent(at=NOW, **note))
    db.session.flush()
    page = leader.get(address(occurrence)).get_data(as_text=True)
    names = [tag.get_text() for tag in BeautifulSoup(page, "html.parser").select("ol .app-person__name")]
    assert names == ["1. Urgent", "2. Sooner", "3. Later"]
    said = text_of(page)
    assert "Lives alone" in said
    assert "1 free now, but they need 2." in said
    assert "Not offered: only 1 free" in said


def test_a_request_is_answered_in_one_press(leader: InspectingClient, occurrence: Occurrence) -> None:
    occurrence.series.kind = "ask_first"
    yes, no = (situations.booking(occurrence, "requested", email=f"{name}@example.org") for name in ("yes", "no"))
    page = leader.get(address(occurrence)).get_data(as_text=True)
    token = str(BeautifulSoup(page, "html.parser").select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    for booking, button in ((yes, "yes"), (no, "no")):
        data = {"csrf_token": token, "booking": str(booking.public_id), "button": button}
        assert leader.post(address(occurrence, "/requests"), data=data).status_code == 302
    db.session.expire_all()
    assert (yes.state, no.state, no.ended_by) == ("confirmed", "declined", "organiser")
    assert occurrence.places_taken == situations.live_places(occurrence) == 1
    again = leader.post(
        address(occurrence, "/requests"),
        data={"csrf_token": token, "booking": str(no.public_id), "button": "yes"},
        follow_redirects=True,
    )
    assert "This was answered already" in again.get_data(as_text=True)
    assert no.state == "declined"


def test_bookings_are_paused_and_taken_again_by_one_button(leader: InspectingClient, occurrence: Occurrence) -> None:
    here = address(occurrence, "/pause")
    leader.fill_in(address(occurrence), to=here, button=("button", "pause"))
    db.session.expire_all()
    assert occurrence.is_paused
    assert "Bookings are paused for this date" in leader.get(address(occurrence)).get_data(as_text=True)
    leader.fill_in(address(occurrence), to=here, button=("button", "resume"))
    db.session.expire_all()
    assert not occurrence.is_paused


def test_places_never_go_below_those_taken_but_on_purpose(leader: InspectingClient, occurrence: Occurrence) -> None:
    situations.booking(occurrence, party_size=3)
    here = address(occurrence, "/places")
    refused = leader.fill_in(here, capacity="2")
    assert refused.status_code == 422
    assert "3 places are taken" in refused.get_data(as_text=True)
    assert 'value="2"' in refused.get_data(as_text=True)
    unsaid = leader.fill_in(here, capacity="2", overbooked="1")
    assert "Say why there are more places" in unsaid.get_data(as_text=True)
    assert leader.fill_in(here, capacity="2", overbooked="1", reason="A bench").status_code == 302
    db.session.expire_all()
    assert (occurrence.capacity, occurrence.overbooked, occurrence.overbooked_reason) == (2, 1, "A bench")


@pytest.mark.parametrize("capacity", ["", "0", "-1", "1000000", "ten", "1.5"])
def test_an_impossible_number_of_places_is_asked_again(
    leader: InspectingClient, occurrence: Occurrence, capacity: str
) -> None:
    refused = leader.fill_in(address(occurrence, "/places"), capacity=capacity)
    assert refused.status_code == 422
    assert "Enter a number of places from 1 to 100,000" in refused.get_data(as_text=True)
    db.session.expire_all()
    assert occurrence.capacity == 4


def test_more_places_are_offered_to_who_waits(leader: InspectingClient, occurrence: Occurrence) -> None:
    situations.booking(occurrence, party_size=4)
    waiting = situations.booking(occurrence, "waiting")
    answer = leader.fill_in(address(occurrence, "/places"), capacity="5")
    page = leader.get(answer.location).get_data(as_text=True)
    assert "1 party on the waiting list is offered a place." in page
    db.session.expire_all()
    assert waiting.state == "offered"


def test_a_date_is_cancelled_only_after_everything_was_shown(leader: InspectingClient, occurrence: Occurrence) -> None:
    other = situations.occurrence(occurrence.series, capacity=9, starts_at=NOW + timedelta(days=10))
    situations.booking(occurrence, email="has@example.org", party_size=2)
    situations.booking(occurrence, "waiting", email="waits@example.org")
    situations.booking(occurrence, email=None, phone="+447700900123")
    here = address(occurrence, "/cancel")
    first = text_of(leader.get(here).get_data(as_text=True))
    assert "3 bookings (4 people)" in first
    assert "2 by e-mail" in first
    assert "1 by text message" in first
    assert "Friday 4 December" in first
    refused = leader.fill_in(here, reason="   ", button=("button", "look"))
    assert refused.status_code == 422
    sure = leader.fill_in(here, reason="No heating.", button=("button", "look"))
    page = BeautifulSoup(sure.get_data(as_text=True), "html.parser")
    assert "Are you sure" in page.get_text()
    db.session.expire_all()
    assert occurrence.status == "scheduled"
    data = {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[name]")}
    done = leader.post(here, data={**data, "button": "cancel"}, follow_redirects=True)
    assert "We are telling 3 parties." in done.get_data(as_text=True)
    db.session.expire_all()
    assert (occurrence.status, occurrence.cancel_reason, other.status) == ("cancelled", "No heating.", "scheduled")
    assert occurrence.places_taken == 0
    rows = db.session.scalars(select(Message.about)).all()
    assert len(set(rows)) == 3
    again = leader.post(here, data={**data, "button": "cancel"})
    assert "cancelled already" in again.get_data(as_text=True)
    assert len(db.session.scalars(select(Message.about)).all()) == 3


def test_a_date_is_moved_and_everybody_keeps_their_place(leader: InspectingClient, occurrence: Occurrence) -> None:
    mary = situations.booking(occurrence, email="has@example.org")
    here = address(occurrence, "/move")
    look = leader.fill_in(here, on="2026-12-02", starts="2pm", ends="15.30", button=("button", "look"))
    assert "Wednesday 2 December, 2pm to 3.30pm" in text_of(look.get_data(as_text=True))
    db.session.expire_all()
    assert occurrence.starts_at == NOW + timedelta(days=3)
    page = BeautifulSoup(look.get_data(as_text=True), "html.parser")
    data = {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[name]")}
    leader.post(here, data={**data, "button": "move"})
    db.session.expire_all()
    assert occurrence.starts_at == datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
    assert occurrence.ends_at == datetime(2026, 12, 2, 15, 30, tzinfo=UTC)
    assert mary.state == "confirmed"


@pytest.mark.parametrize(
    ("on", "starts", "ends", "said"),
    [
        ("2026-11-01", "10:00", "11:00", "This time is over"),
        ("32/12/2026", "10:00", "11:00", "Enter a day"),
        ("2026-12-02", "25:00", "26:00", "Enter the time it starts"),
        ("2026-12-02", "11:00", "10:00", "It must end after it starts"),
        ("2026-12-02", "11:00", "11:01", "It must end after it starts"),
        ("31/12/2199", "10:00", "11:00", "more than 5 years away"),
        ("", "", "", "Enter a day"),
    ],
)
def test_a_time_that_cannot_be_is_asked_again_and_kept(
    leader: InspectingClient, occurrence: Occurrence, on: str, starts: str, ends: str, said: str
) -> None:
    refused = leader.fill_in(address(occurrence, "/move"), on=on, starts=starts, ends=ends)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert said in page
    assert f'value="{on}"' in page


def test_a_time_without_morning_or_afternoon_is_read_as_in_the_other_forms(
    leader: InspectingClient, occurrence: Occurrence
) -> None:
    look = leader.fill_in(
        address(occurrence, "/move"), on="2026-12-02", starts="2", ends="midnight", button=("button", "look")
    )
    assert "Wednesday 2 December, 2pm to midnight" in text_of(look.get_data(as_text=True))


def test_what_is_in_the_way_of_a_move_is_named(client: InspectingClient) -> None:
    hall = situations.space()
    group = register.organisation()
    series = situations.series(register.service("Choir", organisation=group, at=hall.location), in_space=hall)
    mine = situations.occurrence(series, starts_at=NOW + timedelta(days=3))
    situations.occurrence(series, starts_at=datetime(2026, 12, 2, 10, 0, tzinfo=UTC))
    client.sign_in(register.partner(group))
    refused = client.fill_in(address(mine, "/move"), on="2/12/2026", starts="11:00", ends="13:00")
    assert refused.status_code == 422
    said = text_of(refused.get_data(as_text=True))
    assert "Main hall is in use then: Choir" in said
    assert "Wednesday 2 December, 10am to 12 noon" in said


def test_a_message_is_seen_first_and_goes_to_each_party_once(leader: InspectingClient, occurrence: Occurrence) -> None:
    for state, name in (("confirmed", "has"), ("waiting", "waits"), ("cancelled", "gone")):
        situations.booking(occurrence, state, email=f"{name}@example.org")
    here = address(occurrence, "/message")
    empty = leader.fill_in(here, words=" ", button=("button", "look"))
    assert empty.status_code == 422
    seen = leader.post(here, data={**token_of(leader, here), "words": "Use the side door.", "button": "look"})
    page = seen.get_data(as_text=True)
    assert "Use the side door." in page
    assert "Send it to 1 booking" in page
    assert db.session.scalars(select(Message.id)).all() == []
    words = {**token_of(leader, here), "words": "Use the side door.", "button": "send"}
    for _ in range(2):
        leader.post(here, data=words)
    assert db.session.scalars(select(Message.to_email)).all() == ["has@example.org"]
    leader.post(here, data={**words, "with_waiting": "y"})
    assert sorted(db.session.scalars(select(Message.to_email)).all()) == ["has@example.org", "waits@example.org"]
    back = leader.post(here, data={**words, "button": "change"}).get_data(as_text=True)
    assert "Use the side door." in back


def token_of(client: InspectingClient, page: str) -> dict[str, str]:
    field = BeautifulSoup(client.get(page).get_data(as_text=True), "html.parser").select_one("input[name=csrf_token]")
    assert field is not None
    return {"csrf_token": str(field["value"])}


def test_the_spreadsheet_holds_what_the_page_shows_and_no_formula(
    leader: InspectingClient, occurrence: Occurrence
) -> None:
    mary = situations.booking(occurrence, name='=HYPERLINK("x") Kerr', access_needs="@SUM(1)", email="m@example.org")
    situations.attendance(mary, 1)
    answer = leader.get(address(occurrence, "/export.csv"))
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0] == ["name", "places", "who_comes", "needs", "answers", "state", "came", "reference"]
    assert rows[1][0] == '\'=HYPERLINK("x")'
    assert rows[1][3] == "'@SUM(1)"
    assert rows[1][6] == "1"
    assert "m@example.org" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "rest", ["", "/register", "/message", "/cancel", "/move", "/places", "/export.csv", "/bookings/{booking}"]
)
def test_nothing_of_others_sessions_is_there(client: InspectingClient, occurrence: Occurrence, rest: str) -> None:
    mary = situations.booking(occurrence)
    other, _series = situations.partner_with_series()
    client.sign_in(other)
    assert client.get(address(occurrence, rest.format(booking=mary.public_id))).status_code == 404


@pytest.mark.parametrize("rest", ["/requests", "/pause", "/register", "/walk-ins", "/cancel", "/move", "/places"])
def test_nothing_of_others_sessions_is_changed(client: InspectingClient, occurrence: Occurrence, rest: str) -> None:
    other, _series = situations.partner_with_series()
    client.sign_in(other)
    data = {**token_of(client, "/account/password"), "button": "cancel", "reason": "x", "capacity": "9"}
    assert client.post(address(occurrence, rest), data=data).status_code == 404


def test_fifty_people_take_few_statements(leader: InspectingClient, occurrence: Occurrence) -> None:
    occurrence.capacity = 60
    question = situations.question(occurrence.series)
    for _ in range(50):
        one: Booking = situations.booking(occurrence)
        db.session.add(Answer(booking_id=one.id, question_id=question.id, text="No", erase_on=NOW.date()))
    db.session.flush()
    here = address(occurrence)
    db.session.expire_all()
    with count_statements() as statements:
        leader.get(here)
    assert len(statements) <= 9, "\n\n".join(statements)
