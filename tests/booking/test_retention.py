"""Personal details go in time; numbers stay."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from booking.actions.retention import erase_past
from booking.links import manage_token
from booking.models import Answer, Attendance, Booking, BookingEvent, Submission
from tests.factories import booking as situations
from tests.factories.register import saved
from tests.inspecting_client import InspectingClient

PERSONAL = ("name", "email", "email_key", "phone", "comers_note", "access_needs", "booker_name", "booker_contact")


def full_booking(days_ago: float) -> Booking:
    """A booking with everything that can be said of somebody, at a session that ended so many days ago."""
    at = situations.occurrence(starts_in_hours=-24 * days_ago - 2)
    return situations.booking(
        at,
        party_size=3,
        phone="+447700900123",
        comers=["Ali", "Bea"],
        comers_note="a carer",
        access_needs="Uses a wheelchair",
        age=71,
        booked_by="relative",
        booker_name="Her son",
        booker_contact="07700 900124",
        is_priority=True,
        priority_reason="Just home from hospital",
    )


def test_details_go_after_ninety_days_and_numbers_stay(app: Flask, session: Session) -> None:
    assert app is not None
    kept, gone = full_booking(89.9), full_booking(90.1)
    situations.attendance(gone, came=2)
    saved(BookingEvent(occurrence_id=gone.occurrence_id, booking_id=gone.id, kind="priority", note="Amina was ill"))
    walk_in = saved(Attendance(occurrence_id=gone.occurrence_id, name="Tom", is_walk_in=True))
    taken = gone.occurrence.places_taken
    assert erase_past(clock.now()).bookings == 1
    for row in (kept, gone, walk_in):
        session.refresh(row)
    assert all((kept.name, kept.email, kept.phone))
    assert kept.erased_at is None
    assert not any(getattr(gone, name) for name in PERSONAL)
    assert (gone.comers, gone.priority_reason) == ([], "")
    assert (gone.party_size, gone.age, gone.state, gone.occurrence.places_taken) == (3, 71, "confirmed", taken)
    assert (walk_in.name, walk_in.came) == ("", 1)
    assert session.scalar(select(func.sum(Attendance.came))) == 3
    assert session.scalars(select(BookingEvent.note)).all() == [""]
    assert erase_past(clock.now()).bookings == 0


def test_the_time_can_be_set(app: Flask) -> None:
    assert app is not None
    full_booking(31)
    assert erase_past(clock.now(), keep_days=30).bookings == 1


def test_answers_go_on_their_own_day(app: Flask, session: Session) -> None:
    assert app is not None
    booking = full_booking(1)
    today = clock.today()
    for days in (0, 1):
        question = situations.question(booking.occurrence.series)
        saved(Answer(booking_id=booking.id, question_id=question.id, text="Yes", erase_on=today + timedelta(days=days)))
    assert erase_past(clock.now()).answers == 1
    assert session.scalars(select(Answer.erase_on)).all() == [today + timedelta(days=1)]


def test_forms_that_were_sent_are_forgotten_after_thirty_days(app: Flask, session: Session) -> None:
    assert app is not None
    for days in (29, 31):
        saved(Submission(key=f"a-form-of-{days}-days", created_at=clock.now() - timedelta(days=days)))
    assert erase_past(clock.now()).submissions == 1
    assert session.scalars(select(Submission.key)).all() == ["a-form-of-29-days"]


def test_an_erased_bookings_link_opens_nothing(app: Flask, client: InspectingClient, session: Session) -> None:
    assert app is not None
    booking = full_booking(91)
    address = f"/bookings/{booking.public_id}/{manage_token(booking)}/calendar.ics"
    assert client.get(address).status_code == 200
    erase_past(clock.now())
    session.expire_all()
    assert client.get(address).status_code == 404
