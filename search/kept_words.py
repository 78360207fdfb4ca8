"""Which words of a search may be kept: everyday words and names of services that are in the index, never a person's.

Pure. A word is kept when all of this holds:

1. it is in the index (`Vocabulary.has`);
2. it is letters only, and no part of an e-mail or web address, a postcode, a number (in digits or said in words), or
   what is joined to one;
3. it does not follow "my name is", "called", "Mr" and the like;
4. it is an everyday word (ours, the lexicon's or in the name of a need or interest), no usual name of a person, and not
   right behind one ("tom baker"); or
   it stands beside another typed word just as in the name of a service or organisation ("st pauls", "john taylor
   hospice"), which everybody can read on our pages anyway.

So "mencap" alone is lost, and a surname that is in some description is never kept: better too little than too much.
Names of areas are not kept as words; the code of the area is kept instead.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from search.phrases.ordinary import ordinary_words
from search.phrases.words import Word, clean, listed, split

NAMES = Path(__file__).resolve().parent / "data" / "personal_names.txt"
MOST_KEPT = 12
LONGEST = 24

# What is taken out before anything is read as words; a comma is left in its place, so that nothing grows together.
NEVER = re.compile(
    r"""
    \S*@\S*                                        # e-mail addresses, and names on other websites
    | \b(?:https?:|www\.)\S* | \S+\.[a-z]{2,}\S*    # web addresses
    | \b[A-Z]{1,2}[0-9][A-Z0-9]?(?:\s*[0-9][A-Z]{2})?\b   # postcodes, whole and outward
    | \S*[0-9]\S*                                  # numbers, and whatever is joined to one
    """,
    re.IGNORECASE | re.VERBOSE,
)
# After these comes a name: two words of it are left out whatever they are.
BEFORE_A_NAME = re.compile(
    r"\b(?:my|his|her|their)\s+name(?:\s*(?:is|'?s|’?s))?\s+|\bnamed\s+|\b(?:i\s*am|i['’]?m|is|was)?\s*called\s+"
    r"|\b(?:mr|mrs|ms|miss|mx|dr)\b\.?\s+",
    re.IGNORECASE,
)
NAME_LENGTH = 2
# A telephone number can be said in words.
NUMBER_WORDS = listed("oh zero one two three four five six seven eight nine double treble triple")
SHORTEST = 2


class Vocabulary(Protocol):
    """What the index knows of words."""

    def has(self, word: str) -> bool:
        """Is this word in it?"""
        ...

    def stand_together(self, first: str, second: str) -> bool:
        """Do these stand side by side in the name of a service or an organisation?"""
        ...


@cache
def personal_names() -> frozenset[str]:
    """Usual first names and family names of people, read once."""
    return frozenset(NAMES.read_text(encoding="utf-8").split())


def words_to_keep(line: str, vocabulary: Vocabulary, known: Container[str]) -> tuple[tuple[str, ...], int]:
    """The words of a typed line that may be kept, in their order, and how many were left out.

    `known` are the singulars of the lexicon and of the needs' and interests' names.
    """
    text, left_out = NEVER.subn(" , ", clean(line))
    words = split(text)
    named = after_introductions(text, words)
    kept: list[str] = []
    for at, word in enumerate(words):
        if at in named or not is_plain(word) or not vocabulary.has(word.text):
            left_out += not is_silent(word)
        elif (is_everyday(word, known) and not follows_a_name(words, at)) or has_neighbour(
            words, at, named, vocabulary
        ):
            kept.append(word.text)
        else:
            left_out += 1
    return tuple(kept[:MOST_KEPT]), min(left_out, 99)


def after_introductions(text: str, words: Sequence[Word]) -> set[int]:
    """The places of words that are somebody's name, because of what comes before them."""
    found: set[int] = set()
    for introduction in BEFORE_A_NAME.finditer(text):
        after = [at for at, word in enumerate(words) if word.start >= introduction.end()]
        found.update(after[:NAME_LENGTH])
    return found


def is_plain(word: Word) -> bool:
    """Letters only, neither one nor endless, and no number."""
    return word.text.isalpha() and SHORTEST <= len(word.text) <= LONGEST and word.text not in NUMBER_WORDS


def is_silent(word: Word) -> bool:
    """A little word that the index does not have and nobody misses."""
    return word.text in ordinary_words() and len(word.text) <= 3


def is_everyday(word: Word, known: Container[str]) -> bool:
    """A word that anybody may use, and that is no usual name."""
    names = personal_names()
    if word.text in names or word.singular in names or word.text.removesuffix("s") in names:
        return False
    return bool({word.text, word.singular} & ordinary_words()) or word.singular in known


def follows_a_name(words: Sequence[Word], at: int) -> bool:
    """Stands it right behind a name of a person, as "baker" in "my son tom baker"? Then it may be one too."""
    return at > 0 and not words[at].has_pause_before and words[at - 1].text in personal_names()


def has_neighbour(words: Sequence[Word], at: int, named: Container[int], vocabulary: Vocabulary) -> bool:
    """Stands the word beside the next or the one before just as in a name of a service?"""
    for first in (at - 1, at):
        if first < 0 or first + 1 >= len(words) or words[first + 1].has_pause_before:
            continue
        if first in named or first + 1 in named:
            continue
        if vocabulary.stand_together(words[first].text, words[first + 1].text):
            return True
    return False
