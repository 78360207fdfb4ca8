"""What the numbers in the index mean: areas and how they lie in one another, needs and interests, languages.

Written beside the index as JSON with every change, so that whoever reads the index needs no database for it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from search.sets import Lists, starts_of

EVERYWHERE = -1  # instead of an area: everybody in all of them is served
Name = tuple[str, str]  # facet and value, as the address calls them


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """An area, and the areas it lies in directly (by number)."""

    id: int
    kind: str
    code: str
    name: str
    slug: str
    lat: float | None
    lon: float | None
    parents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TermEntry:
    """A need or interest, and the one it belongs to (by number)."""

    id: int
    slug: str
    kind: str
    name: str
    in_plain_words: str = ""
    parent: int | None = None


@dataclass(frozen=True)
class Lookups:
    """All areas, needs and interests, and languages (in the order of their numbers, which never change)."""

    areas: tuple[AreaEntry, ...] = ()
    terms: tuple[TermEntry, ...] = ()
    languages: tuple[str, ...] = ()

    @cached_property
    def kind_of_area(self) -> dict[str, str]:
        """The kind of each area by code: the facet it is counted in."""
        return {area.code: area.kind for area in self.areas}

    @cached_property
    def language_numbers(self) -> dict[str, int]:
        """The number of each language."""
        return {language: number for number, language in enumerate(self.languages)}

    def term_meanings(self) -> tuple[Lists, list[int], list[Name]]:
        """For each term (by number, in order): itself and everything it belongs to, as places in the names."""
        parents: dict[int, tuple[int, ...]] = {
            term.id: () if term.parent is None else (term.parent,) for term in self.terms
        }
        names = {term.id: (term.kind, term.slug) for term in self.terms}
        return meanings_of({number: upwards(number, parents) for number in names}, names)

    def reached(self) -> tuple[Lists, list[int], list[Name]]:
        """For each area: the wards in it, and every area that such a ward lies in; `EVERYWHERE` is all of them.

        So a service for a constituency reaches all its wards, and one in a ward is found in its constituency.
        """
        names, above = self._area_names, self._above
        wards = [area.id for area in self.areas if area.kind == "ward"]
        inside: dict[int, list[int]] = {number: [] for number in names}
        for ward in wards:
            for number in above[ward]:
                inside[number].append(ward)
        covered = {number: {number}.union(*(above[ward] for ward in inside[number])) for number in names}
        covered[EVERYWHERE] = set(names)
        return meanings_of(covered, names)

    def lain_in(self) -> tuple[Lists, list[int], list[Name]]:
        """For each area: itself, and the areas that it lies in as a whole."""
        return meanings_of(self._above, self._area_names)

    @cached_property
    def _area_names(self) -> dict[int, Name]:
        return {area.id: (area.kind, area.code) for area in self.areas}

    @cached_property
    def _above(self) -> dict[int, set[int]]:
        """For each area itself and what it lies in. A city that nothing is linked to holds everything."""
        parents = {area.id: area.parents for area in self.areas}
        linked = {parent for each in parents.values() for parent in each}
        around = {area.id for area in self.areas if area.kind == "city" and area.id not in linked}
        return {number: (upwards(number, parents) & set(parents)) | around for number in parents}

    def language_meanings(self) -> tuple[Lists, list[int], list[Name]]:
        """For each language its code."""
        names = {number: ("language", language) for number, language in enumerate(self.languages)}
        return meanings_of({number: {number} for number in names}, names)

    def write(self, path: Path) -> None:
        """Save as JSON."""
        path.write_text(
            json.dumps(
                {
                    "areas": [asdict(area) for area in self.areas],
                    "terms": [asdict(term) for term in self.terms],
                    "languages": self.languages,
                }
            )
        )


def read_lookups(path: Path) -> Lookups:
    """What `write` saved. Raises OSError, ValueError, KeyError or TypeError when it is missing or damaged."""
    data = json.loads(path.read_text())
    return Lookups(
        tuple(AreaEntry(**{**area, "parents": tuple(area["parents"])}) for area in data["areas"]),
        tuple(TermEntry(**term) for term in data["terms"]),
        tuple(data["languages"]),
    )


def upwards(number: int, parents: dict[int, tuple[int, ...]]) -> set[int]:
    """A number and everything above it; a circle in the data does no harm."""
    found: set[int] = set()
    waiting = [number]
    while waiting:
        this = waiting.pop()
        if this not in found:
            found.add(this)
            waiting.extend(parents.get(this, ()))
    return found


def meanings_of(meanings: dict[int, set[int]], names: dict[int, Name]) -> tuple[Lists, list[int], list[Name]]:
    """Numbers in order, what each stands for as places in the names, and the names."""
    named = sorted(names)
    place = {number: place for place, number in enumerate(named)}
    numbers = sorted(meanings)
    rows = [sorted(place[other] for other in meanings[number] if other in place) for number in numbers]
    values = np.array([other for row in rows for other in row], np.int32)
    lists = Lists(values, starts_of(np.array([len(row) for row in rows], np.int64)))
    return lists, numbers, [names[number] for number in named]
