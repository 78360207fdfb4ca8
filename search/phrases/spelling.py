"""Typing mistakes: the known word that a strange one was surely meant to be, found without trying every word.

Symmetric deletion: a known word and a misspelling of it become equal when a letter or two are left out of each. The
distance counts a letter missing, added, wrong, or two neighbours swapped, each as one (optimal string alignment).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import combinations

SHORTEST = 5  # shorter words are too easily other words
SHORTEST_FOR_TWO = 9  # letters from which two mistakes are forgiven
LONGEST = 18
MOST_MENDED = 25  # words of one line that are looked at for mistakes


class Corrector:
    """Immutable. `correct(word)` is the one known word meant, or None when there is none or more than one."""

    __slots__ = ("_by_deletion", "_known", "_ordinary", "correct")

    def __init__(self, known: Iterable[str], ordinary: Collection[str] = frozenset()) -> None:
        """`known` words may be the answer; `ordinary` words are right as they stand and never corrected."""
        self._known = frozenset(known)
        self._ordinary = ordinary
        deletions: dict[str, list[str]] = {}
        for word in sorted(self._known):
            if SHORTEST <= len(word) <= LONGEST and word.isalpha():
                for shortened in _shortened(word):
                    deletions.setdefault(shortened, []).append(word)
        self._by_deletion = {shortened: tuple(words) for shortened, words in deletions.items()}
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def _correct(self, word: str) -> str | None:
        if not SHORTEST <= len(word) <= LONGEST + 2 or not word.isalpha():
            return None
        if word in self._known or word in self._ordinary:
            return None
        candidates: set[str] = set()
        for shortened in _shortened(word):
            candidates.update(self._by_deletion.get(shortened, ()))
        near: dict[int, list[str]] = {1: [], 2: [], 3: []}
        for candidate in candidates:
            if _may_be(word, candidate):
                near[distance(word, candidate)].append(candidate)
        found = near[1]
        if not found:
            found = [candidate for candidate in near[2] if min(len(word), len(candidate)) >= SHORTEST_FOR_TWO]
        return found[0] if len(found) == 1 else None


def _may_be(word: str, candidate: str) -> bool:
    """People seldom miss the first letter; only a swap or a wholly other long word's end is forgiven there."""
    return word[0] == candidate[0] or word[:2] == candidate[1::-1]


def _shortened(word: str) -> set[str]:
    """The word, and what is left of it without any one letter (any two of a long word)."""
    found = {word}
    for left_out in range(1, 3 if len(word) >= SHORTEST_FOR_TWO - 1 else 2):
        for letters in combinations(range(len(word)), len(word) - left_out):
            found.add("".join([word[at] for at in letters]))
    return found


def distance(one: str, other: str) -> int:
    """Mistakes between two words, 3 standing for three or more."""
    if abs(len(one) - len(other)) > 2:
        return 3
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        this = [row]
        for column, wanted in enumerate(other, start=1):
            cost = last[column - 1] + (letter != wanted)
            best = min(cost, last[column] + 1, this[column - 1] + 1)
            is_swap = row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted
            this.append(min(best, before[column - 2] + 1) if is_swap else best)
        if min(this) > 2:
            return 3
        before, last = last, this
    return min(last[-1], 3)
