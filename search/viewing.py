"""Which part of the map is asked for: the parameters `bbox` and `zoom` of an address, read with patience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assetreg.texts.translate import gettext
from search.clusters import DEEPEST_ZOOM, Box

NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{0,20})?")
ZOOM = re.compile(r"[0-9]{1,2}")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class View:
    """A part of the map and how close it is; None is for the asked to choose. `problems` are sentences by parameter."""

    box: Box | None
    zoom: int | None
    problems: Mapping[str, str]


def read_view(bbox: str, zoom: str) -> View:
    """West, south, east, north in degrees joined by commas, and the zoom of a web map; both may be empty."""
    problems = {}
    box = read_box(bbox.strip())
    if bbox.strip() and box is None:
        problems["bbox"] = gettext("Give west, south, east and north in degrees, like -2.1,52.3,-1.7,52.6.")
    level = int(zoom) if ZOOM.fullmatch(zoom.strip()) and int(zoom) <= DEEPEST_ZOOM else None
    if zoom.strip() and level is None:
        problems["zoom"] = gettext("Give a whole number from 0 to %(most)s.", most=DEEPEST_ZOOM)
    return View(box, level, problems)


def read_box(written: str) -> Box | None:
    """The box; None when these are not four numbers on the globe, or it has no inside."""
    parts = written[:LONGEST].split(",")
    if len(parts) != 4 or not all(NUMBER.fullmatch(part.strip()) for part in parts):
        return None
    west, south, east, north = (float(part) for part in parts)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        return None
    return Box(west, south, east, north)
