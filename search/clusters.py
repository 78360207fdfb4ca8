"""All matches on a map, however many: single places, and groups of places that would lie on top of one another."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.engine import hits_of
from search.records import EXACT, WARD_CENTRE
from search.requests import Request
from search.sets import stretches
from search.snapshot import Snapshot

MOST_FEATURES = 200
CELL_PIXELS = 48  # places nearer than this on the screen become one feature
TOO_CLOSE = 0.8  # of a cell: marks that are nearer than this across the edge of a cell are joined as well
TILE_PIXELS = 256
DEEPEST_ZOOM = 22
MOST_NORTH = 85.0  # as far as web maps go
SHOWN_PIXELS = 640  # a map of about this size shows everything at the zoom of `zoom_for`
CLOSEST_ZOOM = 16  # of that zoom: a single place is shown with the streets around it
ONE_PLACE = (0.0003, 0.0005)  # degrees north to south and west to east: one building and its yard, about 33 metres
OUTLIERS = 0.01  # of all places, on each side, that a first look may leave out


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class Places:
    """Places of services as arrays of equal length: whose (the service's number), where, how exactly, which ward."""

    key: NDArray[np.int64]
    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    precision: NDArray[np.int32]
    ward: NDArray[np.int32]  # 0 outside the city

    def __len__(self) -> int:
        return len(self.key)

    def take(self, which: NDArray[Any]) -> Places:
        """Some of them: by a mask, or by their positions."""
        return Places(self.key[which], self.lat[which], self.lon[which], self.precision[which], self.ward[which])

    def within(self, box: Box) -> Places:
        """Those in a part of the map."""
        is_level = (self.lat >= box.south) & (self.lat <= box.north)
        return self.take(is_level & (self.lon >= box.west) & (self.lon <= box.east))


@dataclass(frozen=True, slots=True)
class Feature:
    """One mark on the map: `services` of them, at one point or around it, in `bounds`.

    The key is given when it is one service. `keys` are all of them when they are at one place, so that zooming in would
    hardly take the mark apart. `precision` is as in `records`: of several places the most exact one's.
    """

    lat: float
    lon: float
    services: int
    bounds: Box
    key: int | None = None
    keys: tuple[int, ...] = ()
    precision: int = EXACT
    ward: int | None = None

    @property
    def is_one_place(self) -> bool:
        """Would zooming in hardly take it apart?"""
        return bool(self.keys)

    @property
    def is_roughly(self) -> bool:
        """Does it only stand for its ward?"""
        return self.precision == WARD_CENTRE


def features_of(request: Request, snapshot: Snapshot, box: Box, zoom: int) -> tuple[Feature, ...]:
    """Everything that answers the request and lies in the box, as at most 200 features."""
    return marks_of(places_of(request, snapshot), box, zoom)


def places_of(request: Request, snapshot: Snapshot) -> Places:
    """Every place of everything that answers the request."""
    docs = hits_of(request, snapshot).docs
    points = snapshot.points
    starts = points.starts[docs]
    counts = points.starts[docs + 1] - starts
    at = stretches(starts, counts)
    keys = snapshot.columns.key[docs.repeat(counts)]
    return Places(keys, points.lat[at], points.lon[at], points.precision[at], points.ward[at])


def marks_of(places: Places, box: Box, zoom: int) -> tuple[Feature, ...]:
    """The places in the box as at most 200 features.

    The cells are the same wherever the map is moved at one zoom, so that marks do not jump.
    """
    places = places.within(box)
    if not len(places):
        return ()
    across, down = on_screen(places.lat, places.lon, min(max(zoom, 0), DEEPEST_ZOOM))
    size = CELL_PIXELS
    while True:
        cells = np.floor(across / size).astype(np.int64) << 32 | np.floor(down / size).astype(np.int64)
        different, cell_of = np.unique(cells, return_inverse=True)
        if len(different) <= MOST_FEATURES:
            return summed_up(places, *joined(across, down, cell_of, len(different), size * TOO_CLOSE))
        size *= 2


def on_screen(lat: NDArray[Any], lon: NDArray[Any], zoom: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where points are on a web map of this zoom, in pixels from its top left corner."""
    world = TILE_PIXELS * 2.0**zoom
    radians = np.radians(np.clip(lat, -MOST_NORTH, MOST_NORTH))
    return (lon + 180) / 360 * world, (1 - np.arcsinh(np.tan(radians)) / np.pi) / 2 * world


def joined(
    across: NDArray[Any], down: NDArray[Any], cell_of: NDArray[Any], cells: int, too_close: float
) -> tuple[NDArray[Any], int]:
    """The cells with those joined whose marks would overlap, the fullest first: cell of each place, and how many."""
    number = np.bincount(cell_of, minlength=cells)
    x, y = np.bincount(cell_of, across) / number, np.bincount(cell_of, down) / number
    group = np.full(cells, -1)
    for cell in np.argsort(-number, kind="stable").tolist():
        if group[cell] < 0:
            group[(group < 0) & ((x - x[cell]) ** 2 + (y - y[cell]) ** 2 < too_close**2)] = cell
    different, renumbered = np.unique(group, return_inverse=True)
    return renumbered[cell_of], len(different)


def summed_up(places: Places, cell_of: NDArray[Any], cells: int) -> tuple[Feature, ...]:
    """A feature for each cell. A service alone in its cell is shown at the most exact of its places there."""
    order = np.lexsort((places.precision, places.key, cell_of))
    places, cell_of = places.take(order), cell_of[order]
    firsts = np.searchsorted(cell_of, np.arange(cells))
    ends = np.append(firsts[1:], len(places))
    is_new = np.append(True, (places.key[1:] != places.key[:-1]) | (cell_of[1:] != cell_of[:-1]))
    services = np.add.reduceat(is_new.astype(np.int64), firsts)
    number = np.where(services == 1, 1, ends - firsts)
    lat = np.where(services == 1, places.lat[firsts], np.add.reduceat(places.lat, firsts) / number)
    lon = np.where(services == 1, places.lon[firsts], np.add.reduceat(places.lon, firsts) / number)
    south, north = np.minimum.reduceat(places.lat, firsts), np.maximum.reduceat(places.lat, firsts)
    west, east = np.minimum.reduceat(places.lon, firsts), np.maximum.reduceat(places.lon, firsts)
    precision = np.minimum.reduceat(places.precision, firsts)
    found = []
    for cell in range(cells):
        first, end = int(firsts[cell]), int(ends[cell])
        spread = float(north[cell] - south[cell]), float(east[cell] - west[cell])
        is_one_place = spread[0] <= ONE_PLACE[0] and spread[1] <= ONE_PLACE[1]
        found.append(
            Feature(
                float(lat[cell]) if spread[0] else float(north[cell]),  # means are rounded
                float(lon[cell]) if spread[1] else float(east[cell]),
                int(services[cell]),
                Box(float(west[cell]), float(south[cell]), float(east[cell]), float(north[cell])),
                int(places.key[first]) if services[cell] == 1 else None,
                tuple(dict.fromkeys(places.key[first:end].tolist())) if is_one_place else (),
                int(precision[cell]),
                int(places.ward[first]) or None,
            )
        )
    return tuple(found)


def box_around(places: Places) -> Box | None:
    """Where they are, but for a few far away when there are many; None when there are none."""
    if not len(places):
        return None
    west, south = (float(np.quantile(each, OUTLIERS, method="lower")) for each in (places.lon, places.lat))
    east, north = (float(np.quantile(each, 1 - OUTLIERS, method="higher")) for each in (places.lon, places.lat))
    return Box(west, south, east, north)


def zoom_for(box: Box) -> int:
    """The closest zoom at which a map of the usual size shows the whole box."""
    lat, lon = np.array([box.south, box.north]), np.array([box.west, box.east])
    across, down = on_screen(lat, lon, 0)
    pixels = max(float(across[1] - across[0]), float(down[0] - down[1]), 1e-9)
    zoom = np.floor(np.log2(SHOWN_PIXELS / pixels))
    return int(min(max(zoom, 0), CLOSEST_ZOOM)) if isfinite(zoom) else 0
