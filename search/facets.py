"""What the results could be narrowed to, with numbers, and which filter to drop when there is nothing left."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.filters import WHEN, Mask, Sifted, open_when
from search.postings import Docs
from search.requests import Request
from search.snapshot import Snapshot
from search.timetable import BIT_OF_DAY

Counts = dict[str, dict[str, int]]

# Facets that have a filter of their own, and in which group of the snapshot the filter's values are.
FILTER_OF = {
    "need": "need",
    "interest": "interest",
    "ward": "area",
    "constituency": "area",
    "locality": "area",
    "city": "area",
    "kind": "kind",
    "stage": "stage",
    "taking_people": "taking_people",
    "without_referral": "without_referral",
    "gender": "gender",
    "online": "online",
    "in_person": "online",
    "telephone": "telephone",
    "free": "free",
    "access": "access",
    "language": "language",
    "day": "when",
}
# All values of these must hold: one more narrows what is found, so what is found is what they are counted among.
NEEDED_TOGETHER = ("access",)
HAS_DAY = (np.arange(256)[:, None] >> np.arange(7)) & 1  # which days each combination of them has
# The groups of `Snapshot.facets`.
TERMS, AREAS, PROFILES, ACCESS, LANGUAGES, DAYS = range(6)
GROUP_OF = {
    "need": TERMS,
    "interest": TERMS,
    "area": AREAS,
    "access": ACCESS,
    "language": LANGUAGES,
    **dict.fromkeys(
        ("kind", "stage", "taking_people", "without_referral", "gender", "online", "telephone", "free"), PROFILES
    ),
}


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A filter to drop: how many results there would be then in all, and how far the nearest new one is (metres)."""

    drop: str
    total: int
    nearest_m: float | None


def count_facets(request: Request, snapshot: Snapshot, sifted: Sifted) -> Counts:
    """For every value of every facet how many results it has; a facet's own filter does not count against it."""
    found = sifted.docs[sifted.passed]
    counts: Counts = {}
    own = {facet: name for facet, name in FILTER_OF.items() if name in sifted.masks and name not in NEEDED_TOGETHER}
    add_counts(counts, snapshot.facets.names, snapshot.facets.count(found), FILTER_OF.keys() - own.keys())
    for name in sorted(set(own.values()) - {"when"}):
        docs = sifted.docs[sifted.without(name)]
        numbers = snapshot.facets.count_group(docs, GROUP_OF[name])
        add_counts(counts, snapshot.facets.names, numbers, {facet for facet in own if own[facet] == name})
    if "when" in sifted.masks:
        counts["day"] = count_days(request, snapshot, sifted.docs[sifted.without("when")] if request.days else found)
    return counts


def add_counts(
    counts: Counts, names: tuple[tuple[str, str], ...], numbers: NDArray[Any], wanted: Container[str]
) -> None:
    """Put the numbers of these facets into `counts` by facet and value; zeros are left out."""
    filled = numbers.nonzero()[0]
    for place, number in zip(filled.tolist(), numbers[filled].tolist(), strict=True):
        facet, value = names[place]
        if facet in wanted:
            counts.setdefault(facet, {})[value] = number


def count_days(request: Request, snapshot: Snapshot, docs: Docs) -> dict[str, int]:
    """For every weekday how many of the documents are open then, at the times and on the dates asked for."""
    timetable = snapshot.timetable
    by_combination = np.bincount(timetable.of[docs], minlength=timetable.size)
    filled = by_combination.nonzero()[0]
    bits = timetable.days(request.times, request.dates)
    if snapshot.coming is not None:
        each = bits[timetable.of[docs]] | snapshot.coming.days(request.times, request.dates)[docs]
        numbers = np.bincount(each, minlength=256) @ HAS_DAY
        return {str(day): int(number) for day, number in enumerate(numbers) if number}
    numbers = by_combination[filled] @ ((bits[filled][:, None] & BIT_OF_DAY) > 0)
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
