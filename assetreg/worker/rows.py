"""One row of the outbox at a time: take it, do it, say how it went.

A row is taken in two steps. First its try is counted and its next time set, and that is committed: a worker that dies
over a row cannot take it again and again without end. Then the row is locked while its handler runs, and what the
handler wrote and the mark "done" are committed together. A worker that is killed in between leaves a row that is due
again after the first wait; so everything is done at least once, and what lies in the database exactly once.
"""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from assetreg import clock
from assetreg.actions import outbox
from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.models import Outbox
from assetreg.rules.retries import MOST_TRIES, is_hopeless, wait_after
from assetreg.worker.registry import DAILY, HANDLERS, MOURNERS

LOG = logging.getLogger("assetreg.worker")
WAITING = Outbox.done_at.is_(None) & Outbox.parked_at.is_(None)
ELECTION = 5_023_117  # the advisory lock of whoever puts today's jobs into the outbox
LONGEST_SILENCE = "15min"  # a handler may wait for a mail server; a hung one must not hold its row for ever


@dataclass(frozen=True)
class Taken:
    """A row this worker has counted a try of."""

    id: int
    topic: str
    payload: dict[str, Any]
    dedupe_key: str | None
    tries: int


class NoHandler(LookupError):
    """Nothing in this installation does that topic."""


def work_off_one() -> bool:
    """Do the next thing that is due. False when nothing is. Database trouble is raised, a handler's never."""
    taken = take()
    if taken is None:
        return False
    if not hold(taken):
        db.session.rollback()
        return True
    started = time.monotonic()
    problem = run_handler(taken)
    if problem is None:
        mark_done(taken)
    else:
        mark_failed(taken, problem)
    db.session.commit()
    report(taken, problem, time.monotonic() - started)
    return True


def take() -> Taken | None:
    """Count a try of the row that has waited longest, and let go of its key so that newer changes get a row."""
    now = clock.now()
    row = db.session.execute(
        select(Outbox.id, Outbox.topic, Outbox.payload, Outbox.dedupe_key, Outbox.attempts)
        .where(WAITING, Outbox.due_at <= now)
        .order_by(Outbox.due_at, Outbox.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        db.session.rollback()
        return None
    if is_hopeless(row.attempts):
        park_what_kills(row.id, row.topic, row.payload)
        return take()
    tries = row.attempts + 1
    db.session.execute(
        update(Outbox)
        .where(Outbox.id == row.id)
        .values(attempts=tries, due_at=now + wait_after(tries), dedupe_key=None)
    )
    db.session.commit()
    return Taken(row.id, row.topic, dict(row.payload), row.dedupe_key, tries)


def park_what_kills(row_id: int, topic: str, payload: dict[str, Any]) -> None:
    """Set a row aside whose every try ended without a word: something about it kills workers."""
    problem = "the worker died over it"
    db.session.execute(update(Outbox).where(Outbox.id == row_id).values(parked_at=clock.now(), last_error=problem))
    mourn(topic, payload, MOST_TRIES, problem)
    db.session.commit()
    LOG.error("parked", extra={"outbox_id": row_id, "topic": topic, "problem": problem})


def hold(taken: Taken) -> bool:
    """Lock the row for as long as its handler runs. False when another worker has it after all."""
    db.session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = '{LONGEST_SILENCE}'"))
    found = db.session.scalar(
        select(Outbox.id)
        .where(Outbox.id == taken.id, WAITING, Outbox.attempts == taken.tries)
        .with_for_update(skip_locked=True)
    )
    return found is not None


def run_handler(taken: Taken) -> Exception | None:
    """Do it; what it wrote is undone when it fails. Returns what went wrong; raises when the connection is lost."""
    set_actor(db.session(), f"worker: {taken.topic}")
    try:
        with db.session.begin_nested():
            handler = HANDLERS.get(taken.topic)
            if handler is None:
                raise NoHandler(taken.topic)
            handler(taken.payload)
            db.session.flush()
    except DBAPIError as problem:
        if problem.connection_invalidated:
            raise
        return problem
    except Exception as problem:  # noqa: BLE001  (whatever it is, the worker goes on)
        return problem
    return None


def mark_done(taken: Taken) -> None:
    """It is done; what it was about is no longer needed."""
    db.session.execute(
        update(Outbox).where(Outbox.id == taken.id).values(done_at=clock.now(), payload={}, last_error="")
    )


def mark_failed(taken: Taken, problem: Exception) -> None:
    """It is tried again later, parked when it is hopeless, and given up when a newer row stands for it."""
    values: dict[str, Any] = {"last_error": name_of(problem)}
    if is_hopeless(taken.tries):
        values["parked_at"] = clock.now()
    db.session.execute(update(Outbox).where(Outbox.id == taken.id).values(values))
    mourn(taken.topic, taken.payload, taken.tries, values["last_error"])
    if taken.dedupe_key is None or is_hopeless(taken.tries):
        return
    try:
        with db.session.begin_nested():
            db.session.execute(update(Outbox).where(Outbox.id == taken.id).values(dedupe_key=taken.dedupe_key))
    except IntegrityError:
        mark_done(taken)


def mourn(topic: str, payload: dict[str, Any], tries: int, problem: str) -> None:
    """Tell whoever keeps a record of it that a try has failed."""
    mourner = MOURNERS.get(topic)
    if mourner is not None:
        mourner(payload, tries, problem, is_hopeless(tries))


def name_of(problem: Exception) -> str:
    """What went wrong and where, without the message: messages quote addresses and rows."""
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename]
    place = f" in {ours[-1].name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(problem).__name__}{place}"


def report(taken: Taken, problem: Exception | None, seconds: float) -> None:
    """One line for the log: which row, how it went; nothing of what it was about."""
    about = {"outbox_id": taken.id, "topic": taken.topic, "tries": taken.tries, "ms": round(seconds * 1000, 1)}
    if problem is None:
        LOG.info("done", extra=about)
    elif is_hopeless(taken.tries):
        LOG.error("parked", extra={**about, "problem": name_of(problem)})
    else:
        LOG.warning("failed, will try again", extra={**about, "problem": name_of(problem)})


def add_daily_jobs() -> None:
    """Put today's jobs into the outbox, unless they are there. Of several workers one does it."""
    today = clock.today()
    midnight = datetime(today.year, today.month, today.day, tzinfo=clock.LOCAL_ZONE)
    if db.session.scalar(select(func.pg_try_advisory_xact_lock(ELECTION))):
        there = set(
            db.session.scalars(select(Outbox.topic).where(Outbox.topic.in_(DAILY), Outbox.created_at >= midnight))
        )
        for topic in DAILY:
            if topic not in there:
                outbox.add(topic, dedupe_key="daily")
    db.session.commit()


def seconds_until_next(most: float, least: float = 0.2) -> float:
    """How long until a row is due, at most `most` seconds.

    At least `least`: a row that is due but that somebody is just changing cannot be taken, and must not be hammered.
    """
    due_at = db.session.scalar(select(func.min(Outbox.due_at)).where(WAITING))
    db.session.rollback()
    if due_at is None:
        return most
    return min(max((due_at - clock.now()) / timedelta(seconds=1), least), most)
