"""What a message about a booking may need to say, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from assetreg.db import db
from assetreg.rules.vocabulary import SENSITIVE_NEEDS


@dataclass(frozen=True, slots=True)
class Told:
    """A booking with its session, its service and its place, as far as people may be told.

    `address` is empty for confidential places. `secret_names` are what must not stand in a subject or a text when the
    service is sensitive. `party_size` counts the person who booked.
    """

    public_id: UUID
    link_version: int
    reference: str
    state: str
    party_size: int
    name: str
    email: str | None
    language: str
    booked_by: str
    booker_name: str
    run_key: UUID | None
    ended_at: datetime | None
    expires_at: datetime | None
    erased_at: datetime | None
    end_reason: str
    occurrence_id: int
    occurrence_public_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    status: str
    cancel_reason: str
    created_at: datetime
    updated_at: datetime
    zone: str
    session: str
    bring: str
    cost_pence: int | None
    cost_note: str
    service_id: int
    service_public_id: UUID
    organiser: str
    organiser_phone: str
    visibility: str
    place_name: str
    address: str
    ward_name: str
    is_online: bool
    is_sensitive: bool
    secret_names: tuple[str, ...]

    @property
    def is_cancelled(self) -> bool:
        """Is the session off?"""
        return self.status == "cancelled"


TOLD = text("""
SELECT b.public_id, b.link_version, b.reference, b.state, b.party_size, b.name, b.email, b.language, b.booked_by,
       b.booker_name, b.run_key, b.ended_at, b.expires_at, b.erased_at, b.end_reason, b.occurrence_id,
       o.public_id AS occurrence_public_id,
       o.sequence, o.starts_at, o.ends_at, o.status, o.cancel_reason, o.created_at, o.updated_at, r.zone,
       coalesce(nullif(r.title, ''), s.name) AS session,
       concat_ws(E'\n', nullif(r.note, ''), nullif(o.note, '')) AS bring,
       r.cost_pence, r.cost_note, s.id AS service_id, s.public_id AS service_public_id, g.name AS organiser,
       coalesce((SELECT c.value FROM contact_point c WHERE c.kind = 'phone' AND (c.service_id = s.id
                   OR c.organisation_id = g.id) ORDER BY c.service_id IS NULL, c.id LIMIT 1), '') AS organiser_phone,
       coalesce(l.visibility, 'public') AS visibility, coalesce(l.name, '') AS place_name,
       CASE WHEN l.visibility = 'public' THEN concat_ws(', ', nullif(sp.name, ''), nullif(l.name, ''),
            nullif(l.address, ''), nullif(l.postcode, '')) ELSE '' END AS address,
       CASE WHEN l.visibility = 'hidden' THEN '' ELSE coalesce(w.name, '') END AS ward_name,
       s.is_online AND l.id IS NULL AS is_online,
       s.is_sensitive OR needs.is_any AS is_sensitive,
       array_remove(ARRAY[s.name, r.title, g.name, l.name] || needs.names, NULL) AS secret_names
  FROM booking b
  JOIN occurrence o ON o.id = b.occurrence_id
  JOIN series r ON r.id = o.series_id
  JOIN service s ON s.id = o.service_id
  JOIN organisation g ON g.id = s.organisation_id
  LEFT JOIN location l ON l.id = o.location_id
  LEFT JOIN space sp ON sp.id = o.space_id
  LEFT JOIN area w ON w.id = l.ward_id
  CROSS JOIN LATERAL (
      SELECT coalesce(bool_or(t.slug = ANY(:sensitive)), false) AS is_any, coalesce(array_agg(t.name), '{}') AS names
        FROM service_term st JOIN term t ON t.id = st.term_id AND t.kind = 'need' WHERE st.service_id = s.id) AS needs
 WHERE b.public_id = :public_id
""")


def find_told(public_id: UUID) -> Told | None:
    """All of it; None when there is no such booking any more."""
    row = db.session.execute(TOLD, {"public_id": public_id, "sensitive": sorted(SENSITIVE_NEEDS)}).one_or_none()
    if row is None:
        return None
    parts = dict(row._mapping)
    parts["secret_names"] = tuple(name for name in parts["secret_names"] if name)
    return Told(**parts)


@dataclass(frozen=True, slots=True)
class OtherDate:
    """A session that could be booked instead."""

    public_id: UUID
    starts_at: datetime
    ends_at: datetime


OTHERS = text("""
SELECT o.public_id, o.starts_at, o.ends_at
  FROM occurrence o JOIN series r ON r.id = o.series_id
 WHERE o.service_id = :service_id AND o.status = 'scheduled' AND o.starts_at > :now AND o.id <> :but
   AND r.status = 'published' AND r.kind <> 'referred' AND r.is_listed AND NOT o.is_paused AND NOT r.is_paused
   AND (o.capacity IS NULL OR o.places_taken + :places <= o.capacity)
 ORDER BY abs(extract(epoch FROM o.starts_at - :near)), o.id LIMIT 3
""")


def list_other_dates(told: Told, now: datetime) -> list[OtherDate]:
    """The three sessions of the same service that are nearest in time and have room for them; the soonest first."""
    values = {
        "service_id": told.service_id,
        "but": told.occurrence_id,
        "places": told.party_size,
        "near": told.starts_at,
        "now": now,
    }
    found = [OtherDate(*row) for row in db.session.execute(OTHERS, values)]
    return sorted(found, key=lambda other: (other.starts_at, other.public_id))


@dataclass(frozen=True, slots=True)
class RunDate:
    """One of the dates that were booked together."""

    public_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime


# Of a run that goes on, the dates that go on; of one that ended, those that ended with it.
RUN = text("""
SELECT o.public_id, o.sequence, o.starts_at, o.ends_at, o.created_at
  FROM booking b JOIN occurrence o ON o.id = b.occurrence_id
 WHERE b.run_key = :run_key AND b.state = :state AND b.ended_at IS NOT DISTINCT FROM :ended_at
 ORDER BY o.starts_at, o.id
""")


def list_run(told: Told) -> list[RunDate]:
    """Every date that was booked together with this one and shares its fate, this one included; [] for a single one."""
    if told.run_key is None:
        return []
    values = {"run_key": told.run_key, "state": told.state, "ended_at": told.ended_at}
    found = [RunDate(*row) for row in db.session.execute(RUN, values)]
    return found if len(found) > 1 else []
