"""Organisers at the same moment: one room is never published twice, and no editor overwrites another unseen.

The controls do the same with the guard taken away, and show what it is there for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from assetreg import clock
from assetreg.db import db
from booking.actions.series import (
    ChangedMeanwhile,
    DatesClash,
    SeriesPlan,
    change_series,
    plan_to_change,
    publish_series,
    publishing,
)
from booking.models import Occurrence, Series
from tests.booking.plans import plan
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories import booking as situations
from tests.factories import register

ORGANISERS = 6
PATIENCE_S = 20


@pytest.fixture
def city(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own in which commits are commits."""
    name = f"{worker_name}_series"
    app = make_app(copy_database(template_database, name), tmp_path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def together(app: Flask, deeds: list[Callable[[], Any]]) -> list[Any]:
    """Do all of these at once, each on a connection of its own; what came of each, or what went wrong."""

    def do(deed: Callable[[], Any]) -> Any:
        with app.app_context():
            try:
                came = deed()
                db.session.commit()
            except Exception as problem:  # noqa: BLE001  (the test looks at it)
                db.session.rollback()
                return problem
            finally:
                db.session.remove()
        return came

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


@pytest.fixture
def everybody_looks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst case: all have seen that the room is free before anybody takes it."""
    barrier = Barrier(ORGANISERS)
    looked: set[int] = set()
    real = publishing.preview_series

    def look(wanted: SeriesPlan, *given: Any, **more: Any) -> Any:
        found = real(wanted, *given, **more)
        if wanted.service_id not in looked:
            looked.add(wanted.service_id)
            barrier.wait(PATIENCE_S)
        return found

    monkeypatch.setattr(publishing, "preview_series", look)


def plans_for_one_room(app: Flask) -> list[SeriesPlan]:
    """As many plans as organisers, all for the same room and hours; their groups are committed."""
    with app.app_context():
        hall = situations.space()
        plans = [
            plan(register.service(f"Group {number}"), space_id=hall.id, location_id=hall.location_id, sessions=20)
            for number in range(ORGANISERS)
        ]
        db.session.commit()
    return plans


def publishing_of(wanted: SeriesPlan) -> Callable[[], str]:
    """Publish this plan."""

    def publish() -> str:
        publish_series(wanted, None, clock.now())
        return "published"

    return publish


def overlaps(app: Flask) -> int:
    """How many pairs of sessions use one room at the same time."""
    with app.app_context():
        pairs = db.session.scalar(
            text(
                "SELECT count(*) FROM occurrence a JOIN occurrence b ON a.id < b.id AND a.space_id = b.space_id"
                " AND a.during && b.during AND a.status = 'scheduled' AND b.status = 'scheduled'"
            )
        )
        db.session.remove()
    return int(pairs or 0)


@pytest.mark.usefixtures("everybody_looks_first")
def test_one_room_is_published_once_and_the_others_are_told_what_came(city: Flask) -> None:
    outcomes = together(city, [publishing_of(wanted) for wanted in plans_for_one_room(city)])
    assert outcomes.count("published") == 1, outcomes
    others = [one for one in outcomes if one != "published"]
    assert all(isinstance(one, DatesClash) and one.is_just_taken for one in others), outcomes
    assert all(len(one.preview.clashing) == 20 for one in others)
    assert overlaps(city) == 0
    with city.app_context():
        assert db.session.scalar(select(func.count()).select_from(Series)) == 1
        assert db.session.scalar(select(func.count()).select_from(Occurrence)) == 20


@pytest.mark.usefixtures("everybody_looks_first")
def test_control_without_the_constraint_the_room_is_given_twice(city: Flask) -> None:
    with city.app_context():
        db.session.execute(text("ALTER TABLE occurrence DROP CONSTRAINT ex_occurrence_space_in_use"))
        db.session.commit()
    outcomes = together(city, [publishing_of(wanted) for wanted in plans_for_one_room(city)])
    assert outcomes.count("published") > 1
    assert overlaps(city) > 0


def editing(series_id: int, number: int, barrier: Barrier, *, is_guarded: bool) -> Callable[[], str]:
    """Open the form, wait until everybody has, then save."""

    def edit() -> str:
        series = db.session.get_one(Series, series_id)
        wanted, from_on = plan_to_change(series, "all", None, clock.now())
        seen = series.version
        db.session.commit()
        barrier.wait(PATIENCE_S)
        later = (clock.local_now() + timedelta(hours=1)).time().replace(hour=8 + number, minute=0, second=0)
        changed = replace(wanted, note=f"Editor {number}", starts_time=later.replace(microsecond=0))
        change_series(series, changed, from_on, None, clock.now(), seen if is_guarded else None)
        return f"Editor {number}"

    return edit


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "control without the version"])
def test_of_several_editors_one_saves_and_the_others_are_told(city: Flask, is_guarded: bool) -> None:
    with city.app_context():
        series = publish_series(plan(sessions=10), None, clock.now())
        series_id = series.id
        db.session.commit()
    barrier = Barrier(ORGANISERS)
    outcomes = together(
        city, [editing(series_id, number, barrier, is_guarded=is_guarded) for number in range(ORGANISERS)]
    )
    saved = [one for one in outcomes if isinstance(one, str)]
    with city.app_context():
        series = db.session.get_one(Series, series_id)
        hours = {
            one.astimezone(clock.LOCAL_ZONE).hour
            for one in db.session.scalars(select(Occurrence.starts_at).where(Occurrence.starts_at > clock.now()))
        }
        note, hour = series.note, series.starts_time.hour
        db.session.remove()
    if not is_guarded:
        assert len(saved) > 1, "editors overwrite each other: what the guard is there for"
        return
    assert len(saved) == 1, outcomes
    assert all(isinstance(one, ChangedMeanwhile) for one in outcomes if one not in saved), outcomes
    assert note == saved[0]
    assert hours == {hour}, "the dates are the winner's, all of them"
