"""Shapes of areas: made from points where no boundary is known, who touches whom, and lighter copies for maps.

Shapes go in and out in WGS84 degrees, keyed by whatever the caller calls its areas; the work is done in metres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.points import degrees_xy, grid_of, grid_xy

DECIMALS = 6  # of a degree: 11 cm, as the statistics office publishes
MAP_DECIMALS = 5  # 1.1 m: finer than a screen shows
SLIVER_M2 = 10_000.0  # a hole smaller than a town square is a mistake of drawing
TOUCHING_M = 1.0  # rounding leaves neighbours this far apart, or over each other


@dataclass(frozen=True)
class Drawing:
    """Shapes ready to be drawn: the SVG viewBox's size, and for each area an SVG path and the place of its label."""

    width: int
    height: int
    paths: dict[str, str]
    labels: dict[str, tuple[int, int]]


def areas_around(
    points: Mapping[str, Sequence[tuple[float, float]]],
    outside: Sequence[tuple[float, float]] = (),
    margin_m: float = 700.0,
) -> dict[str, MultiPolygon]:
    """An approximate shape for each area from points known to lie in it: the ground nearer to them than to any other.

    Points are (lat, lon), one or more for each area; `outside` are points known to lie in none, whose ground is left
    out. The outline follows the areas' points closely and goes `margin_m` beyond. Shapes do not overlap, and each holds
    its own points. One point given for two areas: ValueError names them.
    """
    keys = [key for key, held in points.items() for _ in held]
    places = _on_grid([place for held in points.values() for place in held])
    every = np.vstack([places, _on_grid(outside)]).round(1)
    _refuse_shared(keys, every)
    outline = _outline(places, margin_m)
    _, first_of = np.unique(every, axis=0, return_index=True)
    cells = _cells(every[first_of], outline, margin_m)
    held: dict[str, list[BaseGeometry]] = {key: [] for key in points}
    for cell, number in zip(cells, first_of.tolist(), strict=True):
        if number < len(keys):
            held[keys[number]].append(cell)
    return {key: _rounded(shapely.intersection(shapely.union_all(own), outline), DECIMALS) for key, own in held.items()}


def joined(shapes: Sequence[BaseGeometry]) -> MultiPolygon:
    """One shape of several that lie side by side, without the slivers that remain where edges do not quite meet."""
    grounds = shapely.transform(np.array(shapes, dtype=object), grid_xy)
    whole = shapely.buffer(shapely.union_all(shapely.buffer(grounds, TOUCHING_M, join_style="mitre")), -TOUCHING_M)
    parts = [
        Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area > SLIVER_M2])
        for part in shapely.get_parts(whole)
    ]
    return _rounded(MultiPolygon(parts), DECIMALS)


def neighbours(shapes: Mapping[str, BaseGeometry]) -> dict[str, tuple[str, ...]]:
    """For each shape the others that touch it along an edge (a corner is not enough), in alphabetical order.

    Edges may be a metre apart or across each other, as simplified boundaries are.
    """
    keys = list(shapes)
    grounds = shapely.transform(np.array([shapes[key] for key in keys], dtype=object), grid_xy)
    near = shapely.buffer(grounds, TOUCHING_M)
    first, second = shapely.STRtree(near).query(near, predicate="intersects")
    met: dict[str, list[str]] = {key: [] for key in keys}
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        # Where two widened shapes meet along an edge of length L they share about 2 L square metres, at a corner 4.
        if one != other and shapely.intersection(near[one], near[other]).area > 20 * TOUCHING_M**2:
            met[keys[one]].append(keys[other])
    return {key: tuple(sorted(others)) for key, others in met.items()}


def lighter(shapes: Mapping[str, BaseGeometry], tolerance_m: float = 25.0) -> dict[str, MultiPolygon]:
    """Copies for a map: fewer corners, five decimals, and edges that neighbours share still shared.

    No edge moves further than about `tolerance_m`. Shapes that do not fit together (overlaps, gaps) are simplified each
    on its own, so that slivers may show between them.
    """
    keys = list(shapes)
    grounds = shapely.transform(np.array([shapes[key] for key in keys], dtype=object), grid_xy)
    # Visvalingam's tolerance is an area; GEOS takes its square root, the side of a square that may be lost.
    if shapely.coverage_is_valid(grounds):
        light = shapely.coverage_simplify(grounds, tolerance_m)
    else:
        light = shapely.simplify(grounds, tolerance_m, preserve_topology=True)
    return {key: _rounded(ground, MAP_DECIMALS) for key, ground in zip(keys, light, strict=True)}


