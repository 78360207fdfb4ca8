"""Boundaries of areas, read from a file and checked as a whole before anybody uses one of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.boundary_files import BoundaryFileError, BoundaryTable, read_table
from geo.points import degrees_of, degrees_xy, is_in_great_britain

OVERLAP_TOLERANCE_M2 = 5_000.0  # a little less than a football pitch: simplified edges may cross that much
REPAIR_TOLERANCE_M2 = 1_000.0  # a repair that changes the area by more, and by more than a thousandth, is a guess
GSS_CODE = re.compile(r"[A-Z]\d{8}")  # the statistics office's codes, "E05011118"

_REASONS = {
    "Self-intersection": "its edge crosses itself",
    "Ring Self-intersection": "its edge touches itself",
    "Hole lies outside shell": "it has a hole that lies outside it",
    "Holes are nested": "it has a hole inside a hole",
    "Nested shells": "one part of it lies inside another",
    "Duplicate Rings": "its edge is drawn twice",
    "Interior is disconnected": "holes cut it into pieces",
    "Too few points in geometry component": "a part of it has too few corners",
    "Invalid Coordinate": "a corner is not a number",
    "Ring is not closed": "its edge does not end where it began",
}
_NOT_AREAS = {
    "Point": "point",
    "MultiPoint": "group of points",
    "LineString": "line",
    "MultiLineString": "group of lines",
}


@dataclass(frozen=True)
class Boundary:
    """One area: its code, its name, and its shape in WGS84 degrees. `area_m2` is measured on the National Grid."""

    code: str
    name: str
    shape: MultiPolygon
    area_m2: float


@dataclass(frozen=True)
class BoundarySet:
    """All the areas of one file, none invalid, none overlapping. `notes` say what was put right on the way."""

    boundaries: tuple[Boundary, ...]
    notes: tuple[str, ...]
    name_field: str
    code_field: str


def read_boundaries(
    path: Path,
    name_field: str | None = None,
    code_field: str | None = None,
    *,
    layer: str | None = None,
    only: Mapping[str, str] | None = None,
    may_lack_codes: bool = False,
) -> BoundarySet:
    """Read and check a whole boundary file; BoundaryFileError with every problem in it at once.

    Fields that are not given are guessed when only one pair can be meant. `only` keeps the features whose fields hold
    these values (one council's wards of a national file). Areas that have no official codes (a council's own
    localities) `may_lack_codes`: their names then stand in.
    """
    table = _chosen(path, read_table(path, layer), only or {})
    if may_lack_codes and code_field is None and not plausible_codes(table):
        names = plausible_names(table)
        code_field = name_field or (names[0] if len(names) == 1 else None)
    name_field, code_field = choose_fields(path, table, name_field, code_field)
    return check_boundaries(table, name_field, code_field)


def _chosen(path: Path, table: BoundaryTable, only: Mapping[str, str]) -> BoundaryTable:
    """The features that hold these values, whatever their capitals; BoundaryFileError when none does."""
    columns = {field.lower(): values for field, values in table.columns.items()}
    unknown = [field for field in only if field.lower() not in columns]
    if unknown:
        raise BoundaryFileError(
            f"{path.name} has no field “{unknown[0]}” (--only). Its fields are: {_fields_shown(table)}."
        )
    kept = [
        number
        for number in range(len(table))
        if all(columns[field.lower()][number].lower() == value.lower() for field, value in only.items())
    ]
    if not kept:
        wanted = " and ".join(f"{field}={value}" for field, value in only.items())
        raise BoundaryFileError(f"{path.name} has no feature with {wanted} (--only). Check how it is written there.")
    return BoundaryTable(
        {field: tuple(values[number] for number in kept) for field, values in table.columns.items()},
        tuple(table.degrees[number] for number in kept),
        tuple(table.grid[number] for number in kept),
        table.notes,
    )


def choose_fields(path: Path, table: BoundaryTable, name_field: str | None, code_field: str | None) -> tuple[str, str]:
    """The fields to use: the given ones, found whatever their case, else the only plausible ones.

    BoundaryFileError lists the fields there are, each with an example, when one is not there or more than one could be.
    """
    by_lower = {field.lower(): field for field in table.columns}
    problems = []
    chosen = []
    for given, option, what in ((name_field, "--name-field", "names"), (code_field, "--code-field", "codes")):
        plausible = plausible_names(table) if what == "names" else plausible_codes(table)
        if given is not None and given.lower() in by_lower:
            chosen.append(by_lower[given.lower()])
        elif given is not None:
            problems.append(f"{path.name} has no field “{given}” ({option}).")
        elif len(plausible) == 1:
            chosen.append(plausible[0])
        elif plausible:
            problems.append(
                f"More than one field could hold the {what}: {', '.join(plausible)}. Say which with {option}."
            )
        else:
            problems.append(f"No field looks like it holds the {what}. Say which with {option}.")
    if problems:
        problems.append(f"The fields of {path.name} are: {_fields_shown(table)}.")
        raise BoundaryFileError(*problems)
    return chosen[0], chosen[1]


def plausible_names(table: BoundaryTable) -> list[str]:
    """Fields whose values are all there, all different, and mostly letters."""
    return [
        field
        for field, values in table.columns.items()
        if _are_distinct(values) and all(sum(map(str.isalpha, value)) > len(value) / 2 for value in values)
    ]


def plausible_codes(table: BoundaryTable) -> list[str]:
    """Fields whose values are all there, all different and shaped like codes; the statistics office's codes first."""
    distinct = [field for field, values in table.columns.items() if _are_distinct(values)]
    official = [field for field in distinct if all(GSS_CODE.fullmatch(value) for value in table.columns[field])]
    if official:
        return official
    named = re.compile(r"(code|cd|id|ref)$", re.IGNORECASE)
    return [
        field
        for field in distinct
        if named.search(field) and all(" " not in value and len(value) <= 20 for value in table.columns[field])
    ]


