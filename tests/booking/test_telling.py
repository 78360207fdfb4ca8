"""What people are told about their booking: once, by the right way, in words that give nothing away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message, Outbox
from assetreg.worker.loop import work_off_everything
from booking.actions.telling import TOPIC, tell
from booking.models import Booking, MessageTemplate, Occurrence
from booking.rules.telling import EVENTS, contact_in, reach_of
from tests.factories import booking as situations
from tests.factories import register
from tests.golden import assert_golden
from tests.letter_box import LetterBox
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock

LONDON = ZoneInfo("Europe/London")
STATES = {
    "waiting": "waiting",
    "requested": "requested",
    "request_declined": "declined",
    "offered": "offered",
    "offer_lapsed": "lapsed",
    "cancelled_by_guest": "cancelled",
    "session_cancelled": "cancelled",
}
FACTS: dict[str, dict[str, Any]] = {
    "changed": {"was": datetime(2026, 12, 1, 11, tzinfo=LONDON), "sequence": 1},
    "organiser_note": {"words": "The lift is broken this week.\nPlease use the ramp at the back."},
    "request_declined": {"reason": "This one is for people who live in Northfield."},
    "session_cancelled": {},
}


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Tuesday 24 November 2026, half past ten."""
    return StoppedClock(monkeypatch)


@pytest.fixture
def box(app: Flask) -> LetterBox:
    """Everybody's letter box, empty."""
    return LetterBox(app)


def a_session(sensitive: bool = False, **values: Any) -> Occurrence:
    """Tuesday 1 December, 10am to noon, at the hall."""
    group = register.organisation("Frankley Friends")
    terms = ("domestic-abuse",) if sensitive else ("physical-activity",)
    name = "Freedom Programme" if sensitive else "Chair yoga"
    hall = register.location()
    of = register.service(name, organisation=group, at=hall, terms=terms, is_sensitive=sensitive)
    series = situations.series(of, at=hall, note="Bring water and loose clothes.", cost_pence=200)
    return situations.occurrence(series, starts_at=datetime(2026, 12, 1, 10, tzinfo=LONDON), **values)


def a_booking(at: Occurrence, state: str = "confirmed", **values: Any) -> Booking:
    """Amina's, with a reference that does not change."""
    values.setdefault("name", "Amina")
    values.setdefault("email", "amina@example.org")
    return situations.booking(at, state, reference=values.pop("reference", "KX4-T9M"), **values)


def texts_of(message: Message) -> str:
    """A message as a golden file shows it."""
    to = message.to_email or message.to_phone or "nobody: somebody has to tell them"
    return f"To: {to}\nSubject: {message.subject}\n\n{message.body}"


CONTACTS: dict[str, dict[str, Any]] = {
    "email": {},
    "text": {"email": None, "phone": "+447700900123"},
    "call": {"email": None},
}


