"""Where things are: what a postcode stands for, and how areas lie to one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import case, func, select, text
from sqlalchemy.orm import aliased

from assetreg.db import db
from assetreg.models import Area, AreaLink
from assetreg.queries.errors import NotFound
from assetreg.rules.areas import slugs_meant
from geo.postcodes import Outward, Postcode, PostcodeError, Sector, parse_any

NEXT_TO_DEGREES = 0.00002  # about two metres: simplified neighbours do not quite meet


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a postcode is. `postcode` is written the right way; WGS84 degrees.

    placement is `placed` (in a ward), `outside` (somewhere else) or `needs_location` (nobody knows where it is).
    lat and lon are None when nothing nearer is known. `is_approximate` says that they are the middle of a sector or of
    an outward code, not the postcode itself.
    """

    postcode: str
    placement: str
    lat: float | None = None
    lon: float | None = None
    is_approximate: bool = False
    ward_id: int | None = None
    ward_name: str | None = None
    ward_slug: str | None = None


# An outward code has a derived centre exactly when full postcodes of it are loaded: then a postcode that is missing
# does not exist (or is new), and guessing its place from its neighbours would hide that. Where only centres are known,
# the sector's serves, then the outward code's, then the middle of the outward code's sectors.
_PLACED = text("""
    WITH asked AS (
        SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:sectors AS text[]), CAST(:outwards AS text[]))
                   WITH ORDINALITY AS asked (code, sector, outward, number)
    )
    SELECT best.rank, ST_Y(best.point::geometry), ST_X(best.point::geometry), ward.id, ward.name, ward.slug,
           (SELECT EXISTS (SELECT FROM postcode_centre))
      FROM asked
      LEFT JOIN LATERAL (
          SELECT 1 AS rank, point, ward_id FROM postcode WHERE code = asked.code
           UNION ALL
          SELECT 2, NULL, NULL FROM postcode_centre
           WHERE code = asked.outward AND is_derived AND asked.code IS NOT NULL
           UNION ALL
          SELECT 3, point, ward_id FROM postcode_centre WHERE code = asked.sector
           UNION ALL
          SELECT 4, point, ward_id FROM postcode_centre WHERE code = asked.outward
           UNION ALL
          SELECT 5, middle.point, ward_covering(middle.point)
            FROM (SELECT ST_Centroid(ST_Collect(centre.point::geometry))::geography AS point
                    FROM generate_series(0, 9) AS digit
                    JOIN postcode_centre AS centre ON centre.code = asked.outward || ' ' || digit
                   WHERE NOT EXISTS (SELECT FROM postcode_centre WHERE code = asked.outward)) AS middle
           WHERE middle.point IS NOT NULL
           ORDER BY rank LIMIT 1
      ) AS best ON true
      LEFT JOIN area AS ward ON ward.id = best.ward_id
     ORDER BY asked.number
""")
EXACT, MISSING = 1, 2  # the first two ranks of the statement above; those after it are approximate


def find_postcode(written: str) -> Placed | None:
    """Where this postcode, sector or outward code is; None when the text is no postcode at all."""
    return find_postcodes([written]).get(written)


def find_postcodes(written: Iterable[str]) -> dict[str, Placed]:
    """Where each of these is, in one statement, by the text that was asked; what is no postcode is left out."""
    wanted: dict[str, Postcode | Sector | Outward] = {}
    for one in written:
        if one not in wanted:
            try:
                wanted[one] = parse_any(one)
            except PostcodeError:
                continue
    if not wanted:
        return {}
    values = list(wanted.values())
    rows = db.session.execute(
        _PLACED,
        {
            "codes": [value.compact if isinstance(value, Postcode) else None for value in values],
            "sectors": [_sector(value) for value in values],
            "outwards": [value.code if isinstance(value, Outward) else value.outward for value in values],
        },
    )
    return {asked: _placed(str(value), *row) for (asked, value), row in zip(wanted.items(), rows, strict=True)}


