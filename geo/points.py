"""Points on the map: degrees, National Grid metres, and how far apart two places are.

Arrays go in and arrays come out, of any length; latitude and longitude are WGS84 degrees, easting and northing are
British National Grid metres (EPSG:27700).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from pyproj.transformer import AreaOfInterest

Numbers = NDArray[np.float64]

# Where Great Britain lies, from the Isles of Scilly to Shetland, with a little sea around it.
WEST, SOUTH, EAST, NORTH = -8.75, 49.75, 1.85, 61.0
GRID_EAST_M, GRID_NORTH_M = 700_000, 1_300_000

METRES_IN_A_MILE = 1609.344
WALKING_M_PER_MINUTE = 80.0  # three miles an hour
DETOUR = 1.25  # streets are about a quarter longer than the straight line

_GREAT_BRITAIN = AreaOfInterest(WEST, SOUTH, EAST, NORTH)
_SPHEROID = Geod(ellps="WGS84")
# Helmert, good to 2 m, where PROJ has no OSTN15 grid; with the grid, to 10 cm. Wards and postcodes need neither.
_TO_GRID = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True, area_of_interest=_GREAT_BRITAIN)
_TO_DEGREES = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True, area_of_interest=_GREAT_BRITAIN)


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near in the words people use: miles to one decimal and, under a mile, minutes on foot (else None)."""

    miles: float
    walk_minutes: int | None


def grid_of(lat: ArrayLike, lon: ArrayLike) -> tuple[Numbers, Numbers]:
    """Easting and northing of each point; infinite where the grid does not reach."""
    east, north = _TO_GRID.transform(_numbers(lon), _numbers(lat))
    return _numbers(east), _numbers(north)


def degrees_of(east: ArrayLike, north: ArrayLike) -> tuple[Numbers, Numbers]:
    """Latitude and longitude of each grid reference, in metres; infinite far off the grid.

    There the projection would come round the globe, and could end in the middle of the country.
    """
    x, y = _numbers(east), _numbers(north)
    lon, lat = _TO_DEGREES.transform(x, y)
    is_near = (np.abs(x) < 2 * GRID_NORTH_M) & (np.abs(y) < 2 * GRID_NORTH_M)
    return np.where(is_near, lat, np.inf), np.where(is_near, lon, np.inf)


def grid_xy(lon_lat: Numbers) -> Numbers:
    """An (n, 2) array of lon, lat as an (n, 2) array of easting, northing: the form shapes are turned in."""
    east, north = grid_of(lon_lat[:, 1], lon_lat[:, 0])
    return np.column_stack([east, north])


def degrees_xy(grid: Numbers) -> Numbers:
    """An (n, 2) array of easting, northing as an (n, 2) array of lon, lat."""
    lat, lon = degrees_of(grid[:, 0], grid[:, 1])
    return np.column_stack([lon, lat])


def distance_m(lat: ArrayLike, lon: ArrayLike, other_lat: ArrayLike, other_lon: ArrayLike) -> Numbers:
    """Metres between each pair of points along the WGS84 spheroid (Karney's geodesic), as PostGIS measures them.

    One side may be a single point: it is paired with every point of the other.
    """
    sides: list[Any] = [
        np.ascontiguousarray(side)
        for side in np.broadcast_arrays(_numbers(lon), _numbers(lat), _numbers(other_lon), _numbers(other_lat))
    ]
    return _numbers(_SPHEROID.inv(*sides)[2])


def is_in_great_britain(lat: ArrayLike, lon: ArrayLike) -> NDArray[np.bool_]:
    """Whether each point lies in the box around Great Britain; a quick sanity check, so much of Ireland passes too."""
    north, east = _numbers(lat), _numbers(lon)
    return (north >= SOUTH) & (north <= NORTH) & (east >= WEST) & (east <= EAST)


def is_on_grid(east: ArrayLike, north: ArrayLike) -> NDArray[np.bool_]:
    """Whether each pair of metres can be a National Grid reference."""
    x, y = _numbers(east), _numbers(north)
    return (x > 0) & (x <= GRID_EAST_M) & (y > 0) & (y <= GRID_NORTH_M)


def nearness(metres: float) -> Nearness:
    """A distance as people say it: "0.6 miles", "16 minutes' walk". At least 0.1 miles and one minute.

    Minutes count the straight line and a quarter more at three miles an hour, and are rounded up.
    """
    miles = max(round(metres / METRES_IN_A_MILE, 1), 0.1)
    if metres >= METRES_IN_A_MILE:
        return Nearness(miles, None)
    return Nearness(miles, max(ceil(metres * DETOUR / WALKING_M_PER_MINUTE), 1))


def _numbers(values: ArrayLike) -> Numbers:
    return np.asarray(values, dtype=np.float64)
