"""How fast finding is, on the sample city at 10,000 and 100,000 services, beside PostgreSQL doing the same.

The core query is words, three kilometres, a need, all facets, the total and the order; every question is different and
no answer is remembered. `core` is measured when each term has been used once, `cold` when none has.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from assetreg import clock
from assetreg.db import db
from bench import bad_input
from bench.measuring import (
    Measure,
    command,
    counting_statements,
    fresh_register,
    milliseconds,
    percentile,
    where_is,
)
from bench.one_worker import a_second, one_after_another, one_worker
from bench.postgres_search import Baseline
from bench.questions import Question, ask
from search.engine import find
from search.loading import load
from search.reader import index_root, reader_of
from search.snapshot import Snapshot

SIZES = {"10k": 10_000, "100k": 100_000}
CORE_P50_MS = {"10k": 0.5, "100k": 1.0}
CORE_P95_MS = {"10k": 2.0, "100k": 5.0}
COLD_P95_MS = {"10k": 20.0}
FASTER_P50 = {"10k": 5.0, "100k": 5.0}
FASTER_P95 = {"10k": 2.0, "100k": 5.0}
REBUILD_S = {"10k": 5.0, "100k": 60.0}
RSS_MB = {"10k": 200.0, "100k": 500.0}
PAGE_RPS, PAGE_P95_MS, PAGE_SQL = 100.0, 25.0, 6
BAD_INPUT_MS = 200.0
PAGES, WARM_UPS, PEOPLE = 300, 300, 3
POSTGRES_QUESTIONS = 1_000


def measure() -> Iterator[Measure]:
    """Everything at both sizes."""
    for label, size in SIZES.items():
        with fresh_register(f"search{label}") as app:
            command(app, "demo", "--services", str(size))
            with app.app_context():
                db.session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).exec_driver_sql(
                    "VACUUM ANALYZE"
                )
                db.session.remove()
            yield from measure_size(app, label)


def measure_size(app: Flask, label: str) -> Iterator[Measure]:
    """One register."""
    if label == "10k":  # while there is no index
        slowest = bad_input.slowest(app, ("/search", "/search.json"))
        yield Measure("bad-input-no-index-max", slowest, "ms", at_most=BAD_INPUT_MS)
    yield Measure(f"rebuild-{label}", command(app, "search", "rebuild"), "s", at_most=REBUILD_S[label])
    with app.app_context():
        root = index_root()
        questions = ask(load(root, clock.today()))
        url = app.config["SQLALCHEMY_DATABASE_URI"]
    yield from measure_core(load(root, clock.today()), questions, label, url)
    yield Measure(f"worker-rss-{label}", rss_mb(app, questions), "MB", at_most=RSS_MB[label])
    if label == "10k":
        yield from measure_page(app, questions)
        with app.app_context():
            reader_of(index_root()).look()
        slowest = bad_input.slowest(app, ("/search", "/search.json", "/search.csv"))
        yield Measure("bad-input-max", slowest, "ms", at_most=BAD_INPUT_MS)


def measure_core(snapshot: Snapshot, questions: Sequence[Question], label: str, url: str) -> Iterator[Measure]:
    """The core query, cold and warm, and how many times as long PostgreSQL takes."""
    for segment in snapshot.segments:
        segment.forms.prepare()  # the reader does, before it puts a snapshot in place
    cold = times(lambda number: find(questions[number].request, snapshot), len(questions))
    warm = times(lambda number: find(questions[number].request, snapshot), len(questions))
    ours = {percent: percentile(warm, percent) for percent in (50, 95)}
    yield Measure(f"core-{label}-p50", ours[50], "ms", at_most=CORE_P50_MS[label])
    yield Measure(f"core-{label}-p95", ours[95], "ms", at_most=CORE_P95_MS[label])
    yield Measure(f"cold-{label}-p95", percentile(cold, 95), "ms", at_most=COLD_P95_MS.get(label))
    some = questions[:POSTGRES_QUESTIONS]
    baseline = Baseline(url, some)
    try:
        times(lambda number: baseline.ask(some[number], baseline.points[number]), len(some))
        postgres = times(lambda number: baseline.ask(some[number], baseline.points[number]), len(some))
    finally:
        baseline.close()
    for percent, bounds in ((50, FASTER_P50), (95, FASTER_P95)):
        theirs = percentile(postgres, percent)
        yield Measure(f"postgres-{label}-p{percent}", theirs, "ms")
        yield Measure(f"vs-postgres-{label}-p{percent}", theirs / ours[percent], "times", at_least=bounds[label])


def times(action: Callable[[int], object], count: int) -> list[float]:
    """How long each of so many takes, in milliseconds; the rubbish is taken out before, not meanwhile."""
    gc.collect()
    gc.disable()
    try:
        return [milliseconds(lambda number=number: action(number)) for number in range(count)]  # type: ignore[misc]
    finally:
        gc.enable()


def rss_mb(app: Flask, questions: Sequence[Question]) -> float:
    """How much memory a web process of its own has after it has loaded the index and answered every question."""
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        Path(file.name).write_bytes(pickle.dumps([question.request for question in questions]))
        environment = {
            **os.environ,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "SECRET_KEY": "bench",
            "ASSETREG_VAR": str(app.config["VAR"]),
        }
        program = where_is("script/lib/bench/web_process.py")
        done = subprocess.run(
            [sys.executable, "-P", str(program), file.name], env=environment, capture_output=True, text=True, check=True
        )
    return float(done.stdout)


def measure_page(app: Flask, questions: Sequence[Question]) -> Iterator[Measure]:
    """The whole page on one worker, over HTTP: alone, and with several people asking at once."""
    addresses = [address_of(question) for question in questions]
    warm, alone, crowd = addresses[:WARM_UPS], addresses[WARM_UPS : WARM_UPS + PAGES], addresses[-2 * PAGES :]
    with one_worker(app) as port:
        one_after_another(port, warm)
        yield Measure("page-10k-p95", percentile(one_after_another(port, alone), 95), "ms", at_most=PAGE_P95_MS)
        yield Measure("page-10k-rps", a_second(port, crowd, PEOPLE), "a second", at_least=PAGE_RPS)
    most, client = 0, app.test_client()
    for address in addresses[:20]:
        client.get(address)
        with counting_statements(app) as sent:
            client.get(address)
        most = max(most, len(sent))
    yield Measure("page-sql", most, "statements", at_most=PAGE_SQL)


def address_of(question: Question) -> str:
    """The page's address for a question."""
    request = question.request
    lat, lon = request.point or (0.0, 0.0)
    asked = {"q": request.text, "near": f"{lat:.5f},{lon:.5f}", "within": request.within_m, "need": request.needs[0]}
    return f"/search?{urlencode(asked)}"
