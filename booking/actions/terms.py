"""School terms: the dates that the program comes with. Stewards correct them on the pages."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select

from assetreg.db import db
from booking.models import SchoolTerm

STARTING_TERMS = Path(__file__).resolve().parents[1] / "data" / "school_terms.csv"


def load_starting_terms(path: Path = STARTING_TERMS) -> int:
    """Load the terms of a CSV (name, starts_on, ends_on) if there are none yet; returns how many were added."""
    if db.session.scalar(select(SchoolTerm.id).limit(1)) is not None:
        return 0
    with path.open(encoding="utf-8", newline="") as file:
        terms = [
            SchoolTerm(
                name=row["name"],
                starts_on=date.fromisoformat(row["starts_on"]),
                ends_on=date.fromisoformat(row["ends_on"]),
            )
            for row in csv.DictReader(file)
        ]
    db.session.add_all(terms)
    db.session.flush()
    return len(terms)
