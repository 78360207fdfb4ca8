"""What the page of an area shows: what there is by need and by interest, and the shapes of its map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.counts import get_listed
from assetreg.queries.places import NEXT_TO_DEGREES
from assetreg.queries.terms import Taxonomy
from assetreg.rules.counting import Keys


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


def get_area_services(
    inside: Sequence[int], around: Sequence[int], taxonomy: Taxonomy, today: date, first: int
) -> AreaServices:
    """What there is in these areas, by topmost need and interest, and what reaches them from around."""
    listed = get_listed(today)
    local = listed.wards.having(inside)
    wide = (listed.wards.having(around) | listed.everywhere) & ~local
    groups = []
    for root in [*taxonomy.roots("need"), *taxonomy.roots("interest")]:
        found = listed.terms.having([term.id for term in taxonomy.with_descendants(root)]) & local
        if found.any():
            groups.append(Group(root.id, int(np.count_nonzero(found)), first_of(listed.services[found], first)))
    return AreaServices(
        int(np.count_nonzero(local)),
        tuple(groups),
        int(np.count_nonzero(wide)),
        first_of(listed.services[wide], first),
    )


def first_of(services: Keys, number: int) -> tuple[int, ...]:
    """The first few of some services."""
    return tuple(services[:number].tolist())


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
