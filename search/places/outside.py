"""Outside the city: which town a postcode belongs to, how far that is from the middle, and in which direction."""

from __future__ import annotations

import csv
import math
import re
from functools import cache
from pathlib import Path

from geo.postcodes import Postcode, PostcodeError, parse_any
from search.places.known import KnownPlace, Places
from search.requests import Point

DATA = Path(__file__).resolve().parents[1] / "data"
TOWNS, POSTCODE_AREAS = DATA / "towns.csv", DATA / "postcode_areas.csv"
EARTH_M = 6_371_008.8  # mean radius
METRES_A_MILE = 1609.344
# Nearer than this the middle of a postcode area says nothing about one of its postcodes.
FAR_M = 24_000
DIRECTIONS = 8
NUMBERS = re.compile(r"\s*\(?\s*([-+\w.]+)\s*[,;]\s*([-+\w.]+)\s*\)?\s*")


@cache
def read_towns() -> tuple[KnownPlace, ...]:
    """Towns that people name though they lie outside; which of them are inside our city is for others to say."""
    with TOWNS.open(encoding="utf-8", newline="") as lines:
        return tuple(
            KnownPlace("town", row["name"], row["name"], (float(row["lat"]), float(row["lon"])), lies_in=row["region"])
            for row in csv.DictReader(lines)
        )


@cache
def read_postcode_areas() -> dict[str, tuple[str, Point]]:
    """The town that the letters of a postcode stand for, and about where it is."""
    with POSTCODE_AREAS.open(encoding="utf-8", newline="") as lines:
        return {row["area"]: (row["town"], (float(row["lat"]), float(row["lon"]))) for row in csv.DictReader(lines)}


def find_far_postcode(written: str, places: Places) -> KnownPlace | None:
    """A postcode of another part of the country, at the middle of its area; None when it is none, or not far."""
    try:
        code = parse_any(written)
    except PostcodeError:
        return None
    found = read_postcode_areas().get(code.area)
    if found is None or places.middle is None or metres_between(found[1], places.middle) < FAR_M:
        return None
    kind = "postcode" if isinstance(code, Postcode) else "outward"
    return KnownPlace(kind, str(code), str(code), found[1], lies_in=found[0])


def metres_between(one: Point, other: Point) -> float:
    """About how far two points are from each other: on a sphere, within half a per cent."""
    lat, other_lat = math.radians(one[0]), math.radians(other[0])
    across = math.sin(math.radians(other[1] - one[1]) / 2)
    up = math.sin((other_lat - lat) / 2)
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, up * up + math.cos(lat) * math.cos(other_lat) * across * across)))


def direction(start: Point, to: Point) -> int:
    """In which of eight directions it lies: 0 is north, 2 east."""
    north = to[0] - start[0]
    east = (to[1] - start[1]) * math.cos(math.radians(start[0]))
    return round(math.atan2(east, north) / (math.tau / DIRECTIONS)) % DIRECTIONS


def looks_like_degrees(written: str) -> bool:
    """Was this meant as latitude and longitude, however wrong ("91,200", "nan,nan", "1e308,1")?"""
    found = NUMBERS.fullmatch(written)
    return found is not None and all(is_number(part) for part in found.groups())


def is_number(written: str) -> bool:
    """Would a program take it for a number?"""
    try:
        float(written)
    except ValueError:
        return False
    return True
