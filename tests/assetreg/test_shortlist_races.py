"""Two windows of one browser at the same time, on real connections; each with the guard taken away as a control."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from assetreg import clock
from assetreg.actions import shortlists
from assetreg.db import db
from assetreg.list_keys import key_hash, new_key
from assetreg.models import Service, Shortlist, ShortlistEntry
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories import register
from tests.factories.lists import a_list

WINDOWS = 6


@pytest.fixture
def real(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of its own in which commits are commits."""
    name = f"{worker_name}_lists"
    app = make_app(copy_database(template_database, name), tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


@pytest.fixture
def begun(real: Flask) -> tuple[str, list[int]]:
    """A list with six things on it, and six more that are not; committed."""
    with real.app_context():
        services = [register.service(f"Thing {number}") for number in range(2 * WINDOWS)]
        _shortlist, key = a_list(*services[:WINDOWS])
        ids = [service.id for service in services]
        db.session.commit()
    return key, ids


def at_once(app: Flask, *deeds: Callable[[Shortlist], object], key: str) -> list[BaseException | None]:
    """Do all of these to one list at the same moment, each in a window of its own; what went wrong in each."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[Shortlist], object]) -> BaseException | None:
        with app.app_context():
            barrier.wait(10)
            try:
                shortlist = shortlists.find_list(key)
                assert shortlist is not None
                deed(shortlist)
                db.session.commit()
            except DBAPIError as problem:
                db.session.rollback()
                return problem
            finally:
                db.session.remove()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def on_it(app: Flask) -> list[tuple[int, int]]:
    """Place and service of every entry, in order."""
    with app.app_context():
        rows = db.session.execute(
            select(ShortlistEntry.position, ShortlistEntry.service_id).order_by(ShortlistEntry.position)
        )
        return [(row.position, row.service_id) for row in rows]


def adding(service_id: int) -> Callable[[Shortlist], object]:
    """Put this on the list."""
    return lambda shortlist: shortlists.add(shortlist, service_id)


def moving(service_id: int, steps: int) -> Callable[[Shortlist], object]:
    """Move this."""
    return lambda shortlist: shortlists.move(shortlist, service_id, steps)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken away: nobody waits for anybody."""

    def find_without_waiting(key: str | None) -> Shortlist | None:
        found: Shortlist | None = db.session.scalar(select(Shortlist).where(Shortlist.key_hash == key_hash(key or "")))
        return found

    monkeypatch.setattr(shortlists, "find_list", find_without_waiting)


def test_the_same_thing_added_in_every_window_is_on_the_list_once(real: Flask, begun: tuple[str, list[int]]) -> None:
    key, ids = begun
    new = ids[-1]
    assert at_once(real, *[adding(new)] * WINDOWS, key=key) == [None] * WINDOWS
    assert [service for _, service in on_it(real)] == [*ids[:WINDOWS], new]


def test_different_things_added_at_once_are_all_there_in_places_of_their_own(
    real: Flask, begun: tuple[str, list[int]]
) -> None:
    key, ids = begun
    assert at_once(real, *[adding(new) for new in ids[WINDOWS:]], key=key) == [None] * WINDOWS
    assert [place for place, _ in on_it(real)] == list(range(1, 2 * WINDOWS + 1))
    assert {service for _, service in on_it(real)} == set(ids)


def test_moving_at_once_loses_and_doubles_nothing(real: Flask, begun: tuple[str, list[int]]) -> None:
    key, ids = begun
    deeds = [moving(one, -1 if place % 2 else 1) for place, one in enumerate(ids[:WINDOWS])]
    assert at_once(real, *deeds, key=key) == [None] * WINDOWS
    assert [place for place, _ in on_it(real)] == list(range(1, WINDOWS + 1))
    assert {service for _, service in on_it(real)} == set(ids[:WINDOWS])


@pytest.mark.usefixtures("unguarded")
def test_control_without_the_lock_windows_fall_over_each_other(real: Flask, begun: tuple[str, list[int]]) -> None:
    """The same as above fails, and the database's own promises hold even then."""
    key, ids = begun
    for _ in range(10):
        outcomes = at_once(real, *[adding(new) for new in ids[WINDOWS:]], key=key)
        places = [place for place, _ in on_it(real)]
        assert len(places) == len(set(places))
        if any(outcomes):
            return
        with real.app_context():
            db.session.execute(ShortlistEntry.__table__.delete().where(ShortlistEntry.service_id.in_(ids[WINDOWS:])))
            db.session.commit()
    pytest.fail("the race was never seen: these tests could not see it either")


def test_a_list_that_is_cleared_meanwhile_stays_cleared(real: Flask, begun: tuple[str, list[int]]) -> None:
    key, ids = begun

    def clear() -> None:
        with real.app_context():
            shortlists.clear(key)
            db.session.commit()

    clear()
    with real.app_context():
        assert shortlists.find_list(key) is None
        assert db.session.scalars(select(ShortlistEntry.id)).all() == []
        assert {service.id for service in db.session.scalars(select(Service))} == set(ids)
        assert clock.now()


def begin_at_once(app: Flask, keys: tuple[str, ...]) -> tuple[set[str], set[int]]:
    """Begin a list in every window at the same moment; the secrets that open what was begun, and what was put on it."""
    with app.app_context():
        ids = [register.service(f"Thing {number}").id for number in range(WINDOWS)]
        db.session.commit()
    barrier = Barrier(WINDOWS)

    def begin(service_id: int) -> str:
        with app.app_context():
            barrier.wait(10)
            shortlist, key = shortlists.begin_list(keys)
            shortlists.add(shortlist, service_id)
            db.session.commit()
            db.session.remove()
        return key

    with ThreadPoolExecutor(WINDOWS) as pool:
        return set(pool.map(begin, ids)), set(ids)


def test_windows_that_begin_a_list_at_once_begin_one_with_everything_on_it(real: Flask) -> None:
    keys = (new_key(), new_key())
    opened_by, ids = begin_at_once(real, keys)
    assert opened_by == {keys[-1]}
    assert {service for _, service in on_it(real)} == ids


def test_control_without_a_common_secret_every_window_begins_its_own(real: Flask) -> None:
    opened_by, _ids = begin_at_once(real, ())
    assert len(opened_by) == WINDOWS
