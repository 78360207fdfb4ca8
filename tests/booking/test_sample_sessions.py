"""The sample city's sessions: enough of every kind, believable, the same every time, and gone without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from assetreg import clock
from assetreg.db import db
from assetreg.models import Location
from booking.actions.sample_sessions.making import sessions_for
from booking.models import Attendance, Booking, Leader, Occurrence, Series
from booking.rules.vocabulary import SERIES_KINDS
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories import booking as situations
from tests.factories import register

OURS = (Series, Occurrence, Booking, Attendance, Leader)


def run(app: Flask, *args: str) -> Any:
    """`script/manage demo`."""
    return app.test_cli_runner().invoke(args=["demo", *args])


def counts() -> dict[str, int]:
    """How many rows the tables have that this part fills."""
    return {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in OURS}


def number(statement: str) -> int:
    """The one number that a statement answers."""
    return int(db.session.scalar(text(statement)) or 0)


@pytest.fixture(scope="module")
def sample(template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The sample city at its usual size, in a database of its own; for reading only."""
    name = f"{worker_name}_sample_sessions"
    app = make_app(copy_database(template_database, name), tmp_path_factory.mktemp("var"))
    with app.app_context():
        result = run(app)
        assert result.exit_code == 0, result.output
        assert "400 series" in result.output
        yield app
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def test_400_series_give_about_5000_sessions_over_twelve_weeks(sample: Flask) -> None:
    assert sample
    found = counts()
    assert found["series"] == 400
    assert 4_500 <= found["occurrence"] <= 5_700
    last = db.session.scalar(select(func.max(Occurrence.starts_at)).join(Series).where(Series.kind != "course"))
    assert last is not None
    assert timedelta(weeks=11) < last - clock.now() < timedelta(weeks=13)


def test_larger_cities_have_as_many_sessions_as_promised() -> None:
    assert (sessions_for(600), sessions_for(10_000), sessions_for(100_000)) == (5_000, 200_000, 1_000_000)


def test_every_kind_of_session_is_there(sample: Flask) -> None:
    assert sample
    kinds = set(db.session.scalars(select(Series.kind).where(Series.status == "published")))
    assert kinds == set(SERIES_KINDS)
    assert set(db.session.scalars(select(Series.status))) == {"draft", "published", "ended"}
    assert set(db.session.scalars(select(Series.frequency))) == {"once", "weekly", "monthly"}
    assert number("SELECT count(*) FROM series WHERE is_paused") > 0
    assert number("SELECT count(*) FROM series WHERE NOT is_listed") > 0


def test_sessions_are_empty_nearly_full_full_waited_for_and_called_off(sample: Flask) -> None:
    assert sample
    soon = "occurrence WHERE starts_at > now() AND starts_at < now() + interval '1 week' AND capacity > 1 AND"
    for what in ("places_taken = capacity", "places_taken = capacity - 1", "places_taken < capacity / 2"):
        assert number(f"SELECT count(*) FROM {soon} {what}") >= 5, what
    assert number("SELECT count(*) FROM booking WHERE state = 'waiting'") >= 50
    assert number("SELECT count(*) FROM booking WHERE state = 'requested'") >= 20
    assert number("SELECT count(*) FROM occurrence WHERE status = 'cancelled' AND starts_at > now()") >= 20
    assert number("SELECT count(*) FROM occurrence WHERE overbooked > 0") >= 1


def test_nobody_waits_where_there_is_room(sample: Flask) -> None:
    assert sample
    assert (
        number(
            "SELECT count(*) FROM booking b JOIN occurrence o ON o.id = b.occurrence_id"
            " WHERE b.state = 'waiting' AND o.capacity - o.places_taken >= b.party_size AND o.status = 'scheduled'"
        )
        == 0
    )


def test_places_taken_are_those_of_live_bookings(sample: Flask) -> None:
    assert sample
    assert (
        number(
            "SELECT count(*) FROM occurrence o WHERE places_taken <> (SELECT coalesce(sum(party_size), 0)"
            " FROM booking b WHERE b.occurrence_id = o.id AND state IN ('confirmed', 'offered', 'requested'))"
        )
        == 0
    )


def test_registers_of_the_past_are_marked_and_only_those(sample: Flask) -> None:
    assert sample
    assert number("SELECT count(*) FROM attendance WHERE mark = 'absent'") > 100
    assert number("SELECT count(*) FROM attendance WHERE is_walk_in") > 100
    assert (
        number("SELECT count(*) FROM attendance a JOIN occurrence o ON o.id = a.occurrence_id WHERE o.ends_at > now()")
        == 0
    )


def test_the_partners_organisation_has_sessions(sample: Flask) -> None:
    assert sample
    assert number(
        "SELECT count(*) FROM occurrence o JOIN service s ON s.id = o.service_id JOIN membership m"
        " ON m.organisation_id = s.organisation_id"
    )


def test_nothing_confidential_has_sessions(sample: Flask) -> None:
    assert sample
    assert number("SELECT count(*) FROM series JOIN service s ON s.id = service_id WHERE s.is_sensitive") == 0
    assert number("SELECT count(*) FROM series JOIN location l ON l.id = location_id WHERE visibility <> 'public'") == 0


def test_the_same_seed_makes_the_same_sessions(app: Flask) -> None:
    seen = []
    for seed in ("7", "7", "8"):
        assert run(app, "--services", "60", "--seed", seed).exit_code == 0
        rows = db.session.execute(
            text("SELECT public_id, starts_at, places_taken, cancel_reason FROM occurrence ORDER BY public_id")
        ).all()
        people = db.session.execute(text("SELECT public_id, reference, name, state FROM booking ORDER BY 1")).all()
        seen.append((rows, people))
        assert run(app, "--remove").exit_code == 0
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
    assert seen[0][0]


def test_removed_it_leaves_nothing_of_its_own_and_everything_of_others(app: Flask) -> None:
    own = situations.full_occurrence(of=situations.series(register.service(at=register.location())))
    before = counts()
    assert run(app, "--services", "60", "--force").exit_code == 0
    assert counts() != before
    gone = run(app, "--remove")
    assert gone.exit_code == 0, gone.output
    assert "series" in gone.output
    assert counts() == before
    assert db.session.get(Occurrence, own.id) is not None


def test_a_place_stays_where_somebody_elses_session_is(app: Flask) -> None:
    assert run(app, "--services", "60").exit_code == 0
    hall = db.session.scalars(
        select(Location).where(Location.visibility == "public", Location.source.is_not(None)).order_by(Location.id)
    ).first()
    assert hall is not None
    situations.occurrence(situations.series(register.service("Our own class"), at=hall))
    removed = run(app, "--remove")
    assert removed.exit_code == 0, removed.output
    assert db.session.get(Location, hall.id) is not None