def drawn(shapes: Mapping[str, BaseGeometry], width: int = 600, margin: int = 4) -> Drawing:
    """The shapes as SVG paths in whole units, north up, to scale, for a map that the server draws.

    The label's place is well inside the shape, not at its centre of gravity, which may lie outside.
    """
    keys = list(shapes)
    grounds = shapely.transform(np.array([shapes[key] for key in keys], dtype=object), grid_xy)
    west, south, east, north = shapely.total_bounds(grounds)
    scale = (width - 2 * margin) / max(east - west, 1.0)

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([(points[:, 0] - west) * scale + margin, (north - points[:, 1]) * scale + margin])

    flat = shapely.transform(grounds, place)
    labels = {}
    for key, shape in zip(keys, flat, strict=True):
        largest = max(shapely.get_parts(shape), key=shapely.area)
        inside = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0].round().astype(int)
        labels[key] = (int(inside[0]), int(inside[1]))
    return Drawing(
        width,
        int(np.ceil((north - south) * scale)) + 2 * margin,
        {key: _path(shape) for key, shape in zip(keys, flat, strict=True)},
        labels,
    )


def _path(shape: BaseGeometry) -> str:
    """Moves and lines of every ring, each corner relative to the one before, corners that fall together left out."""
    pieces = []
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            corners = shapely.get_coordinates(ring).round().astype(int)
            steps = np.diff(corners, axis=0)
            steps = steps[(steps != 0).any(axis=1)][:-1]
            if len(steps) >= 2:
                moves = " ".join(f"{dx},{dy}" for dx, dy in steps.tolist())
                pieces.append(f"M{corners[0][0]},{corners[0][1]}l{moves}z")
    return "".join(pieces)


def _refuse_shared(keys: Sequence[str], places: NDArray[np.float64]) -> None:
    """ValueError when a place is given for two areas, or for one and for none: its ground cannot be divided."""
    holder: dict[tuple[float, ...], str] = {}
    for number, place in enumerate(map(tuple, places.tolist())):
        key = keys[number] if number < len(keys) else "outside"
        if holder.setdefault(place, key) != key:
            raise ValueError(f"The same point is given for {holder[place]} and for {key}.")


def _cells(places: NDArray[np.float64], outline: BaseGeometry, margin_m: float) -> Sequence[BaseGeometry]:
    """The Voronoi cell of each place, in the order of the places."""
    if len(places) == 1:
        return [outline]
    cells: Sequence[BaseGeometry] = shapely.get_parts(
        shapely.voronoi_polygons(MultiPoint(places), extend_to=outline.buffer(margin_m), ordered=True)
    ).tolist()
    return cells


def _outline(points: NDArray[np.float64], margin_m: float) -> BaseGeometry:
    """One shape without holes around all points, hugging them, `margin_m` beyond the outermost."""
    hull: BaseGeometry = shapely.concave_hull(MultiPoint(points), ratio=0.3)
    # The union with every point's own circle keeps a point that the hull only just reaches inside.
    circles: list[BaseGeometry] = [Point(point).buffer(margin_m) for point in points]
    ground = shapely.union_all([hull.buffer(margin_m), *circles])
    largest: Any = max(shapely.get_parts(ground), key=shapely.area)
    return Polygon(largest.exterior).simplify(margin_m / 20)


def _on_grid(lat_lon: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    degrees = np.asarray(lat_lon, dtype=np.float64).reshape(-1, 2)
    return np.column_stack(grid_of(degrees[:, 0], degrees[:, 1]))


def _rounded(ground: BaseGeometry, decimals: int) -> MultiPolygon:
    """The shape in degrees with so many decimals. Two shapes that share a corner round it alike."""
    shape = shapely.transform(ground, lambda points: degrees_xy(points).round(decimals))
    if not shape.is_valid:
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts: list[Any] = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if part.area > 0])
