"""Questions about the words of messages that stewards have changed."""

from __future__ import annotations

from sqlalchemy import select

from assetreg.db import db
from booking.models import MessageTemplate
from booking.rules.templates import Template


def find_template(name: str, channel: str) -> Template | None:
    """A steward's words for an event and a channel; a letter is the e-mail on paper. None: the house's words hold."""
    row = find_changed(name, "email" if channel in ("letter", "kept") else channel)
    return Template(row.subject, row.body, is_house=False) if row else None


def find_changed(name: str, channel: str) -> MessageTemplate | None:
    """The row itself."""
    found: MessageTemplate | None = db.session.get(MessageTemplate, (name, channel))
    return found


def list_changed() -> dict[tuple[str, str], MessageTemplate]:
    """All that stewards have changed, by event and channel."""
    rows = db.session.scalars(select(MessageTemplate).order_by(MessageTemplate.name, MessageTemplate.channel))
    return {(row.name, row.channel): row for row in rows}
