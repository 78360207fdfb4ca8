"""The words of the index: how text becomes terms, where each part of a document stands, and Whoosh's schema.

The same analysis serves writing and asking. `ANALYSER` is its definition in Whoosh's own terms; `words_of` and
`stem_of` are the same thing twenty times faster, for whole registers and for every key press (a test compares them).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter, StopFilter, Token
from whoosh.columns import FixedBytesColumn, VarBytesColumn
from whoosh.fields import COLUMN, TEXT, Schema
from whoosh.lang.porter2 import stem as porter2

from search.records import RECORD

# Goes up with every change of analysis, layout or record: an index of another version is built anew, never read.
SCHEMA_VERSION = "1"

# One Whoosh field holds all the words of a document. Each part has its own stretch of positions, so that a position
# says which part a word stands in, and no phrase runs from one part into the next.
# `terms` are the names of its needs and interests, `meaning` what these are in plain words and what they belong to.
PARTS = ("name", "terms", "summary", "organisation", "meaning", "place", "description")
PART_STARTS = (0, 128, 384, 640, 768, 1280, 1536)
POSITION_BITS = 12
POSITIONS = 1 << POSITION_BITS
GAP = 32  # longer than any phrase
PART_ROOM = tuple(
    end - start - GAP for start, end in zip(PART_STARTS, (*PART_STARTS[1:], POSITIONS), strict=True)
)  # words of a part that are kept
PART_OF_POSITION = (np.searchsorted(np.array(PART_STARTS), np.arange(POSITIONS), side="right") - 1).astype(np.uint8)

FILLERS = """
    a an and any are as at be been but by can could do does for from had has have he her his i if im in into is it
    its ive just me my of on or our out she so some that the their them then there these they this those to too up
    us was we were what when where which who will with would you your
"""
STOP_WORDS = frozenset(FILLERS.split())
IRREGULAR = {
    "women": "woman",
    "womens": "woman",
    "men": "man",
    "mens": "man",
    "children": "child",
    "childrens": "child",
    "feet": "foot",
    "teeth": "tooth",
}

# Marks that belong to a letter in Arabic, Hebrew, Cyrillic and the scripts of South Asia; \w does not count them.
MARKS = "\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u0653-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff\u0e31-\u0e4e"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
PLAIN_WORD = re.compile("[a-z0-9]+")  # the same where there are no other letters, three times as fast
APOSTROPHES = {ord(mark): None for mark in "'\u2019\u2018\u02bc`\u00b4"}
ACCENTS = re.compile("[\u0300-\u036f\u064b-\u0652]+")  # Latin accents, and the vowels that Arabic may leave out
LONGEST_WORD = 40


def folded(text: str) -> str:
    """Text in small letters, without Latin accents and apostrophes: "Zoë's Café" becomes "zoes cafe"."""
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", text.translate(APOSTROPHES)))
    return unicodedata.normalize("NFC", plain).lower()


def words_of(text: str) -> list[str]:
    """Every word of a text, folded, in order, fillers included."""
    plain = folded(text)
    return (PLAIN_WORD if plain.isascii() else WORD).findall(plain)


@lru_cache(maxsize=60_000)
def stem_of(word: str) -> str:
    """The term that a folded word is indexed under; empty for a filler."""
    if word in STOP_WORDS:
        return ""
    return stem(word)


def stem(word: str) -> str:
    """Porter's second stemmer with the irregular plurals that matter here; words that are not English stay whole."""
    word = IRREGULAR.get(word, word)[:LONGEST_WORD]
    if not (word.isascii() and word.isalpha()):
        return word
    return str(porter2(word))


class FoldingTokenizer(RegexTokenizer):  # type: ignore[misc]
    """Whoosh's tokeniser over folded text."""

    def __init__(self) -> None:
        super().__init__(WORD)

    def __call__(self, value: str, **options: Any) -> Iterator[Token]:
        """The words of `value` as Whoosh's tokens."""
        yield from super().__call__(folded(value), **options)


ANALYSER = (
    FoldingTokenizer()
    | LowercaseFilter()
    | StopFilter(stoplist=STOP_WORDS, minsize=1, renumber=False)
    | StemFilter(stemfn=stem, cachesize=60_000)
)

SCHEMA = Schema(
    words=TEXT(analyzer=ANALYSER, phrase=True, stored=False),
    record=COLUMN(FixedBytesColumn(RECORD.itemsize)),
    lists=COLUMN(VarBytesColumn()),
)
