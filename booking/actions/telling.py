"""Telling people what has happened to their booking, in the transaction in which it happens.

`tell` writes facts and nothing else: it runs while a session's row is locked and others wait for a place. The worker
writes the words (`booking.worker`) and sends them (`assetreg.worker.handlers`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from assetreg.actions import outbox
from assetreg.actions.messages import SEND_TOPIC, mark_sent
from assetreg.db import db
from assetreg.messages import Wording
from assetreg.models import Message
from booking.rules.telling import EVENTS, event_key, reach_of

TOPIC = "booking.tell"

# One round trip. Without the bell that `outbox.add` rings: at its commit, every transaction that rings waits for every
# other one (PostgreSQL keeps notifications in order), and bookings must not queue up for that. The worker looks every
# ten seconds.
TELL = text("""
WITH written AS (
    INSERT INTO message (public_id, kind, channel, to_email, to_phone, to_address, for_user_id, subject, body,
                         template, event_key, about, created_at)
    VALUES (:public_id, :event, :channel, :to_email, :to_phone, :to_address, :for_user_id, '', '', :event, :event_key,
            :about, :now)
    ON CONFLICT (event_key) DO NOTHING
    RETURNING public_id)
INSERT INTO outbox (topic, payload, due_at) SELECT :topic, CAST(:payload AS jsonb), :now FROM written RETURNING id
""")


class Told(Protocol):
    """Whom a message is about: a booking, or what of its row is needed."""

    @property
    def public_id(self) -> uuid.UUID:
        """Which booking."""
        ...

    @property
    def email(self) -> str | None:
        """Their e-mail address."""
        ...

    @property
    def phone(self) -> str | None:
        """Their phone number, E.164."""
        ...

    @property
    def booked_by(self) -> str:
        """Who did it: self, relative, connector, organiser."""
        ...

    @property
    def booked_by_id(self) -> int | None:
        """The member of staff or the organiser who did it."""
        ...

    @property
    def booker_contact(self) -> str:
        """A relative's contact."""
        ...


def tell(event: str, booking: Told, now: datetime, **facts: Any) -> bool:
    """Have this person told, once, after the commit. False when they were told of this event before.

    `event` is one of `booking.rules.telling.EVENTS`. Facts that are used: `sequence` (makes a change of the session an
    event of its own: its `sequence`), `was` (a change: the start before, aware), `was_place`, `words` (an organiser's
    note), `reason` (a cancellation, a refusal), `is_pressing` (text rather than e-mail), `to_address` (a letter).
    Everything else is read when the message is written. Raises ValueError for an event that is not known.
    """
    return db.session.execute(TELL, noted(event, booking, now, facts)).first() is not None


def noted(event: str, booking: Told, now: datetime, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What `TELL` writes down, for whoever writes it in a statement of their own. Raises ValueError as `tell` does."""
    if event not in EVENTS:
        raise ValueError(f"Nobody is ever told of {event}")
    is_by_staff = booking.booked_by in ("connector", "organiser")
    way = reach_of(
        event,
        booking.email,
        booking.phone,
        booking.booker_contact or "",
        is_by_staff,
        is_pressing=bool(facts.get("is_pressing")),
    )
    channel = way.channel
    to_address = facts.get("to_address")
    if to_address and channel in ("call", "kept"):
        channel = "letter"
    message_id = uuid.uuid4()
    payload = {"message": str(message_id), "facts": facts}
    return {
        "public_id": message_id,
        "event": event,
        "channel": channel,
        "to_email": way.to_email,
        "to_phone": way.to_phone,
        "to_address": to_address,
        "for_user_id": booking.booked_by_id if channel == "call" else None,
        "event_key": event_key(booking.public_id, event, now, facts),
        "about": booking.public_id,
        "now": now,
        "topic": TOPIC,
        "payload": json.dumps(payload, default=plain),
    }


def plain(value: Any) -> str:
    """A fact as JSON can hold it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def fill_message(message: Message, subject: str, body: str, calendar: str | None, is_sensitive: bool) -> None:
    """Give a noted message its words and hand it on. A call is somebody's task from now; what is only kept is done."""
    message.subject, message.body, message.calendar = subject, body, calendar
    message.is_sensitive = is_sensitive
    db.session.flush()
    if message.channel == "kept":
        mark_sent(message, "kept")
    elif message.channel != "call":
        outbox.add(SEND_TOPIC, {"message": str(message.public_id)})


def put_away(message: Message, reason: str, now: datetime) -> None:
    """Do not send this one: what it says is no longer true. The log of deliveries says why."""
    message.sent_at, message.provider_ref = now, "not needed"
    message.last_error = f"not sent: {reason}"
    db.session.flush()


def write_once(to_email: str, wording: Wording, key: str, now: datetime) -> bool:
    """Have a finished message sent, once for this key. False when it was written before."""
    message_id = uuid.uuid4()
    written = db.session.scalar(
        insert(Message)
        .values(
            public_id=message_id,
            kind=wording.kind,
            template=wording.kind,
            to_email=to_email,
            subject=wording.subject,
            body=wording.body,
            event_key=key,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Message.event_key])
        .returning(Message.id)
    )
    if written is None:
        return False
    outbox.add(SEND_TOPIC, {"message": str(message_id)})
    return True
