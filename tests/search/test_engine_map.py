"""Circles, marks on the map, and the reasons that a result gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from search.clusters import MOST_FEATURES, Box, features_of
from search.engine import find
from search.explaining import Reason, why
from search.loading import NO_MERIDIAN
from search.lookups import Lookups, TermEntry
from search.metres import Plane
from search.nearness import Circle, Points, grid_of
from search.records import WARD_CENTRE, Place, Time
from search.requests import Request, Weight
from search.sets import starts_of
from tests.factories import register as make
from tests.search.indexes import document, written
from tests.search.worlds import SOUTH, WEST, index_of, town

ENGLAND = Box(-6.0, 50.0, 2.0, 56.0)


def points_of(places: list[list[tuple[float, float]]]) -> Points:
    """Documents with these points on the plane, in metres."""
    counts = np.array([len(each) for each in places], np.int64)
    x, y = (np.array([point[axis] for each in places for point in each], np.float64) for axis in (0, 1))
    firsts = [each[0] if each else (np.inf, np.inf) for each in places]
    docs = np.arange(len(places), dtype=np.int32).repeat(counts)
    zeros = np.zeros(len(x))
    return Points(
        plane=Plane(NO_MERIDIAN),
        x=x,
        y=y,
        lat=zeros,
        lon=zeros,
        ward=zeros.astype(np.int32),
        precision=zeros.astype(np.int32),
        starts=starts_of(counts),
        first_x=np.array([first[0] for first in firsts], np.float64),
        first_y=np.array([first[1] for first in firsts], np.float64),
        has_several=counts > 1,
        grid=grid_of(x, y, docs),
    )


coordinates = st.tuples(st.floats(-90_000, 90_000), st.floats(-90_000, 90_000))


@settings(deadline=None)
@given(st.lists(st.lists(coordinates, max_size=3), min_size=1, max_size=25), st.floats(0, 150_000), st.floats(0, 1))
def test_a_circle_holds_the_same_documents_whichever_way_it_looks(
    places: list[list[tuple[float, float]]], metres: float, lon: float
) -> None:
    points = points_of(places)
    slow = Circle(points, (0.0, lon), metres)
    quick = Circle(points, (0.0, lon), metres)
    quick.expect(10**9)
    everybody = np.arange(len(places), dtype=np.int32)
    expected = [
        number
        for number, each in enumerate(places)
        if any((x - slow.x) ** 2 + (y - slow.y) ** 2 <= metres * metres for x, y in each)
    ]
    assert slow.within(everybody).tolist() == quick.within(everybody).tolist() == expected
    assert quick.mask().nonzero()[0].tolist() == expected


@pytest.mark.parametrize("zoom", [-3, 0, 6, 10, 13, 18, 99])
def test_the_map_never_has_more_than_two_hundred_marks_and_forgets_nobody(tmp_path: Path, zoom: int) -> None:
    chance = np.random.default_rng(1)
    points = zip(chance.normal(52.48, 0.2, 1499).tolist(), chance.normal(-1.9, 0.3, 1499).tolist(), strict=True)
    documents = [document(key, "Chess", places=(Place(lat, lon, 1),)) for key, (lat, lon) in enumerate(points, 1)]
    features = features_of(Request(), written(tmp_path, documents), ENGLAND, zoom)
    assert 0 < len(features) <= MOST_FEATURES
    assert sum(feature.services for feature in features) == 1499


def test_a_service_alone_is_a_mark_of_its_own_and_others_in_one_building_stay_together(tmp_path: Path) -> None:
    hall = Place(52.5, -1.9, 1)
    documents = [
        document(1, "Alone", places=(Place(52.4, -1.8, 1),)),
        document(2, "Chess in the hall", places=(hall,)),
        document(3, "Yoga in the hall", places=(hall,)),
        document(4, "In a ward, more or less", places=(Place(52.3, -2.0, 1, WARD_CENTRE),)),
        document(5, "Nowhere"),
    ]
    marks = {round(mark.lat, 1): mark for mark in features_of(Request(), written(tmp_path, documents), ENGLAND, 18)}
    assert (marks[52.4].key, marks[52.4].services) == (1, 1)
    assert marks[52.5].keys == (2, 3)
    assert (marks[52.5].key, marks[52.5].services, marks[52.5].is_one_place) == (None, 2, True)
    assert [mark.is_roughly for mark in marks.values()].count(True) == 1
    assert len(marks) == 3


def test_the_map_shows_what_the_list_finds_inside_its_box(session: Session, tmp_path: Path) -> None:
    town()
    snapshot = index_of(session, tmp_path)
    request = Request(text="yoga garden", days=(0, 1, 2), per_page=200)
    box = Box(WEST, SOUTH, WEST + 0.03, SOUTH + 0.03)
    placed = {
        row
        for row in (result.row for result in find(request, snapshot).results)
        for place in range(int(snapshot.points.starts[row]), int(snapshot.points.starts[row + 1]))
        if box.south <= snapshot.points.lat[place] <= box.north and box.west <= snapshot.points.lon[place] <= box.east
    }
    features = features_of(request, snapshot, box, 20)
    assert len(placed) <= sum(feature.services for feature in features)
    assert {feature.key for feature in features if feature.key} <= {int(snapshot.columns.key[row]) for row in placed}
    assert features_of(request, snapshot, Box(0, 0, 0.1, 0.1), 10) == ()


def test_a_hidden_place_is_on_no_map(session: Session, tmp_path: Path) -> None:
    make.service("Refuge", at=make.confidential_location(make.ward(), "hidden"))
    assert features_of(Request(), index_of(session, tmp_path), ENGLAND, 10) == ()


def test_a_result_says_why_it_is_shown(tmp_path: Path) -> None:
    money, energy = TermEntry(1, "money", "need", "Money"), TermEntry(2, "energy", "need", "Energy", parent=1)
    lookups = Lookups(terms=(money, energy))
    one = document(
        1,
        "Warm homes",
        summary="Gas and electricity bills",
        description="gas",
        term_ids=(2,),
        cost_pence=0,
        times=(Time(1, 600, 720),),
        places=(Place(52.41, -1.9, None),),
        access=("step-free", "parking", "quiet-space"),
    )
    snapshot = written(tmp_path, [one], lookups=lookups)
    request = Request(
        text="gass bills",
        hinted=(Weight("energy", 1.0),),
        needs=("money",),
        point=(52.4, -1.9),
        days=(1, 2),
        free=True,
        access=("step-free", "parking"),
    )
    found = find(request, snapshot)
    reasons = why(request, snapshot, found, found.results[0])
    assert Reason("words", "gas bills", "summary") in reasons
    assert Reason("need", "energy", "meant") in reasons
    assert Reason("need", "money", "asked") in reasons
    assert Reason("day", "1") in reasons
    assert Reason("free") in reasons
    assert Reason("access", "step-free") in reasons
    assert Reason("access", "parking") in reasons
    assert Reason("access", "quiet-space") not in reasons
    (distance,) = [reason.metres for reason in reasons if reason.kind == "distance"]
    assert distance == pytest.approx(1113, rel=0.01)
