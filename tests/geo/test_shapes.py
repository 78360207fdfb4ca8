"""Approximate shapes hold their points and do not overlap; neighbours are those that share an edge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from geo.boundaries import read_boundaries
from geo.points import grid_xy
from geo.shapes import areas_around, drawn, joined, lighter, neighbours

POINTS = {
    "north": [(52.50, -1.90), (52.51, -1.91)],
    "south": [(52.46, -1.90)],
    "west": [(52.48, -1.94)],
    "east": [(52.48, -1.86), (52.485, -1.85), (52.475, -1.855)],
}


def in_metres(shapes: dict[str, MultiPolygon]) -> np.ndarray:
    """The shapes on the National Grid."""
    grid: np.ndarray = shapely.transform(np.array(list(shapes.values()), dtype=object), grid_xy)
    return grid


def test_each_area_holds_its_own_points_and_no_others() -> None:
    shapes = areas_around(POINTS)
    for key, shape in shapes.items():
        assert shape.is_valid
        for other, places in POINTS.items():
            for lat, lon in places:
                assert shape.covers(Point(lon, lat)) == (key == other)


def test_areas_fit_together_without_overlap_or_gap() -> None:
    grid = in_metres(areas_around(POINTS))
    assert shapely.coverage_is_valid(grid)
    assert shapely.area(grid).sum() == pytest.approx(shapely.union_all(grid).area, rel=1e-6)


def test_ground_of_points_outside_is_left_out() -> None:
    outside = [(52.48, -1.90)]
    shapes = areas_around(POINTS, outside)
    assert not any(shape.covers(Point(-1.90, 52.48)) for shape in shapes.values())


def test_one_area_with_one_point_is_a_disc() -> None:
    shape = areas_around({"only": [(52.48, -1.9)]}, margin_m=500)["only"]
    assert shapely.transform(shape, grid_xy).area == pytest.approx(np.pi * 500**2, rel=0.03)


def test_the_same_points_always_give_the_same_shapes() -> None:
    assert areas_around(POINTS) == areas_around(dict(POINTS))


def test_a_point_in_two_areas_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"north.*south|south.*north"):
        areas_around({"north": [(52.5, -1.9)], "south": [(52.5, -1.9)]})


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=25, unique=True))
def test_any_points_give_whole_shapes_that_do_not_overlap(grid: list[tuple[int, int]]) -> None:
    points = {str(number): [(52.4 + y / 500, -2.0 + x / 300)] for number, (x, y) in enumerate(grid)}
    shapes = areas_around(points)
    assert all(shape.is_valid and not shape.is_empty for shape in shapes.values())
    assert all(shapes[key].covers(Point(lon, lat)) for key, [(lat, lon)] in points.items())
    metres = in_metres(shapes)
    assert shapely.area(metres).sum() == pytest.approx(shapely.union_all(metres).area, rel=1e-5)


def test_neighbours_share_an_edge_not_only_a_corner() -> None:
    squares = {
        "a": box(-2.00, 52.40, -1.99, 52.41),
        "b": box(-1.99, 52.40, -1.98, 52.41),
        "c": box(-1.99, 52.41, -1.98, 52.42),
        "far": box(-1.5, 52.4, -1.49, 52.41),
    }
    assert neighbours(squares) == {"a": ("b",), "b": ("a", "c"), "c": ("b",), "far": ()}


def test_squares_side_by_side_join_into_one_without_slivers() -> None:
    whole = joined([box(-2.0, 52.4, -1.990004, 52.41), box(-1.99, 52.4, -1.98, 52.41)])
    assert len(whole.geoms) == 1
    assert not whole.geoms[0].interiors


def test_a_drawing_has_north_at_the_top_and_stays_in_its_box() -> None:
    drawing = drawn({"north": box(-2, 52.5, -1.9, 52.6), "south": box(-2, 52.4, -1.9, 52.5)}, width=200)
    assert drawing.labels["north"][1] < drawing.labels["south"][1]
    assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in drawing.labels.values())
    assert all(path.startswith("M") and path.endswith("z") for path in drawing.paths.values())


@pytest.mark.shared
def test_real_wards_get_lighter_and_still_fit_together(shared_data: Path) -> None:
    found = read_boundaries(shared_data / "boundaries" / "birmingham_wards_2018.geojson")
    wards = {boundary.code: boundary.shape for boundary in found.boundaries}
    light = lighter(wards, tolerance_m=100)
    assert shapely.get_num_coordinates(list(light.values())).sum() < 0.6 * sum(
        shapely.get_num_coordinates(list(wards.values()))
    )
    grid = in_metres(light)
    assert shapely.area(grid).sum() == pytest.approx(shapely.union_all(grid).area, rel=1e-4)
    touching = neighbours(wards)
    assert all(2 <= len(others) <= 12 for others in touching.values())
    assert all(key in touching[other] for key, others in touching.items() for other in others)
