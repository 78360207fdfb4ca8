"""The tables that postcodes come in: Code-Point Open (with and without a header) and the ONS Postcode Directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.postcodes import is_postcode

# Names that publishers have used for the same column, the best first. ONS: pcds is "B31 2AB", pcd8 and pcd7 are padded.
POSTCODE = ("pcds", "pcd8", "pcd7", "pcd", "postcode", "pc", "post_code")
LATITUDE = ("lat", "latitude")
LONGITUDE = ("long", "lon", "lng", "longitude")
EASTING = ("oseast1m", "east1m", "eastings", "easting", "ea", "e")
NORTHING = ("osnrth1m", "north1m", "northings", "northing", "no", "n")
QUALITY = ("osgrdind", "gridind", "pq", "positional_quality_indicator", "positional_quality")
TERMINATED = ("doterm", "date_of_termination")

NO_COORDINATES = frozenset({"9", "90"})  # the quality marks of the directory and of Code-Point Open for "not known"
OFFICIAL = ("PC", "PQ", "EA", "NO", "CY", "RH", "LH", "CC", "DC", "WC")  # Code-Point Open, which has no header row


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a row things are. `x` and `y` are longitude and latitude, or easting and northing when `is_grid`."""

    columns: tuple[str, ...]
    has_header: bool
    postcode: int
    x: int
    y: int
    is_grid: bool
    quality: int | None
    terminated: int | None

    @property
    def last(self) -> int:
        """The last column that a row must have."""
        return max(self.postcode, self.x, self.y, self.quality or 0, self.terminated or 0)


def layout_of(first_row: Sequence[str]) -> Layout | None:
    """How a table is laid out, from its first row; None when it is no table of postcodes.

    Degrees are preferred to grid references: in the directory those of Northern Ireland are on another grid.
    """
    cells = [cell.strip() for cell in first_row]
    if len(cells) >= 4 and is_postcode(cells[0]) and all(cell.isdigit() for cell in cells[1:4]):
        columns = OFFICIAL + tuple(f"column {number}" for number in range(len(OFFICIAL) + 1, len(cells) + 1))
        return Layout(columns[: len(cells)], False, 0, 2, 3, True, 1, None)
    at = {name.lower(): number for number, name in reversed(list(enumerate(cells)))}
    postcode, lat, lon = _first(at, POSTCODE), _first(at, LATITUDE), _first(at, LONGITUDE)
    east, north = _first(at, EASTING), _first(at, NORTHING)
    quality, terminated = _first(at, QUALITY), _first(at, TERMINATED)
    if postcode is None:
        return None
    if lat is not None and lon is not None:
        return Layout(tuple(cells), True, postcode, lon, lat, False, quality, terminated)
    if east is not None and north is not None:
        return Layout(tuple(cells), True, postcode, east, north, True, quality, terminated)
    return None


def _first(at: dict[str, int], names: Sequence[str]) -> int | None:
    return next((at[name] for name in names if name in at), None)