def check_boundaries(table: BoundaryTable, name_field: str, code_field: str) -> BoundarySet:
    """Every area of the table, mended where that is certain; BoundaryFileError names everything that is not right."""
    problems: list[str] = []
    notes = list(table.notes)
    names, codes = table.columns[name_field], table.columns[code_field]
    labels = [_label(number, name, code) for number, (name, code) in enumerate(zip(names, codes, strict=True), start=1)]
    problems += _unnamed(labels, names, codes, name_field, code_field)
    problems += _repeated(labels, codes, code_field)
    grid: list[MultiPolygon | None] = []
    for label, in_degrees, on_grid in zip(labels, table.degrees, table.grid, strict=True):
        shape, problem, note = _checked(in_degrees, on_grid)
        grid.append(shape)
        problems += [f"{label} {problem}"] if problem else []
        notes += [f"{label} {note}"] if note else []
    too_much, a_little = _overlaps(labels, grid)
    problems += too_much
    notes += a_little
    if problems:
        raise BoundaryFileError(*problems)
    boundaries = tuple(
        Boundary(code, name, _in_degrees(original, shape), shape.area)
        for code, name, original, shape in zip(codes, names, table.degrees, grid, strict=True)
        if shape is not None
    )
    return BoundarySet(boundaries, tuple(notes), name_field, code_field)


def _label(number: int, name: str, code: str) -> str:
    """How a feature is called in a sentence: by name and code when it has them, always by its place in the file."""
    called = f"“{name}”" if name else ""
    called += f" ({code})" if code else ""
    return f"Feature {number} {called}".strip()


def _unnamed(
    labels: list[str], names: tuple[str, ...], codes: tuple[str, ...], name_field: str, code_field: str
) -> list[str]:
    return [
        f"{label} has nothing in the field “{field}”. Fill it in."
        for field, values in ((name_field, names), (code_field, codes))
        for label, value in zip(labels, values, strict=True)
        if not value
    ]


def _repeated(labels: list[str], codes: tuple[str, ...], code_field: str) -> list[str]:
    holders: dict[str, list[str]] = defaultdict(list)
    for label, code in zip(labels, codes, strict=True):
        if code:
            holders[code].append(label)
    return [
        f"{' and '.join(held)} have the same code {code}. Give each its own, or join the parts of one area into one "
        f"feature; or choose another field than “{code_field}”."
        for code, held in holders.items()
        if len(held) > 1
    ]


