"""Booking as people meet it: through the web server, on the organiser's week, and when a year is published."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask
from machine import free_port
from sqlalchemy import select, text

from assetreg import clock
from assetreg.db import db
from assetreg.models import Membership, Service, User
from bench.measuring import Measure, counting_statements, milliseconds, percentile, where_is
from booking.actions.series import publish_series
from booking.models import Occurrence
from booking.queries.previews import preview_series
from booking.rules.plans import SeriesPlan

PUBLISH_MS = 300.0
PUBLISH_RUNS = 5
WEEK_STATEMENTS = 8
WEEK_SESSIONS = 200
READERS = 8
WEB_SECONDS = 6.0
START_S = 60.0
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def publishing(app: Flask) -> Iterator[Measure]:
    """A weekly series for a year: the preview with every date and clash, and making the dates."""
    times = []
    with app.app_context():
        service = db.session.scalars(select(Service)).one()
        for number in range(PUBLISH_RUNS):
            first = clock.today() + timedelta(days=7 + number)
            plan = SeriesPlan(
                service_id=service.id,
                starts_on=first,
                starts_time=clock.local_now().time().replace(microsecond=0, tzinfo=None),
                duration_minutes=60,
                weekdays=(first.weekday(),),
                ends_on=first + timedelta(days=364),
                capacity=12,
            )
            times.append(milliseconds(lambda plan=plan: preview_and_publish(plan)))
        db.session.remove()
    yield Measure("publish-year-ms", percentile(times, 50), "ms", at_most=PUBLISH_MS)


def preview_and_publish(plan: SeriesPlan) -> None:
    """What two requests do: show every date, then make them."""
    preview_series(plan, clock.now())
    publish_series(plan, None, clock.now())
    db.session.commit()


def this_week(app: Flask, sessions: list[int]) -> Iterator[Measure]:
    """What the organiser's week asks of the database, with 200 sessions on it."""
    with app.app_context():
        service = db.session.scalars(select(Service)).one()
        person = User(email="organiser@example.org", name="Sam")
        db.session.add(person)
        db.session.flush()
        db.session.add(Membership(user_id=person.id, organisation_id=service.organisation_id, role="editor"))
        bring_into_this_week(sessions[:WEEK_SESSIONS])
        db.session.commit()
        user_key = person.get_id()
        db.session.remove()
    client = app.test_client()
    with client.session_transaction() as session:
        session.update({"_user_id": user_key, "_fresh": True, "signed_in_at": int(clock.now().timestamp())})
    answer = client.get("/organise")
    if answer.status_code != 200:
        raise RuntimeError(f"/organise answered {answer.status_code}")
    with counting_statements(app) as sent:
        client.get("/organise")
    yield Measure("this-week-sql", len(sent), "statements", at_most=WEEK_STATEMENTS)


def bring_into_this_week(sessions: list[int]) -> None:
    """Move these sessions into the next days."""
    soon = clock.now() + timedelta(hours=1)
    db.session.execute(
        text(
            "UPDATE occurrence SET starts_at = :soon + id % 140 * interval '1 hour',"
            " ends_at = :soon + (id % 140 + 1) * interval '1 hour' WHERE id = ANY(:ids)"
        ),
        {"soon": soon, "ids": sessions},
    )


def through_the_web(app: Flask, sessions: list[int]) -> Iterator[Measure]:
    """Bookings a second by form, and how long the press of the button takes."""
    with app.app_context():
        public_ids = [
            str(one) for one in db.session.scalars(select(Occurrence.public_id).where(Occurrence.id.in_(sessions)))
        ]
        db.session.remove()
        db.engine.dispose()
    with serving(app) as port:
        for number in range(READERS):
            book_by_form(port, public_ids[number], number)
        times: list[float] = []
        began = time.perf_counter()

        def book_on_and_on(reader: int) -> None:
            count = 0
            while time.perf_counter() - began < WEB_SECONDS:
                count += 1
                times.append(book_by_form(port, secrets.choice(public_ids), READERS * (count + 1) + reader))

        with ThreadPoolExecutor(READERS) as pool:
            list(pool.map(book_on_and_on, range(READERS)))
        seconds = time.perf_counter() - began
    yield Measure("book-http-rps", len(times) / seconds, "bookings/s")
    yield Measure("book-http-p95", percentile(times, 95), "ms")


def book_by_form(port: int, public_id: str, number: int) -> float:
    """Fetch the form and send it, as one of many people on many networks; how long the sending took in milliseconds.

    Raises RuntimeError when it was not booked.
    """
    source = (f"127.{number // 60_000 % 250 + 1}.{number // 250 % 240}.{number % 250 + 2}", 0)
    address = f"/sessions/{public_id}/book"
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=source)
    line.request("GET", address)
    page = line.getresponse()
    form = dict(HIDDEN.findall(page.read().decode()))
    cookie = "; ".join(said.partition(";")[0] for said in page.headers.get_all("Set-Cookie") or [])
    form |= {"name": "Guest", "email": f"{secrets.token_hex(8)}@example.org", "party_size": "1", "for_whom": "self"}
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    line.request("POST", address, urlencode(form), headers)
    answer = line.getresponse()
    said = answer.read().decode()
    took = (time.perf_counter() - began) * 1000
    line.close()
    if answer.status != 303:
        raise RuntimeError(f"not booked: {answer.status} {re.findall('error-message.*?</p>', said, re.S)[:2]}")
    return took


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """The web server as it runs for people, with two workers; its port."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "ASSETREG_VAR": str(app.config["VAR"]),
        "SECRET_KEY": "bench",
        "PORT": str(port),
        "WEB_WORKERS": "2",
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(where_is("script/lib/gunicorn.conf.py"))]
    server = subprocess.Popen(
        command, cwd=where_is("."), env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(START_S)


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    """Until the server answers. Raises RuntimeError when it does not."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/health/live")
            if line.getresponse().status == 200:
                return
        except OSError:
            threading.Event().wait(0.1)
    raise RuntimeError("the web server did not start")
