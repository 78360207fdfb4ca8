"""The tools of every part: a measure with its bound, a register of its own to measure on, and how to time things."""

from __future__ import annotations

import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from archive import plain_url
from flask import Flask
from psycopg import sql
from sqlalchemy import event

from assetreg.app import create_app
from assetreg.config import read_settings
from assetreg.db import db

# The time limit of a web request does not suit the loading of 10,000 services.
NO_TIMEOUT = {"STATEMENT_TIMEOUT_MS": "0"}


@dataclass(frozen=True)
class Measure:
    """One number with its unit and, where something is promised, its bound."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        """Is the promise kept? (A number without a bound promises nothing.)"""
        too_high = self.at_most is not None and self.value > self.at_most
        return not too_high and not (self.at_least is not None and self.value < self.at_least)

    @property
    def bound(self) -> str:
        """The promise, short: "≤ 50"; empty when there is none."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    def as_line(self) -> str:
        """For a person."""
        verdict = ("holds" if self.holds else "FAILS") if self.bound else ""
        return f"{self.name:<58}{self.value:>11,.1f} {self.unit:<12}{self.bound:<9}{verdict}".rstrip()

    def as_json(self) -> str:
        """For a program."""
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 3),
                "unit": self.unit,
                "bound": self.bound,
                "holds": self.holds,
            },
            ensure_ascii=False,
        )


@contextmanager
def fresh_register(label: str) -> Iterator[Flask]:
    """An application on a migrated, empty register of its own, which is dropped afterwards."""
    url = os.environ["DATABASE_URL"]
    name = f"bench_{label}_{secrets.token_hex(4)}"
    with psycopg.connect(plain_url(url), autocommit=True) as admin, tempfile.TemporaryDirectory() as var:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            address = f"{url.rpartition('/')[0]}/{name}"
            settings = read_settings(
                {**NO_TIMEOUT, "DATABASE_URL": address, "SECRET_KEY": "bench", "ASSETREG_VAR": var}
            )
            app = create_app({**settings, "TESTING": True})
            command(app, "db", "upgrade")
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def command(app: Flask, *words: str) -> float:
    """Run a command of the product and return how many seconds it took. Raises RuntimeError when it failed."""
    began = time.perf_counter()
    with app.app_context():
        done = app.test_cli_runner().invoke(args=words)
    if done.exit_code != 0:
        raise RuntimeError(
            f"{' '.join(words)} ended with status {done.exit_code}: {done.output[-500:]}"
        ) from done.exception
    return time.perf_counter() - began


def milliseconds(action: Callable[[], object]) -> float:
    """How long something takes, in milliseconds."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def percentile(values: list[float], percent: int) -> float:
    """A percentile of at least two values, by interpolation."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@contextmanager
def counting_statements(app: Flask) -> Iterator[list[str]]:
    """Collect every SQL statement that the application sends inside the block."""
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", collect)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", collect)


def where_is(file: str) -> Path:
    """A file of the checkout."""
    return Path(__file__).resolve().parents[3] / file
