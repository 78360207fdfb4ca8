"""The outbox is worked off: at least once, in order, with patience, and never twice at the same time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.actions import outbox
from assetreg.db import db
from assetreg.models import Audit, Outbox, Term
from assetreg.rules.retries import MOST_TRIES, WAITS, is_hopeless, wait_after
from assetreg.worker import registry
from assetreg.worker.loop import work_off_everything
from assetreg.worker.rows import add_daily_jobs, mark_failed, seconds_until_next, take, work_off_one
from tests.stopped_clock import StoppedClock

Record = list[dict[str, Any]]


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch, app: Flask) -> StoppedClock:
    """A clock that a test moves; the daily jobs are left out."""
    assert app is not None
    monkeypatch.setattr(registry, "DAILY", [])
    monkeypatch.setattr("assetreg.worker.rows.DAILY", [])
    return StoppedClock(monkeypatch)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Handler]:
    """A registry of this test's own."""
    own: dict[str, registry.Handler] = {}
    monkeypatch.setattr(registry, "HANDLERS", own)
    monkeypatch.setattr("assetreg.worker.rows.HANDLERS", own)
    return own


@pytest.fixture
def done(handlers: dict[str, registry.Handler]) -> Record:
    """What the handler of "note" was given, in order."""
    record: Record = []
    handlers["note"] = lambda payload: record.append(dict(payload))
    return record


def the_row(session: Session) -> Outbox:
    """The only row, as the database has it now."""
    session.expire_all()
    return session.scalars(select(Outbox)).one()


def fail(_payload: registry.Payload) -> None:
    """A handler that always fails, with something private in its message."""
    raise RuntimeError("amina@example.org cannot be reached")


def test_rows_are_done_once_in_the_order_in_which_they_are_due(stopped: StoppedClock, done: Record) -> None:
    outbox.add("note", {"n": 3}, due_at=stopped.at)
    outbox.add("note", {"n": 1}, due_at=stopped.at - timedelta(hours=2))
    outbox.add("note", {"n": 2}, due_at=stopped.at - timedelta(hours=1))
    assert work_off_everything() == 3
    assert [payload["n"] for payload in done] == [1, 2, 3]
    assert work_off_everything() == 0


def test_a_row_waits_until_it_is_due(stopped: StoppedClock, done: Record) -> None:
    outbox.add("note", {"n": 1}, due_at=stopped.at + timedelta(minutes=5))
    assert work_off_everything() == 0
    assert seconds_until_next(3600) == 300
    stopped.move(minutes=5)
    assert work_off_everything() == 1
    assert done == [{"n": 1}]


def test_of_many_rows_with_one_key_the_newest_stands_for_all(stopped: StoppedClock, done: Record) -> None:
    outbox.add("note", {"n": 1}, dedupe_key="k", due_at=stopped.at)
    outbox.add("note", {"n": 2}, dedupe_key="k", due_at=stopped.at + timedelta(days=1))
    outbox.add("note", {"n": 3}, dedupe_key="other")
    outbox.add("note", {"n": 4})
    outbox.add("note", {"n": 4})
    work_off_everything()
    assert sorted(payload["n"] for payload in done) == [2, 3, 4, 4]


def test_a_change_during_the_work_gets_a_row_of_its_own(
    stopped: StoppedClock, handlers: dict[str, registry.Handler]
) -> None:
    assert stopped is not None
    seen: list[int] = []

    def look(payload: registry.Payload) -> None:
        seen.append(payload["n"])
        if payload["n"] == 1:
            outbox.add("look", {"n": 2}, dedupe_key="k")

    handlers["look"] = look
    outbox.add("look", {"n": 1}, dedupe_key="k")
    work_off_everything()
    assert seen == [1, 2]


