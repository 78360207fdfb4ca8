"""How many bookings a second, as a share of what PostgreSQL can do with the same rows and no product around it.

Raw is pgbench: UPDATE the session's counter and INSERT the booking in one transaction, in the same run, on the same
tables with all their promises. Ours is `book_place` and the commit, with everything a booking is: rules, the form's
key, story and message. Both with 16 connections; ours from as many processes, so that both cores are full.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from cluster import find_programs
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from assetreg import clock
from assetreg.db import db
from assetreg.models import Organisation, Service
from bench.booking_pages import WEEK_SESSIONS, publishing, this_week, through_the_web
from bench.measuring import Measure, fresh_register
from booking.actions.places import BookingWish, book_place
from booking.models import Occurrence, Series

CONNECTIONS = 16
SESSIONS = 1_000
PLACES = 100_000
SECONDS = 5.0
HOT_SHARE = 50.0
SPREAD_SHARE = 15.0

RAW = """
\\set session {which}
BEGIN;
UPDATE occurrence SET places_taken = places_taken + 1 WHERE id = :session;
INSERT INTO booking (public_id, reference, occurrence_id, state, name, email, email_key, confirmed_at)
    SELECT drawn, drawn::text, :session, 'confirmed', 'Guest', drawn::text, drawn::text, now()
    FROM gen_random_uuid() AS drawn;
END;
"""


def measure() -> Iterator[Measure]:
    """One session that everybody wants, then a thousand."""
    with fresh_register("booking") as app:
        hot, *others = make_sessions(app)
        first, last = min(others), max(others)
        raw_hot = raw(app, str(hot))
        rest(app)
        our_hot = ours(app, [hot])
        rest(app)
        raw_spread = raw(app, f"random({first}, {last})")
        rest(app)
        our_spread = ours(app, others)
        check_counters(app)
        rest(app)
        pages = [*publishing(app), *this_week(app, others), *through_the_web(app, others[WEEK_SESSIONS:])]
        check_counters(app)
    yield Measure("book-hot", our_hot, "bookings/s")
    yield Measure("book-hot-raw", raw_hot, "bookings/s")
    yield Measure("book-hot-share", our_hot / raw_hot * 100, "%", at_least=HOT_SHARE)
    yield Measure("book-spread", our_spread, "bookings/s", at_least=our_hot)
    yield Measure("book-spread-raw", raw_spread, "bookings/s")
    yield Measure("book-spread-share", our_spread / raw_spread * 100, "%", at_least=SPREAD_SHARE)
    yield from pages


def make_sessions(app: Flask) -> list[int]:
    """A group with a series of sessions next month, with more places than anybody books here; their ids."""
    with app.app_context():
        group = Organisation(name="Neighbours")
        db.session.add(group)
        db.session.flush()
        service = Service(organisation_id=group.id, name="Coffee morning", kind="activity")
        db.session.add(service)
        db.session.flush()
        soon = clock.now() + timedelta(days=30)
        series = Series(
            service_id=service.id,
            status="published",
            weekdays=[1],
            starts_on=soon.date(),
            starts_time=soon.time(),
            duration_minutes=60,
            capacity=PLACES,
        )
        db.session.add(series)
        db.session.flush()
        rows = [
            {
                "public_id": uuid.uuid4(),
                "series_id": series.id,
                "service_id": service.id,
                "rule_on": (soon + timedelta(days=number)).date(),
                "starts_at": soon + timedelta(days=number),
                "ends_at": soon + timedelta(days=number, hours=1),
                "capacity": PLACES,
            }
            for number in range(SESSIONS + 1)
        ]
        ids = sorted(db.session.scalars(insert(Occurrence).returning(Occurrence.id), rows))
        db.session.commit()
        db.session.remove()
    return ids


def rest(app: Flask) -> None:
    """Everybody begins on tidy tables: what the last one left is cleared away, and the log is written out."""
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("TRUNCATE booking, booking_event, submission, message, outbox CASCADE"))
        connection.execute(text("UPDATE occurrence SET places_taken = 0 WHERE places_taken > 0"))
        connection.execute(text("VACUUM (ANALYZE) occurrence, series"))
        connection.execute(text("CHECKPOINT"))


def raw(app: Flask, which: str) -> float:
    """Transactions a second by pgbench; `which` is its expression for the session's id."""
    address = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    where = {
        "PGHOST": address.host or "",
        "PGPORT": str(address.port or 5432),
        "PGUSER": address.username or "",
        "PGPASSWORD": address.password or "",
        "PGDATABASE": address.database or "",
    }
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "raw.sql"
        script.write_text(RAW.format(which=which))
        options = ["-n", "-c", str(CONNECTIONS), "-j", "2", "-T", str(round(SECONDS)), "-f", str(script)]
        done = subprocess.run(
            [str(find_programs() / "pgbench"), *options],
            env={"PATH": os.environ.get("PATH", os.defpath), **where},
            capture_output=True,
            text=True,
            check=True,
        )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split()[2])


def ours(app: Flask, sessions: list[int]) -> float:
    """Bookings a second through the product, from as many processes as connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    fork = multiprocessing.get_context("fork")
    lines: list[Connection] = []
    clerks = []
    for number in range(CONNECTIONS):
        near, far = fork.Pipe()
        clerks.append(fork.Process(target=book_on_and_on, args=(app, sessions, number, far), daemon=True))
        lines.append(near)
    for clerk in clerks:
        clerk.start()
    for line in lines:
        line.recv()
    for line in lines:
        line.send("go")
    counts = [line.recv() for line in lines]
    for clerk in clerks:
        clerk.join()
    return sum(count / seconds for count, seconds in counts)


def book_on_and_on(app: Flask, sessions: list[int], number: int, line: Connection) -> None:
    """Book until the time is over, each booking with its own commit, and say how many there were in how long."""
    choose = random.Random(number)  # noqa: S311  (which session: no secret)
    with app.app_context():
        book_one(sessions[0], f"warm{number}")
        line.send("ready")
        line.recv()
        began = time.perf_counter()
        count = 0
        while (spent := time.perf_counter() - began) < SECONDS:
            book_one(choose.choice(sessions), f"guest{number}-{count}")
            count += 1
        line.send((count, spent))
        db.session.remove()
        db.engine.dispose()


def book_one(session_id: int, name: str) -> None:
    """One booking, as a page makes it."""
    wish = BookingWish((session_id,), name=name, email=f"{name}@example.org", key=f"form-of-{name}-{session_id}")
    outcome = book_place(wish, clock.now())
    if outcome.kind != "booked":
        raise RuntimeError(f"refused: {outcome.reason}")
    db.session.commit()


def check_counters(app: Flask) -> None:
    """What was fast was also right. Raises RuntimeError when a counter is wrong."""
    with app.app_context():
        wrong = db.session.scalar(
            text(
                "SELECT count(*) FROM occurrence o WHERE places_taken <>"
                " (SELECT coalesce(sum(party_size), 0) FROM booking b WHERE b.occurrence_id = o.id)"
            )
        )
        db.session.remove()
    if wrong:
        raise RuntimeError(f"{wrong} sessions count their places wrongly")
