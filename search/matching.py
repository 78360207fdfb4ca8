"""Which documents answer the words and the needs behind them, and how well: the first half of every search."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.asking import Unit, units_of
from search.nearness import Circle
from search.postings import Docs
from search.ranking import ENOUGH_OF_THE_WORDS, HINT, TOO_LITTLE_OF_THE_WORDS
from search.requests import Request, Weight
from search.snapshot import Snapshot

# A document's sum holds two numbers: how much of the words it has, in whole units, and below that its score.
UNIT = 65_536.0
STEPS = 64.0  # units of coverage for a word whose rarity is 1
HINTED = 16_384.0  # coverage that a hinted term counts for: enough, whatever the words are
TINY = 1e-6
MISSING_RARITY = 0.7  # of the rarest word possible: what a word that nobody wrote counts for


@dataclass(frozen=True, slots=True)
class Matched:
    """The documents that answer, in no order, and how well each does (about 0 to 1; 1 for all when nothing was asked).

    `is_partial` says that no document had enough of the words, so that these are those that come nearest.
    """

    docs: Docs
    relevance: NDArray[Any]
    units: tuple[Unit, ...] = ()
    hinted: tuple[Weight, ...] = ()
    is_partial: bool = False
    answerable: float = 1.0  # what a document with everything that was asked, as strongly as can be, would add up to

    @property
    def is_everything(self) -> bool:
        """Was nothing asked that a document could fail?"""
        return not self.units and not self.hinted


def match(request: Request, snapshot: Snapshot, circle: Circle | None = None) -> Matched:
    """Find the documents for the words and hints of a request; the filters come later.

    Only documents in the `circle` are looked at when there is one: most searches are near somewhere, and then most
    documents need not be looked at.
    """
    try:
        units = units_of(request.text, snapshot) if request.text else []
        hinted = [weight for weight in request.hinted if len(hinted_docs(weight, snapshot))]
        if units or hinted:
            return add_up(units, hinted, snapshot, circle)
        docs = snapshot.living
        if circle is not None:
            docs = (circle.mask() & snapshot.alive).nonzero()[0].astype(np.int32)
        return Matched(docs, np.ones(len(docs), np.float32))
    except BaseException:
        snapshot.spoil_scratch()
        raise


def add_up(units: list[Unit], hinted: list[Weight], snapshot: Snapshot, circle: Circle | None) -> Matched:
    """Add every word's and hint's strength up in one row of numbers, and take the documents that have enough."""
    if circle is not None:
        circle.expect(sum(len(unit.postings.docs) for unit in units))
    if len(units) == 1 and not hinted:
        return only(units[0], circle)
    row = snapshot.scratch()
    found: list[Docs] = []
    rarest = MISSING_RARITY * log1p(len(snapshot.living) + 1)
    asked = answerable = 0.0
    for unit in units:
        docs, strength, rarity = unit.postings.docs, unit.postings.strength, unit.postings.rarity
        asked += sqrt(rarity if len(docs) else rarest)
        answerable += rarity
        if circle is not None and circle.is_drawn:
            near = circle.within(docs)
            docs, strength = docs[near], strength[near]
        before = row[docs]
        found.append(docs[before == 0])
        row[docs] = before + (strength * rarity + round(sqrt(rarity) * STEPS) * UNIT)
    for weight in hinted:
        docs = hinted_docs(weight, snapshot)
        if circle is not None and circle.is_drawn:
            docs = docs[circle.within(docs)]
        before = row[docs]
        found.append(docs[before == 0])
        row[docs] = before + (weight.weight * HINT + HINTED * UNIT)
        answerable += weight.weight * HINT
    docs = found[0] if len(found) == 1 else np.concatenate(found)
    sums = row[docs]
    row[docs] = 0
    if circle is not None and not circle.is_drawn:
        near = circle.within(docs)
        docs, sums = docs[near], sums[near]
    coverage = np.floor(sums * (1 / UNIT))
    sums -= coverage * UNIT
    is_partial, enough = enough_of(coverage, asked)
    for unit in units:
        if unit.is_required:
            has = np.isin(docs, unit.postings.docs, assume_unique=True)
            enough = has if enough is None else enough & has
    if enough is not None:
        kept = enough.nonzero()[0]
        docs, sums = docs[kept], sums[kept]
    answerable = max(answerable, TINY)
    return Matched(docs, sums * (1 / answerable), tuple(units), tuple(hinted), is_partial, answerable)


def only(unit: Unit, circle: Circle | None) -> Matched:
    """The same when one word is all that was asked."""
    docs, strength = unit.postings.docs, unit.postings.strength
    if circle is not None:
        near = circle.within(docs)
        docs, strength = docs[near], strength[near]
    return Matched(docs, strength, (unit,), answerable=max(unit.postings.rarity, TINY))


def enough_of(coverage: NDArray[Any], asked: float) -> tuple[bool, NDArray[np.bool_] | None]:
    """Which documents have enough of what was asked; whether that is less than it should be. None for all."""
    if not len(coverage):
        return False, None
    enough = np.floor(asked * ENOUGH_OF_THE_WORDS * STEPS)
    mask = coverage >= enough
    if mask.any():
        return False, mask
    most = coverage.max()
    if most < asked * TOO_LITTLE_OF_THE_WORDS * STEPS:
        return True, np.zeros(len(coverage), np.bool_)
    return True, coverage >= most


def hinted_docs(weight: Weight, snapshot: Snapshot) -> Docs:
    """The documents that carry a hinted need or interest."""
    need = snapshot.with_value("need", weight.term)
    return need if len(need) else snapshot.with_value("interest", weight.term)
