"""What is counted is kept between requests only while nothing was written: never a moment longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries import pairs
from assetreg.queries.pairs import Kept, get_pairs
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
        Kept.pairs = None
        yield app
        Kept.pairs = None
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
    read = get_pairs()
    Kept.pairs = replace(read, state="a state")
    monkeypatch.setattr(pairs, "STATE", text("SELECT 'a state'"))
    assert get_pairs() is Kept.pairs
    for other in ("SELECT 'another state'", "SELECT NULL"):
        monkeypatch.setattr(pairs, "STATE", text(other))
        kept = Kept.pairs = replace(read, state="a state")
        assert get_pairs() is not kept


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
    service = register.service("Ramblers", terms=("walking",))
    assert len(get_pairs().terms.keys) == 2
    assert get_pairs().state is None
    db.session.delete(service)
    db.session.flush()
    assert len(get_pairs().terms.keys) == 1
    assert number_of_pairs() == 1


def test_what_is_kept_names_the_database_it_is_of(committed: Flask) -> None:
    number_of_pairs()
    name = committed.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]
    # Nothing is kept while another test is writing to its own database.
    assert Kept.pairs is None or str(Kept.pairs.state).startswith(f"{name} ")
