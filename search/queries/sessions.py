"""Every coming session that anybody may be shown, read at one go as plain numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from assetreg.db import db
from search.sessions import SESSION, UNCOUNTED, NextSession

# When a session can be booked by anybody, as the arrays have it (`search.laying.lay_over`).
IS_SHOWN = """o.starts_at > now() AND o.status = 'scheduled' AND NOT o.is_paused
   AND s.status = 'published' AND NOT s.is_paused AND s.is_listed"""
HAS_PLACE = """s.kind <> 'referred' AND (o.capacity IS NULL OR o.places_taken < o.capacity)
   AND (s.opens_days IS NULL OR now() >= o.starts_at - make_interval(days => s.opens_days))
   AND now() < o.starts_at - make_interval(mins => s.closes_minutes)
   AND (s.course_booking IS DISTINCT FROM 'whole' OR now() < (
        SELECT min(f.starts_at) FROM occurrence f WHERE f.series_id = s.id AND f.status = 'scheduled'
       ) - make_interval(mins => s.closes_minutes))"""
# As bytes in the order of `SESSION`: the database packs 150,000 sessions in a tenth of a second, and nothing is decoded
# here. A course that is booked whole can be booked until its first date.
COMING = text(f"""
SELECT string_agg(
         int8send(o.service_id)
      || int4send((extract(epoch FROM o.starts_at) / 60)::int)
      || int4send(least(extract(epoch FROM o.ends_at - o.starts_at) / 60, 1440)::int)
      || int4send(CASE WHEN o.capacity IS NULL THEN {UNCOUNTED} ELSE greatest(o.capacity - o.places_taken, 0) END)
      || int4send(CASE WHEN s.opens_days IS NULL THEN 0
                  ELSE (extract(epoch FROM o.starts_at) / 60)::int - s.opens_days * 1440 END)
      || int4send(CASE WHEN s.kind = 'course' AND s.course_booking = 'whole'
                  THEN coalesce((SELECT (extract(epoch FROM min(f.starts_at)) / 60)::int FROM occurrence f
                                  WHERE f.series_id = s.id AND f.status = 'scheduled'), 0)
                  ELSE (extract(epoch FROM o.starts_at) / 60)::int END - s.closes_minutes)
      || int4send((s.kind = 'referred')::int)
      || uuid_send(o.public_id), ''::bytea)
  FROM occurrence o
  JOIN series s ON s.id = o.series_id
 WHERE {IS_SHOWN}
""")  # noqa: S608  (constants of ours)
FIRST = text(f"""
SELECT DISTINCT ON (o.service_id) o.service_id, o.public_id, o.starts_at,
       CASE WHEN o.capacity IS NOT NULL THEN greatest(o.capacity - o.places_taken, 0) END AS places_left,
       s.kind = 'referred' AS is_referred
  FROM occurrence o JOIN series s ON s.id = o.series_id
 WHERE o.service_id = ANY(:ids) AND {IS_SHOWN}
 ORDER BY o.service_id, ({HAS_PLACE}) DESC, o.starts_at, o.id
""")  # noqa: S608  (constants of ours)
STAMP = text("SELECT pg_current_wal_lsn()::text")


def get_stamp() -> str:
    """How far the database has written: as long as this stays the same, nothing in it has changed."""
    return str(db.session.scalar(STAMP))


def get_coming_sessions() -> NDArray[np.void]:
    """All of them, in no order. What is called off, paused, ended, a draft or not listed is left out."""
    return np.frombuffer(db.session.scalar(COMING) or b"", SESSION)


def list_first_sessions(service_ids: Sequence[int]) -> dict[int, NextSession]:
    """The session that each service shows in a list, by its number; for when there is no index."""
    if not service_ids:
        return {}
    rows = db.session.execute(FIRST, {"ids": list(service_ids)})
    return {row.service_id: NextSession(row.public_id, row.starts_at, row.places_left, row.is_referred) for row in rows}
