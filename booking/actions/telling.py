"""Telling people what has become of their booking: one message for each event and person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from assetreg.db import db
from assetreg.models import Message
from booking.models import Booking


def tell(event: str, booking: Booking, now: datetime, **facts: Any) -> None:
    """Write down, in the present transaction, that this booking's person is to be told; once for each event."""
    number = facts.get("number", int(now.timestamp() * 1000))
    row = insert(Message).values(
        kind=f"booking.{event}",
        channel="kept",
        subject=event,
        body="",
        event_key=f"booking:{booking.public_id}:{event}:{number}",
        about=booking.public_id,
        created_at=now,
    )
    db.session.execute(row.on_conflict_do_nothing(index_elements=[Message.event_key]))
