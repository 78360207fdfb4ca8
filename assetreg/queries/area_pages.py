"""What the page of an area shows: what there is by need and by interest, and the shapes of its map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.listed import ARE_THERE, IS_LISTED, REACHES_THERE
from assetreg.queries.places import NEXT_TO_DEGREES


@dataclass(frozen=True, slots=True)
class Group:
    """The services of an area under one topmost term: how many, and the first few by name."""

    term_id: int
    services: int
    first_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AreaServices:
    """What there is in an area. `wide_ids` are the first of those that reach it from elsewhere."""

    services: int
    groups: tuple[Group, ...]
    wide: int
    wide_ids: tuple[int, ...]


AREA_SERVICES = text(f"""
WITH RECURSIVE above AS (
    SELECT id AS term_id, id, parent_id FROM term
    UNION ALL
    SELECT above.term_id, t.id, t.parent_id FROM above JOIN term t ON t.id = above.parent_id
), local AS MATERIALIZED (
    SELECT s.id, lower(s.name) AS name FROM service s WHERE {IS_LISTED} AND s.id IN ({ARE_THERE})
), wide AS MATERIALIZED (
    SELECT s.id, lower(s.name) AS name
      FROM service s WHERE {IS_LISTED} AND s.id NOT IN (SELECT id FROM local) AND {REACHES_THERE}
), under AS (
    SELECT DISTINCT above.id AS term_id, local.id, local.name
      FROM local JOIN service_term st ON st.service_id = local.id
      JOIN above ON above.term_id = st.term_id AND above.parent_id IS NULL
), numbered AS (
    SELECT term_id, id, name, row_number() OVER (PARTITION BY term_id ORDER BY name, id) AS place FROM under
), grouped AS (
    SELECT term_id, count(*) AS services, array_agg(id ORDER BY place) FILTER (WHERE place <= :first) AS first_ids
      FROM numbered GROUP BY term_id
)
SELECT (SELECT count(*) FROM local) AS services,
       (SELECT jsonb_agg(jsonb_build_array(term_id, services, first_ids)) FROM grouped) AS groups,
       (SELECT count(*) FROM wide) AS wide,
       ARRAY(SELECT id FROM wide ORDER BY name, id LIMIT :first) AS wide_ids
""")  # noqa: S608  (constants of ours)


def get_area_services(inside: Sequence[int], around: Sequence[int], today: date, first: int) -> AreaServices:
    """What there is in these areas, by topmost need and interest, and what reaches them from around; one statement."""
    values = {"area_ids": list(inside), "around_ids": list(around), "today": today, "first": first}
    row = db.session.execute(AREA_SERVICES, values).one()
    groups = tuple(Group(term, services, tuple(ids)) for term, services, ids in row.groups or ())
    return AreaServices(row.services, groups, row.wide, tuple(row.wide_ids))


@dataclass(frozen=True, slots=True)
class OutlinedArea:
    """An area with a lighter copy of its shape (well-known binary), for drawing. `is_it` marks the one asked about."""

    slug: str
    name: str
    is_it: bool
    shape: bytes


# The area itself, and beside it: a ward's neighbours, or the wards in anything larger.
OUTLINES = text("""
SELECT other.slug, other.name, other.id = this.id AS is_it,
       ST_AsBinary(ST_SimplifyPreserveTopology(other.boundary, :tolerance)) AS shape
  FROM area this
  JOIN area other ON other.boundary IS NOT NULL AND other.retired_at IS NULL AND (
       other.id = this.id OR other.kind = 'ward' AND (
           this.kind = 'ward' AND ST_DWithin(other.boundary, this.boundary, :next_to) OR other.id = ANY(:inside)))
 WHERE this.id = :area_id
 ORDER BY other.id = this.id, lower(other.name), other.id
""")


def list_outlines(area_id: int, inside: Sequence[int], is_large: bool) -> list[OutlinedArea]:
    """The shapes that an area's own map shows, the area last; coarser when it is large. None without boundaries."""
    values = {
        "area_id": area_id,
        "inside": list(inside),
        "next_to": NEXT_TO_DEGREES,
        "tolerance": 0.0006 if is_large else 0.0002,
    }
    rows = db.session.execute(OUTLINES, values)
    return [OutlinedArea(row.slug, row.name, row.is_it, bytes(row.shape)) for row in rows]
