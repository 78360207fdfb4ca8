"""Where services are, for a map that the database has to draw: the same places that the index would have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from search.clusters import Places
from search.records import APPROXIMATE, EXACT, WARD_CENTRE

# A public place with a point, or the middle of the ward of one that is told by its ward alone. Hidden ones are nowhere.
PLACES = text(f"""
SELECT sl.service_id, ST_Y(p.point) AS lat, ST_X(p.point) AS lon, coalesce(l.ward_id, 0) AS ward,
       CASE WHEN l.visibility = 'area_only' THEN {WARD_CENTRE}
            WHEN l.is_approximate THEN {APPROXIMATE} ELSE {EXACT} END AS precision
  FROM service_at_location sl
  JOIN location l ON l.id = sl.location_id
  LEFT JOIN area w ON w.id = l.ward_id AND w.retired_at IS NULL
 CROSS JOIN LATERAL (
       SELECT CASE l.visibility WHEN 'public' THEN l.point::geometry
                                WHEN 'area_only' THEN w.centre::geometry END AS point) AS p
 WHERE sl.service_id = ANY(:ids) AND p.point IS NOT NULL
 ORDER BY sl.service_id, sl.id
""")  # noqa: S608  (constants of ours)


def list_places_of(services: Sequence[int]) -> Places:
    """Every place of these services that may be shown; one statement."""
    rows = db.session.execute(PLACES, {"ids": list(services)}).all() if services else []
    return Places(
        np.array([row.service_id for row in rows], np.int64),
        np.array([row.lat for row in rows], np.float64),
        np.array([row.lon for row in rows], np.float64),
        np.array([row.precision for row in rows], np.int32),
        np.array([row.ward for row in rows], np.int32),
    )
