"""Every place by name, read from the database for keeping in memory."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex
from search.phrases.gazetteer import Gazetteer
from search.places.known import KnownPlace, Places
from search.places.outside import read_towns

# Only public places have a point; the others must not be found by name either.
BUILDINGS = text("""
SELECT l.name, l.postcode, l.ward_id, w.name AS ward_name,
       ST_Y(l.point::geometry) AS lat, ST_X(l.point::geometry) AS lon
  FROM location l LEFT JOIN area w ON w.id = l.ward_id
 WHERE l.visibility = 'public' AND l.point IS NOT NULL AND l.name <> ''
 ORDER BY l.id
""")
CENTRES = text("""
SELECT c.code, c.ward_id, w.name AS ward_name, ST_Y(c.point::geometry) AS lat, ST_X(c.point::geometry) AS lon
  FROM postcode_centre c LEFT JOIN area w ON w.id = c.ward_id
 ORDER BY c.code
""")
VERSION = text("""
SELECT (SELECT max(updated_at) FROM location), (SELECT count(*) FROM location), (SELECT count(*) FROM postcode_centre)
""")
WARDS_OF_POINTS = text("""
SELECT ward_covering(ST_SetSRID(ST_MakePoint(lon, lat), 4326)::geography)
  FROM unnest(CAST(:lons AS float[]), CAST(:lats AS float[])) WITH ORDINALITY AS asked (lon, lat, number)
 ORDER BY number
""")


def get_places(areas: AreaIndex, gazetteer: Gazetteer) -> Places:
    """All of them; three statements."""
    return Places(areas, gazetteer, list_centres(), list_buildings(), list_towns()).prepare()


def get_version_of_names() -> tuple[object, ...]:
    """Changes when a location or where a postcode is changes; one statement."""
    return tuple(db.session.execute(VERSION).one())


def list_buildings() -> Iterator[KnownPlace]:
    """Every public place that has a name, with its postcode or else its ward after the name."""
    for row in db.session.execute(BUILDINGS):
        told_apart = row.postcode or row.ward_name or f"{row.lat:.4f} {row.lon:.4f}"
        yield KnownPlace(
            "location",
            row.name,
            f"{row.name}, {told_apart}",
            (row.lat, row.lon),
            lies_in=row.ward_name or "",
            ward_id=row.ward_id,
        )


def list_centres() -> Iterator[KnownPlace]:
    """Every outward code and sector that we can place, with the ward its middle lies in."""
    for row in db.session.execute(CENTRES):
        kind = "sector" if " " in row.code else "outward"
        point = (row.lat, row.lon)
        yield KnownPlace(kind, row.code, row.code, point, lies_in=row.ward_name or "", ward_id=row.ward_id)


def list_towns() -> list[KnownPlace]:
    """The towns that we know and that are not in one of our wards."""
    towns = read_towns()
    points = [town.point or (0.0, 0.0) for town in towns]
    wards = db.session.scalars(
        WARDS_OF_POINTS, {"lons": [point[1] for point in points], "lats": [point[0] for point in points]}
    )
    return [town for town, ward_id in zip(towns, wards, strict=True) if ward_id is None]
