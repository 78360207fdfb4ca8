"""Somebody was told in person: written down, and taken back when it was a mistake."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Message
from assetreg.queries.errors import NotFound
from booking.models import Booking, BookingEvent

TOLD = "told"


def mark_told(public_id: UUID, user_id: int, now: datetime) -> None:
    """They know. Marking it twice changes nothing. Raises NotFound."""
    message = get_call(public_id)
    if message.sent_at is None:
        message.sent_at, message.provider_ref = now, TOLD
        note(message, "told_in_person", user_id, now)


def mark_untold(public_id: UUID, user_id: int, now: datetime) -> None:
    """They do not know after all. Raises NotFound."""
    message = get_call(public_id)
    if message.sent_at is not None and message.provider_ref == TOLD:
        message.sent_at, message.provider_ref = None, None
        note(message, "not_told_after_all", user_id, now)


def get_call(public_id: UUID) -> Message:
    """The task, locked. Raises NotFound."""
    message: Message | None = db.session.scalar(
        select(Message).where(Message.public_id == public_id, Message.channel == "call").with_for_update()
    )
    if message is None:
        raise NotFound
    return message


def note(message: Message, kind: str, user_id: int, now: datetime) -> None:
    """Write it into the booking's story."""
    booking = db.session.execute(
        select(Booking.id, Booking.occurrence_id).where(Booking.public_id == message.about)
    ).one_or_none()
    if booking is not None:
        db.session.add(
            BookingEvent(
                occurrence_id=booking.occurrence_id,
                booking_id=booking.id,
                at=now,
                kind=kind,
                note=message.kind,
                user_id=user_id,
            )
        )
    db.session.flush()
