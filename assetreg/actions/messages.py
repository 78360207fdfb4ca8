"""Messages to people: written down in the transaction that makes them necessary, sent after it by the worker."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from sqlalchemy import delete

from assetreg import clock
from assetreg.actions import outbox
from assetreg.db import db
from assetreg.messages import Wording
from assetreg.models import Message

SEND_TOPIC = "message.send"
SECRET_LINK = re.compile(r"\S+/reset-password/\S+")
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


def mark_sent(message: Message) -> None:
    """The message is out. A link in it that opens an account is taken out of what we keep."""
    message.sent_at = clock.now()
    message.body = SECRET_LINK.sub(LINK_FORGOTTEN, message.body)
    db.session.flush()


def purge(created_before: datetime) -> int:
    """Remove messages written before that instant; returns how many."""
    gone = db.session.scalars(delete(Message).where(Message.created_at < created_before).returning(Message.id)).all()
    return len(gone)
