"""The place that somebody calls near: a postcode, an area, the name of a place, or a point."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex
from assetreg.queries.cards import Point
from assetreg.queries.places import find_postcode

DEGREES = re.compile(r"\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)\s*")
WEST, SOUTH, EAST, NORTH = -9.0, 49.0, 2.5, 61.5  # about the British Isles: elsewhere every distance is noise

# A place by its name: the whole name first, then names that begin with it. Only public places have a point.
NAMED_PLACE = text("""
SELECT l.name, ST_X(l.point::geometry) AS longitude, ST_Y(l.point::geometry) AS latitude, l.ward_id
  FROM location l
 WHERE l.visibility = 'public' AND l.point IS NOT NULL AND l.name ILIKE :pattern
 ORDER BY lower(l.name) = lower(:name) DESC, length(l.name), l.id
 LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class NearPlace:
    """Where distances are measured from, and what it is called. `ward_id` is None outside the city."""

    label: str
    point: Point
    ward_id: int | None = None
    is_approximate: bool = False
    is_outside: bool = False  # of the city


# The point itself and whether any ward is there at all: before boundaries are loaded nothing lies outside.
WARD_OF_POINT = text("""
SELECT ward_covering(CAST(:point AS geography)) AS ward_id,
       EXISTS (SELECT FROM area WHERE kind = 'ward' AND retired_at IS NULL) AS has_wards
""")

# Floors above may know more names: neighbourhoods, towns around. Asked in order before the names of places.
NAMERS: list[Callable[[str], NearPlace | None]] = []


def find_near(written: str, areas: AreaIndex) -> NearPlace | None:
    """The place meant by what somebody wrote; None when we know none. At most two statements."""
    wanted = " ".join(written.split())
    if not wanted:
        return None
    degrees = DEGREES.fullmatch(wanted)
    if degrees:
        latitude, longitude = float(degrees[1]), float(degrees[2])
        is_near_us = WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH
        return near_point(wanted, Point(longitude, latitude)) if is_near_us else None
    area = areas.find(wanted)
    if area and area.middle:
        return NearPlace(area.name, area.middle, area.id if area.kind == "ward" else None, is_approximate=True)
    postcode = find_postcode(wanted)
    if postcode:
        if postcode.lat is None or postcode.lon is None:
            return None
        point = Point(postcode.lon, postcode.lat)
        is_outside = postcode.placement == "outside"
        return NearPlace(postcode.postcode, point, postcode.ward_id, postcode.is_approximate, is_outside)
    for find in NAMERS:
        found = find(wanted)
        if found is not None:
            return found
    return find_named_place(wanted)


def near_point(label: str, point: Point) -> NearPlace:
    """A point on the map, and whether it lies in the city."""
    row = db.session.execute(WARD_OF_POINT, {"point": point.ewkt}).one()
    return NearPlace(label, point, row.ward_id, is_outside=row.has_wards and row.ward_id is None)


def find_named_place(name: str) -> NearPlace | None:
    """The public place with this name, or whose name begins so; None when there is none."""
    escaped = re.sub(r"([\\%_])", r"\\\1", name)
    row = db.session.execute(NAMED_PLACE, {"pattern": f"{escaped}%", "name": name}).first()
    return NearPlace(row.name, Point(row.longitude, row.latitude), row.ward_id) if row else None
