"""What raises or lowers documents that are found anyway: words side by side, words behind a hint, unwanted words.

It looks only at the documents that are left after every filter, however many the words alone had found.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.asking import Unit
from search.matching import Matched
from search.postings import Docs, Keys, SegmentPostings, follow
from search.ranking import EXTRA, TOGETHER, UNWANTED
from search.requests import Request
from search.schema import POSITION_BITS, stem_of, words_of
from search.snapshot import Postings, Snapshot

Values = NDArray[Any]

NEIGHBOUR_DISTANCE = 3
MOST_EXTRA_WORDS = 12
MOST_EXTRA_LETTERS = 500


def refine(request: Request, snapshot: Snapshot, matched: Matched, docs: Docs, relevance: Values) -> Values:
    """The relevance of some of the documents that matched, with what only raises it added."""
    if len(docs) < 2:
        return relevance  # there is nothing to be better than
    pairs = neighbours(matched.units)
    counted = {term for unit in matched.units for term in unit.terms}
    extra = [term for term in terms_in(request.extra_text) if term not in counted]
    if not (pairs or extra):
        return relevance
    added = np.zeros(len(docs), np.float32)
    if pairs:
        add_pairs(added, pairs, snapshot, docs)
    for term in extra:
        postings = snapshot.postings(term)
        if len(postings.docs):
            added += np.float32(EXTRA * postings.rarity) * strength_in(postings, docs)
    refined: Values = relevance + added * np.float32(1 / matched.answerable)
    return refined


def neighbours(units: Sequence[Unit]) -> list[tuple[Unit, Unit, int]]:
    """Words that were typed next to one another (fillers between them), and how far apart they stand."""
    return [
        (first, second, second.place - first.place)
        for first, second in pairwise(units)
        if first.is_plain and second.is_plain and 0 < second.place - first.place <= NEIGHBOUR_DISTANCE
    ]


def terms_in(text: str) -> list[str]:
    """The terms of a text, each once, fillers left out."""
    if not text:
        return []
    found = dict.fromkeys(stem_of(word) for word in words_of(text[:MOST_EXTRA_LETTERS]))
    return [term for term in found if term][:MOST_EXTRA_WORDS]


def add_pairs(added: Values, pairs: Sequence[tuple[Unit, Unit, int]], snapshot: Snapshot, docs: Docs) -> None:
    """Add for each document what having two words side by side counts."""
    order = np.argsort(docs)
    ordered = docs[order]
    bounds = np.searchsorted(ordered, [*snapshot.offsets, snapshot.rows]).tolist()
    for number, segment in enumerate(snapshot.segments):
        low, high = bounds[number], bounds[number + 1]
        if low == high:
            continue
        rows = ordered[low:high] - np.int32(snapshot.offsets[number])
        for first, second, distance in pairs:
            found, strength = together(segment.postings, rows, first.terms[0], second.terms[0], distance)
            if len(found):
                places = order[low:high][np.searchsorted(rows, found)]
                rarity = TOGETHER * (first.postings.rarity + second.postings.rarity)
                added[places] += strength * np.float32(rarity)


def together(
    postings: SegmentPostings, rows: Docs, first: str, second: str, distance: int
) -> tuple[Docs, NDArray[np.float32]]:
    """Which of some rows of a segment (in order) have two terms at this distance, and how strongly."""
    one, other = postings.term(first), postings.term(second)
    if one is None or other is None:
        return rows[:0], np.empty(0, np.float32)
    keys = follow(occurrences_in(one.keys, rows), other.keys, distance)
    if not len(keys):
        return rows[:0], np.empty(0, np.float32)
    return postings.weigh(keys)


def occurrences_in(keys: Keys, rows: Docs) -> Keys:
    """Those occurrences that are in some rows (in order)."""
    edges = rows.astype(np.uint32) << np.uint32(POSITION_BITS)
    low = np.searchsorted(keys, edges)
    counts = np.searchsorted(keys, edges + np.uint32((1 << POSITION_BITS) - 1)) - low
    ends = np.cumsum(counts)
    found: Keys = keys[np.arange(int(ends[-1])) + np.repeat(low - ends + counts, counts)]
    return found


def strength_in(postings: Postings, docs: Docs) -> NDArray[np.float32]:
    """How strongly a plain term (documents in order) stands in each of some documents; 0 where it does not."""
    place = np.searchsorted(postings.docs, docs)
    place[place == len(postings.docs)] = 0
    return np.where(postings.docs[place] == docs, postings.strength[place], np.float32(0))


def unwanted(request: Request, docs: Docs, snapshot: Snapshot) -> Values | None:
    """The factor below 1 for documents that use words which were asked not to be used; None when there are none."""
    factor: Values | None = None
    for word in request.excluded[:MOST_EXTRA_WORDS]:
        for term in terms_in(word):
            postings = snapshot.postings(term)
            if len(postings.docs):
                each = 1 / (1 + UNWANTED * strength_in(postings, docs))
                factor = each if factor is None else factor * each
    return factor
