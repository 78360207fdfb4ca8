"""The log of deliveries: what was sent to whom, what waits, what could not be sent; who has to be told in person."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from assetreg.actions.messages import LINK_FORGOTTEN, SECRET_LINK
from assetreg.db import db
from assetreg.queries.errors import NotFound

PAGE = 50
SHOWN_DONE = timedelta(days=7)
# The state of a message, as the page's filter names it.
STATE = """
CASE WHEN m.provider_ref = 'not needed' THEN 'dropped'
     WHEN m.parked_at IS NOT NULL THEN 'parked'
     WHEN m.channel = 'call' AND m.sent_at IS NULL AND m.body <> '' THEN 'calls'
     WHEN m.sent_at IS NULL THEN 'waiting'
     WHEN m.provider_ref = 'kept' OR m.channel = 'kept' THEN 'kept'
     ELSE 'sent' END
"""
# Who may see everything, may; others what is about bookings they made, and what they are to tell somebody.
SEEN = """
(:sees_all OR m.for_user_id = :user_id OR EXISTS (
    SELECT FROM booking b WHERE b.public_id = m.about AND b.booked_by_id = :user_id))
"""


@dataclass(frozen=True, slots=True)
class LoggedMessage:
    """One message. `body` is empty unless it was asked for, and never holds a link that opens anything."""

    public_id: UUID
    kind: str
    channel: str
    to: str
    subject: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str
    reference: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Some of the messages, the newest first, and how many there are in each state."""

    rows: tuple[LoggedMessage, ...]
    counts: dict[str, int]
    page: int
    pages: int


COLUMNS = f"""
m.public_id, m.kind, m.channel, coalesce(m.to_email, m.to_phone, m.to_address, '') AS "to", m.subject, {STATE} AS state,
m.created_at, m.sent_at, m.attempts, m.last_error,
coalesce((SELECT b.reference FROM booking b WHERE b.public_id = m.about), '') AS reference
"""  # noqa: S608  (constants of ours)
LIST = text(f"""
SELECT {COLUMNS} FROM message m WHERE {SEEN} AND (:state = 'all' OR {STATE} = :state)
 ORDER BY m.created_at DESC, m.id DESC LIMIT :most OFFSET :skipped
""")  # noqa: S608  (constants of ours)
COUNTS = text(f"SELECT {STATE} AS state, count(*) AS number FROM message m WHERE {SEEN} GROUP BY 1")  # noqa: S608
ONE = text(f"SELECT {COLUMNS}, m.body FROM message m WHERE m.public_id = :public_id AND {SEEN}")  # noqa: S608


def list_messages(state: str, page: int, user_id: int, sees_all: bool) -> MessagePage:
    """The messages of one state (or "all") that this person may see, fifty a page. A page too far is the last."""
    who = {"user_id": user_id, "sees_all": sees_all}
    counts = {row.state: row.number for row in db.session.execute(COUNTS, who)}
    total = sum(counts.values()) if state == "all" else counts.get(state, 0)
    pages = max(1, math.ceil(total / PAGE))
    page = min(page, pages)
    rows = db.session.execute(LIST, {**who, "state": state, "most": PAGE, "skipped": (page - 1) * PAGE})
    return MessagePage(tuple(LoggedMessage(**row._mapping) for row in rows), counts, page, pages)


def get_message(public_id: UUID, user_id: int, sees_all: bool) -> LoggedMessage:
    """One message with its words. Raises NotFound, also for those who may not see it."""
    values = {"public_id": public_id, "user_id": user_id, "sees_all": sees_all}
    row = db.session.execute(ONE, values).one_or_none()
    if row is None:
        raise NotFound
    parts = dict(row._mapping)
    parts["body"] = SECRET_LINK.sub(LINK_FORGOTTEN, parts["body"])
    return LoggedMessage(**parts)


@dataclass(frozen=True, slots=True)
class CallTask:
    """Somebody without e-mail and phone has to be told something. `answer_by` is when an offer ends."""

    public_id: UUID
    kind: str
    subject: str
    body: str
    name: str
    booked_by: str
    starts_at: datetime
    answer_by: datetime | None
    created_at: datetime
    done_at: datetime | None
    is_sensitive: bool


# A task ends with its session, and an offer's with the offer.
CALLS = text("""
SELECT m.public_id, m.kind, m.subject, m.body, b.name, b.booked_by, o.starts_at,
       CASE WHEN b.state = 'offered' THEN b.expires_at END AS answer_by, m.created_at, m.sent_at AS done_at,
       m.is_sensitive
  FROM message m
  JOIN booking b ON b.public_id = m.about AND b.erased_at IS NULL
  JOIN occurrence o ON o.id = b.occurrence_id
  JOIN service s ON s.id = o.service_id
 WHERE m.channel = 'call' AND m.body <> ''
   AND ((m.sent_at IS NULL AND o.ends_at > :now AND (m.kind <> 'offered' OR b.state = 'offered'))
        OR (m.sent_at >= :since AND m.provider_ref = 'told'))
   AND (:sees_all OR m.for_user_id = :user_id OR (m.for_user_id IS NULL AND s.organisation_id = ANY(:member_of)))
   AND (CAST(:public_id AS uuid) IS NULL OR m.public_id = :public_id)
 ORDER BY m.sent_at IS NOT NULL, answer_by NULLS LAST, o.starts_at, m.id LIMIT 500
""")


def list_calls(
    user_id: int, member_of: Collection[int], sees_all: bool, now: datetime, public_id: UUID | None = None
) -> list[CallTask]:
    """Whom this person has to tell, what is most pressing first; then what was done in the last week."""
    values: dict[str, Any] = {
        "user_id": user_id,
        "member_of": list(member_of),
        "sees_all": sees_all,
        "now": now,
        "since": now - SHOWN_DONE,
        "public_id": public_id,
    }
    return [CallTask(**row._mapping) for row in db.session.execute(CALLS, values)]
