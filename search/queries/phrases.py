"""Questions about the stewards' phrases: lists, one of them, and what came with the program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, any_, func, literal, or_, select

from assetreg.db import db
from assetreg.queries.errors import NotFound
from search.models import LexiconPhrase
from search.phrases.lexicon import Phrase, key_of, read_phrases
from search.phrases.words import clean, split, stem

PER_PAGE = 50
STATES = ("used", "changed", "away")


@dataclass(frozen=True, slots=True)
class PhrasePage:
    """One page of the list, and how many there are."""

    rows: tuple[LexiconPhrase, ...]
    total: int
    page: int
    pages: int


def list_phrases(words: str = "", term: str = "", state: str = "", page: int = 1) -> PhrasePage:
    """Phrases that contain these words, mean this need or interest, and are in this state; A to Z.

    `state`: "used", "changed" (by a steward) or "away"; anything else is all of them.
    """
    wanted: list[ColumnElement[bool]] = []
    for word in words.split()[:8]:
        pattern = "%" + word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"
        by_stem = [LexiconPhrase.phrase_key.contains(stem(found.text), autoescape=True) for found in split(clean(word))]
        wanted.append(or_(LexiconPhrase.phrase.ilike(pattern), *by_stem))
    if term:
        wanted.append(literal(term) == any_(LexiconPhrase.terms))
    if state == "used":
        wanted.append(LexiconPhrase.is_active.is_(True))
    elif state == "changed":
        wanted.append(~LexiconPhrase.is_from_file)
    elif state == "away":
        wanted.append(~LexiconPhrase.is_active)
    total = db.session.scalar(select(func.count()).select_from(LexiconPhrase).where(*wanted)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        select(LexiconPhrase)
        .where(*wanted)
        .order_by(func.lower(LexiconPhrase.phrase), LexiconPhrase.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return PhrasePage(tuple(rows), total, page, pages)


def get_phrase(public_id: UUID) -> LexiconPhrase:
    """One phrase. Raises NotFound."""
    row = db.session.scalar(select(LexiconPhrase).where(LexiconPhrase.public_id == public_id))
    if row is None:
        raise NotFound(str(public_id))
    return row


def find_by_key(key: str) -> LexiconPhrase | None:
    """The phrase that counts as the same, used or put away."""
    row: LexiconPhrase | None = db.session.scalar(select(LexiconPhrase).where(LexiconPhrase.phrase_key == key))
    return row


def list_used_phrases() -> dict[str, Phrase]:
    """All phrases in use by key; those that come with the program while there are none."""
    rows = db.session.execute(
        select(LexiconPhrase.phrase_key, LexiconPhrase.phrase, LexiconPhrase.terms, LexiconPhrase.weight)
        .where(LexiconPhrase.is_active)
        .order_by(LexiconPhrase.phrase, LexiconPhrase.id)
    )
    found = {key: Phrase(phrase, tuple(terms), float(weight)) for key, phrase, terms, weight in rows}
    return found or dict(from_file())


def find_in_file(key: str) -> Phrase | None:
    """The phrase that came with the program under this key."""
    return from_file().get(key)


@cache
def from_file() -> dict[str, Phrase]:
    """The phrases that come with the program, by key."""
    return {" ".join(key_of(row.phrase)): row for row in read_phrases()}
