"""The sample city's areas in the register: approximate ones where none were loaded, otherwise the loaded ones."""

from __future__ import annotations

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
    first; `added` is how many areas were made.
    """

    shapes: dict[str, BaseGeometry]
    ward_ids: dict[str, int]
    beside: dict[str, tuple[str, ...]]
    groups: dict[tuple[str, str], int]
    city_id: int | None
    added: int


def lay_ground(wards: list[Ward]) -> Ground:
    """Make sure that the wards, what they lie in, and the middles of postcode sectors are there.

    Boundaries that were really loaded stay as they are, and then no approximate ward is put on top of them.
    """
    approximate = approximate_shapes(wards)
    added = 0
    if not _has("ward"):
        incoming = [_ward(ward, approximate[ward.code]) for ward in wards]
        added += sum(save_areas("ward", incoming, SOURCE))
    for kind in ("constituency", "locality"):
        if not _has(kind):
            added += _add_groups(kind, [group for group in read_groups() if group.kind == kind])
    join_parents()
    if not _has("city"):
        added += _add_city()
    _add_centres()
    db.session.flush()
    return _ground(wards, approximate, added)


def take_up_ground() -> tuple[int, bool]:
    """Take the sample's areas and postcode middles out again, unless another entry lies in or serves one of them.

    Returns how many areas went, and whether some had to stay.
    """
    ours = select(Area.id).where(Area.source == SOURCE)
    is_used = db.session.scalar(
        select(
            or_(exists(select(ServiceArea.area_id)), exists(select(Location.id).where(Location.ward_id.is_not(None))))
        )
    )
    if is_used:
        return 0, db.session.scalar(select(func.count()).select_from(ours.subquery())) != 0
    linked = select(AreaLink.parent_id).where(AreaLink.child_id.not_in(ours))
    codes = [group.code for group in read_groups()]
    is_group = Area.code.in_(codes) & (Area.source == DERIVED) & Area.id.not_in(linked)
    other_wards = exists(select(Area.id).where(Area.kind == "ward", Area.source != SOURCE))
    has_others = db.session.scalar(select(other_wards))
    is_city = (Area.code == CITY_CODE) & (Area.source == DERIVED) if not has_others else Area.id.is_(None)
    gone = db.session.execute(
        delete(Area)
        .where((Area.source == SOURCE) | is_group | is_city)
        .execution_options(synchronize_session=False)
        .returning(Area.id)
    ).all()
    db.session.execute(delete(PostcodeCentre).where(~PostcodeCentre.is_derived))
    return len(gone), False


def _has(kind: str) -> bool:
    return bool(db.session.scalar(select(exists(select(Area.id).where(Area.kind == kind, Area.retired_at.is_(None))))))


def _ward(ward: Ward, shape: MultiPolygon) -> Incoming:
    middle = Point(ward.lon, ward.lat)
    centre = middle if shape.covers(middle) else shape.representative_point()
    return Incoming(ward.code, ward.name, shapely.to_wkb(shape), shapely.to_wkb(centre), is_approximate=True)


def _add_groups(kind: str, groups: list[Group]) -> int:
    """Constituencies or localities without a boundary of their own, linked to their wards."""
    added, _ = save_areas(kind, [Incoming(group.code, group.name, None, None, True) for group in groups], DERIVED)
    ids = dict(db.session.execute(select(Area.code, Area.id).where(Area.retired_at.is_(None))).all())
    links = [
        {"child_id": ids[ward], "parent_id": ids[group.code], "share": share}
        for group in groups
        for ward, share in group.shares.items()
        if ward in ids
    ]
    if links:
        db.session.execute(insert(AreaLink), links)
    return added


def _add_city() -> int:
    wkbs = db.session.scalars(
        select(func.ST_AsBinary(Area.boundary)).where(
            Area.kind == "ward", Area.retired_at.is_(None), Area.boundary.is_not(None)
        )
    )
    shape = joined([shapely.from_wkb(bytes(wkb)) for wkb in wkbs])
    city = Incoming(
        CITY_CODE, CITY_NAME, shapely.to_wkb(shape), shapely.to_wkb(shape.representative_point()), is_approximate=True
    )
    added, _ = save_areas("city", [city], DERIVED)
    return added


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


def _ground(wards: list[Ward], approximate: dict[str, MultiPolygon], added: int) -> Ground:
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
