"""What is counted is kept between requests only while nothing was written: never a moment longer."""

from __future__ import annotations

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


def test_the_state_names_the_database(committed: Flask) -> None:
    db.session.rollback()
    name = committed.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]
    # There is none while another test is writing to its own database.
    assert (get_state() or f"{name} ").startswith(f"{name} ")
    register.service("Ramblers")
    assert get_state() is None
