"""Every coming session that anybody may be shown, read at one go as plain numbers. `:now` is the instant of asking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import text

from assetreg import clock
from assetreg.db import db
from search.sessions import SESSION, UNCOUNTED, NextSession, SessionColumns

# When a session can be booked by anybody, as the arrays have it (`search.laying.lay_over`).
IS_SHOWN = """o.starts_at > CAST(:now AS timestamptz) AND o.status = 'scheduled' AND NOT o.is_paused
   AND s.status = 'published' AND NOT s.is_paused AND s.is_listed"""
HAS_PLACE = """s.kind <> 'referred' AND (o.capacity IS NULL OR o.places_taken < o.capacity)
   AND (s.opens_days IS NULL OR CAST(:now AS timestamptz) >= o.starts_at - make_interval(days => s.opens_days))
   AND CAST(:now AS timestamptz) < o.starts_at - make_interval(mins => s.closes_minutes)
   AND (s.course_booking IS DISTINCT FROM 'whole' OR CAST(:now AS timestamptz) < (
        SELECT min(f.starts_at) FROM occurrence f WHERE f.series_id = s.id AND f.status = 'scheduled'
       ) - make_interval(mins => s.closes_minutes))"""
# A column for each of `SESSION`, packed by the database as it would send it: a tenth of a second for 150,000 sessions,
# and nothing is decoded here. A course that is booked whole can be booked until its first date.
COMING = text(f"""
SELECT string_agg(int8send(o.service_id), ''::bytea),
       string_agg(timestamptz_send(o.starts_at), ''::bytea),
       string_agg(timestamptz_send(o.ends_at), ''::bytea),
       string_agg(timestamptz_send(coalesce(run.begins_at, o.starts_at)), ''::bytea),
       string_agg(int4send(coalesce(o.capacity - o.places_taken, {UNCOUNTED})), ''::bytea),
       string_agg(int8send((coalesce(s.opens_days, -1) + 1)::bigint * 131072
                           + s.closes_minutes * 2 + (s.kind = 'referred')::int), ''::bytea),
       string_agg(uuid_send(o.public_id), ''::bytea)
  FROM occurrence o
  JOIN series s ON s.id = o.series_id
  LEFT JOIN (SELECT f.series_id, min(f.starts_at) AS begins_at
               FROM occurrence f JOIN series c ON c.id = f.series_id AND c.course_booking = 'whole'
              WHERE f.status = 'scheduled' GROUP BY f.series_id) AS run ON run.series_id = s.id
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
STAMP = text("SELECT pg_current_wal_insert_lsn()::text")


def get_stamp() -> str:
    """How far the database has written: as long as this stays the same, nothing in it has changed."""
    return str(db.session.scalar(STAMP))


def get_coming_sessions() -> SessionColumns:
    """All of them, in no order. What is called off, paused, ended, a draft or not listed is left out."""
    driver = db.session.connection().connection.driver_connection
    assert driver is not None  # noqa: S101 - a session's connection has a driver behind it
    with driver.cursor(binary=True) as cursor:  # as text these bytes would be twice as many
        cursor.execute(COMING.text.replace(":now", "%(now)s"), {"now": clock.now()})
        row = cursor.fetchone()
    columns = zip(SESSION.names or (), row, strict=True)
    return {name: np.frombuffer(packed or b"", SESSION[name]) for name, packed in columns}


def list_first_sessions(service_ids: Sequence[int]) -> dict[int, NextSession]:
    """The session that each service shows in a list, by its number; for when there is no index."""
    if not service_ids:
        return {}
    rows = db.session.execute(FIRST, {"ids": list(service_ids), "now": clock.now()})
    return {row.service_id: NextSession(row.public_id, row.starts_at, row.places_left, row.is_referred) for row in rows}
