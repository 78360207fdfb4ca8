"""The sample city's areas in the register: approximate ones where none were loaded, otherwise the loaded ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import shapely
from shapely.geometry import MultiPolygon, Point
from shapely.geometry.base import BaseGeometry
from sqlalchemy import delete, exists, func, insert, or_, select, text

from assetreg.actions.areas import DERIVED, Incoming, join_parents, save_areas
from assetreg.actions.sample_city.ground import (
    CITY_CODE,
    CITY_NAME,
    Group,
    Spot,
    Ward,
    approximate_shapes,
    outwards,
    read_groups,
    read_sectors,
)
from assetreg.db import db
from assetreg.models import Area, AreaLink, Location, PostcodeCentre, ServiceArea
from geo.shapes import joined, neighbours

SOURCE = "Approximate shapes made from ward centres"


@dataclass(frozen=True)
class Ground:
    """Where the sample's entries go: each ward's shape and, where the register has it, its area; by ward code.

    `beside` are the codes of the neighbouring wards; `groups` are area ids by (kind, ward code), the largest share
    first; `added` are the codes of the areas that were made.
    """

    shapes: dict[str, BaseGeometry]
    ward_ids: dict[str, int]
    beside: dict[str, tuple[str, ...]]
    groups: dict[tuple[str, str], int]
    city_id: int | None
    added: tuple[str, ...]


def lay_ground(wards: list[Ward]) -> Ground:
    """Make sure that the wards, what they lie in, and the middles of postcode sectors are there.

    Boundaries that were really loaded stay as they are, and then no approximate ward is put on top of them.
    """
    approximate = approximate_shapes(wards)
    before = _present_codes()
    if not _has("ward"):
        save_areas("ward", [_ward(ward, approximate[ward.code]) for ward in wards], SOURCE)
    for kind in ("constituency", "locality"):
        if not _has(kind):
            _add_groups(kind, [group for group in read_groups() if group.kind == kind])
    join_parents()
    if not _has("city"):
        _add_city()
    _add_centres()
    db.session.flush()
    return _ground(wards, approximate, tuple(sorted(_present_codes() - before)))


def take_up_ground(codes: Collection[str]) -> tuple[int, bool]:
    """Take the areas with these codes and the middles of postcode sectors out again.

    They stay when another entry lies in or serves an area, and what was joined from the wards stays when the wards
    have been replaced by loaded ones. Returns how many areas went, and whether some had to stay for other entries.
    """
    has_place = exists(select(Location.id).where(Location.ward_id.is_not(None)))
    if db.session.scalar(select(or_(exists(select(ServiceArea.area_id)), has_place))):
        return 0, bool(codes)
    is_made = Area.code.in_(codes)
    is_replaced = exists(select(Area.id).where(is_made, Area.kind == "ward", Area.source != SOURCE))
    sources = (SOURCE,) if db.session.scalar(select(is_replaced)) else (SOURCE, DERIVED)
    gone = db.session.execute(
        delete(Area)
        .where(is_made, Area.source.in_(sources))
        .execution_options(synchronize_session=False)
        .returning(Area.id)
    ).all()
    db.session.execute(delete(PostcodeCentre).where(~PostcodeCentre.is_derived))
    return len(gone), False


def _present_codes() -> set[str]:
    return set(db.session.scalars(select(Area.code).where(Area.retired_at.is_(None))))


def _has(kind: str) -> bool:
    return bool(db.session.scalar(select(exists(select(Area.id).where(Area.kind == kind, Area.retired_at.is_(None))))))


def _ward(ward: Ward, shape: MultiPolygon) -> Incoming:
    middle = Point(ward.lon, ward.lat)
    centre = middle if shape.covers(middle) else shape.representative_point()
    return Incoming(ward.code, ward.name, shapely.to_wkb(shape), shapely.to_wkb(centre), is_approximate=True)


def _add_groups(kind: str, groups: list[Group]) -> None:
    """Constituencies or localities without a boundary of their own, linked to their wards."""
    save_areas(kind, [Incoming(group.code, group.name, None, None, True) for group in groups], DERIVED)
    ids = dict(db.session.execute(select(Area.code, Area.id).where(Area.retired_at.is_(None))).all())
    links = [
        {"child_id": ids[ward], "parent_id": ids[group.code], "share": share}
        for group in groups
        for ward, share in group.shares.items()
        if ward in ids
    ]
    if links:
        db.session.execute(insert(AreaLink), links)


def _add_city() -> None:
    wkbs = db.session.scalars(
        select(func.ST_AsBinary(Area.boundary)).where(
            Area.kind == "ward", Area.retired_at.is_(None), Area.boundary.is_not(None)
        )
    )
    shape = joined([shapely.from_wkb(bytes(wkb)) for wkb in wkbs])
    city = Incoming(
        CITY_CODE, CITY_NAME, shapely.to_wkb(shape), shapely.to_wkb(shape.representative_point()), is_approximate=True
    )
    save_areas("city", [city], DERIVED)


def _add_centres() -> None:
    """Middles of sectors and outward codes, where none are known yet."""
    sectors = read_sectors()
    rows: list[Spot] = [*sectors, *outwards(sectors)]
    db.session.execute(
        text("""
            INSERT INTO postcode_centre (code, point, postcodes, is_derived, ward_id)
            SELECT code, point, postcodes, false, ward_covering(point)
              FROM (SELECT code, ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography AS point, postcodes
                      FROM unnest(CAST(:codes AS text[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]),
                                  CAST(:counts AS int[])) AS new (code, lon, lat, postcodes)) AS made
            ON CONFLICT (code) DO NOTHING
        """),
        {
            "codes": [row.sector for row in rows],
            "lons": [row.lon for row in rows],
            "lats": [row.lat for row in rows],
            "counts": [row.weight for row in rows],
        },
    )


def _ground(wards: list[Ward], approximate: dict[str, MultiPolygon], added: tuple[str, ...]) -> Ground:
    """What the register has now: areas with our wards' codes, else the areas that cover our wards' middles."""
    loaded = {
        code: (key, shapely.from_wkb(bytes(wkb)))
        for code, key, wkb in db.session.execute(
            select(Area.code, Area.id, func.ST_AsBinary(Area.boundary)).where(
                Area.kind == "ward", Area.retired_at.is_(None), Area.boundary.is_not(None)
            )
        )
    }
    shapes: dict[str, BaseGeometry] = {}
    ward_ids: dict[str, int] = {}
    for ward in wards:
        if ward.code in loaded:
            ward_ids[ward.code], shapes[ward.code] = loaded[ward.code]
        else:
            shapes[ward.code] = approximate[ward.code]
            middle = Point(ward.lon, ward.lat)
            covering = [key for key, shape in loaded.values() if shape.covers(middle)]
            if covering:
                ward_ids[ward.code] = covering[0]
    groups: dict[tuple[str, str], int] = {}
    of_ward = {key: code for code, key in ward_ids.items()}
    for child, parent, kind in db.session.execute(
        select(AreaLink.child_id, AreaLink.parent_id, Area.kind)
        .join(Area, Area.id == AreaLink.parent_id)
        .where(Area.retired_at.is_(None))
        .order_by(AreaLink.share.desc(), AreaLink.parent_id)
    ):
        if child in of_ward:
            groups.setdefault((kind, of_ward[child]), parent)
    city_id = db.session.scalar(
        select(Area.id).where(Area.kind == "city", Area.retired_at.is_(None)).order_by(Area.id).limit(1)
    )
    return Ground(shapes, ward_ids, neighbours(shapes), groups, city_id, added)
