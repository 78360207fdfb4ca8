"""All matches on a map, however many: single places, and groups of places that would lie on top of one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from search.engine import hits_of
from search.records import WARD_CENTRE
from search.requests import Request
from search.sets import stretches
from search.snapshot import Snapshot

MOST_FEATURES = 200
CELL_PIXELS = 48  # places nearer than this on the screen become one feature
TILE_PIXELS = 256
DEEPEST_ZOOM = 22
MOST_NORTH = 85.0  # as far as web maps go


@dataclass(frozen=True, slots=True)
class Box:
    """What the map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Feature:
    """One mark on the map: `services` of them, at one point or around it. The key and id are given when it is one.

    `is_one_place` says that zooming in would not take it apart. `is_roughly` says that it only stands for its ward.
    """

    lat: float
    lon: float
    services: int
    key: int | None = None
    public_id: UUID | None = None
    is_one_place: bool = False
    is_roughly: bool = False


def features_of(request: Request, snapshot: Snapshot, box: Box, zoom: int) -> tuple[Feature, ...]:
    """Everything that answers the request and lies in the box, as at most 200 features.

    The cells are the same wherever the map is moved at one zoom, so that marks do not jump.
    """
    docs = hits_of(request, snapshot).docs
    points = snapshot.points
    starts = points.starts[docs]
    counts = points.starts[docs + 1] - starts
    places, owners = stretches(starts, counts), docs.repeat(counts)
    lat, lon = points.lat[places], points.lon[places]
    inside = (lat >= box.south) & (lat <= box.north) & (lon >= box.west) & (lon <= box.east)
    places, owners = places[inside], owners[inside]
    if not len(places):
        return ()
    across, down = on_screen(points.lat[places], points.lon[places], min(max(zoom, 0), DEEPEST_ZOOM))
    size = CELL_PIXELS
    while True:
        cells = np.floor(across / size).astype(np.int64) << 32 | np.floor(down / size).astype(np.int64)
        different, cell_of = np.unique(cells, return_inverse=True)
        if len(different) <= MOST_FEATURES:
            return summed_up(snapshot, places, owners, cell_of, len(different))
        size *= 2


def on_screen(lat: NDArray[Any], lon: NDArray[Any], zoom: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where points are on a web map of this zoom, in pixels from its top left corner."""
    world = TILE_PIXELS * 2.0**zoom
    radians = np.radians(np.clip(lat, -MOST_NORTH, MOST_NORTH))
    return (lon + 180) / 360 * world, (1 - np.arcsinh(np.tan(radians)) / np.pi) / 2 * world


def summed_up(
    snapshot: Snapshot, places: NDArray[Any], owners: NDArray[Any], cell_of: NDArray[Any], cells: int
) -> tuple[Feature, ...]:
    """A feature for each cell."""
    points, columns = snapshot.points, snapshot.columns
    order = np.lexsort((owners, cell_of))
    places, owners, cell_of = places[order], owners[order], cell_of[order]
    firsts = np.searchsorted(cell_of, np.arange(cells))
    number = np.diff(np.append(firsts, len(places)))
    lat, lon = points.lat[places], points.lon[places]
    middle_lat, middle_lon = np.add.reduceat(lat, firsts) / number, np.add.reduceat(lon, firsts) / number
    spread = np.maximum.reduceat(lat, firsts) - np.minimum.reduceat(lat, firsts)
    spread += np.maximum.reduceat(lon, firsts) - np.minimum.reduceat(lon, firsts)
    roughly = np.minimum.reduceat(points.precision[places], firsts) == WARD_CENTRE
    is_new = np.append(True, (owners[1:] != owners[:-1]) | (cell_of[1:] != cell_of[:-1]))
    services = np.add.reduceat(is_new.astype(np.int64), firsts)
    found = []
    for cell in range(cells):
        row = int(owners[firsts[cell]])
        is_single = services[cell] == 1
        found.append(
            Feature(
                float(middle_lat[cell]),
                float(middle_lon[cell]),
                int(services[cell]),
                int(columns.key[row]) if is_single else None,
                UUID(bytes=columns.public_id[row].tobytes()) if is_single else None,
                bool(spread[cell] == 0),
                bool(roughly[cell]),
            )
        )
    return tuple(found)
