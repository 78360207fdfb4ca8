"""Who is to be reminded now, and who organises what today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from assetreg.db import db

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reminded:
    """A booking to remind of: whom `booking.actions.telling.tell` needs to know, and the time it is about."""

    public_id: UUID
    email: str | None
    phone: str | None
    booked_by: str
    booked_by_id: int | None
    booker_contact: str
    starts_at: datetime


# Due is who booked before the moment of the reminder, and has not been reminded of this time. A reminder that is late
# (no worker ran) still goes until `too_late`. A session that was moved is reminded of anew, at its new time, unless the
# news of the move came after the moment itself.
DUE = """
SELECT b.public_id, b.email, b.phone, b.booked_by, b.booked_by_id, b.booker_contact, o.starts_at
  FROM occurrence o
  JOIN series r ON r.id = o.series_id AND r.{column}
  JOIN booking b ON b.occurrence_id = o.id AND b.state = 'confirmed' AND b.erased_at IS NULL
 WHERE o.status = 'scheduled' AND o.starts_at > :earliest AND o.starts_at <= :latest
   AND b.confirmed_at <= o.starts_at - CAST(:ahead AS interval)
   AND NOT EXISTS (SELECT FROM message m WHERE m.event_key = 'booking:' || b.public_id || ':{event}:'
                      || CAST(extract(epoch FROM o.starts_at) AS bigint))
 ORDER BY o.starts_at, b.id LIMIT :most
"""
DUES = {
    "reminder_2_days": (text(DUE.format(column="reminds_2_days", event="reminder_2_days")), timedelta(days=2)),
    "reminder_2_hours": (text(DUE.format(column="reminds_2_hours", event="reminder_2_hours")), timedelta(hours=2)),
}
# How long before the session a late reminder is of no use any more.
TOO_LATE = {"reminder_2_days": timedelta(hours=24), "reminder_2_hours": timedelta(minutes=30)}


def list_reminded(event: str, now: datetime) -> list[Reminded]:
    """Whom to send this reminder now: at most 500 at a time, the soonest sessions first."""
    statement, ahead = DUES[event]
    values = {"earliest": now + TOO_LATE[event], "latest": now + ahead, "ahead": ahead, "most": MOST_AT_ONCE}
    return [Reminded(*row) for row in db.session.execute(statement, values)]


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session on an organiser's daily list. `capacity` None: places are not counted."""

    public_id: UUID
    session: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    capacity: int | None
    taken: int
    waiting: int
    asking: int


@dataclass(frozen=True, slots=True)
class DailyList:
    """Whom it goes to, and what they organise today, in order of time."""

    user_public_id: UUID
    email: str
    name: str
    sessions: tuple[ListedSession, ...]


TODAY = text("""
SELECT u.public_id AS user_id, u.email, u.name, o.public_id, coalesce(nullif(r.title, ''), s.name) AS session,
       o.starts_at, o.ends_at, r.zone,
       CASE WHEN l.visibility = 'public' THEN concat_ws(', ', nullif(l.name, ''), nullif(sp.name, '')) ELSE '' END
           AS place,
       o.capacity, o.places_taken AS taken, coalesce(more.waiting, 0) AS waiting, coalesce(more.asking, 0) AS asking
  FROM occurrence o
  JOIN series r ON r.id = o.series_id
  JOIN service s ON s.id = o.service_id
  LEFT JOIN location l ON l.id = o.location_id
  LEFT JOIN space sp ON sp.id = o.space_id
  LEFT JOIN leader d ON d.id = o.leader_id
  JOIN user_account u ON u.disabled_at IS NULL AND (u.id = d.user_id OR EXISTS (
       SELECT FROM membership m WHERE m.user_id = u.id AND m.organisation_id = s.organisation_id))
  LEFT JOIN LATERAL (
       SELECT count(*) FILTER (WHERE b.state = 'waiting') AS waiting,
              count(*) FILTER (WHERE b.state = 'requested') AS asking
         FROM booking b WHERE b.occurrence_id = o.id AND b.state IN ('waiting', 'requested')) AS more ON true
 WHERE o.status = 'scheduled' AND o.starts_at >= :from_at AND o.starts_at < :to_at AND r.status <> 'draft'
 ORDER BY u.id, o.starts_at, o.id
""")


def list_daily_lists(from_at: datetime, to_at: datetime) -> list[DailyList]:
    """For everybody who organises something that begins between these instants: their sessions."""
    found: dict[UUID, tuple[str, str, list[ListedSession]]] = {}
    for row in db.session.execute(TODAY, {"from_at": from_at, "to_at": to_at}):
        parts = dict(row._mapping)
        key, email, name = parts.pop("user_id"), parts.pop("email"), parts.pop("name")
        found.setdefault(key, (email, name, []))[2].append(ListedSession(**parts))
    return [DailyList(key, email, name, tuple(sessions)) for key, (email, name, sessions) in found.items()]
