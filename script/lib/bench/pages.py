"""How fast the public pages are and how much they ask of the database, at 600 and at 10,000 services.

One worker, in process: what is measured is the product, without the network and the web server. Every page is also
given as a multiple of /health/live in the same run, because milliseconds of two machines cannot be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from bench.measuring import Measure, command, counting_statements, fresh_register, milliseconds, percentile

SIZES = (600, 10_000)
WARM_UPS = 3
RUNS = 60
MOST_STATEMENTS = 8
MOST_MS = 50.0
MOST_SECONDS_TO_LOAD = {10_000: 60.0}

BASELINE = "/health/live"

BUSIEST_TERM = """
    SELECT t.slug FROM term t JOIN service_term s ON s.term_id = t.id WHERE t.kind = :kind
    GROUP BY t.id ORDER BY count(*) DESC
"""


def measure() -> Iterator[Measure]:
    """Every page at every size."""
    for size in SIZES:
        with fresh_register(f"pages{size}") as app:
            seconds = command(app, "demo", "--services", str(size))
            yield Measure(f"sample city of {size:,} services", seconds, "s", at_most=MOST_SECONDS_TO_LOAD.get(size))
            settle(app)
            yield Measure(f"search index of {size:,} services", command(app, "search", "rebuild"), "s")
            baseline = percentile(time_page(app, BASELINE), 50)
            yield Measure(f"{BASELINE} p50 (the baseline)", baseline, "ms")
            for name, address in addresses(app).items():
                yield from measure_page(app, f"{name} at {size:,}", address, baseline)


def settle(app: Flask) -> None:
    """Do at once what PostgreSQL does by itself a minute after a load: lists are then read from narrow indexes."""
    with app.app_context(), db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def measure_page(app: Flask, name: str, address: str, baseline: float) -> Iterator[Measure]:
    """One page: how long, how much longer than nothing, and how many statements."""
    times = time_page(app, address)
    p50, p95 = percentile(times, 50), percentile(times, 95)
    yield Measure(f"{name} p50", p50, "ms")
    yield Measure(f"{name} p95", p95, "ms", at_most=MOST_MS)
    yield Measure(f"{name} p50 to baseline", p50 / baseline, "times")
    with counting_statements(app) as sent:
        app.test_client().get(address)
    yield Measure(f"{name} SQL", len(sent), "statements", at_most=MOST_STATEMENTS)


def time_page(app: Flask, address: str) -> list[float]:
    """The times of many requests, in milliseconds. Raises RuntimeError when the page is not there."""
    client = app.test_client()
    for _ in range(WARM_UPS):
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
    return [milliseconds(lambda: client.get(address)) for _ in range(RUNS)]


def addresses(app: Flask) -> dict[str, str]:
    """The pages by name: the busiest ward, need and interest, so that nobody measures an empty one."""
    with app.app_context():
        ward = ask("SELECT a.slug FROM area a JOIN location l ON l.ward_id = a.id GROUP BY a.id ORDER BY count(*) DESC")
        need, interest = ask(BUSIEST_TERM, kind="need"), ask(BUSIEST_TERM, kind="interest")
        service = ask("SELECT public_id::text FROM service ORDER BY id")
        db.session.remove()
    return {
        "home": "/",
        "areas": "/areas",
        "area": f"/areas/{ward}",
        "need": f"/needs/{need}",
        "interest": f"/interests/{interest}",
        "browse": "/search",
        "browse with filters": f"/search?area={ward}&need={need}&free=yes",
        "browse by interest, page 2": f"/search?interest={interest}&page=2",
        "box": "/search?q=help+with+bills",
        "service": f"/services/{service}",
    }


def ask(question: str, **values: str) -> str:
    """The first value of the first row."""
    return str(db.session.execute(text(question), values).scalars().first())
