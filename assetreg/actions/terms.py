"""Load the taxonomy: needs and interests."""

from __future__ import annotations

import csv
from pathlib import Path

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Term

STARTING_SET = Path(__file__).resolve().parents[1] / "data" / "needs.csv"


class BadTerms(ValueError):
    """The file cannot be a taxonomy; the message says why."""


def load_terms(path: Path = STARTING_SET) -> int:
    """Add the terms of a CSV (slug, parent, kind, name, in_plain_words) or renew them; returns how many changed.

    Terms that the file does not name stay. Parents must come before their children. Raises BadTerms.
    """
    known = {term.slug: term for term in db.session.scalars(select(Term))}
    changed = 0
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for position, row in enumerate(csv.DictReader(lines), start=1):
            parent_slug = (row.get("parent") or "").strip()
            if parent_slug and parent_slug not in known:
                raise BadTerms(f"Line {position + 1}: the parent “{parent_slug}” must come before its children.")
            parent = known.get(parent_slug)
            term = known.get(row["slug"])
            if term is None:
                term = Term(slug=row["slug"])
                known[row["slug"]] = term
                db.session.add(term)
            term.kind, term.name, term.in_plain_words = row["kind"], row["name"], row["in_plain_words"]
            term.parent_id = parent.id if parent else None
            term.position = position
            changed += term in db.session.new or db.session.is_modified(term)
            db.session.flush()
    return changed
