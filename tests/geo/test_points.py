"""Degrees and grid metres are the same places; distances are those on the spheroid."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.points import degrees_of, distance_m, grid_of, is_in_great_britain, is_on_grid, nearness

north = st.floats(50.0, 58.0)
east = st.floats(-5.5, 1.5)


def test_a_known_point_of_the_grid() -> None:
    """Caister water tower, the worked example of the Ordnance Survey's guide; 5 m allows for no OSTN15 grid."""
    lat, lon = degrees_of(651409.804, 313177.450)
    assert distance_m(lat, lon, 52.658007833, 1.716073973) < 5


@given(st.floats(3e6, 1e12), st.floats(-1e12, 1e12))
def test_what_lies_far_off_the_grid_does_not_come_round_the_globe(far: float, other: float) -> None:
    lat, lon = degrees_of([far, -far, other], [other, 402_000, far])
    assert not is_in_great_britain(lat, lon).any()


@given(north, east)
def test_there_and_back_is_the_same_place(lat: float, lon: float) -> None:
    again = degrees_of(*grid_of(lat, lon))
    assert distance_m(lat, lon, *again) < 0.01


@given(north, east, north, east)
def test_distance_is_the_same_both_ways(lat: float, lon: float, other_lat: float, other_lon: float) -> None:
    there = distance_m(lat, lon, other_lat, other_lon)
    assert there == pytest.approx(distance_m(other_lat, other_lon, lat, lon))
    assert there >= 0


def test_one_place_against_many() -> None:
    metres = distance_m(52.48, -1.9, [52.48, 52.5], [-1.9, -1.9])
    assert metres.shape == (2,)
    assert metres[0] == 0
    assert metres[1] == pytest.approx(2225.53, abs=0.01)


def test_the_box_around_great_britain() -> None:
    lat = [52.48, 49.9, 60.8, 48.85, 52.48, float("nan"), -1.9]
    lon = [-1.9, -6.3, -0.8, 2.35, 1.9 + 5, -1.9, 52.48]
    assert is_in_great_britain(lat, lon).tolist() == [True, True, True, False, False, False, False]


def test_what_can_be_a_grid_reference() -> None:
    assert is_on_grid([406523, -1.9, 0, 800_000], [286448, 52.48, 0, 300_000]).tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("metres", "miles", "minutes"),
    [
        (0, 0.1, 1),
        (60, 0.1, 1),
        (500, 0.3, 8),
        (965, 0.6, 16),
        (1609, 1.0, 26),
        (1609.344, 1.0, None),
        (5000, 3.1, None),
    ],
)
def test_nearness_is_in_miles_and_under_a_mile_in_minutes_too(metres: float, miles: float, minutes: int | None) -> None:
    near = nearness(metres)
    assert (near.miles, near.walk_minutes) == (miles, minutes)


@pytest.mark.shared
def test_the_ordnance_surveys_grid_references_are_where_its_degrees_say(shared_data: Path) -> None:
    with (shared_data / "postcodes" / "codepoint_open_birmingham_2025.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    lat, lon = degrees_of([float(row["e"]) for row in rows], [float(row["n"]) for row in rows])
    apart = distance_m(lat, lon, [float(row["lat"]) for row in rows], [float(row["lon"]) for row in rows])
    assert np.max(apart) < 5
