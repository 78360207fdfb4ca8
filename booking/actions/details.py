"""Seeing somebody's contact details: written down first, with why and by whom."""

from __future__ import annotations

from datetime import datetime

from assetreg.db import db
from assetreg.models import User
from booking.models import Booking, BookingEvent
from booking.queries.registers import Details, get_details


def see_details(booking: Booking, why: str, user: User, now: datetime) -> Details:
    """The details of one booking, with a line in its story: no line, no details."""
    db.session.add(
        BookingEvent(
            occurrence_id=booking.occurrence_id,
            booking_id=booking.id,
            at=now,
            kind="details_seen",
            note=why,
            user_id=user.id,
        )
    )
    db.session.flush()
    return get_details(booking)
