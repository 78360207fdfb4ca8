"""A list by e-mail. Neither the address nor the text is kept once the e-mail is out: both are only in the outbox row,
which is emptied when it is done.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete

from assetreg.actions import outbox
from assetreg.db import db
from assetreg.messages.wording import Wording
from assetreg.models import Outbox

SEND_TOPIC = "shortlist.send"


def queue_list(to_email: str, wording: Wording) -> None:
    """Have this list sent to this address after the commit."""
    outbox.add(
        SEND_TOPIC,
        {"message": str(uuid.uuid4()), "email": to_email, "subject": wording.subject, "body": wording.body},
    )


def forget_unsent(parked_before: datetime) -> int:
    """Remove lists that no mail server would take; returns how many. Nobody needs to look at somebody's list."""
    gone = db.session.scalars(
        delete(Outbox).where(Outbox.topic == SEND_TOPIC, Outbox.parked_at < parked_before).returning(Outbox.id)
    ).all()
    return len(gone)