def find_area(written: str) -> Area | None:
    """The present area with this code, address or name ("E05011169", "northfield", "Brandwood & King's Heath ward").

    When a ward and a constituency have one name the ward is meant; "city" is the city.
    """
    wanted = _storable(written).strip()
    slugs = slugs_meant(wanted)
    rank = case({slug: number for number, slug in enumerate(slugs)}, value=Area.slug, else_=len(slugs))
    is_named = (func.upper(Area.code) == wanted.upper()) | Area.slug.in_(slugs)
    is_meant = (Area.kind == "city") if wanted.lower() == "city" else is_named
    found: Area | None = db.session.scalar(
        select(Area)
        .where(is_meant, Area.retired_at.is_(None))
        .order_by((func.upper(Area.code) == wanted.upper()).desc(), rank, Area.id)
        .limit(1)
    )
    return found


def get_area(slug: str) -> Area:
    """The area with this address, former ones too; NotFound when there is none."""
    area: Area | None = db.session.scalar(select(Area).where(Area.slug == _storable(slug)))
    if area is None:
        raise NotFound(slug)
    return area


def find_city() -> Area | None:
    """The city; None before any boundaries are loaded."""
    return find_area("city")


def list_areas(kind: str) -> list[Area]:
    """The present areas of one kind, A to Z."""
    return list(
        db.session.scalars(
            select(Area).where(Area.kind == kind, Area.retired_at.is_(None)).order_by(Area.name, Area.id)
        )
    )


def list_wards() -> list[Area]:
    """The present wards, A to Z."""
    return list_areas("ward")


def list_wards_of(parent: Area) -> list[Area]:
    """The wards that lie in a constituency, a locality or the city, wholly or in part, A to Z."""
    if parent.kind == "city":
        return list_wards()
    return list(
        db.session.scalars(
            select(Area)
            .join(AreaLink, AreaLink.child_id == Area.id)
            .where(AreaLink.parent_id == parent.id, Area.kind == "ward", Area.retired_at.is_(None))
            .order_by(Area.name, Area.id)
        )
    )


def list_parents_of(ward: Area) -> list[tuple[Area, float]]:
    """The areas a ward lies in, each with the share of the ward that does, largest first; the city is not listed."""
    rows = db.session.execute(
        select(Area, AreaLink.share)
        .join(AreaLink, AreaLink.parent_id == Area.id)
        .where(AreaLink.child_id == ward.id, Area.retired_at.is_(None))
        .order_by(Area.kind, AreaLink.share.desc(), Area.id)
    )
    return [(area, share) for area, share in rows]


def list_neighbours_of(area: Area) -> list[Area]:
    """The present areas of the same kind that touch this one, A to Z."""
    this = aliased(Area)
    return list(
        db.session.scalars(
            select(Area)
            .join(this, func.ST_DWithin(Area.boundary, this.boundary, NEXT_TO_DEGREES))
            .where(this.id == area.id, Area.id != area.id, Area.kind == area.kind, Area.retired_at.is_(None))
            .order_by(Area.name, Area.id)
        )
    )


def _storable(typed: str) -> str:
    """What people typed without the one character that the database cannot compare with."""
    return typed.replace("\0", "")


def _sector(value: Postcode | Sector | Outward) -> str | None:
    if isinstance(value, Postcode):
        return value.sector
    return str(value) if isinstance(value, Sector) else None


def _placed(
    postcode: str,
    rank: int | None,
    lat: float | None,
    lon: float | None,
    ward_id: int | None,
    ward_name: str | None,
    ward_slug: str | None,
    is_anything_loaded: bool,
) -> Placed:
    """One row of the answer in words. Before any postcode is loaded nothing can be said to lie outside."""
    if lat is None:
        is_unknown = rank == MISSING or not is_anything_loaded
        return Placed(postcode, "needs_location" if is_unknown else "outside")
    placement = "outside" if ward_id is None else "placed"
    return Placed(postcode, placement, lat, lon, rank != EXACT, ward_id, ward_name, ward_slug)
