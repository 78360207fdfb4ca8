"""Distances are PostGIS's, the order is total and stable, and nothing confidential has a place."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetreg.clock import LOCAL_ZONE
from search.engine import find
from search.explaining import explain_lines
from search.lookups import EVERYWHERE, AreaEntry, Lookups
from search.metres import Plane
from search.ordering import lowest
from search.records import Place, Time
from search.requests import Request
from tests.factories import register as make
from tests.search.indexes import document, written
from tests.search.worlds import SOUTH, TODAY, WEST, index_of, town

MIDDLE = (52.48, -1.89)
# About a hundred kilometres in every direction.
near_the_city = st.tuples(st.floats(MIDDLE[0] - 0.9, MIDDLE[0] + 0.9), st.floats(MIDDLE[1] - 1.47, MIDDLE[1] + 1.47))
SPHEROID = text("""
SELECT ST_Distance(ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography,
                   ST_SetSRID(ST_MakePoint(:lon2, :lat2), 4326)::geography)
""")
unhurried = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_distances_are_those_of_postgis(session: Session) -> None:
    plane = Plane(MIDDLE[1])

    @unhurried
    @given(near_the_city, near_the_city)
    def check(one: tuple[float, float], other: tuple[float, float]) -> None:
        true = session.scalar(SPHEROID, {"lat": one[0], "lon": one[1], "lat2": other[0], "lon2": other[1]})
        (x, y), (x2, y2) = plane.point(*one), plane.point(*other)
        assert np.hypot(x - x2, y - y2) == pytest.approx(true, rel=0.001, abs=0.001)

    check()


@given(near_the_city)
def test_one_point_is_projected_like_many(point: tuple[float, float]) -> None:
    plane = Plane(MIDDLE[1])
    x, y = plane.metres([point[0], 52.0], [point[1], -2.0])
    assert plane.point(*point) == pytest.approx((x[0], y[0]), abs=1e-6)


def test_a_result_says_how_far_its_nearest_place_is(session: Session, tmp_path: Path) -> None:
    town()
    snapshot = index_of(session, tmp_path)
    nearest = text("""
        SELECT s.id, min(ST_Distance(CASE l.visibility WHEN 'public' THEN l.point ELSE w.centre END,
                                     ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography))
          FROM service s JOIN service_at_location sl ON sl.service_id = s.id
          JOIN location l ON l.id = sl.location_id AND l.visibility <> 'hidden' LEFT JOIN area w ON w.id = l.ward_id
         GROUP BY s.id
    """)
    for point in ((SOUTH, WEST), (SOUTH + 0.03, WEST + 0.04), (53.1, -0.9)):
        expected = dict(session.execute(nearest, {"lat": point[0], "lon": point[1]}).all())
        results = find(Request(point=point, per_page=200), snapshot).results
        assert any(result.distance_m for result in results)
        for result in results:
            metres = expected.get(result.key)
            assert (result.distance_m is None) == (metres is None)
            if metres is not None:
                assert result.distance_m == pytest.approx(metres, rel=0.001)


def test_a_hidden_place_has_no_point_and_an_area_only_one_is_its_wards_middle(session: Session, tmp_path: Path) -> None:
    ward = make.ward("Northfield")
    hidden = make.service("Hidden refuge", at=make.confidential_location(ward, "hidden"))
    roughly = make.service("Refuge in a ward", at=make.confidential_location(ward))
    found = {result.key: result for result in find(Request(point=(52.4, -2.0)), index_of(session, tmp_path)).results}
    assert (found[hidden.id].lat, found[hidden.id].distance_m) == (None, None)
    assert (found[roughly.id].lat, found[roughly.id].lon) == pytest.approx((52.41, -1.99))
    assert found[roughly.id].distance_m == pytest.approx(1303, rel=0.01)


def test_nothing_of_a_confidential_place_is_written_into_the_index(session: Session, tmp_path: Path) -> None:
    canary = f"canary{uuid4().hex[:12]}"
    ward = make.ward("Northfield")
    for visibility in ("area_only", "hidden"):
        make.service(f"Refuge {visibility}", at=make.confidential_location(ward, visibility, name=f"{canary} House"))
    index_of(session, tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path.name for path in files if canary.encode() in path.read_bytes().lower()]


scores = st.lists(
    st.tuples(st.sampled_from((0.1, 0.25, 0.25000003, 1.0)), st.integers(0, 10**6)), unique_by=lambda pair: pair[1]
)


@given(scores, st.integers(1, 30))
def test_the_first_results_are_those_of_a_full_sort(pairs: list[tuple[float, int]], most: int) -> None:
    values = np.array([value for value, _ in pairs], np.float32)
    keys = np.array([key for _, key in pairs], np.int64)
    order = lowest(~values.view(np.uint32), keys, most)
    expected = sorted(range(len(pairs)), key=lambda place: (-float(values[place]), int(keys[place])))
    assert order.tolist() == expected[:most]


@pytest.mark.parametrize("sort", ["best", "nearest", "soonest", "name"])
def test_pages_put_together_are_everything_once_in_one_order(session: Session, tmp_path: Path, sort: str) -> None:
    town()
    snapshot = index_of(session, tmp_path)
    request = Request(point=(SOUTH, WEST), sort=sort, per_page=7)
    now = datetime(2026, 11, 24, 10, 30, tzinfo=LOCAL_ZONE)
    first = find(request, snapshot, now)
    keys = [
        result.key
        for page in range(1, first.pages + 1)
        for result in find(Request(point=(SOUTH, WEST), sort=sort, per_page=7, page=page), snapshot, now).results
    ]
    assert len(keys) == len(set(keys)) == first.total
    whole = find(Request(point=(SOUTH, WEST), sort=sort, per_page=200), snapshot, now)
    assert keys == [result.key for result in whole.results]


def test_equal_results_come_in_the_order_of_their_numbers_however_the_index_was_written(tmp_path: Path) -> None:
    documents = [document(key, "Chess") for key in range(1, 12)]
    split = written(tmp_path, documents[6:], documents[:6])
    assert [result.key for result in find(Request(text="chess"), split).results] == list(range(1, 12))


def test_nearest_first_and_what_has_no_place_last(tmp_path: Path) -> None:
    documents = [
        document(1, "Far", places=(Place(52.5, -1.9, None),)),
        document(2, "Online", is_online=True),
        document(3, "Near, and far away", places=(Place(52.9, -1.9, None), Place(52.401, -1.9, None))),
    ]
    snapshot = written(tmp_path, documents)
    results = find(Request(point=(52.4, -1.9), sort="nearest"), snapshot).results
    assert [result.key for result in results] == [3, 1, 2]
    assert results[0].lat == pytest.approx(52.401)


def test_what_begins_soonest_comes_first_and_what_says_no_time_last(tmp_path: Path) -> None:
    documents = [
        document(1, "Wednesday", times=(Time(2, 600, 660),)),
        document(2, "No times"),
        document(3, "Earlier today, so next week", times=(Time(1, 540, 600),)),
        document(4, "On now", times=(Time(1, 600, 700),)),
        document(5, "Later today", times=(Time(1, 720, 780),)),
        document(6, "Last Friday of the month", times=(Time(4, 600, 660, -1),)),
    ]
    at = datetime(2026, 11, 24, 10, 30, tzinfo=LOCAL_ZONE)
    results = find(Request(sort="soonest"), written(tmp_path, documents), at).results
    assert [result.key for result in results] == [4, 5, 1, 6, 3, 2]


def test_by_name_without_regard_to_capitals_and_accents(tmp_path: Path) -> None:
    names = ["Zebra", "apple", "Éclair", "eagle", "Apple"]
    snapshot = written(tmp_path, [document(key, name) for key, name in enumerate(names, 1)])
    assert [result.key for result in find(Request(sort="name"), snapshot).results] == [2, 5, 4, 3, 1]


def test_of_equals_the_nearer_the_surer_and_the_one_that_is_open_come_first(tmp_path: Path) -> None:
    here, there = Place(52.401, -1.9, None), Place(52.45, -1.9, None)
    fresh, stale = TODAY - timedelta(days=10), date(2020, 1, 1)
    documents = [
        document(1, "Chess", places=(there,), assured_on=fresh),
        document(2, "Chess", places=(here,), assured_on=stale),
        document(3, "Chess", places=(here,), assured_on=fresh),
        document(4, "Chess", places=(here,), assured_on=fresh, is_paused=True),
        document(5, "Chess", is_online=True, assured_on=fresh),
    ]
    results = find(Request(text="chess", point=(52.4, -1.9)), written(tmp_path, documents)).results
    order = [result.key for result in results]
    assert order[:2] == [3, 2]
    assert order.index(5) < order.index(1) < order.index(4)


WARDS = (
    AreaEntry(1, "city", "C", "City", "city", 52.42, -1.92),
    AreaEntry(2, "constituency", "S", "South", "south", 52.41, -1.91, (1,)),
    AreaEntry(3, "ward", "N", "Northfield", "northfield", 52.4, -1.9, (1, 2)),
    AreaEntry(4, "ward", "A", "Aston", "aston", 52.44, -1.94, (1,)),
)
VISITS = Lookups(WARDS, (), ("en",))


@pytest.mark.parametrize("asked", [{"point_ward": "N"}, {"point_areas": ("N",)}, {"point_areas": ("S",)}])
def test_who_visits_other_wards_only_comes_after_everybody_who_reaches_this_one(
    tmp_path: Path, asked: dict[str, object]
) -> None:
    far = Place(52.47, -1.9, 4)  # five miles
    documents = [
        document(1, "Visits in Aston", area_ids=(4,), is_in_person=True),
        document(2, "Visits in Northfield", area_ids=(3,)),
        document(3, "Advice line", area_ids=(EVERYWHERE,), is_telephone=True),
        document(4, "Visits in the whole city", area_ids=(1,)),
        document(5, "Visits far away", places=(far,), area_ids=(4,)),
        document(6, "Visits at a hall that is on no map"),
    ]
    snapshot = written(tmp_path, documents, lookups=VISITS)
    results = find(Request(point=(52.4, -1.9), **asked), snapshot).results
    order = [result.key for result in results]
    assert order[0] == 2, "who comes to the ward is near"
    assert order[-1] == 1
    assert results[-1].score < 0.5 * min(result.score for result in results[:-1])
    assert any("out of reach" in line for line in explain_lines(Request(point=(52.4, -1.9), **asked), snapshot))


def test_who_serves_the_constituency_reaches_its_wards(tmp_path: Path) -> None:
    documents = [document(1, "Visits", area_ids=(4,)), document(2, "Visits", area_ids=(2,))]
    snapshot = written(tmp_path, documents, lookups=VISITS)
    results = find(Request(point=(52.4, -1.9), point_ward="N"), snapshot).results
    assert [result.key for result in results] == [2, 1]
    assert results[1].score < 0.3 * results[0].score


def test_where_the_ward_of_a_place_is_not_known_nobody_is_out_of_reach(tmp_path: Path) -> None:
    documents = [document(1, "Visits", area_ids=(4,)), document(2, "Visits", area_ids=(3,))]
    results = find(Request(point=(53.4, -1.9)), written(tmp_path, documents, lookups=VISITS)).results
    assert results[0].score == results[1].score
