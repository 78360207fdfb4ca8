"""The link of a booking, sent again to whoever booked: never to anybody else, and never shown."""

from __future__ import annotations

import uuid

from assetreg.actions import messages, outbox
from assetreg.db import db
from assetreg.messages.wording import Wording
from assetreg.models import Message

LOST_LINK_TOPIC = "booking.lost_link"


def ask_for_link(reference: str, email: str | None, phone: str | None, web_address: str, language: str) -> None:
    """Have the link of a booking sent to the contact that was used for it, if it was used for it.

    Does the same work whether or not there is such a booking. `web_address` is where the link leads ("https://…").
    """
    outbox.add(
        LOST_LINK_TOPIC,
        {"reference": reference, "email": email, "phone": phone, "web_address": web_address, "language": language},
    )


def queue_link(wording: Wording, email: str | None, phone: str | None, about: uuid.UUID, *, is_sensitive: bool) -> None:
    """Have this message with a link sent after the commit: as an e-mail, or as a text."""
    if email is not None:
        message = messages.queue_message(email, wording)
        message.about, message.is_sensitive = about, is_sensitive
        return
    message = Message(
        public_id=uuid.uuid4(),
        kind=wording.kind,
        channel="text",
        to_phone=phone,
        subject=wording.subject,
        body=wording.body,
        about=about,
        is_sensitive=is_sensitive,
    )
    db.session.add(message)
    db.session.flush()
    outbox.add(messages.SEND_TOPIC, {"message": str(message.public_id)})
