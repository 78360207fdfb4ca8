"""What forms and pages need of the stewards' rows; the tables themselves are in `search.models`."""

from __future__ import annotations

from typing import Protocol


class PhraseRow(Protocol):
    """A phrase."""

    phrase: str
    terms: list[str]
    weight: float
    note: str


class SignRow(Protocol):
    """A sign of an emergency."""

    key: str
    tone: str
    patterns: list[str]
    unless: list[str]
    help: list[str]
    terms: list[str]


class HelpRow(Protocol):
    """Somebody who helps."""

    title: str
    says: str
    phone: str
    text_number: str
    text_word: str
    url: str
    position: int
