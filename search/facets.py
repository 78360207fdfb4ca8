"""What the results could be narrowed to, with numbers, and which filter to drop when there is nothing left."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.filters import WHEN, Mask, Sifted, open_when
from search.postings import Docs
from search.requests import Request
from search.sets import ValueSets
from search.snapshot import Snapshot
from search.timetable import BIT_OF_DAY

Counts = dict[str, dict[str, int]]

AREA_FACETS = ("ward", "constituency", "locality", "city")
PROFILE_FACETS = ("kind", "stage", "taking_people", "gender", "online", "telephone", "in_person", "free")


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A filter to drop: how many results there would be then in all, and how far the nearest new one is (metres)."""

    drop: str
    total: int
    nearest_m: float | None


def count_facets(request: Request, snapshot: Snapshot, sifted: Sifted) -> Counts:
    """For every value of every facet how many results it has; a facet's own filter does not count against it."""
    everything = sifted.docs[sifted.passed]
    counts: Counts = {}
    groups: tuple[tuple[ValueSets, dict[str, str]], ...] = (
        (snapshot.terms, {"need": "need", "interest": "interest"}),
        (snapshot.areas, dict.fromkeys(AREA_FACETS, "area")),
        (snapshot.profiles, {**{facet: facet for facet in PROFILE_FACETS}, "without_referral": "without_referral"}),
        (snapshot.access, {"access": "access"}),
        (snapshot.languages, {"language": "language"}),
    )
    for sets, facets in groups:
        own = {facet: name for facet, name in facets.items() if name in sifted.masks}
        if len(own) < len(facets):
            add_counts(counts, sets, everything, skip=own)
        for name in sorted(set(own.values())):
            only = {facet for facet in facets if facet in own and own[facet] == name}
            others = set(facets) - only
            add_counts(counts, sets, sifted.docs[sifted.without(name)], skip=others)
    counts["day"] = count_days(request, snapshot, sifted, everything)
    return counts


def add_counts(counts: Counts, sets: ValueSets, docs: Docs, skip: Iterable[str]) -> None:
    """Put the counts of one group of facets into `counts`, those to `skip` left out, and values without results."""
    numbers = sets.count(docs)
    leave = set(skip)
    filled = numbers.nonzero()[0]
    for place, number in zip(filled.tolist(), numbers[filled].tolist(), strict=True):
        facet, value = sets.values[place]
        if facet not in leave:
            counts.setdefault(facet, {})[value] = number


def count_days(request: Request, snapshot: Snapshot, sifted: Sifted, everything: Docs) -> dict[str, int]:
    """For every weekday how many results are open then, at the times and on the dates asked for."""
    docs = everything
    if request.days:
        passed = sifted.without("when")
        docs = sifted.docs[passed]
    timetable = snapshot.timetable
    by_combination = np.bincount(timetable.of[docs], minlength=timetable.size)
    bits = timetable.days(request.times, request.dates)
    filled = by_combination.nonzero()[0]
    each = (bits[filled][:, None] & BIT_OF_DAY) > 0
    numbers = by_combination[filled] @ each
    return {str(day): int(number) for day, number in enumerate(numbers) if number}


def relaxations(
    request: Request, snapshot: Snapshot, sifted: Sifted, squared_m: NDArray[Any] | None
) -> list[Relaxation]:
    """Which single filter to drop, and what that would bring: the one with the nearest new result first."""
    total = int(np.count_nonzero(sifted.passed))
    found = []
    for name, mask in dropped(request, snapshot, sifted):
        new = (mask & ~sifted.passed).nonzero()[0]
        if len(new):
            nearest = None
            if squared_m is not None:
                metres = float(np.sqrt(squared_m[new].min()))
                nearest = metres if np.isfinite(metres) else None
            found.append(Relaxation(name, total + len(new), nearest))
    return sorted(found, key=lambda each: (each.nearest_m is None, each.nearest_m or 0, -each.total, each.drop))


def dropped(request: Request, snapshot: Snapshot, sifted: Sifted) -> Iterable[tuple[str, Mask]]:
    """For each filter the documents that pass all the others."""
    for name in sifted.masks:
        if name != "when":
            yield name, sifted.without(name)
    if "when" in sifted.masks:
        others = sifted.without("when")
        for name in WHEN:
            if {"day": request.days, "time": request.times, "date": request.dates}[name]:
                relaxed = open_when(request, snapshot, sifted.docs, without=name)
                yield name, others if relaxed is None else others & relaxed
