"""School terms: the dates that the program comes with. Stewards correct them on the pages."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetreg.db import db
from booking.models import SchoolTerm

LONGEST_TERM_DAYS = 200
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


class TermRefused(Exception):
    """These days cannot be a term; `reason` is "not_named", "ends_before_it_starts", "too_long" or "overlaps"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def save_term(term: SchoolTerm | None, name: str, starts_on: date, ends_on: date) -> SchoolTerm:
    """Write a new term or change this one. Dates of series follow with the next daily top-up. Raises TermRefused."""
    if not name.strip():
        raise TermRefused("not_named")
    if ends_on < starts_on:
        raise TermRefused("ends_before_it_starts")
    if (ends_on - starts_on).days > LONGEST_TERM_DAYS:
        raise TermRefused("too_long")
    term = term or SchoolTerm()
    try:
        with db.session.begin_nested():
            term.name, term.starts_on, term.ends_on = name.strip(), starts_on, ends_on
            db.session.add(term)
            db.session.flush()
    except IntegrityError as problem:
        if getattr(problem.orig, "sqlstate", None) != "23P01":
            raise
        raise TermRefused("overlaps") from None
    return term


def remove_term(term: SchoolTerm) -> None:
    """Take a term away. Dates that were made stay."""
    db.session.delete(term)
    db.session.flush()
