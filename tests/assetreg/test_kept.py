"""What is counted is kept between requests only while nothing of it was written: never a moment longer."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries import kept
from assetreg.queries.kept import KEPT, get_state, keep
from assetreg.queries.pairs import get_pairs
from tests.conftest import administrator, copy_database, drop_database, make_app, plain_url
from tests.factories import register
from tests.sql_counting import count_statements


@pytest.fixture
def committed(template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database of its own in which commits are commits, with one service about music."""
    name = f"{worker_name}_pairs"
    app = make_app(copy_database(template_database, name), tmp_path_factory.mktemp("pairs"))
    with app.app_context():
        register.service("Choir", terms=("music",))
        db.session.commit()
        db.session.remove()
        KEPT.clear()
        yield app
        KEPT.clear()
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def somebody_else(app: Flask) -> psycopg.Connection:
    """Another connection to the same database."""
    return psycopg.connect(plain_url(app.config["SQLALCHEMY_DATABASE_URI"]))


def number_of_pairs() -> int:
    """How many terms all services have together, asked in a new transaction as a new request does."""
    db.session.rollback()
    return len(get_pairs().terms.keys)


ADD = "INSERT INTO service_term SELECT s.id, t.id FROM service s, term t WHERE t.slug = %s"


def test_while_the_state_is_the_same_it_is_read_once_and_never_when_it_is_not(
    committed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL's state is the whole cluster's, and other tests write to it: here the states are ours.
    assert committed
    read = iter(range(100))
    monkeypatch.setattr(kept, "STATE", text("SELECT 'a state'"))
    assert [keep("numbers", lambda: next(read)) for _ in range(3)] == [0, 0, 0]
    assert [keep("numbers", lambda: next(read), day) for day in ("Monday", "Monday", "Tuesday")] == [1, 1, 2]
    monkeypatch.setattr(kept, "STATE", text("SELECT 'another state'"))
    assert [keep("numbers", lambda: next(read), "Tuesday") for _ in range(2)] == [3, 3]
    monkeypatch.setattr(kept, "STATE", text("SELECT NULL"))
    assert [keep("numbers", lambda: next(read), "Tuesday") for _ in range(2)] == [4, 5]


def test_what_was_written_while_reading_is_not_missed(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert committed
    states = iter(["SELECT 'before'", "SELECT 'after'", "SELECT 'before'", "SELECT 'before'"])
    monkeypatch.setattr(kept, "get_state", lambda: db.session.scalar(text(next(states))))
    assert keep("numbers", lambda: 1) == 1
    assert keep("numbers", lambda: 2) == 2


def test_what_somebody_else_commits_counts_at_once(committed: Flask) -> None:
    assert number_of_pairs() == 1
    with somebody_else(committed) as other:
        for slug, expected in [("walking", 2), ("games", 3), ("debt", 4)]:
            other.execute(ADD, [slug])
            other.commit()
            assert number_of_pairs() == expected
        other.execute("DELETE FROM service_term")
        other.commit()
        assert number_of_pairs() == 0


def test_what_is_not_committed_does_not_count_and_counts_when_it_is(committed: Flask) -> None:
    with somebody_else(committed) as other, somebody_else(committed) as third:
        other.execute(ADD, ["walking"])
        assert number_of_pairs() == 1
        third.execute(ADD, ["games"])
        third.commit()
        assert number_of_pairs() == 2
        assert number_of_pairs() == 2
        other.commit()
        assert number_of_pairs() == 3


def test_what_is_taken_back_never_counts(committed: Flask) -> None:
    with somebody_else(committed) as other:
        other.execute(ADD, ["walking"])
        assert number_of_pairs() == 1
        other.rollback()
        assert number_of_pairs() == 1


def test_a_transaction_sees_what_it_has_written_itself_and_keeps_none_of_it(committed: Flask) -> None:
    assert committed
    assert number_of_pairs() == 1
    before = KEPT.get("pairs")
    service = register.service("Ramblers", terms=("walking",))
    assert len(get_pairs().terms.keys) == 2
    assert KEPT.get("pairs") is before
    db.session.delete(service)
    db.session.flush()
    assert len(get_pairs().terms.keys) == 1
    assert number_of_pairs() == 1


def test_a_row_that_somebody_else_changes_counts_at_once(committed: Flask) -> None:
    tables = ("service",)
    read = iter(range(100))

    def kept_number() -> int:
        db.session.rollback()
        return keep("numbers", lambda: next(read), of=tables)

    assert kept_number() == 0
    with somebody_else(committed) as other:
        other.execute("UPDATE service SET status = 'closed'")
        assert kept_number() == 0
        other.commit()
        assert [kept_number(), kept_number()] == [1, 1]


def test_what_is_written_elsewhere_does_not_count(committed: Flask) -> None:
    read = iter(range(100))
    tables = ("service", "service_term", "term")
    with somebody_else(committed) as other:
        for number in range(3):
            # Bookings, messages and counters are written all the time; so is every other database of the cluster.
            other.execute("INSERT INTO rate_counter (key, expires_at) VALUES (%s, now())", [f"somebody {number}"])
            other.commit()
            db.session.rollback()
            with count_statements() as sent:
                assert keep("numbers", lambda: next(read), of=tables) == 0
            assert len(sent) <= 2
        other.execute("INSERT INTO rate_counter (key, expires_at) VALUES ('somebody', now())")
        # Even while they have not ended.
        db.session.rollback()
        assert keep("numbers", lambda: next(read), of=tables) == 0


def test_what_may_be_late_is_late_by_so_much_and_no_more(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert committed
    read, now = iter(range(100)), [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    found = []
    for seconds in (0.0, 4.9, 0.2, 4.9):
        now[0] += seconds
        found.append(keep("numbers", lambda: next(read), of=("service",), most_age_s=5.0))
    assert found == [0, 0, 1, 1]


def test_the_state_names_the_database(committed: Flask) -> None:
    db.session.rollback()
    name = committed.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]
    # There is none while another test is writing to its own database.
    assert (get_state() or f"{name} ").startswith(f"{name} ")
    register.service("Ramblers")
    assert get_state() is None
