"""A message from the organiser to everybody of one date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import User
from booking.actions.telling import tell
from booking.models import Booking, BookingEvent, Occurrence

WITH_PLACES = ("confirmed", "offered", "requested")
WITH_WAITING = (*WITH_PLACES, "waiting")


def send_note(occurrence: Occurrence, words: str, states: Collection[str], user: User | None, now: datetime) -> int:
    """Have everybody whose booking is in these states told, once per booking; returns how many.

    The same words are never sent twice to one booking, so that sending the form again reaches nobody a second time.
    """
    bookings = db.session.scalars(
        select(Booking)
        .where(Booking.occurrence_id == occurrence.id, Booking.state.in_(tuple(states)), Booking.erased_at.is_(None))
        .order_by(Booking.id)
    ).all()
    told = sum(tell("organiser_note", booking, now, words=words) for booking in bookings)
    if told:
        by = user.id if user else None
        db.session.add(BookingEvent(occurrence_id=occurrence.id, at=now, kind="organiser_note", note=words, user_id=by))
        db.session.flush()
    return told
