"""Coming sessions in what search finds: the next one with a place, free places, days, order; never what is not on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Service
from booking.models import Occurrence
from search import sessions_kept
from search.engine import find
from search.laying import lay_over
from search.requests import Request
from search.sessions import NextSession
from search.snapshot import Snapshot
from tests.factories import booking as situations
from tests.factories import register as make
from tests.search.worlds import NOW, TODAY, index_of, with_sessions


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    sessions_kept.forget()
    yield
    sessions_kept.forget()


@pytest.fixture
def choir(session: Session) -> Service:
    assert session
    return make.service("Choir", terms=("loneliness",))


def held(of: Service, days: float = 1, capacity: int | None = 4, taken: int = 0, **of_series: Any) -> Occurrence:
    """A session so many days from NOW, of a series of its own."""
    values = of_series.pop("occurrence", {})
    kind = of_series.pop("kind", "drop_in" if capacity is None else "bookable")
    series = situations.series(of, kind=kind, capacity=capacity, starts_on=TODAY, **of_series)
    return situations.occurrence(series, capacity, starts_at=NOW + timedelta(days=days), places_taken=taken, **values)


def ask(session: Session, root: Path, **asked: Any) -> tuple[list[int], Snapshot]:
    """The services found, in order, and the snapshot that found them."""
    snapshot = with_sessions(index_of(session, root))
    return [result.key for result in find(Request(**asked), snapshot, NOW).results], snapshot


def next_of(session: Session, root: Path, service: Service) -> NextSession | None:
    """The session that a result shows."""
    snapshot = with_sessions(index_of(session, root))
    found = find(Request(), snapshot, NOW)
    row = next(result.row for result in found.results if result.key == service.id)
    assert snapshot.coming is not None
    return snapshot.coming.next_of(row)


def test_the_next_session_is_the_first_with_a_place(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, days=1, taken=4)
    free = held(choir, days=3, taken=1)
    held(choir, days=2, taken=4)
    held(choir, days=8)
    shown = next_of(session, tmp_path, choir)
    assert shown == NextSession(free.public_id, free.starts_at, 3, is_referred=False)


def test_when_all_are_full_the_first_is_shown_as_full(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, days=2, taken=4)
    first = held(choir, days=1, taken=4)
    shown = next_of(session, tmp_path, choir)
    assert shown is not None
    assert (shown.public_id, shown.places_left) == (first.public_id, 0)
    assert ask(session, tmp_path, has_places=True)[0] == []


def test_overbooking_never_gives_the_public_a_place(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, taken=4, occurrence={"overbooked": 3, "overbooked_reason": "Her sister is here."})
    assert ask(session, tmp_path, has_places=True)[0] == []


def test_who_counts_no_places_has_room(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, capacity=None)
    shown = next_of(session, tmp_path, choir)
    assert shown is not None
    assert shown.places_left is None
    assert ask(session, tmp_path, has_places=True)[0] == [choir.id]


@pytest.mark.parametrize(
    "what",
    [
        {"days": -1},
        {"status": "draft"},
        {"status": "ended"},
        {"is_paused": True},
        {"kind": "referred", "is_listed": False},
        {"occurrence": {"status": "cancelled"}},
        {"occurrence": {"is_paused": True}},
    ],
    ids=str,
)
def test_what_is_not_on_never_shows(session: Session, tmp_path: Path, choir: Service, what: dict[str, Any]) -> None:
    held(choir, **what)
    assert next_of(session, tmp_path, choir) is None
    assert ask(session, tmp_path, has_places=True)[0] == []
    assert ask(session, tmp_path, days=tuple(range(7)))[0] == []


def test_what_staff_book_is_shown_but_is_no_free_place(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, kind="referred")
    shown = next_of(session, tmp_path, choir)
    assert shown is not None
    assert shown.is_referred
    assert ask(session, tmp_path, has_places=True)[0] == []


@pytest.mark.parametrize("what", [{"closes_minutes": 2 * 1440}, {"opens_days": 0}], ids=str)
def test_what_cannot_be_booked_now_is_no_free_place(
    session: Session, tmp_path: Path, choir: Service, what: dict[str, Any]
) -> None:
    held(choir, **what)
    assert ask(session, tmp_path, has_places=True)[0] == []


def test_a_course_booked_whole_is_full_once_it_has_begun(session: Session, tmp_path: Path, choir: Service) -> None:
    series = situations.series(choir, kind="course", course_booking="whole", capacity=4, starts_on=TODAY)
    situations.occurrence(series, 4, starts_at=NOW - timedelta(days=7))
    situations.occurrence(series, 4, starts_at=NOW + timedelta(days=7))
    assert ask(session, tmp_path, has_places=True)[0] == []


def test_days_and_times_are_those_of_sessions_too(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, days=1 + 10 / 24)  # Wednesday, 7.10pm
    assert ask(session, tmp_path, days=(2,))[0] == [choir.id]
    assert ask(session, tmp_path, days=(1,))[0] == []
    assert ask(session, tmp_path, days=(2,), times=((1020, 1440),))[0] == [choir.id]
    assert ask(session, tmp_path, days=(2,), times=((0, 720),))[0] == []
    tomorrow = TODAY + timedelta(days=1)
    assert ask(session, tmp_path, dates=(tomorrow, tomorrow))[0] == [choir.id]
    assert ask(session, tmp_path, dates=(TODAY, TODAY))[0] == []
    facets = find(Request(), ask(session, tmp_path)[1], NOW).facets
    assert facets["day"] == {"2": 1}


def test_soonest_goes_by_the_next_session(session: Session, tmp_path: Path, choir: Service) -> None:
    yoga = make.service("Yoga")
    held(yoga, days=1)
    held(choir, days=1, taken=4)
    held(choir, days=5)
    assert ask(session, tmp_path, sort="soonest")[0] == [yoga.id, choir.id]


def test_a_free_place_soon_ranks_higher(session: Session, tmp_path: Path, choir: Service) -> None:
    other = make.service("Choir", terms=("loneliness",))
    held(choir, days=20)
    held(other, days=10)
    assert ask(session, tmp_path, text="choir")[0] == [other.id, choir.id]
    held(choir, days=3, taken=4)
    assert ask(session, tmp_path, text="choir")[0] == [other.id, choir.id]
    held(choir, days=3)
    assert ask(session, tmp_path, text="choir")[0] == [choir.id, other.id]


def test_what_the_process_knows_is_at_most_five_seconds_old(
    app: Flask, session: Session, tmp_path: Path, choir: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    at = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(sessions_kept, "get_stamp", lambda: str(at[0]))
    one = held(choir)
    snapshot = index_of(session, tmp_path)

    def left() -> int:
        found = sessions_kept.with_sessions(snapshot)
        return int(found.columns.places_left[found.living][0])

    assert left() == 4
    one.places_taken = 3
    session.flush()
    at[0] += 4.9
    assert left() == 4
    at[0] += 0.2
    assert left() == 1


def test_when_the_database_is_away_the_old_sessions_stay(
    app: Flask, session: Session, tmp_path: Path, choir: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    monkeypatch.setattr(clock, "now", lambda: NOW)
    held(choir)
    snapshot = index_of(session, tmp_path)
    before = sessions_kept.with_sessions(snapshot)
    at = time.monotonic()

    def away() -> str:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(sessions_kept, "get_stamp", away)
    monkeypatch.setattr(time, "monotonic", lambda: at + 60)
    after = sessions_kept.with_sessions(snapshot)
    assert after.columns.places_left.tolist() == before.columns.places_left.tolist()


def test_a_session_leaves_when_it_begins(session: Session, tmp_path: Path, choir: Service) -> None:
    held(choir, days=1)
    snapshot = index_of(session, tmp_path)
    laid = with_sessions(snapshot)
    assert laid.coming is not None
    later = NOW + timedelta(days=1, minutes=1)
    again = lay_over_at(laid, later)
    assert again.columns.places_left[again.living].tolist() == [-1]


def lay_over_at(laid: Snapshot, now: datetime) -> Snapshot:
    """The same sessions at another minute."""
    assert laid.base is not None
    assert laid.coming is not None
    return lay_over(laid.base, laid.coming.sessions, now, laid)
