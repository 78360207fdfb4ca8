"""Which documents answer the words and the needs behind them, and how well: the first half of every search."""

from __future__ import annotations

from dataclasses import dataclass
from math import log1p, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.asking import MOST_LETTERS, Unit, units_of
from search.nearness import Circle
from search.postings import Docs
from search.ranking import (
    AKIN,
    AKIN_FROM,
    COMMON,
    ENOUGH_OF_THE_WORDS,
    EXTRA,
    FEW,
    HINT,
    HINTED_ENOUGH,
    INSTEAD,
    MOST_AKIN,
    RAISES_ONLY,
    RARER_SAYS_MORE,
    TOO_LITTLE_OF_THE_WORDS,
)
from search.requests import Request, Weight
from search.schema import stem_of, words_of
from search.snapshot import NOTHING, Snapshot

# A document's sum holds two numbers: how much of the words it has, in whole units, and below that its score.
UNIT = 65_536.0
STEPS = 64.0  # units of coverage for a word whose rarity is 1
HINTED = 16_384.0  # coverage that a hinted term counts for: enough, whatever the words are
TINY = 1e-6
MISSING_RARITY = 0.7  # of the rarest word possible: what a word that nobody wrote counts for
MOST_BEHIND = 12  # words that a hint stands for
MOST_TERMS = 2  # hints whose own words are looked for where no service is tagged
APART = 100  # places between the words of the text and those that a hint stands for, so that none seem neighbours


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
        hinted = known_hints(request, snapshot)
        asked = request.text
        if request.hinted and not hinted:  # no service says what needs it meets: the words must find what they mean
            asked = f"{request.text} {request.extra_text}"
        units = units_of(asked, snapshot) if asked else []
        behind = units_behind(request, units, snapshot)
        if request.hinted and not hinted:
            behind += units_of_terms(request, [*units, *behind], snapshot)
        if units or hinted or behind:
            matched = add_up(units, behind, hinted, snapshot, circle)
            if circle is None and is_little(matched, request, snapshot):  # who draws a circle wants no others
                akin = akin_to(matched, snapshot)
                if akin:
                    matched = add_up(units, behind, [*hinted, *akin], snapshot, circle)
            return matched
        if request.hinted or request.extra_text:  # what was meant is not in this register
            return Matched(NOTHING.docs, NOTHING.strength, (Unit("", NOTHING, (), 0),))
        docs = snapshot.living
        if circle is not None:
            docs = (circle.mask() & snapshot.alive).nonzero()[0].astype(np.int32)
        return Matched(docs, np.ones(len(docs), np.float32))
    except BaseException:
        snapshot.spoil_scratch()
        raise


def known_hints(request: Request, snapshot: Snapshot) -> list[Weight]:
    """The hinted needs and interests that some document has; instead of one that none has, what it belongs to."""
    found: dict[str, float] = {}
    for hint in request.hinted:
        if len(hinted_docs(hint, snapshot)):
            found[hint.term] = max(found.get(hint.term, 0.0), hint.weight)
    if len(found) < len(request.hinted):
        slugs = {term.id: term.slug for term in snapshot.lookups.terms}
        above = {term.slug: slugs.get(term.parent or 0) for term in snapshot.lookups.terms}
        for hint in request.hinted:
            parent = above.get(hint.term)
            if hint.term not in found and parent and len(hinted_docs(Weight(parent, 1), snapshot)):
                found.setdefault(parent, hint.weight * INSTEAD)
    return [Weight(term, weight) for term, weight in found.items()]


def units_behind(request: Request, units: list[Unit], snapshot: Snapshot) -> list[Unit]:
    """The words that a hint stands for, as far as the index has them: an entry that uses them is found as well.

    They are looked up as they are: the lexicon knew them, so they are no typing mistakes. A place's name is left out:
    it finds nothing but what is there, which nearness does better.
    """
    if not request.extra_text:
        return []
    known = {term for unit in units for term in unit.terms}
    known.update(stem_of(word) for word in words_of(request.point_name))
    found: list[Unit] = []
    for place, word in enumerate(words_of(request.extra_text[:MOST_LETTERS])[: 2 * MOST_BEHIND]):
        term = stem_of(word)
        if term and term not in known:
            known.add(term)
            postings = snapshot.postings(term)
            if len(postings.docs):
                found.append(Unit(word, postings, (term,), APART + place))
    return found[:MOST_BEHIND]


def units_of_terms(request: Request, units: list[Unit], snapshot: Snapshot) -> list[Unit]:
    """The telling words of what is hinted, as the taxonomy puts it, for a register that does not tag its services."""
    known = {term for unit in units for term in unit.terms}
    wanted = {hint.term for hint in request.hinted[:MOST_TERMS]}
    found: list[Unit] = []
    for term in snapshot.lookups.terms:
        if term.slug in wanted:
            for word in words_of(f"{term.name} {term.in_plain_words}"):
                stem = stem_of(word)
                postings = snapshot.postings(stem) if stem and stem not in known else NOTHING
                if 0 < len(postings.docs) <= len(snapshot.living) * COMMON:
                    known.add(stem)
                    found.append(Unit(word, postings, (stem,), APART * (2 + len(found))))
    return found[:MOST_BEHIND]


