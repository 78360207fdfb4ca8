"""What one search leaves behind: a few words that anybody could have typed, and nothing of whoever did."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from search.answers import Answer
from search.forms import YES
from search.kept_words import words_to_keep
from search.lookups import Lookups
from search.phrases.words import singular
from search.postings import follow
from search.schema import PART_OF_POSITION, PARTS, POSITIONS, folded, stem_of
from search.snapshot import Snapshot

NAME_PARTS = np.array([PARTS.index("name"), PARTS.index("organisation")], np.uint8)
# Filters that are only named; what they were set to would say too much of one person, or is free text.
ONLY_NAMED = {"age", "within", "near", "date", "not", "for", "area", "place"}
CLOSED_VALUE = re.compile(r"[a-z]{2,}(?:[-_][a-z]+)*")


@dataclass(frozen=True, slots=True)
class Searched:
    """One search as it is kept in memory until it is written. `point` becomes its ward, and is then forgotten."""

    words: tuple[str, ...] = ()
    left_out: int = 0
    meant: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    point: tuple[float, float] | None = None  # latitude, longitude
    results: int | None = None
    is_from_index: bool = True
    is_urgent: bool = False


TERM_WORDS: dict[int, tuple[Lookups, frozenset[str]]] = {}
URGENT = Searched(is_urgent=True)


class IndexVocabulary:
    """The words of a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def has(self, word: str) -> bool:
        """Is this word in the index?"""
        term = stem_of(folded(word))
        return bool(term) and len(self.snapshot.postings(term).docs) > 0

    def stand_together(self, first: str, second: str) -> bool:
        """Do these stand side by side in the name of a service or an organisation?"""
        terms = [stem_of(folded(word)) for word in (first, second)]
        if not all(terms):
            return False
        for segment in self.snapshot.segments:
            found = [segment.postings.term(term) for term in terms]
            if found[0] is None or found[1] is None:
                continue
            keys = follow(found[0].keys, found[1].keys, 1)
            if np.isin(PART_OF_POSITION[keys & (POSITIONS - 1)], NAME_PARTS).any():
                return True
        return False


def searched(answer: Answer, snapshot: Snapshot | None, lexicon_words: Container[str]) -> Searched | None:
    """What may be kept of an answered question; None when nothing was asked.

    A line that calls for help at once is only counted: its words, place and filters are not kept.
    """
    asked = answer.asked
    if answer.understood.urgent:
        return URGENT
    if not asked.is_narrowed:
        return None
    words: tuple[str, ...] = ()
    left_out = 0
    if snapshot is not None:
        known = KnownWords(lexicon_words, words_of_terms(snapshot.lookups))
        words, left_out = words_to_keep(asked.q, IndexVocabulary(snapshot), known)
    request = answer.understood.request
    areas = {area.code for area in answer.question.chosen_areas} | set(request.areas) | set(request.point_areas)
    meant = {weight.term for weight in request.hinted} & set(answer.question.taxonomy.by_slug)
    point = (answer.near_point.latitude, answer.near_point.longitude) if answer.near_point else None
    return Searched(
        words=words,
        left_out=left_out,
        meant=tuple(sorted(meant)),
        filters=tuple(sorted(filters_of(answer, snapshot))),
        areas=tuple(sorted(areas)),
        point=point if not request.point_areas else None,
        results=answer.found.total,
        is_from_index=answer.is_from_index,
    )


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Words of the lexicon, and of the names of needs and interests."""

    lexicon: Container[str]
    terms: Container[str]

    def __contains__(self, word: object) -> bool:
        return word in self.lexicon or word in self.terms


def words_of_terms(lookups: Lookups) -> frozenset[str]:
    """The words in the names of needs and interests, singular; worked out once for each index."""
    known = TERM_WORDS.get(id(lookups))
    if known is None or known[0] is not lookups:
        TERM_WORDS.clear()
        words = frozenset(singular(word) for term in lookups.terms for word in folded(term.name).split())
        known = TERM_WORDS[id(lookups)] = (lookups, words)
    return known[1]


def filters_of(answer: Answer, snapshot: Snapshot | None) -> set[str]:
    """The filters that were set or understood: their names, and values where these come from a closed list."""
    given = [(name, value) for name, value in answer.asked.pairs() if name not in ("q", "sort", "not")]
    given += [(chip.kind, chip.value) for chip in answer.understood.chips if chip.kind not in ("need", "interest")]
    languages = snapshot.lookups.languages if snapshot is not None else ()
    found = set()
    for name, value in given:
        is_closed = name not in ONLY_NAMED and value not in YES and CLOSED_VALUE.fullmatch(value)
        if name == "language" and value not in languages:
            is_closed = None
        found.add(f"{name}:{value}" if is_closed else name)
    return found
