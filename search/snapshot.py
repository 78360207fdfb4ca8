"""The whole index in memory at one moment: what questions are answered from. Never changes; a new one replaces it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.columns import Segment
from search.lookups import Lookups
from search.nearness import Points
from search.postings import Docs, Keys, Weights, follow
from search.schema import POSITION_BITS, stem_of
from search.sessions import Coming
from search.sets import Table, ValueSets
from search.timetable import Timetable


@dataclass(frozen=True, slots=True)
class Postings:
    """One term in the whole index: the living documents that have it, how strongly (0 to 1), and how rare it is."""

    docs: Docs
    strength: Weights
    rarity: float


NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.float32), 0.0)


@dataclass(frozen=True)
class Columns:
    """One number for each document (row)."""

    key: NDArray[np.int64]
    public_id: NDArray[np.uint8]
    name: NDArray[np.bytes_]
    min_age: NDArray[np.uint8]
    max_age: NDArray[np.uint8]
    cost_pence: NDArray[np.int32]
    gender: NDArray[np.uint8]
    next_session: NDArray[np.int32]
    places_left: NDArray[np.int32]  # for anybody, at the next session; -1 when there is none
    is_online: NDArray[np.bool_]
    is_telephone: NDArray[np.bool_]
    is_in_person: NDArray[np.bool_]
    is_referred: NDArray[np.bool_]
    quality: ranking.Scores


@dataclass(frozen=True)
class Snapshot:
    """Everything that can be found, as arrays. Documents are rows; only `living` ones are ever shown."""

    token: str
    today: date
    lookups: Lookups
    segments: tuple[Segment, ...]
    offsets: tuple[int, ...]
    columns: Columns
    points: Points
    terms: ValueSets
    areas: ValueSets  # the areas that each document reaches
    has_area: NDArray[np.bool_]  # for each combination of those: is there any?
    inside: ValueSets  # the areas that it is in, or serves by name
    profiles: ValueSets
    access: ValueSets
    languages: ValueSets
    timetable: Timetable
    facets: Table
    alive: NDArray[np.bool_]
    living: Docs
    coming: Coming | None = None  # the sessions, once they are laid over
    base: Snapshot | None = None  # the snapshot that they are laid over
    _postings: dict[str, Postings] = field(default_factory=dict)
    _by_value: dict[tuple[str, str], Docs] = field(default_factory=dict)
    _lowest_terms: dict[int, dict[str, float]] = field(default_factory=dict)
    _scratch: threading.local = field(default_factory=threading.local)

    @property
    def rows(self) -> int:
        """How many rows there are, dead ones included."""
        return len(self.alive)

    def postings(self, term: str) -> Postings:
        """Where a term stands; `NOTHING` when nowhere. Only what was found is remembered: people type anything."""
        found = self._postings.get(term)
        if found is None:
            found = self._gather(term)
            if len(found.docs):
                self._postings[term] = found
        return found

    def has_form(self, word: str) -> bool:
        """Does a living document certainly have this very form of a word?

        Segments know how often a form was written, and where its term stands. It lives when it was written oftener than
        its term stands in rows that are deleted.
        """
        if len(self.living) == self.rows:
            return True
        term = stem_of(word)
        for segment, offset in zip(self.segments, self.offsets, strict=True):
            times = segment.forms.times_of(word)
            part = segment.postings.term(term) if times else None
            if part is not None:
                dead = len(part.keys) - np.count_nonzero(self.alive[(part.keys >> POSITION_BITS) + np.uint32(offset)])
                if times > dead:
                    return True
        return False

    def _gather(self, term: str) -> Postings:
        docs, strengths = [], []
        for segment, offset in zip(self.segments, self.offsets, strict=True):
            part = segment.postings.term(term)
            if part is not None:
                docs.append(part.docs + np.int32(offset))
                strengths.append(part.strength)
        return self._living_postings(docs, strengths)

    def _living_postings(self, docs: Sequence[Docs], strengths: Sequence[Weights]) -> Postings:
        if not docs:
            return NOTHING
        all_docs, all_strengths = np.concatenate(docs), np.concatenate(strengths)
        kept = self.alive[all_docs]
        if not kept.all():
            all_docs, all_strengths = all_docs[kept], all_strengths[kept]
        return Postings(all_docs, all_strengths, ranking.rarity(len(self.living), len(all_docs)))

    def phrase(self, terms: Sequence[tuple[int, str]]) -> Postings:
        """Where several terms stand together, each with its place in the phrase (fillers in between leave gaps)."""
        docs, strengths = [], []
        for segment, offset in zip(self.segments, self.offsets, strict=True):
            parts = [(place, segment.postings.term(term)) for place, term in terms]
            keys: Keys | None = None
            for place, part in parts:
                if part is None or (keys is not None and not len(keys)):
                    keys = None
                    break
                keys = part.keys if keys is None else follow(keys, part.keys, place - parts[0][0])
            if keys is not None and len(keys):
                found, strength = segment.postings.weigh(keys)
                docs.append(found + np.int32(offset))
                strengths.append(strength)
        return self._living_postings(docs, strengths)

    def with_value(self, facet: str, value: str) -> Docs:
        """The living documents that have a need or interest (or one below it)."""
        known = self._by_value.get((facet, value))
        if known is None:
            mask = self.terms.having(facet, (value,))
            known = self.living[mask[self.terms.of[self.living]]]
            if len(known):
                self._by_value[facet, value] = known
        return known

    def lowest_terms(self, doc: int) -> dict[str, float]:
        """The needs and interests of a document that have none of its others below them, and how rare each is."""
        combination = int(self.terms.of[doc])
        known = self._lowest_terms.get(combination)
        if known is None:
            known = self._lowest_terms[combination] = self._read_lowest_terms(doc)
        return known

    def _read_lowest_terms(self, doc: int) -> dict[str, float]:
        own = [term for term in self.lookups.terms if self.terms.has(doc, (term.kind, term.slug))]
        above = {term.parent for term in own}
        return {
            term.slug: ranking.rarity(len(self.living), len(self.with_value(term.kind, term.slug)))
            for term in own
            if term.id not in above
        }

    def scratch(self) -> NDArray[np.float64]:
        """A row of zeros, one for each document, of this thread: whoever uses it puts the zeros back."""
        try:
            row: NDArray[np.float64] = self._scratch.row
        except AttributeError:
            row = self._scratch.row = np.zeros(self.rows)
        return row

    def spoil_scratch(self) -> None:
        """Forget this thread's row after an accident left numbers in it."""
        self._scratch.__dict__.clear()

    def row_in_segment(self, doc: int) -> tuple[Segment, int]:
        """The segment of a row, and its number there."""
        number = int(np.searchsorted(np.array(self.offsets), doc, side="right")) - 1
        return self.segments[number], doc - self.offsets[number]
