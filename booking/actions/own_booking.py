"""What whoever booked may change besides how many come: being asked for late places."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from assetreg.db import db
from booking.models import Booking, BookingEvent, Occurrence
from booking.rules.vocabulary import OPEN_STATES

Late = Literal["saved", "not_waiting", "phone_taken"]


def set_late_places(booking_id: int, wanted: bool, phone: str | None, now: datetime) -> Late:
    """Ask for late places by text, or no longer; a phone number is kept with it.

    Nothing is done for a booking that does not wait any more, nor with a phone number that another booking here has.
    The session's row is held first, as whoever gives places away holds it.
    """
    booking = db.session.get_one(Booking, booking_id)
    db.session.scalar(
        select(Occurrence.id).where(Occurrence.id == booking.occurrence_id).with_for_update(key_share=True)
    )
    db.session.refresh(booking)
    if booking.state != "waiting":
        return "not_waiting"
    if wanted and phone is not None and phone != booking.phone:
        others = select(Booking.id).where(
            Booking.occurrence_id == booking.occurrence_id, Booking.phone == phone, Booking.state.in_(OPEN_STATES)
        )
        if not booking.may_repeat and db.session.scalar(others.limit(1)) is not None:
            return "phone_taken"
        booking.phone = phone
    if booking.wants_late != wanted:
        booking.wants_late = wanted
        kind = "late_places_wanted" if wanted else "late_places_not_wanted"
        db.session.add(BookingEvent(occurrence_id=booking.occurrence_id, booking_id=booking.id, at=now, kind=kind))
    db.session.flush()
    return "saved"


def note_opened(booking: Booking, user_id: int, now: datetime) -> None:
    """Write into a booking's story that a member of staff looked it up by its reference."""
    db.session.add(
        BookingEvent(
            occurrence_id=booking.occurrence_id, booking_id=booking.id, at=now, kind="opened_by_staff", user_id=user_id
        )
    )
    db.session.flush()
