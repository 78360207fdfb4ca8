"""Write what was searched for, and clear away what is old. Nothing here knows who searched."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, text

from assetreg.db import db
from search.models import SearchLog
from search.searched import Searched

# The ward of each point: all that is kept of where somebody was.
WARDS = text("""
SELECT DISTINCT ON (given.number) given.number, area.code
  FROM unnest(CAST(:lats AS float8[]), CAST(:lons AS float8[])) WITH ORDINALITY AS given (lat, lon, number)
  JOIN area ON area.kind = 'ward' AND area.retired_at IS NULL
   AND ST_Covers(area.boundary::geometry, ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326))
 ORDER BY given.number, area.code
""")


def write_searches(searches: Sequence[Searched], searched_on: date) -> int:
    """Add them in an order that nobody can read anything from; returns how many."""
    if not searches:
        return 0
    wards = wards_of(searches)
    rows = [
        {
            "searched_on": searched_on,
            "words": list(one.words),
            "left_out": one.left_out,
            "meant": list(one.meant),
            "filters": list(one.filters),
            "areas": sorted({*one.areas, *({ward} if (ward := wards.get(place)) else ())}),
            "results": one.results,
            "is_from_index": one.is_from_index,
            "is_urgent": one.is_urgent,
        }
        for place, one in enumerate(searches)
    ]
    random.shuffle(rows)
    db.session.execute(insert(SearchLog), rows)
    return len(rows)


def wards_of(searches: Sequence[Searched]) -> dict[int, str]:
    """By place in the list: the code of the ward in which somebody's point lies."""
    points = {place: one.point for place, one in enumerate(searches) if one.point is not None}
    if not points:
        return {}
    places = list(points)
    values = {"lats": [point[0] for point in points.values()], "lons": [point[1] for point in points.values()]}
    return {places[row.number - 1]: row.code for row in db.session.execute(WARDS, values)}


def purge_searches(before: date) -> int:
    """Remove searches of days before this one; returns how many."""
    gone = db.session.scalars(delete(SearchLog).where(SearchLog.searched_on < before).returning(SearchLog.id)).all()
    return len(gone)
