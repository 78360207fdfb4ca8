"""Questions about messages to people."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Message


def find_unsent_message(public_id: str) -> Message | None:
    """The message to send; None when it has been sent or purged meanwhile."""
    found: Message | None = db.session.scalar(
        select(Message).where(Message.public_id == UUID(public_id), Message.sent_at.is_(None))
    )
    return found