def test_what_failed_is_tried_again_with_longer_and_longer_waits(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    handlers["fail"] = fail
    outbox.add("fail", {"n": 1})
    waits = []
    for _ in WAITS:
        work_off_everything()
        row = the_row(session)
        waits.append(row.due_at - stopped.at)
        stopped.at = row.due_at
    assert tuple(waits) == WAITS
    assert waits == sorted(waits)


def test_what_fails_too_often_is_parked_and_kept(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    handlers["fail"] = fail
    outbox.add("fail", {"n": 1})
    for _ in range(MOST_TRIES + 3):
        work_off_everything()
        stopped.move(days=1)
    row = the_row(session)
    assert (row.attempts, row.done_at, row.payload) == (MOST_TRIES, None, {"n": 1})
    assert row.parked_at is not None


def test_parked_rows_can_be_listed_and_tried_again(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler], app: Flask, done: Record
) -> None:
    handlers["fail"] = fail
    outbox.add("fail", {"n": 1})
    for _ in range(MOST_TRIES):
        work_off_everything()
        stopped.move(days=1)
    runner = app.test_cli_runner()
    assert "RuntimeError" in runner.invoke(args=["outbox", "parked"]).output
    assert runner.invoke(args=["outbox", "retry"]).exit_code == 1
    handlers["fail"] = handlers["note"]
    assert "1 will be tried again" in runner.invoke(args=["outbox", "retry", str(the_row(session).id)]).output
    work_off_everything()
    assert done == [{"n": 1}]
    assert "Nothing is parked" in runner.invoke(args=["outbox", "parked"]).output


def test_the_error_kept_says_where_and_nothing_about_a_person(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    assert stopped is not None
    handlers["fail"] = fail
    outbox.add("fail")
    work_off_everything()
    assert the_row(session).last_error.startswith("RuntimeError in fail, line ")
    assert "amina" not in the_row(session).last_error


def test_a_topic_that_nothing_does_waits_for_the_next_version(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler], done: Record
) -> None:
    outbox.add("new", {"n": 1})
    work_off_everything()
    assert "NoHandler" in the_row(session).last_error
    handlers["new"] = handlers["note"]
    stopped.move(minutes=1)
    work_off_everything()
    assert done == [{"n": 1}]


def test_what_a_failing_handler_wrote_is_undone(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    assert stopped is not None

    def half(_payload: registry.Payload) -> None:
        db.session.add(Term(slug="half-done", kind="need", name="Half", position=1))
        db.session.flush()
        raise RuntimeError

    handlers["half"] = half
    outbox.add("half")
    work_off_everything()
    assert session.scalar(select(func.count()).select_from(Term).where(Term.slug == "half-done")) == 0
    assert the_row(session).attempts == 1


def test_what_a_handler_wrote_is_in_the_history_under_its_topic(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    assert stopped is not None
    handlers["write"] = lambda _payload: db.session.add(Term(slug="new", kind="need", name="New", position=1))
    outbox.add("write")
    work_off_everything()
    assert session.scalars(select(Audit.actor).order_by(Audit.id.desc())).first() == "worker: write"


def test_a_handler_that_breaks_its_statement_does_not_stop_the_others(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler], done: Record
) -> None:
    assert stopped is not None
    handlers["break"] = lambda _payload: db.session.execute(text("SELECT 1/0"))  # type: ignore[assignment, return-value]
    outbox.add("break")
    outbox.add("note", {"n": 1})
    assert work_off_everything() == 2
    assert done == [{"n": 1}]
    assert session.scalars(select(Outbox.last_error).where(Outbox.topic == "break")).one().startswith("DataError")


def test_a_row_that_kills_its_worker_is_parked_in_the_end(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    assert handlers == {}
    outbox.add("deadly")
    for _ in range(MOST_TRIES):
        assert take() is not None
        stopped.move(days=1)
    assert not work_off_one()
    assert the_row(session).last_error == "the worker died over it"
    assert the_row(session).parked_at is not None


def test_a_failed_row_gets_its_key_back(
    stopped: StoppedClock, session: Session, handlers: dict[str, registry.Handler]
) -> None:
    assert stopped is not None
    handlers["fail"] = fail
    outbox.add("fail", {"n": 1}, dedupe_key="k")
    work_off_everything()
    outbox.add("fail", {"n": 2}, dedupe_key="k")
    assert the_row(session).payload == {"n": 2}


def test_a_failed_row_gives_way_to_a_newer_one_with_its_key(stopped: StoppedClock, session: Session) -> None:
    assert stopped is not None
    outbox.add("fail", {"n": 1}, dedupe_key="k")
    taken = take()
    assert taken is not None
    outbox.add("fail", {"n": 2}, dedupe_key="k")
    mark_failed(taken, RuntimeError())
    rows = session.execute(select(Outbox.done_at, Outbox.dedupe_key).order_by(Outbox.id)).all()
    assert [(done_at is None, key) for done_at, key in rows] == [(False, None), (True, "k")]


def test_two_floors_cannot_claim_one_topic(handlers: dict[str, registry.Handler]) -> None:
    assert handlers == {}
    registry.handle("topic", fail)
    registry.handle("topic", fail)
    with pytest.raises(ValueError, match="Two handlers"):
        registry.handle("topic", print)


def test_daily_jobs_are_added_once_a_day(
    monkeypatch: pytest.MonkeyPatch, app: Flask, session: Session, done: Record
) -> None:
    assert app is not None
    monkeypatch.setattr("assetreg.worker.rows.DAILY", ["note"])
    stopped = StoppedClock(monkeypatch, clock.now())
    for _ in range(3):
        work_off_everything()
    assert len(done) == 1
    session.execute(text("UPDATE outbox SET created_at = created_at - interval '1 day'"))
    stopped.move(hours=1)
    add_daily_jobs()
    work_off_everything()
    assert len(done) == 2


def test_done_rows_are_kept_for_a_month_and_parked_ones_until_somebody_looks(
    stopped: StoppedClock, session: Session
) -> None:
    for days, parked in ((29, False), (31, False), (400, True)):
        ago = stopped.at - timedelta(days=days)
        values = {"parked_at": ago} if parked else {"done_at": ago}
        session.add(Outbox(topic="note", due_at=ago, **values))
    session.flush()
    assert outbox.purge(stopped.at - timedelta(days=30)) == 1
    assert session.scalar(select(func.count()).select_from(Outbox)) == 2


def test_the_command_does_what_is_due_and_stops(app: Flask, done: Record, stopped: StoppedClock) -> None:
    assert stopped is not None
    outbox.add("note", {"n": 1})
    assert "1 done." in app.test_cli_runner().invoke(args=["work", "--once"]).output
    assert done == [{"n": 1}]


def test_the_ladder_of_waits_outlasts_a_night() -> None:
    assert sum(WAITS, timedelta()) > timedelta(hours=12)
    assert [is_hopeless(tries) for tries in (0, MOST_TRIES - 1, MOST_TRIES)] == [False, False, True]
    assert wait_after(1) == WAITS[0]
    assert wait_after(100) == WAITS[-1]


def test_every_topic_of_this_floor_has_a_handler(app: Flask) -> None:
    assert app is not None
    wanted = {"message.send", "account.send_password_link", "outbox.purge", "message.purge", "throttle.purge"}
    assert wanted <= set(registry.HANDLERS)
    assert {"outbox.purge", "message.purge", "throttle.purge"} <= set(registry.DAILY)
