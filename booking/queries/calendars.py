"""The sessions that a calendar shows: of a series, a service, an organisation, an area, or one person's bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.errors import NotFound
from assetreg.rules.vocabulary import SENSITIVE_NEEDS

LOOKS_BACK = timedelta(days=31)  # so that calendars see what was cancelled, and keep what has just been
LOOKS_AHEAD = timedelta(days=400)
AREA_LOOKS_AHEAD = timedelta(weeks=8)
MOST_ENTRIES = 2000


@dataclass(frozen=True, slots=True)
class Dated:
    """One session for a calendar. `address`, `latitude` and `longitude` are None for confidential places.

    In a person's feed `public_id` is the booking's, and `reference`, `people` and `state` are its own.
    """

    public_id: UUID
    session_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    created_at: datetime
    updated_at: datetime
    title: str
    organiser: str
    kind: str
    visibility: str
    ward_name: str
    address: str | None
    latitude: float | None
    longitude: float | None
    is_sensitive: bool
    reference: str
    people: int
    state: str


@dataclass(frozen=True, slots=True)
class Dates:
    """A calendar's name and its sessions, in order of time. The name is empty where a service must not be named."""

    name: str
    sessions: tuple[Dated, ...]


COLUMNS = """
       o.public_id AS session_id, o.sequence, o.starts_at, o.ends_at, o.created_at,
       coalesce(nullif(r.title, ''), s.name) AS title, g.name AS organiser, r.kind,
       coalesce(l.visibility, 'public') AS visibility,
       CASE WHEN l.visibility = 'hidden' THEN '' ELSE coalesce(w.name, '') END AS ward_name,
       CASE WHEN l.visibility = 'public' THEN concat_ws(', ', nullif(sp.name, ''), nullif(l.name, ''),
            nullif(l.address, ''), nullif(l.postcode, '')) END AS address,
       CASE WHEN l.visibility = 'public' AND NOT l.is_approximate THEN ST_Y(l.point::geometry) END AS latitude,
       CASE WHEN l.visibility = 'public' AND NOT l.is_approximate THEN ST_X(l.point::geometry) END AS longitude,
       s.is_sensitive OR EXISTS (SELECT FROM service_term st JOIN term t ON t.id = st.term_id
                                  WHERE st.service_id = s.id AND t.slug = ANY(:sensitive)) AS is_sensitive
"""
JOINED = """
  JOIN series r ON r.id = o.series_id
  JOIN service s ON s.id = o.service_id
  JOIN organisation g ON g.id = s.organisation_id
  LEFT JOIN location l ON l.id = o.location_id
  LEFT JOIN space sp ON sp.id = o.space_id
  LEFT JOIN area w ON w.id = l.ward_id
"""
# As on the pages of organisations and areas: whoever looks over a shoulder sees nothing of these.
NOT_SENSITIVE = """NOT s.is_sensitive AND NOT EXISTS (SELECT FROM service_term st JOIN term t ON t.id = st.term_id
                                                WHERE st.service_id = s.id AND t.slug = ANY(:sensitive))"""
# What everybody may see: nothing of drafts, and of unlisted series only their own address.
PUBLISHED = """
SELECT o.public_id, {columns}, o.status = 'cancelled' AS is_cancelled,
       greatest(o.updated_at, r.updated_at) AS updated_at, '' AS reference, 0 AS people, 'confirmed' AS state
  FROM occurrence o {joined}
 WHERE o.starts_at BETWEEN :from_at AND :to_at AND r.status <> 'draft' AND {which}
 ORDER BY o.starts_at, o.id LIMIT :most
"""
SERIES = text(PUBLISHED.format(columns=COLUMNS, joined=JOINED, which="r.public_id = :key"))
SERVICE = text(PUBLISHED.format(columns=COLUMNS, joined=JOINED, which="s.public_id = :key AND r.is_listed"))
ORGANISATION = text(
    PUBLISHED.format(columns=COLUMNS, joined=JOINED, which=f"g.public_id = :key AND r.is_listed AND {NOT_SENSITIVE}")
)
IN_AREA = """r.is_listed AND l.visibility <> 'hidden' AND l.ward_id IN (
            SELECT a.id FROM area a WHERE a.slug = :key AND a.retired_at IS NULL
            UNION SELECT k.child_id FROM area_link k JOIN area a ON a.id = k.parent_id WHERE a.slug = :key
            UNION SELECT w.id FROM area w JOIN area a ON a.slug = :key AND a.kind = 'city' WHERE w.kind = 'ward')"""
AREA = text(PUBLISHED.format(columns=COLUMNS, joined=JOINED, which=f"{IN_AREA} AND {NOT_SENSITIVE}"))
OWN = text(f"""
SELECT b.public_id, {COLUMNS}, o.status = 'cancelled' OR b.ended_at IS NOT NULL AS is_cancelled,
       greatest(o.updated_at, b.updated_at) AS updated_at, b.reference, b.party_size AS people, b.state
  FROM booking b JOIN occurrence o ON o.id = b.occurrence_id {JOINED}
 WHERE b.booked_by_id = :key AND o.starts_at BETWEEN :from_at AND :to_at
 ORDER BY o.starts_at, b.id LIMIT :most
""")  # noqa: S608  (constants of ours)
NAMES = {
    "series": text(f"""SELECT CASE WHEN {NOT_SENSITIVE} THEN coalesce(nullif(r.title, ''), s.name) ELSE '' END
                         FROM series r JOIN service s ON s.id = r.service_id
                        WHERE r.public_id = :key AND r.status <> 'draft'"""),  # noqa: S608  (constants of ours)
    "service": text(f"""SELECT CASE WHEN {NOT_SENSITIVE} THEN s.name ELSE '' END
                          FROM service s WHERE s.public_id = :key"""),  # noqa: S608  (constants of ours)
    "organisation": text("SELECT name FROM organisation WHERE public_id = :key"),
    "area": text("SELECT name FROM area WHERE slug = :key AND retired_at IS NULL"),
}
ENTRIES = {"series": SERIES, "service": SERVICE, "organisation": ORGANISATION, "area": AREA}


def get_dates(of: str, key: UUID | str, now: datetime) -> Dates:
    """The calendar of a `series`, `service`, `organisation` (public ids) or `area` (slug).

    Two statements. Raises NotFound.
    """
    named = {"key": key, "sensitive": sorted(SENSITIVE_NEEDS)} if of in ("series", "service") else {"key": key}
    name = db.session.scalar(NAMES[of], named)
    if name is None:
        raise NotFound
    ahead = AREA_LOOKS_AHEAD if of == "area" else LOOKS_AHEAD
    return Dates(name, read(ENTRIES[of], key, now, ahead))


def list_own_dates(user_id: int, now: datetime) -> tuple[Dated, ...]:
    """What this person has booked for others, cancelled bookings included, so that calendars take them out."""
    return read(OWN, user_id, now, LOOKS_AHEAD)


def read(statement: Any, key: object, now: datetime, ahead: timedelta) -> tuple[Dated, ...]:
    """The sessions of one statement."""
    values = {
        "key": key,
        "from_at": now - LOOKS_BACK,
        "to_at": now + ahead,
        "sensitive": sorted(SENSITIVE_NEEDS),
        "most": MOST_ENTRIES,
    }
    return tuple(Dated(**row._mapping) for row in db.session.execute(statement, values))
