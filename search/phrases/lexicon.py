"""Everyday words and the needs and interests they mean. Built once from rows, immutable.

A phrase is compared by the words that carry it: "cant pay gas bill" is found in "I can't pay for my gas bills".
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.phrases.ordinary import ordinary_words
from search.phrases.spelling import MOST_MENDED, Corrector, distance
from search.phrases.words import Word, clean, listed, split, squeezed

STARTING_SET = Path(__file__).resolve().parents[1] / "data" / "lexicon.csv"
LEAST_JOINED = 7  # letters from which two words may be typed as one: "foodbank"
LATER = (1, 0.85, 0.7, 0.6)  # what the first, second, third and later terms of a phrase get of its weight
HERE = ""  # in the tree: the phrase that ends here
MISSPELT = 0.8  # what is left of the weight when a word had to be put right

# Whose it is says nothing: "lost my nan", "lost our nan". These count in no phrase that has other words.
WHOSE = listed(
    "a an the my our his her hers your their its some any this that these those i im ive id ill we weve he hes she"
    " shes they theyre us him them me you just really very so too also please actually basically quite"
)
# These may stand between the words of a phrase without parting them: "cant pay [for my] gas bill".
LIGHT = WHOSE | listed(
    "am is are was were be been being have has had having get to of for with in on at from by as need want would could"
    " should can will may might do does did like always bit little lot whole big such"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One row of the lexicon: an everyday phrase, the slugs it means, and how surely."""

    phrase: str
    terms: tuple[str, ...]
    weight: float = 1.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A need or interest as it is called on screen."""

    slug: str
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in words `first` to before `after`; `carried` are the indexes of the words that carry it."""

    phrase: Phrase
    first: int
    after: int
    carried: tuple[int, ...]
    spelt: tuple[tuple[int, str], ...] = ()  # words that had to be put right, by index

    def weights(self) -> list[tuple[str, float]]:
        """How surely each need and interest is meant: the first most."""
        whole = self.phrase.weight * (MISSPELT if self.spelt else 1)
        return [(slug, whole * LATER[min(at, 3)]) for at, slug in enumerate(self.phrase.terms)]


