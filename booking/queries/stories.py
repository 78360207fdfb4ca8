"""The story of a booking: what happened to it, in order, and who did it. It answers why somebody was (not) offered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from assetreg.db import db
from assetreg.models import User
from booking.models import Booking, BookingEvent

# What happens to a session and matters to everybody who waits for it.
OF_THE_SESSION = ("capacity", "paused", "unpaused", "moved", "session_cancelled")


@dataclass(frozen=True)
class Line:
    """One event. `note` is what its sentence needs besides (a reason, a number); `by` a member of staff by name."""

    at: datetime
    kind: str
    note: str
    by: str


def story_of(booking: Booking) -> list[Line]:
    """The story of a booking from its beginning, with what happened to its session meanwhile."""
    until = booking.ended_at
    of_session = and_(
        BookingEvent.occurrence_id == booking.occurrence_id,
        BookingEvent.booking_id.is_(None),
        BookingEvent.kind.in_(OF_THE_SESSION),
        BookingEvent.at >= booking.created_at,
    )
    if until is not None:
        of_session = and_(of_session, BookingEvent.at <= until)
    rows = db.session.execute(
        select(BookingEvent.at, BookingEvent.kind, BookingEvent.note, User.name)
        .outerjoin(User, User.id == BookingEvent.user_id)
        .where(or_(BookingEvent.booking_id == booking.id, of_session))
        .order_by(BookingEvent.at, BookingEvent.id)
    )
    return [Line(row.at, row.kind, row.note, row.name or "") for row in rows]
