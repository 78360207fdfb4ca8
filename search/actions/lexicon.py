"""Load the words that come with the program: everyday phrases, and the signs and numbers of help at once.

What a steward changed stays as they left it; rows that only the file ever wrote are renewed with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from assetreg.audit import note_load
from assetreg.db import Model, db
from assetreg.models import Term
from search.actions.keeping_words import take_lock
from search.models import LexiconPhrase, UrgentHelpEntry, UrgentSign
from search.phrases.lexicon import STARTING_SET, key_of, read_phrases
from search.urgent import FILE, BadPattern, UrgentHelp, read_urgent


class BadWords(ValueError):
    """A file of words cannot be used; the message says why."""


def load_lexicon(path: Path = STARTING_SET) -> int:
    """Add a CSV of phrases (phrase, terms, weight, note) or renew them; returns how many changed. Raises BadWords."""
    slugs = set(db.session.scalars(select(Term.slug)))
    rows: dict[str, dict[str, Any]] = {}
    try:
        phrases = read_phrases(path)
    except (KeyError, ValueError, UnicodeDecodeError) as problem:
        raise BadWords(f"{path.name} cannot be read as phrase, terms, weight, note: {problem}") from problem
    for row in phrases:
        key = " ".join(key_of(row.phrase))
        unknown = [slug for slug in row.terms if slug not in slugs]
        if not key or not 0 < row.weight <= 1 or len(row.phrase) > 120:
            raise BadWords(f"“{row.phrase[:120]}” needs a word of at most 120 letters and a weight above 0 up to 1.")
        if unknown:
            raise BadWords(f"“{row.phrase}” means {', '.join(unknown)}, which is no need or interest.")
        if key in rows:
            raise BadWords(f"“{row.phrase}” and “{rows[key]['phrase']}” are the same phrase.")
        terms = list(row.terms)
        rows[key] = {"phrase": row.phrase, "terms": terms, "weight": row.weight, "note": row.note}
    return _renew(LexiconPhrase, "phrase_key", rows)


def load_urgent_help(path: Path = FILE) -> int:
    """Add the signs and the help of a TOML file or renew them; returns how many changed. Raises BadWords."""
    try:
        signs, help_ = read_urgent(path)
        UrgentHelp(signs, help_)
    except (KeyError, TypeError, ValueError, BadPattern) as problem:
        raise BadWords(f"{path.name} cannot be read: {problem}") from problem
    entries = {
        key: {
            "title": urgent.title,
            "says": urgent.says,
            "phone": urgent.phone,
            "text_number": urgent.text_number,
            "text_word": urgent.text_word,
            "url": urgent.url,
            "position": position,
        }
        for position, (key, urgent) in enumerate(help_.items())
    }
    known_signs = {
        sign.key: {
            "tone": sign.tone,
            "patterns": list(sign.patterns),
            "unless": list(sign.unless),
            "help": list(sign.help),
            "terms": list(sign.terms),
            "position": position,
        }
        for position, sign in enumerate(signs)
    }
    return _renew(UrgentHelpEntry, "key", entries) + _renew(UrgentSign, "key", known_signs)


def _renew(table: type[Model], key_column: str, rows: dict[str, dict[str, Any]]) -> int:
    """Insert the rows that are new and renew those nobody changed; returns how many that were."""
    take_lock()
    known: dict[str, Any] = {getattr(row, key_column): row for row in db.session.scalars(select(table))}
    new = [{key_column: key, "is_from_file": True, **values} for key, values in rows.items() if key not in known]
    if new:
        db.session.execute(insert(table), new)
        note_load(db.session(), table.__tablename__, "file", {"added": len(new)})
    changed = len(new)
    for key, values in rows.items():
        row = known.get(key)
        if row is None or not row.is_from_file:
            continue
        differing = {name: value for name, value in values.items() if getattr(row, name) != value}
        for name, value in differing.items():
            setattr(row, name, value)
        if differing:
            row.updated_at = func.clock_timestamp()
        changed += bool(differing)
    db.session.flush()
    return changed
