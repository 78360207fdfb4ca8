"""Stewards add, change and put away phrases. Each action checks, writes and flushes; the audit comes with the session.

A phrase is never deleted: what is put away stays in the list and can be used again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select

from assetreg.db import db
from search.actions.keeping_words import add, take_lock, write
from search.actions.lexicon import load_lexicon
from search.models import LexiconPhrase
from search.phrases.checking import MOST_TERMS, why_not_phrase
from search.phrases.gazetteer import Gazetteer
from search.phrases.lexicon import Phrase, key_of
from search.phrases.words import squeezed
from search.queries.phrases import find_by_key, find_in_file

LONGEST_NOTE = 200


class PhraseRefused(ValueError):
    """A phrase that cannot be saved. `field` is where, `reason` why, `other` the phrase that is there already."""

    def __init__(self, field: str, reason: str, other: LexiconPhrase | None = None) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.other = other


@dataclass(frozen=True, slots=True)
class Written:
    """A phrase as a steward wrote it. No terms only with `means_nothing`."""

    phrase: str
    terms: tuple[str, ...]
    weight: float
    note: str = ""
    means_nothing: bool = False

    def as_phrase(self) -> Phrase:
        """As the lexicon has it."""
        return Phrase(squeezed(self.phrase), self.terms, self.weight, self.note)


@dataclass(frozen=True, slots=True)
class Known:
    """What a phrase is checked against: the slugs there are, places, and the day."""

    slugs: Collection[str]
    gazetteer: Gazetteer
    today: date


def check(written: Written, known: Known, own: LexiconPhrase | None = None) -> None:
    """Raises PhraseRefused when this cannot be saved; `own` is the row that it would change."""
    reason = why_not_phrase(written.phrase, known.gazetteer, known.today)
    is_as_before = own is not None and squeezed(written.phrase) == own.phrase
    if reason is not None and not is_as_before:
        raise PhraseRefused("phrase", reason)
    if any(slug not in known.slugs for slug in written.terms):
        raise PhraseRefused("term1", "unknown_term")
    if len(set(written.terms)) != len(written.terms):
        raise PhraseRefused("term1", "term_twice")
    if not written.terms and not written.means_nothing:
        raise PhraseRefused("term1", "no_terms")
    if written.terms and written.means_nothing:
        raise PhraseRefused("term1", "terms_and_nothing")
    if len(written.terms) > MOST_TERMS:
        raise PhraseRefused("term1", "too_many_terms")
    if len(written.note) > LONGEST_NOTE:
        raise PhraseRefused("note", "note_too_long")
    other = find_by_key(key_text(written.phrase))
    if other is not None and (own is None or other.id != own.id):
        raise PhraseRefused("phrase", "duplicate", other)


def add_phrase(written: Written, known: Known) -> LexiconPhrase:
    """Add a phrase. Raises PhraseRefused."""
    take_lock()
    if not db.session.scalar(select(exists(select(LexiconPhrase.id)))):
        load_lexicon()  # until now the program's own were used; without them this would be the only phrase
    check(written, known)
    row = LexiconPhrase(**values_of(written), is_active=True)
    add(row)
    return row


def change_phrase(row: LexiconPhrase, written: Written, known: Known, version: str | None) -> bool:
    """Change a phrase; False when nothing differs. Raises PhraseRefused, ChangedMeanwhile."""
    take_lock()
    check(written, known, row)
    values = values_of(written)
    return write(row, {**values, "is_from_file": row.is_from_file and is_same(row, values)}, version)


def put_away_phrase(row: LexiconPhrase, version: str | None) -> bool:
    """No longer use a phrase. Raises ChangedMeanwhile."""
    return write(row, {"is_active": False, "is_from_file": False}, version)


def use_phrase_again(row: LexiconPhrase, version: str | None) -> bool:
    """Use a phrase that was put away. Raises ChangedMeanwhile."""
    return write(row, {"is_active": True}, version)


def restore_phrase(row: LexiconPhrase, version: str | None) -> bool:
    """Make a phrase again what came with the program. Raises PhraseRefused when none did, ChangedMeanwhile."""
    from_file = find_in_file(row.phrase_key)
    if from_file is None:
        raise PhraseRefused("phrase", "not_from_file")
    values: dict[str, Any] = {
        "phrase": from_file.phrase,
        "terms": list(from_file.terms),
        "weight": from_file.weight,
        "note": from_file.note,
        "is_active": True,
        "is_from_file": True,
    }
    return write(row, values, version)


def put_phrase_back(row: LexiconPhrase, before: dict[str, Any], known: Known, version: str | None) -> bool:
    """Make a phrase what it was before a change. Raises PhraseRefused, ChangedMeanwhile."""
    take_lock()
    terms: Sequence[str] = before["terms"]
    written = Written(before["phrase"], tuple(terms), float(before["weight"]), before["note"], not terms)
    check(written, known, row)
    return write(row, {**values_of(written), "is_active": before["is_active"], "is_from_file": False}, version)


def values_of(written: Written) -> dict[str, Any]:
    """The columns."""
    return {
        "phrase": squeezed(written.phrase),
        "phrase_key": key_text(written.phrase),
        "terms": list(written.terms),
        "weight": written.weight,
        "note": squeezed(written.note),
    }


def is_same(row: LexiconPhrase, values: dict[str, Any]) -> bool:
    """Does the row hold these already?"""
    return all(getattr(row, name) == value for name, value in values.items())


def key_text(phrase: str) -> str:
    """The key as its column has it."""
    return " ".join(key_of(phrase))
