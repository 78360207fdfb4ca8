"""Messages to people: written down in the transaction that makes them necessary, sent after it by the worker."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from sqlalchemy import delete, select, update

from assetreg import clock
from assetreg.actions import outbox
from assetreg.db import db
from assetreg.messages import Wording
from assetreg.models import Message, Outbox

SEND_TOPIC = "message.send"
# Links that open an account, or a booking.
SECRET_LINK = re.compile(r"\S+/(?:reset-password|bookings/[0-9a-f-]{36})/[A-Za-z0-9_.=-]+")
LINK_FORGOTTEN = "[this link was taken out of our records when the message was sent]"


def queue_message(to_email: str, wording: Wording) -> Message:
    """Have this message sent to this address after the commit."""
    message = Message(
        public_id=uuid.uuid4(), kind=wording.kind, to_email=to_email, subject=wording.subject, body=wording.body
    )
    db.session.add(message)
    db.session.flush()
    outbox.add(SEND_TOPIC, {"message": str(message.public_id)})
    return message


def mark_sent(message: Message, provider_ref: str | None = None) -> None:
    """The message is out. A link in it that opens an account or a booking is taken out of what we keep."""
    message.sent_at = clock.now()
    message.parked_at = None
    message.last_error = ""
    message.provider_ref = provider_ref
    message.body = SECRET_LINK.sub(LINK_FORGOTTEN, message.body)
    db.session.flush()


def note_failure(public_id: str, tries: int, problem: str, is_hopeless: bool) -> None:
    """A try to send it has failed: what stands in the log of deliveries. After the last try it is parked."""
    db.session.execute(
        update(Message)
        .where(Message.public_id == uuid.UUID(public_id), Message.sent_at.is_(None))
        .values(attempts=tries, last_error=problem, parked_at=clock.now() if is_hopeless else None)
    )


def send_again(message: Message) -> None:
    """Give a parked message a fresh set of tries. One without words waits for whoever writes them."""
    parked = db.session.scalars(
        select(Outbox.id).where(
            Outbox.parked_at.is_not(None), Outbox.payload["message"].astext == str(message.public_id)
        )
    ).all()
    message.parked_at, message.attempts = None, 0
    db.session.flush()
    if parked:
        outbox.try_parked_again(list(parked))
    elif message.body:
        outbox.add(SEND_TOPIC, {"message": str(message.public_id)})


def purge(created_before: datetime) -> int:
    """Remove messages written before that instant; returns how many."""
    gone = db.session.scalars(delete(Message).where(Message.created_at < created_before).returning(Message.id)).all()
    return len(gone)
