"""Names of places and postcodes, ready to be found in a line. Built once from rows, immutable, asked often.

One place has many names: "Brandwood & King's Heath" is also "Kings Heath", and "Hall Green" is two wards.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, ItemsView, Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from geo.postcodes import Outward, Postcode, PostcodeError, Sector, parse_any
from search.phrases.ordinary import ordinary_words
from search.phrases.spelling import Corrector
from search.phrases.words import normal, singular
from search.requests import Point, Somewhere

NEIGHBOURHOODS = Path(__file__).resolve().parents[1] / "data" / "neighbourhoods.csv"
COMPASS = frozenset({"north", "south", "east", "west", "central"})
# Where a name could mean several, the smallest area is meant: people talk of where they live.
ORDER = ("ward", "family", "constituency", "locality", "city", "location")
LONGEST_NAME = 6  # words
_PARTS = re.compile(r"\s*(?:&|/|,|\band\b)\s*", re.IGNORECASE)


class Gazetteer:
    """Immutable. Places by every name people use for them, and where postcodes are."""

    __slots__ = ("_centres", "_corrector", "_locations", "_names", "_postcodes", "longest")

    def __init__(
        self,
        names: Mapping[str, tuple[Somewhere, ...]],
        locations: Mapping[str, tuple[Somewhere, ...]],
        centres: Mapping[str, Point],
        postcodes: Mapping[str, Point],
        right_words: Collection[str] = (),
    ) -> None:
        """Use `build`."""
        self._names = names
        self._locations = locations
        self._centres = centres
        self._postcodes = postcodes
        letters = {word for name in names for word in name.split() if word not in COMPASS}
        joined = {name.replace(" ", "") for name in names if " " in name}
        self._corrector = Corrector(letters | joined, ordinary_words() | set(right_words))
        self.longest = max((name.count(" ") + 1 for name in (*names, *locations)), default=0)

    @classmethod
    def build(
        cls,
        rows: Iterable[Somewhere],
        centres: Mapping[str, Point] | None = None,
        postcodes: Mapping[str, Point] | None = None,
        also_called: Iterable[tuple[str, str]] | None = None,
        right_words: Collection[str] = (),
    ) -> Gazetteer:
        """From areas and locations, centres of outward codes and sectors, and full postcodes ("B312AB").

        `postcodes` may be any mapping, so also one that asks a table. `also_called` are pairs of a name people use
        and the area's name; without it those of search/data/neighbourhoods.csv. `right_words` (the lexicon's, the
        index's) are never taken for misspelt places.
        """
        areas: dict[str, dict[tuple[str, str], Somewhere]] = {}
        locations: dict[str, list[Somewhere]] = {}
        by_name: dict[str, Somewhere] = {}
        rows = list(rows)
        city = next((normal(row.name) for row in rows if row.kind == "city"), "city")
        for row in rows:
            if row.kind == "location":
                name = normal(row.name)
                if 0 < name.count(" ") < LONGEST_NAME:
                    locations.setdefault(name, []).append(row)
                continue
            if row.kind in ("ward", "constituency") or normal(row.name) not in by_name:
                by_name[normal(row.name)] = row
            for name in names_of(row, city):
                areas.setdefault(name, {})[row.kind, row.code] = row
        for name, area_name in neighbourhoods() if also_called is None else also_called:
            area = by_name.get(normal(area_name))
            if area is not None and normal(name) not in areas:
                called = area if area.kind == "city" else replace(area, name=name)
                areas.setdefault(normal(name), {})[area.kind, area.code] = called
        names = {name: in_order(name, found.values()) for name, found in areas.items()}
        for name in list(names):
            names.setdefault(name.replace(" ", ""), names[name])
        return cls(
            names,
            {name: tuple(sorted(found, key=lambda place: place.code)) for name, found in locations.items()},
            dict(centres or {}),
            postcodes if postcodes is not None else {},
            right_words,
        )

    def areas_called(self, name: str) -> tuple[Somewhere, ...]:
        """The areas with this (normal) name, the likeliest first."""
        return self._names.get(name, ())

    def items(self) -> ItemsView[str, tuple[Somewhere, ...]]:
        """Every (normal) name of an area, with the areas it may mean."""
        return self._names.items()

    def locations_called(self, name: str) -> tuple[Somewhere, ...]:
        """The locations with this (normal) name."""
        return self._locations.get(name, ())

    def right_spelling(self, word: str) -> str | None:
        """The word of a place's name that this strange word was meant to be."""
        return self._corrector.correct(word)

    def knows_outward(self, code: str) -> bool:
        """Whether this outward code is on our map."""
        return code in self._centres

    def find_postcode(self, code: Postcode | Sector | Outward) -> Somewhere:
        """Where a postcode is, as nearly as we know: itself, its sector, its outward code; the point may be None."""
        text = str(code)
        if isinstance(code, Outward):
            return Somewhere("outward", text, text, self._centres.get(text))
        if isinstance(code, Sector):
            return Somewhere("sector", text, text, self._centres.get(text) or self._centres.get(code.outward))
        point = self._postcodes.get(code.compact) or self._centres.get(code.sector) or self._centres.get(code.outward)
        return Somewhere("postcode", text, text, point)

    def where_is(self, text: str) -> tuple[Somewhere, ...]:
        """What the whole text may name, the likeliest first: for the box "near". Empty when it names nothing."""
        try:
            return (self.find_postcode(parse_any(text)),)
        except PostcodeError:
            pass
        name = normal(text)
        found = self.areas_called(name) + self.locations_called(name)
        if not found:
            mended = " ".join(self.right_spelling(word) or word for word in name.split())
            found = self.areas_called(mended) + self.locations_called(mended)
        return found


