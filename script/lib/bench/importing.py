"""How fast a spreadsheet of services comes in, each row placed in its ward, against PostgreSQL's own COPY of it."""

from __future__ import annotations

import csv
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from bench.measuring import Measure, command, fresh_register

ROWS = 5_000
LEAST_ROWS_A_SECOND = 1_000.0
SEED = 20_180_501

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHAT = ("id", "name", "organisation", "summary", "description", "kind", "needs", "location_name", "address")
WHERE_AND_HOW = ("postcode", "times", "cost_pence", "languages", "access", "phone", "email", "assured_on")
HEADER = (*WHAT, *WHERE_AND_HOW)

# As many postcodes as rows, spread over every ward: B1 0AA, B2 0AA, … on the ground of the sample city.
POSTCODES = """
    INSERT INTO postcode (code, point)
    SELECT 'B' || 1 + n % 30 || n / 30 % 10 || substr('ABDEFGHJLN', 1 + (n / 300 % 10)::int, 1)
           || substr('ABDEFGHJLN', 1 + (n / 3000 % 10)::int, 1), geom::geography
    FROM (SELECT row_number() OVER (ORDER BY a.id, p.path) - 1 AS n, p.geom
          FROM area a, ST_Dump(ST_GeneratePoints(a.boundary, :each, :seed)) p WHERE a.kind = 'ward') AS spread
    WHERE n < :rows
    RETURNING code
"""
PLACED = (
    "SELECT count(*) FROM service_at_location s JOIN location l ON l.id = s.location_id WHERE l.ward_id IS NOT NULL"
)


def measure() -> Iterator[Measure]:
    """Rows a second the first time and again, and the multiple of what a plain COPY takes."""
    with fresh_register("import") as app, tempfile.TemporaryDirectory() as folder:
        command(app, "demo", "--services", "600")
        file = Path(folder) / "services.csv"
        rows = make_rows(app)
        with file.open("w", newline="") as stream:
            csv.writer(stream).writerows([HEADER, *rows])
        placed = count_placed(app)
        seconds = command(app, "import", "services", str(file), "--source", "bench")
        yield Measure("import, rows a second", len(rows) / seconds, "rows/s", at_least=LEAST_ROWS_A_SECOND)
        share = (count_placed(app) - placed) / len(rows) * 100
        yield Measure("import, rows placed in a ward", share, "per cent", at_least=99.9)
        again = command(app, "import", "services", str(file), "--source", "bench")
        yield Measure("import of the same file again, rows a second", len(rows) / again, "rows/s")
        yield Measure("import to plain COPY", seconds / copy_plainly(app, rows), "times")


def make_rows(app: Flask) -> list[tuple[str, ...]]:
    """Rows as a council's spreadsheet has them, and the postcodes they name; the same on every run."""
    choose = random.Random(SEED)  # noqa: S311  (a repeatable spreadsheet, not a secret)
    with app.app_context():
        wards = db.session.execute(text("SELECT count(*) FROM area WHERE kind = 'ward'")).scalar_one()
        needs = list(db.session.execute(text("SELECT slug FROM term WHERE kind = 'need' ORDER BY id")).scalars())
        sizes = {"each": ROWS // wards + 1, "rows": ROWS, "seed": SEED}
        postcodes = list(db.session.execute(text(POSTCODES), sizes).scalars())
        db.session.commit()
        db.session.remove()
    return [
        (
            f"row-{number}",
            f"Tuesday table number {number}",
            f"Neighbours of street {number % 1500}",
            "Tea, company and somebody to talk to.",
            "We meet in the hall behind the library. " * choose.randint(1, 8),
            "activity",
            ";".join(choose.sample(needs, 2)),
            f"Hall {number}",
            f"{number} Sample Street",
            f"{postcode[:-3]} {postcode[-3:]}",
            f"{choose.choice(WEEKDAYS)} 10:00-12:00; {choose.choice(WEEKDAYS)} 18:30-20:00",
            str(choose.choice((0, 0, 150, 300))),
            "en",
            "step-free; accessible-toilet",
            "0121 496 0000",
            f"hello{number}@example.org",
            "2025-03-01",
        )
        for number, postcode in enumerate(postcodes)
    ]


def count_placed(app: Flask) -> int:
    """How many services stand at a location that knows its ward."""
    with app.app_context():
        placed = int(db.session.execute(text(PLACED)).scalar_one())
        db.session.remove()
    return placed


def copy_plainly(app: Flask, rows: list[tuple[str, ...]]) -> float:
    """The seconds that PostgreSQL takes for the bare rows: no checks, no terms, no wards, no history."""
    with app.app_context():
        connection = db.engine.raw_connection()
        cursor = connection.cursor()
        cursor.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in HEADER)})")
        began = time.perf_counter()
        with cursor.copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        seconds = time.perf_counter() - began
        connection.close()
    return seconds
