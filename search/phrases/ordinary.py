"""Words that are right as they stand, so that none of them is taken for a misspelling of a place or a need."""

from __future__ import annotations

from functools import cache
from pathlib import Path

WORDS = Path(__file__).resolve().parents[1] / "data" / "ordinary_words.txt"


@cache
def ordinary_words() -> frozenset[str]:
    """The list in search/data/ordinary_words.txt, read once."""
    return frozenset(WORDS.read_text(encoding="utf-8").split())