class Lexicon:
    """Immutable. Finds the phrases of the lexicon in a line."""

    __slots__ = ("_corrector", "_single", "_terms", "_tree", "known_words")

    def __init__(
        self,
        single: dict[str, Phrase],
        tree: dict[str, Any],
        terms: dict[str, Named],
        known_words: frozenset[str],
        right_words: Collection[str],
    ) -> None:
        """Use `build`."""
        self._single = single
        self._tree = tree
        self._terms = terms
        self.known_words = known_words
        self._corrector = Corrector(known_words, ordinary_words() | frozenset(right_words))

    @classmethod
    def build(cls, rows: Iterable[Phrase], terms: Iterable[Named] = (), right_words: Collection[str] = ()) -> Lexicon:
        """From phrases and the taxonomy's names. `right_words` (the index's, say) are never taken for misspelt."""
        single: dict[str, Phrase] = {}
        joined: dict[str, Phrase] = {}
        tree: dict[str, Any] = {}
        known: set[str] = set()
        for row in rows:
            words = split(clean(row.phrase))
            key = key_of(row.phrase)
            known.update(word.singular for word in words if word.text not in LIGHT)
            if len(words) == 1:
                single[words[0].singular] = row
                continue
            node = tree
            for stem in key:
                node = node.setdefault(stem, {})
            if key:
                node[HERE] = row
            letters = "".join(word.singular for word in words)
            if len(words) == len(key) == 2 and len(letters) >= LEAST_JOINED:
                joined[letters] = row
        for letters, row in joined.items():
            single.setdefault(letters, row)
        known.update(single)
        return cls(single, tree, {term.slug: term for term in terms}, frozenset(known), right_words)

    def _near(self, node: dict[str, Any], word: Word, at: int, mended: list[str | None]) -> dict[str, Any] | None:
        """What follows in a phrase when two letters of a short word were swapped: "food bnak"."""
        if len(word.text) != 4 or word.stem in self._tree or word.text in LIGHT or word.singular in self._single:
            return None
        for right, following in node.items():
            if len(right) == 4 and sorted(right) == sorted(word.text) and distance(right, word.text) == 1:
                mended[at] = right
                return following  # type: ignore[no-any-return]
        return None

    def named(self, slug: str) -> Named:
        """The term with this slug; a made-up name for one that the taxonomy does not have."""
        return self._terms.get(slug) or Named(slug, "need", slug.replace("-", " ").capitalize())

    def knows(self, word: str) -> bool:
        """Whether a (singular) word alone is in the lexicon."""
        return word in self._single

    def meaning(self, word: str) -> Phrase | None:
        """What a single (singular) word means."""
        return self._single.get(word)

    def matches(self, words: Sequence[Word]) -> list[Match]:
        """Every phrase in the words, overlapping ones too, the longest and surest first."""
        mended = [self._corrector.correct(word.singular) if at < MOST_MENDED else None for at, word in enumerate(words)]
        stems = [stem_of(right) if right else word.stem for word, right in zip(words, mended, strict=True)]
        found: list[Match] = []

        def add(phrase: Phrase | None, *carried: int) -> None:
            if phrase is not None:
                spelt = tuple((at, right) for at in carried if (right := mended[at]) is not None)
                found.append(Match(phrase, carried[0], carried[-1] + 1, carried, spelt))

        def walk(node: dict[str, Any], at: int, carried: tuple[int, ...]) -> None:
            if len(carried) > 1:
                add(node.get(HERE), *carried)
            while at < len(words) and not words[at].has_pause_before and len(node) > (HERE in node):
                following = node.get(stems[at]) or self._near(node, words[at], at, mended)
                if following is not None:
                    walk(following, at + 1, (*carried, at))
                if words[at].text not in LIGHT and words[at].stem not in LIGHT:
                    return
                at += 1

        for at, word in enumerate(words):
            add(self._single.get(mended[at] or word.singular), at)
            if at + 1 < len(words) and not words[at + 1].has_pause_before:
                add(self._single.get(word.text + words[at + 1].singular), at, at + 1)
            node = self._tree.get(stems[at])
            if node is not None:
                walk(node, at + 1, (at,))
        found.sort(key=lambda match: (-_substance(match, words), -match.phrase.weight, match.first))
        return found


def key_of(phrase: str) -> tuple[str, ...]:
    """What makes two phrases the same: the stems of their words, without "my" and "the" where others remain."""
    words = split(clean(phrase))
    if len(words) == 1:
        return (words[0].singular,)
    carrying = [word for word in words if word.text not in WHOSE]
    return tuple(word.stem for word in (carrying if len(carrying) > 1 else words))


def stem_of(word: str) -> str:
    """The stem of a word that is right."""
    return split(word)[0].stem


def _substance(match: Match, words: Sequence[Word]) -> float:
    """How much of a line a match explains: words that mean something count whole, little ones hardly."""
    return sum(0.1 if words[at].text in LIGHT else 1 for at in match.carried)


def best_cover(matches: Iterable[Match]) -> list[Match]:
    """The matches that do not overlap, the longest first chosen, in the order of the line."""
    chosen: list[Match] = []
    covered: set[int] = set()
    for match in matches:
        span = range(match.first, match.after)
        if covered.isdisjoint(span):
            covered.update(span)
            chosen.append(match)
    return sorted(chosen, key=lambda match: match.first)


def read_phrases(path: Path = STARTING_SET) -> list[Phrase]:
    """The phrases of a CSV file (phrase, terms with ";" between, weight, note)."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            Phrase(
                squeezed(row["phrase"]),
                tuple(slug.strip() for slug in row["terms"].split(";") if slug.strip()),
                float(row["weight"] or 1),
                squeezed(row["note"] or ""),
            )
            for row in csv.DictReader(lines)
        ]