def _checked(
    in_degrees: BaseGeometry | None, on_grid: BaseGeometry | None
) -> tuple[MultiPolygon | None, str | None, str | None]:
    """The shape on the grid ready for use, or the problem, and what was mended."""
    if in_degrees is None or on_grid is None or on_grid.is_empty:
        return None, "has no shape. Draw it, or take it out.", None
    if on_grid.geom_type not in ("Polygon", "MultiPolygon"):
        drawn_as = _NOT_AREAS.get(on_grid.geom_type, "mixture of shapes")
        return None, f"is a {drawn_as}, not an area. Export areas (polygons).", None
    corners = shapely.get_coordinates(in_degrees)
    outside = ~is_in_great_britain(corners[:, 1], corners[:, 0])
    if outside.any():
        lon, lat = corners[outside.argmax()]
        return None, f"has a corner outside Great Britain ({lat:.5g}, {lon:.5g}). Check its projection.", None
    if on_grid.is_valid:
        shape = _polygons(on_grid)
        return (shape, None, None) if shape.area > 0 else (None, "has no size. Draw it again.", None)
    why = _why_not(on_grid)
    mended = _polygons(shapely.make_valid(on_grid, method="structure", keep_collapsed=False))
    change = abs(mended.area - on_grid.area)
    if mended.is_empty or change > max(REPAIR_TOLERANCE_M2, on_grid.area / 1_000):
        return None, f"cannot be used: {why}. Mend it (in QGIS: “Fix geometries”) and look at the result.", None
    return mended, None, f"was mended: {why}; its size changed by {change:,.0f} m²."


def _polygons(shape: BaseGeometry) -> MultiPolygon:
    """Only the areas of a shape, as one MultiPolygon; lines and points that a repair leaves over are dropped."""
    parts = [
        part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon) and part.area > 0
    ]
    return MultiPolygon(parts)


def _in_degrees(original: BaseGeometry | None, shape: MultiPolygon) -> MultiPolygon:
    """The checked shape in degrees: the file's own corners where nothing was mended, so that neighbours still meet."""
    if original is not None and original.is_valid:
        own = _polygons(original)
        if not own.is_empty:
            return own
    turned = shapely.transform(shape, degrees_xy)
    return (
        turned if turned.is_valid else _polygons(shapely.make_valid(turned, method="structure", keep_collapsed=False))
    )


def _why_not(shape: BaseGeometry) -> str:
    """Why the shape is not valid, in plain words, and where."""
    said = shapely.is_valid_reason(shape)
    reason, _, place = said.partition("[")
    words = _REASONS.get(reason.strip(), reason.strip().lower())
    numbers = re.findall(r"-?[\d.]+", place)
    if len(numbers) < 2:
        return words
    lat, lon = degrees_of(float(numbers[0]), float(numbers[1]))
    return f"{words} near {float(lat):.4f}, {float(lon):.4f}"


def _overlaps(labels: list[str], shapes: list[MultiPolygon | None]) -> tuple[list[str], list[str]]:
    """Sentences about pairs that cover the same ground: one for each that is too much, one for all that are not."""
    known = [(label, shape) for label, shape in zip(labels, shapes, strict=True) if shape is not None]
    grounds = np.array([shape for _, shape in known], dtype=object)
    if len(known) < 2:
        return [], []
    first, second = shapely.STRtree(grounds).query(grounds, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.area(shapely.intersection(grounds[first], grounds[second]))
    problems = [
        f"{known[one][0]} and {known[other][0]} overlap by {size:,.0f} m². Each place must lie in one of them only."
        for one, other, size in zip(first, second, shared, strict=True)
        if size > OVERLAP_TOLERANCE_M2
    ]
    small = int(((shared > 1) & (shared <= OVERLAP_TOLERANCE_M2)).sum())
    pairs = "1 pair of areas overlaps" if small == 1 else f"{small} pairs of areas overlap"
    return problems, [f"{pairs} a little (under {OVERLAP_TOLERANCE_M2:,.0f} m²); that is all right."] if small else []


def _are_distinct(values: tuple[str, ...]) -> bool:
    return all(values) and len(set(values)) == len(values)


def _fields_shown(table: BoundaryTable) -> str:
    if not table.columns:
        return "none (a shapefile needs its .dbf beside it)"
    return ", ".join(f"{field} (“{values[0][:30]}”)" for field, values in table.columns.items())