def is_little(matched: Matched, request: Request, snapshot: Snapshot) -> bool:
    """Do so few answer what was meant, or the words when nothing was, that others like them should be shown below?"""
    if any(unit.is_required for unit in matched.units):
        return False
    if not request.hinted:
        return len(matched.docs) < FEW
    return sum(len(hinted_docs(hint, snapshot)) for hint in matched.hinted if hint.weight > RAISES_ONLY) < FEW


def akin_to(matched: Matched, snapshot: Snapshot) -> list[Weight]:
    """The needs and interests of the few documents that have the words: others with them are about the same.

    Each of the best has one voice, divided among all that it carries; what is rarer says more.
    """
    known = {hint.term for hint in matched.hinted}
    order = np.argsort(-matched.relevance, kind="stable")[:AKIN_FROM]
    voices: dict[str, float] = {}
    for doc, relevance in zip(matched.docs[order].tolist(), matched.relevance[order].tolist(), strict=True):
        carried = snapshot.lowest_terms(doc)
        for slug, rarity in carried.items():
            if slug in known:
                continue
            voices[slug] = voices.get(slug, 0.0) + relevance * rarity / max(len(carried), 1)
    best = sorted(voices.items(), key=lambda voice: (-voice[1], voice[0]))[:MOST_AKIN]
    return [Weight(slug, AKIN * voice / best[0][1]) for slug, voice in best if voice > 0]


def add_up(
    units: list[Unit], behind: list[Unit], hinted: list[Weight], snapshot: Snapshot, circle: Circle | None
) -> Matched:
    """Add every word's and hint's strength up in one row of numbers, and take the documents that have enough."""
    every = units + behind
    if circle is not None:
        circle.expect(sum(len(unit.postings.docs) for unit in every))
    if len(every) == 1 and not hinted:
        return only(every[0], circle)
    row = snapshot.scratch()
    found: list[Docs] = []
    rarest = log1p(len(snapshot.living) + 1)
    hint = HINT * rarest
    asked = answerable = 0.0
    is_found_otherwise = bool(units) or any(weight.weight > RAISES_ONLY for weight in hinted)
    for number, unit in enumerate(every):
        docs, strength, rarity = unit.postings.docs, unit.postings.strength, unit.postings.rarity
        part = 1.0 if number < len(units) else EXTRA
        asked += 0.0 if unit.place >= 2 * APART else sqrt(rarity if len(docs) else MISSING_RARITY * rarest)
        answerable += rarity * part
        if circle is not None and circle.is_drawn:
            near = circle.within(docs)
            docs, strength = docs[near], strength[near]
        before = row[docs]
        found.append(docs[before == 0])
        row[docs] = before + (strength * (rarity * part) + round(sqrt(rarity) * STEPS) * UNIT)
    for weight in hinted:
        docs = hinted_docs(weight, snapshot)
        telling = weight.weight * hint * (ranking.rarity(len(snapshot.living), len(docs)) / rarest) ** RARER_SAYS_MORE
        if circle is not None and circle.is_drawn:
            docs = docs[circle.within(docs)]
        before = row[docs]
        found.append(docs[before == 0])
        raises_only = weight.weight <= RAISES_ONLY and is_found_otherwise
        row[docs] = before + (telling + (0 if raises_only else HINTED * UNIT))
        answerable += telling
    docs = found[0] if len(found) == 1 else np.concatenate(found)
    sums = row[docs]
    row[docs] = 0
    if circle is not None and not circle.is_drawn:
        near = circle.within(docs)
        docs, sums = docs[near], sums[near]
    coverage = np.floor(sums * (1 / UNIT))
    sums -= coverage * UNIT
    part = HINTED_ENOUGH if hinted else ENOUGH_OF_THE_WORDS
    is_partial, enough = enough_of(coverage, asked, part, 1 if hinted else 0)
    for unit in units:
        if unit.is_required:
            has = np.isin(docs, unit.postings.docs, assume_unique=True)
            enough = has if enough is None else enough & has
    if enough is not None:
        kept = enough.nonzero()[0]
        docs, sums = docs[kept], sums[kept]
    answerable = max(answerable, TINY)
    return Matched(docs, sums * (1 / answerable), tuple(every), tuple(hinted), is_partial, answerable)


def only(unit: Unit, circle: Circle | None) -> Matched:
    """The same when one word is all that was asked."""
    docs, strength = unit.postings.docs, unit.postings.strength
    if circle is not None:
        near = circle.within(docs)
        docs, strength = docs[near], strength[near]
    return Matched(docs, strength, (unit,), answerable=max(unit.postings.rarity, TINY))


def enough_of(coverage: NDArray[Any], asked: float, part: float, least: int) -> tuple[bool, NDArray[np.bool_] | None]:
    """Which documents have this part of what was asked (`least` in any case), and whether that is too little.

    None for all.
    """
    if not len(coverage):
        return False, None
    enough = max(np.floor(asked * part * STEPS), least)
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