@pytest.mark.parametrize("event", EVENTS)
def test_each_message_says_exactly_this(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    assert app is not None
    monkeypatch.setattr("booking.worker.manage_path", lambda told: f"/bookings/{told.reference}/Secret")
    said = []
    for sensitive in (False, True):
        for channel, contact in CONTACTS.items():
            at = a_session(sensitive)
            booking = a_booking(
                at, STATES.get(event, "confirmed"), reference=f"KX4-{channel[:2]}{sensitive:d}", **contact
            )
            if event == "session_cancelled":
                at.status, at.cancelled_at, at.cancel_reason = "cancelled", clock.now(), "The leader is ill."
            session.flush()
            assert tell(event, booking, clock.now(), **FACTS.get(event, {}))
            work_off_everything()
            message = session.scalars(select(Message).where(Message.about == booking.public_id)).one()
            kind = "about a sensitive service" if sensitive else "about an ordinary service"
            said.append(f"===== {channel}, {kind} =====\n{texts_of(message)}")
            if sensitive:
                seen = message.subject + (message.body if channel == "text" else "") + (message.calendar or "")
                for secret in ("Freedom", "Frankley", "abuse", "Hall", "Sample Street"):
                    assert secret.lower() not in seen.lower()
    assert_golden(f"booking/{event}.txt", "\n".join(said))


def test_one_event_is_told_once(app: Flask, session: Session) -> None:
    assert app is not None
    booking = situations.booking()
    now = clock.now()
    assert tell("booked", booking, now)
    assert not tell("booked", booking, now + timedelta(seconds=1))
    assert tell("changed", booking, now, sequence=1)
    assert tell("changed", booking, now, sequence=2)
    assert not tell("changed", booking, now, sequence=2)
    assert tell("organiser_note", booking, now, words="Bring a cup.")
    assert not tell("organiser_note", booking, now + timedelta(hours=1), words="Bring a cup.")
    assert session.scalar(select(func.count()).select_from(Message)) == 4
    assert session.scalar(select(func.count()).select_from(Outbox).where(Outbox.topic == TOPIC)) == 4


def test_an_event_that_nobody_knows_is_refused(app: Flask) -> None:
    assert app is not None
    with pytest.raises(ValueError, match="party_began"):
        tell("party_began", situations.booking(), clock.now())


def test_telling_is_one_statement(app: Flask, session: Session) -> None:
    assert app is not None
    booking = situations.booking()
    session.flush()
    with count_statements() as statements:
        tell("booked", booking, clock.now())
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("event", "email", "phone", "contact", "by_staff", "channel"),
    [
        ("booked", "a@example.org", "+447700900123", "", False, "email"),
        ("booked", None, "+447700900123", "", False, "text"),
        ("reminder_2_hours", "a@example.org", "+447700900123", "", False, "text"),
        ("reminder_2_days", None, None, "", True, "kept"),
        ("booked", None, None, "", True, "kept"),
        ("session_cancelled", None, None, "", True, "call"),
        ("booked", None, None, "", False, "call"),
        ("booked", None, None, "son@example.org", False, "email"),
        ("booked", None, None, "07700 900123", False, "text"),
        ("session_cancelled", None, None, "at the corner shop", False, "call"),
    ],
)
def test_the_way_a_message_goes(
    event: str, email: str | None, phone: str | None, contact: str, by_staff: bool, channel: str
) -> None:
    assert reach_of(event, email, phone, contact, by_staff).channel == channel


def test_a_contact_is_read_with_patience() -> None:
    assert contact_in(" 07700 900123 ") == (None, "+447700900123")
    assert contact_in("son@example.org") == ("son@example.org", None)
    for odd in ("", "ask Priya", "@", "a b@example.org", "12"):
        assert contact_in(odd) == (None, None)


def test_without_contact_it_is_a_task_for_whoever_booked(app: Flask, session: Session) -> None:
    assert app is not None
    connector = register.user("connector")
    booking = situations.booking(email=None, booked_by="connector", booked_by_id=connector.id)
    tell("session_cancelled", booking, clock.now())
    message = session.scalars(select(Message)).one()
    assert (message.channel, message.for_user_id) == ("call", connector.id)
    work_off_everything()
    session.refresh(message)
    assert message.sent_at is None
    assert booking.name in message.body


def test_words_become_a_mail_with_an_entry_for_the_calendar(box: LetterBox, session: Session) -> None:
    booking = a_booking(a_session(sequence=3))
    tell("booked", booking, clock.now())
    (mail,) = box.collect()
    assert mail["To"] == "amina@example.org"
    parts = {part.get_content_type(): part for part in mail.walk()}
    calendar = parts["text/calendar"]
    assert calendar.get_param("method") == "REQUEST" or any(
        part.get_param("method") == "REQUEST" for part in mail.walk()
    )
    (event,) = icalendar.Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert event["SEQUENCE"] == 3
    assert event["DTSTART"].dt == booking.occurrence.starts_at
    assert f"/bookings/{booking.public_id}/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    message = session.scalars(select(Message)).one()
    session.refresh(message)
    assert message.sent_at is not None
    assert f"/bookings/{booking.public_id}/" not in message.body


def test_a_cancellation_takes_the_entry_out_of_the_calendar(box: LetterBox) -> None:
    booking = a_booking(a_session(), "cancelled")
    tell("cancelled_by_guest", booking, clock.now())
    (mail,) = box.collect()
    (calendar, *_rest) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    parsed = icalendar.Calendar.from_ical(calendar.get_content())
    assert parsed["METHOD"] == "CANCEL"
    assert parsed.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_what_is_no_longer_true_is_not_sent(box: LetterBox, session: Session) -> None:
    booking = a_booking(a_session(), "offered")
    tell("offered", booking, clock.now())
    booking.state, booking.ended_at, booking.ended_by = "lapsed", clock.now(), "system"
    session.flush()
    assert box.collect() == []
    message = session.scalars(select(Message)).one()
    session.refresh(message)
    assert (message.provider_ref, message.body) == ("not needed", "")
    assert "lapsed" in message.last_error


