"""Which of the documents that answer the words also pass each filter.

Any value of a filter will do (of access every one is needed), and all the filters must hold. Every filter is one mask
over the documents at hand. From the masks come the results (no filter fails), what each facet would offer (no other
filter fails), and what dropping a filter would bring (only this one fails).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assetreg.rules.vocabulary import GENDERS
from search.postings import Docs
from search.requests import Request
from search.sets import ValueSets
from search.snapshot import Snapshot

Mask = NDArray[np.bool_]

# Filters that together ask about the same opening times; failing any of them is one failure.
WHEN = ("day", "time", "date")


@dataclass(frozen=True, slots=True)
class Sifted:
    """What the filters left of some documents: a mask for each filter, and one for passing all."""

    docs: Docs
    masks: dict[str, Mask]
    passed: Mask

    def without(self, name: str) -> Mask:
        """The documents that pass all filters but, perhaps, this one."""
        if name not in self.masks:
            return self.passed
        return all_of([mask for other, mask in self.masks.items() if other != name], len(self.docs))


def all_of(masks: Sequence[Mask], documents: int) -> Mask:
    """The documents that every mask has."""
    if not masks:
        return np.ones(documents, np.bool_)
    passed = masks[0]
    for mask in masks[1:]:
        passed = passed & mask
    return passed


def sift(request: Request, snapshot: Snapshot, docs: Docs, within: Mask | None = None) -> Sifted:
    """Apply every filter of the request but `within`, which the matching has applied already.

    Unless it has not: then `within` says which of the documents are near enough.
    """
    masks: dict[str, Mask] = {}
    if within is not None:
        masks["within"] = within
    for name, filters in FILTERS.items():
        mask = filters(request, snapshot, docs)
        if mask is not None:
            masks[name] = mask
    when = open_when(request, snapshot, docs)
    if when is not None:
        masks["when"] = when
    return Sifted(docs, masks, all_of(list(masks.values()), len(docs)))


def having(sets: ValueSets, facet: str, values: tuple[str, ...], docs: Docs) -> Mask:
    """The documents that have any of these values."""
    return sets.having(facet, values)[sets.of[docs]]


def in_areas(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """In or for any of these areas, of whatever kind."""
    if not request.areas:
        return None
    return reaching(request.areas, snapshot)[snapshot.areas.of[docs]]


def reaching(codes: tuple[str, ...], snapshot: Snapshot) -> Mask:
    """Which combinations of areas reach one of these areas."""
    mask = np.zeros(snapshot.areas.size, np.bool_)
    for code in codes:
        mask |= snapshot.areas.having(snapshot.lookups.kind_of_area.get(code, ""), (code,))
    return mask


def of_age(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """Open to somebody of this age, or to somebody in this span of ages."""
    if request.age is None and request.ages is None:
        return None
    low, high = snapshot.columns.min_age[docs], snapshot.columns.max_age[docs]
    mask = np.ones(len(docs), np.bool_)
    if request.age is not None:
        mask &= (low <= request.age) & (high >= request.age)
    if request.ages is not None:
        mask &= (low <= request.ages[1]) & (high >= request.ages[0])
    return mask


def for_gender(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """Not only for the others."""
    if request.for_gender not in GENDERS:
        return None
    gender = snapshot.columns.gender[docs]
    mask: Mask = (gender == 0) | (gender == GENDERS.index(request.for_gender) + 1)
    return mask


def open_when(request: Request, snapshot: Snapshot, docs: Docs, *, without: str = "") -> Mask | None:
    """Open on one of the days, in one of the spans, on one of the dates: all at the same opening time or session.

    `without` leaves one of the three out ("day", "time" or "date").
    """
    days = () if without == "day" else request.days
    spans = () if without == "time" else request.times
    dates = None if without == "date" else request.dates
    if not days and not spans and dates is None:
        return None
    bits = snapshot.timetable.days(spans, dates)
    wanted = sum(1 << day for day in set(days)) if days else 127
    mask: Mask = ((bits & np.uint8(wanted)) > 0)[snapshot.timetable.of[docs]]
    if snapshot.coming is not None:
        mask |= (snapshot.coming.days(spans, dates)[docs] & np.uint8(wanted)) > 0
    return mask


def accessible(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """With every access feature asked for: somebody who needs two is not helped by one of them."""
    if not request.access:
        return None
    return all_of([having(snapshot.access, "access", (one,), docs) for one in request.access], len(docs))


def from_profile(facet: str, values: Callable[[Request], tuple[str, ...]]) -> Callable[..., Mask | None]:
    """A filter on one of the small closed lists."""

    def filters(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
        wanted = values(request)
        return having(snapshot.profiles, facet, wanted, docs) if wanted else None

    return filters


def online(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """Online, or (when False is asked) to be met in person."""
    if request.online is None:
        return None
    return snapshot.columns.is_online[docs] if request.online else snapshot.columns.is_in_person[docs]


def telephone(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """By telephone, or not."""
    if request.telephone is None:
        return None
    mask: Mask = snapshot.columns.is_telephone[docs] == request.telephone
    return mask


def away(request: Request, snapshot: Snapshot, docs: Docs) -> Mask | None:
    """Online or by telephone."""
    if not request.away_from_there:
        return None
    mask: Mask = snapshot.columns.is_online[docs] | snapshot.columns.is_telephone[docs]
    return mask


FILTERS: dict[str, Callable[[Request, Snapshot, Docs], Mask | None]] = {
    "area": in_areas,
    "need": lambda asked, snap, docs: having(snap.terms, "need", asked.needs, docs) if asked.needs else None,
    "interest": lambda asked, snap, docs: (
        having(snap.terms, "interest", asked.interests, docs) if asked.interests else None
    ),
    "free": from_profile("free", lambda asked: ("yes",) if asked.free else ()),
    "age": of_age,
    "gender": from_profile("gender", lambda asked: (*asked.genders, *((asked.gender,) if asked.gender else ()))),
    "for": for_gender,
    "access": accessible,
    "language": lambda asked, snap, docs: (
        having(snap.languages, "language", asked.languages, docs) if asked.languages else None
    ),
    "stage": from_profile("stage", lambda asked: asked.stages),
    "taking_people": from_profile("taking_people", lambda asked: ("yes",) if asked.taking_people else ()),
    "without_referral": from_profile("without_referral", lambda asked: ("yes",) if asked.without_referral else ()),
    "online": online,
    "telephone": telephone,
    "away": away,
    "kind": from_profile("kind", lambda asked: asked.kinds),
    "has_places": lambda asked, snap, docs: snap.columns.places_left[docs] > 0 if asked.has_places else None,
}
