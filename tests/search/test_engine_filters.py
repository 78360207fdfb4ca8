"""Every filter, alone and with others, finds what slow SQL finds; facets say what choosing them would bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetreg.rules.vocabulary import ACCESS_FEATURES, GENDERS, SERVICE_KINDS, STAGES
from search.engine import fewest_dropped, find, hits_of, relax
from search.loading import load
from search.requests import Request, without
from search.snapshot import Snapshot
from tests.search.oracle import matching
from tests.search.worlds import (
    INTERESTS,
    LANGUAGES,
    NEEDS,
    SOUTH,
    TODAY,
    WEST,
    hold_sessions,
    index_of,
    town,
    with_sessions,
)

slow = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

AREAS = ("E08000025", "E14000001", "E14000002", "riverside")


def some(values: tuple[object, ...], most: int = 2) -> st.SearchStrategy[tuple[object, ...]]:
    """Up to so many different ones."""
    return st.lists(st.sampled_from(values), max_size=most, unique=True).map(tuple)


def seldom(values: st.SearchStrategy[object], otherwise: object) -> st.SearchStrategy[object]:
    """Mostly nothing: so many filters there are that all of them together find nothing."""
    return st.one_of(st.just(otherwise), st.just(otherwise), st.just(otherwise), values)


points = st.tuples(st.floats(SOUTH - 0.05, SOUTH + 0.1), st.floats(WEST - 0.05, WEST + 0.1))
spans = st.tuples(st.integers(0, 1380), st.integers(30, 600)).map(lambda span: (span[0], min(span[0] + span[1], 1440)))
dates = st.tuples(st.integers(0, 40), st.integers(0, 9)).map(
    lambda ahead: (TODAY + timedelta(days=ahead[0]), TODAY + timedelta(days=sum(ahead)))
)


@st.composite
def requests(draw: st.DrawFn, codes: tuple[str, ...]) -> Request:
    """A request without words."""
    return Request(
        point=draw(st.none() | points),
        within_m=draw(seldom(st.integers(1, 6000), None)),
        areas=draw(seldom(some(codes), ())),
        needs=draw(seldom(some(("money", "housing", *NEEDS)), ())),
        interests=draw(seldom(some(INTERESTS), ())),
        days=draw(seldom(some(tuple(range(7)), 3), ())),
        times=draw(seldom(st.lists(spans, max_size=2).map(tuple), ())),
        dates=draw(seldom(dates, None)),
        free=draw(seldom(st.just(True), False)),
        age=draw(seldom(st.integers(0, 120), None)),
        ages=draw(seldom(st.sampled_from(((0, 4), (16, 18), (60, 120))), None)),
        gender=draw(seldom(st.sampled_from(GENDERS), None)),
        for_gender=draw(seldom(st.sampled_from(GENDERS), None)),
        access=draw(seldom(some(ACCESS_FEATURES), ())),
        languages=draw(seldom(some((*LANGUAGES, "zz")), ())),
        stages=draw(seldom(some(STAGES), ())),
        taking_people=draw(seldom(st.just(True), False)),
        without_referral=draw(seldom(st.just(True), False)),
        online=draw(seldom(st.booleans(), None)),
        telephone=draw(seldom(st.booleans(), None)),
        kinds=draw(seldom(some(SERVICE_KINDS), ())),
        has_places=draw(seldom(st.just(True), False)),
        per_page=200,
    )


@pytest.fixture
def snapshot(session: Session, tmp_path: Path) -> Snapshot:
    town()
    hold_sessions()
    return with_sessions(index_of(session, tmp_path))


def keys(request: Request, snapshot: Snapshot) -> set[int]:
    """The services that the engine finds."""
    return {result.key for result in find(request, snapshot).results}


def test_every_combination_of_filters_finds_what_slow_sql_finds(snapshot: Snapshot, session: Session) -> None:
    codes = (*AREAS, *(area.code for area in snapshot.lookups.areas if area.kind == "ward"), "nowhere")

    @slow
    @given(requests(codes))
    def check(request: Request) -> None:
        expected = matching(session, request)
        found = find(request, snapshot)
        assert {result.key for result in found.results} == expected
        assert found.total == len(expected)

    check()


def test_a_facet_counts_what_choosing_its_value_would_find(snapshot: Snapshot) -> None:
    codes = tuple(area.code for area in snapshot.lookups.areas)

    @slow
    @given(requests(codes))
    def check(request: Request) -> None:
        facets = find(request, snapshot).facets
        for facet, values in facets.items():
            for value, count in values.items():
                chosen = choose(request, facet, value)
                if chosen is not None:
                    assert find(chosen, snapshot).total == count, (facet, value)

    check()


def choose(request: Request, facet: str, value: str) -> Request | None:
    """The request with this value as the only one of its filter; None for facets that are not a filter."""
    match facet:
        case "ward" | "constituency" | "locality" | "city":
            return replace(request, areas=(value,))
        case "need":
            return replace(request, needs=(value,))
        case "interest":
            return replace(request, interests=(value,))
        case "kind":
            return replace(request, kinds=(value,))
        case "stage":
            return replace(request, stages=(value,))
        case "access":
            return replace(request, access=(*request.access, value))
        case "language":
            return replace(request, languages=(value,))
        case "gender":
            return replace(request, gender=value)
        case "day":
            return replace(request, days=(int(value),))
        case "free":
            return replace(request, free=True)
        case "online":
            return replace(request, online=True) if value == "yes" else None
        case "telephone":
            return replace(request, telephone=True)
        case "taking_people":
            return replace(request, taking_people=True) if value == "yes" else None
        case "without_referral":
            return replace(request, without_referral=True)
    return None


def test_facets_of_which_everything_has_one_value_add_up_to_the_total(snapshot: Snapshot) -> None:
    found = find(Request(), snapshot)
    assert found.total > 20
    for facet in ("kind", "stage"):
        assert sum(found.facets[facet].values()) == found.total


def test_a_value_that_nothing_has_is_not_offered(snapshot: Snapshot) -> None:
    assert all(count > 0 for values in find(Request(), snapshot).facets.values() for count in values.values())


def test_dropping_a_filter_brings_what_was_promised(snapshot: Snapshot) -> None:
    codes = tuple(area.code for area in snapshot.lookups.areas)

    @slow
    @given(requests(codes))
    def check(request: Request) -> None:
        for relaxation in relax(request, snapshot):
            if relaxation.drop != "q":
                assert find(without(request, [relaxation.drop]), snapshot).total == relaxation.total, relaxation

    check()


def test_when_no_single_filter_helps_as_few_as_do_are_offered(snapshot: Snapshot) -> None:
    codes = tuple(area.code for area in snapshot.lookups.areas)

    @slow
    @given(requests(codes))
    def check(request: Request) -> None:
        if find(request, snapshot).total:
            return
        ways = fewest_dropped(request, snapshot)
        assert len({len(names) for names, _ in ways}) <= 1
        for names, total in ways:
            assert 0 < total == find(without(request, names), snapshot).total, names

    check()


def test_the_nearest_relaxation_comes_first(snapshot: Snapshot) -> None:
    request = Request(point=(SOUTH, WEST), within_m=1, needs=("debt",))
    found = [each.nearest_m for each in relax(request, snapshot) if each.nearest_m is not None]
    assert found == sorted(found)


def test_a_service_is_found_from_its_first_day_to_its_last(session: Session, tmp_path: Path) -> None:
    town()
    index_of(session, tmp_path)
    from_sql = {
        on: len(matching_on(session, on)) for on in (TODAY, TODAY + timedelta(days=5), TODAY - timedelta(days=1))
    }
    assert len(set(from_sql.values())) > 1
    for on, expected in from_sql.items():
        assert len(load(tmp_path, on).living) == expected


def matching_on(session: Session, on: date) -> set[int]:
    """Everything listed on a day, in SQL."""
    from_ = "s.status <> 'closed' AND coalesce(s.valid_from, :on) <= :on AND coalesce(s.valid_until, :on) >= :on"
    return set(session.scalars(text(f"SELECT s.id FROM service s WHERE {from_}"), {"on": on}))


def test_hits_do_not_depend_on_the_page_asked_for(snapshot: Snapshot) -> None:
    first = find(Request(page=1, per_page=7), snapshot)
    beyond = find(Request(page=10**9, per_page=7), snapshot)
    assert beyond.page == first.pages == beyond.pages
    assert beyond.total == first.total == len(hits_of(Request(), snapshot).docs)