def test_a_stewards_words_are_used_but_never_name_what_is_sensitive(box: LetterBox, session: Session) -> None:
    session.add(
        MessageTemplate(
            name="booked",
            channel="email",
            subject="((session)) at ((place)) – Freedom programme",
            body="Hi ((name))",
        )
    )
    ordinary, sensitive = a_booking(a_session()), a_booking(a_session(True), reference="KX4-T9N")
    for booking in (ordinary, sensitive):
        tell("booked", booking, clock.now())
    assert len(box.collect()) == 2
    subjects = dict(session.execute(select(Message.about, Message.subject)).all())
    assert subjects[ordinary.public_id].startswith("Chair yoga at The Hall")
    assert subjects[sensitive.public_id] == "Your place is booked: your session, Tuesday 1 December"


def test_nobodys_name_can_fill_a_blank_or_add_a_header(box: LetterBox, session: Session) -> None:
    session.add(MessageTemplate(name="booked", channel="email", subject="For ((name))", body="((name))"))
    tell("booked", a_booking(a_session(), name="((manage_link))\r\nBcc: all@example.org"), clock.now())
    (mail,) = box.collect()
    assert mail["Subject"] == "For ((manage_link)) Bcc: all@example.org"
    assert mail["Bcc"] is None


def test_a_confidential_address_is_in_no_message(box: LetterBox) -> None:
    here = register.ward("Northfield")
    refuge = register.confidential_location(here, name="")
    of = register.service("Quiet drawing", at=refuge)
    at = situations.occurrence(situations.series(of, at=refuge), starts_at=datetime(2026, 12, 1, 10, tzinfo=LONDON))
    tell("booked", a_booking(at), clock.now())
    (mail,) = box.collect()
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The address is kept private" in body
    assert "LOCATION" not in str(mail)


def test_dates_booked_together_are_told_of_together(box: LetterBox, session: Session) -> None:
    first = a_session()
    others = [
        situations.occurrence(first.series, starts_at=first.starts_at + timedelta(weeks=weeks)) for weeks in (1, 2)
    ]
    key = uuid4()
    bookings = [situations.booking(at, email="amina@example.org", run_key=key, name="Amina") for at in (first, *others)]
    tell("booked", bookings[0], clock.now())
    (mail,) = box.collect()
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "All your dates:\nTuesday 1 December, 10am to 12 noon\nTuesday 8 December" in body.replace("\r\n", "\n")
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    events = icalendar.Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert [event["DTSTART"].dt for event in events] == [booking.occurrence.starts_at for booking in bookings]
    for booking in bookings[1:]:
        booking.state, booking.ended_at, booking.ended_by = "cancelled", clock.now(), "guest"
    session.flush()
    tell("cancelled_by_guest", bookings[1], clock.now())
    (mail,) = box.collect()
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Tuesday 15 December" in body
    assert "Tuesday 1 December, 10am to 12 noon\nTuesday 8" not in body.replace("\r\n", "\n")


def test_a_text_about_a_run_says_how_many_dates(app: Flask, session: Session) -> None:
    assert app is not None
    first = a_session()
    other = situations.occurrence(first.series, starts_at=first.starts_at + timedelta(weeks=1))
    key = uuid4()
    bookings = [
        situations.booking(at, email=None, phone=phone, run_key=key)
        for at, phone in ((first, "+447700900123"), (other, "+447700900123"))
    ]
    tell("booked", bookings[0], clock.now())
    work_off_everything()
    assert "2 dates from Tuesday 1 December, 10am to 12 noon" in session.scalars(select(Message)).one().body


def test_a_request_that_nobody_answered_says_so(box: LetterBox) -> None:
    booking = a_booking(a_session(), "lapsed")
    tell("request_declined", booking, clock.now())
    (mail,) = box.collect()
    assert "The reason: Nobody answered in time." in mail.get_content()


def test_other_dates_are_the_nearest_that_have_room(box: LetterBox) -> None:
    at = a_session(status="cancelled")
    for weeks, taken in ((1, 0), (2, 12), (3, 0), (4, 0), (5, 0)):
        situations.occurrence(at.series, starts_at=at.starts_at + timedelta(weeks=weeks), places_taken=taken)
    tell("session_cancelled", a_booking(at, "cancelled"), clock.now())
    (mail,) = box.collect()
    body = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [day in body for day in ("8 December", "15 December", "22 December", "29 December")] == [
        True,
        False,
        True,
        True,
    ]
