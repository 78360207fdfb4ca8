"""How fast the country's postcodes come in, each with its ward, and how fast a changed boundary is followed."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from assetreg.db import db
from bench.measuring import Measure, command, fresh_register
from geo.postcodes import AREAS, NOT_ON_THE_MAP

COUNTRY = 1_700_000
ROWS = COUNTRY // 10  # a tenth of the country shows the rate; rows do not get slower with their number
IN_THE_CITY = 2_200  # its tenth
MOST_MINUTES = 5.0
SEED = 27_700


def measure() -> Iterator[Measure]:
    """Rows a second, what that makes for the whole country, the same again, and moving every ward afterwards."""
    with fresh_register("postcodes") as app, tempfile.TemporaryDirectory() as folder:
        command(app, "demo", "--services", "600")
        file = Path(folder) / "codepoint.csv"
        make_table(file)
        seconds = command(app, "postcodes", "load", str(file))
        yield Measure("postcodes, rows a second", ROWS / seconds, "rows/s")
        yield Measure("postcodes of the whole country", COUNTRY / ROWS * seconds / 60, "minutes", at_most=MOST_MINUTES)
        again = command(app, "postcodes", "load", str(file))
        yield Measure("the same postcodes again, rows a second", ROWS / again, "rows/s")
        yield Measure("every ward's boundary moved", move_wards(app), "s", at_most=10.0)


def make_table(file: Path) -> None:
    """Postcodes in the official layout, scattered over the country and a few over the city; the same on every run."""
    choose = random.Random(SEED)  # noqa: S311  (a repeatable table, not a secret)
    areas = sorted(AREAS - NOT_ON_THE_MAP)
    with file.open("w", newline="") as lines:
        for number in range(ROWS):
            outward = f"{areas[number % len(areas)]}{number // len(areas) % 20 + 1}"
            rest = number // len(areas) // 20
            inward = f"{rest % 10}{'ABDEFGHJLN'[rest // 10 % 10]}{'PQRSTUWXYZ'[rest // 100 % 10]}"
            if number < IN_THE_CITY:
                east, north = choose.randint(400_000, 415_000), choose.randint(277_000, 298_000)
            else:
                east, north = choose.randint(150_000, 600_000), choose.randint(50_000, 900_000)
            lines.write(f'"{outward:<4}{inward}",10,{east},{north},"E92000001","","","","",""\n')


def move_wards(app: Flask) -> float:
    """The seconds until every postcode and location is in its ward again, when all boundaries move by a street."""
    with app.app_context():
        began = time.perf_counter()
        db.session.execute(text("UPDATE area SET boundary = ST_Translate(boundary, 0.001, 0) WHERE kind = 'ward'"))
        db.session.commit()
        seconds = time.perf_counter() - began
        db.session.remove()
    return seconds
