"""Stewards change the words of messages, and go back to the house's."""

from __future__ import annotations

from sqlalchemy import delete

from assetreg.db import db
from booking.models import MessageTemplate
from booking.queries.templates import find_changed
from booking.rules.templates import problems_of


class BadWords(ValueError):
    """These words cannot be used; the view asks `problems_of` what to say."""


def change_template(name: str, channel: str, subject: str, body: str, user_id: int) -> None:
    """Use these words from now on. Raises BadWords when they have a blank that is not known, or lack one they need."""
    if problems_of(name, channel, subject, body):
        raise BadWords
    row = find_changed(name, channel)
    if row is None:
        row = MessageTemplate(name=name, channel=channel)
        db.session.add(row)
    row.subject, row.body, row.changed_by_id = subject, body, user_id
    db.session.flush()


def reset_template(name: str, channel: str) -> None:
    """Use the house's words again."""
    db.session.execute(delete(MessageTemplate).where(MessageTemplate.name == name, MessageTemplate.channel == channel))
    db.session.flush()