def names_of(area: Somewhere, city: str) -> set[str]:
    """Every normal name of an area: the whole, its parts around "&", and each without a compass point at its edge."""
    whole = normal(area.name)
    names = {whole, normal(area.name.replace("&", " and "))}
    if area.kind == "locality" and whole in COMPASS:
        return {f"{whole} locality", f"{whole} {city}", f"{whole} of the city", f"{whole} of {city}"}
    if area.kind == "city":
        return names
    for part in _PARTS.split(area.name):
        words = normal(part).split()
        if len(words) > 1 or (words and len(words[0]) > 3):
            names.add(" ".join(words))
        if len(words) > 1 and (words[0] in COMPASS or words[-1] in COMPASS):
            bare = words[1:] if words[0] in COMPASS else words[:-1]
            if len(bare) > 1 or len(bare[0]) > len("heath"):  # "yardley" names a part of the city, "heath" does not
                names.add(" ".join(bare))
    names |= {" ".join(singular(word) for word in name.split()) for name in names}
    return {name for name in names if name and name not in COMPASS}


def in_order(name: str, found: Iterable[Somewhere]) -> tuple[Somewhere, ...]:
    """The candidates for a name. Wards that only share it ("Hall Green North" and "South") come as one family."""
    places = sorted(found, key=lambda place: (ORDER.index(place.kind), place.name, place.code))
    wards = [place for place in places if place.kind == "ward"]
    others = [place for place in places if place.kind != "ward"]
    exact = [ward for ward in wards if name in (normal(ward.name), normal(ward.name.replace("&", " and ")))]
    partly = [ward for ward in wards if ward not in exact]
    if not exact and len(partly) > 1:
        points = [ward.point for ward in partly if ward.point is not None]
        middle = (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)) if points else None
        codes = ",".join(ward.code for ward in partly)
        exact = [Somewhere("family", codes, name.title(), middle)]
    return tuple(exact + partly + others) if exact else tuple(partly + others)


@cache
def neighbourhoods() -> tuple[tuple[str, str], ...]:
    """What people call parts of the sample city, with the ward each lies in; harmless in another city."""
    with NEIGHBOURHOODS.open(encoding="utf-8", newline="") as lines:
        return tuple((row["name"], row["area"]) for row in csv.DictReader(lines))
