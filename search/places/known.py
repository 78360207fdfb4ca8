"""Every place that we know by name, in memory: areas, parts of postcodes, buildings, and the towns around the city.

Built once from rows, immutable, shared between requests.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from assetreg.queries.area_index import AreaIndex, IndexedArea
from geo.postcodes import Outward, Postcode, PostcodeError, Sector, parse_any
from search.phrases.gazetteer import Gazetteer
from search.phrases.words import normal
from search.requests import Point, Somewhere

# Which is meant first where a name is that of several: people talk of where they live.
KINDS = ("ward", "family", "constituency", "locality", "city", "town", "outward", "sector", "postcode", "location")
MOST_MEANT = 12  # places that one name is asked back about
LONGEST = 80  # letters of a name that are looked at


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """A place and what it is called. `said` is what the box "near" holds when this place and no other is meant.

    `code` is the area's (of a family its wards', joined by commas), `lies_in` the name of what it is part of.
    """

    kind: str
    name: str
    said: str
    point: Point | None
    code: str = ""
    slug: str = ""
    lies_in: str = ""
    ward_id: int | None = None

    @property
    def is_area(self) -> bool:
        """Is it one of the council's own areas?"""
        return self.kind in ("ward", "constituency", "locality", "city")


class Places:
    """Immutable. All known places, the city's middle, and the questions that boxes and pages ask about names."""

    def __init__(
        self,
        areas: AreaIndex,
        gazetteer: Gazetteer,
        centres: Iterable[KnownPlace] = (),
        buildings: Iterable[KnownPlace] = (),
        towns: Iterable[KnownPlace] = (),
    ) -> None:
        """`buildings` are public locations; `said` of two of them may be the same, then they count as one place."""
        self.gazetteer = gazetteer
        self.areas = tuple(known_areas(areas))
        self.centres: Mapping[str, KnownPlace] = {place.name: place for place in centres}
        names = {normal(place.name) for place in self.areas}
        self.towns = tuple(named_apart(towns, names, names_of_cities(areas)))
        self.buildings = tuple(named_apart_buildings(buildings, names | {normal(town.name) for town in self.towns}))
        city = next((area for area in areas.areas if area.kind == "city"), None)
        self.city = city.name if city else ""
        self.middle = (city.middle.latitude, city.middle.longitude) if city and city.middle else None

    def prepare(self) -> Places:
        """Make every table now, so that no question has to wait for it."""
        for table in ("by_code", "by_name", "by_said", "beginnings", "beginnings_of_buildings"):
            getattr(self, table)
        return self

    @cached_property
    def by_code(self) -> dict[str, KnownPlace]:
        """The areas by their code."""
        return {place.code: place for place in self.areas}

    @cached_property
    def by_name(self) -> dict[str, tuple[KnownPlace, ...]]:
        """Areas, towns and buildings by their whole name in its normal form, the likeliest first."""
        found: dict[str, list[KnownPlace]] = {}
        for place in sorted((*self.areas, *self.towns, *self.buildings), key=likeliest_first):
            for name in names_of(place):
                if place not in found.setdefault(name, []):
                    found[name].append(place)
        return {name: tuple(places) for name, places in found.items()}

    @cached_property
    def by_said(self) -> dict[str, KnownPlace]:
        """What only one place is called: "northfield ward", "st marys hall b31 2ab"."""
        found: dict[str, KnownPlace] = {}
        for place in sorted((*self.areas, *self.towns, *self.buildings), key=likeliest_first):
            found.setdefault(normal(place.said), place)
            if place.is_area:
                found.setdefault(normal(f"{place.name} {place.kind}"), place)
        return found

    @cached_property
    def beginnings(self) -> list[tuple[str, KnownPlace]]:
        """Areas and towns by their name from each of its words on, in order: for what begins with some letters."""
        return in_order((*self.areas, *self.towns, *self.neighbourhoods))

    @cached_property
    def beginnings_of_buildings(self) -> list[tuple[str, KnownPlace]]:
        """The same of buildings, of which there may be very many."""
        return in_order(self.buildings)

    @cached_property
    def neighbourhoods(self) -> tuple[KnownPlace, ...]:
        """Parts of wards by the names that people use, as far as they are not areas themselves."""
        known = {normal(place.name) for place in (*self.areas, *self.towns)}
        found = {}
        for name, places in self.gazetteer.items():
            for place in places[:1]:
                area = self.by_code.get(place.code)
                if area is not None and place.name != area.name and normal(place.name) == name and name not in known:
                    found[name] = replace(
                        area, kind="neighbourhood", name=place.name, said=place.name, lies_in=area.name, slug=area.slug
                    )
        return tuple(found.values())

    def meant(self, written: str) -> tuple[tuple[KnownPlace, ...], bool]:
        """What a name may mean, the likeliest first, and whether the first is surely a place of that name.

        Not sure is a name that only begins the names of several: "Sutton" of a city with eight wards called so.
        """
        name = normal(written[:LONGEST])
        if not name:
            return (), True
        whole = self.by_name.get(name, ())
        apart = self.by_said.get(name)
        if apart is not None and name not in names_of(apart):
            return (apart,), True
        called = [self.told(place) for place in self.gazetteer.areas_called(name)]
        if whole and whole[0].kind != "location":
            is_area = whole[0].is_area
            return unique((*whole, *(() if is_area else called)))[:MOST_MEANT], True
        longer = [place for place in self.starting(name, self.beginnings) if place.kind != "neighbourhood"]
        found = unique((*called, *whole, *longer))[:MOST_MEANT]
        if len(found) > 1:  # told apart by their own names, not by the one that was typed
            found = tuple(self.by_code.get(place.code, place) for place in found)
        return found, bool(called or whole) or len(found) == 1

    def starting(self, name: str, table: list[tuple[str, KnownPlace]]) -> list[KnownPlace]:
        """The places whose name begins with this whole word or these whole words, the likeliest first."""
        found = [place for key, place in beginning(table, f"{name} ", 400) if key in names_of(place)]
        return sorted(unique(found), key=likeliest_first)

    def told(self, place: Somewhere) -> KnownPlace:
        """A place that understanding found, with all that we know of it."""
        area = self.by_code.get(place.code)
        if area is not None:
            return area if area.name == place.name else replace(area, name=place.name, lies_in=area.name)
        if place.kind == "location" and place.point is not None:
            same = self.by_name.get(normal(place.name), ())
            for one in same:
                if one.kind == "location" and one.point == place.point:
                    return one
            said = f"{place.point[0]:.5f},{place.point[1]:.5f}"
            return KnownPlace("location", place.name, said, place.point)
        return KnownPlace(place.kind, place.name, place.name, place.point, code=place.code)

    def find_part_of_postcode(self, written: str) -> KnownPlace | None:
        """An outward code or a sector that is on our map; a full postcode as the sector it lies in."""
        try:
            code = parse_any(written)
        except PostcodeError:
            return None
        names = [str(code)]
        if isinstance(code, Postcode):
            names = [code.sector, code.outward]
        elif isinstance(code, Sector):
            names.append(code.outward)
        around = next((self.centres[name] for name in names if name in self.centres), None)
        if around is None:
            return None
        kind = "postcode" if isinstance(code, Postcode) else "outward" if isinstance(code, Outward) else "sector"
        return replace(around, kind=kind, name=str(code), said=str(code))


def known_areas(areas: AreaIndex) -> Iterable[KnownPlace]:
    """The council's areas. `said` names the kind where another area has the same name."""
    times: dict[str, int] = {}
    for area in areas.areas:
        times[normal(area.name)] = times.get(normal(area.name), 0) + 1
    for area in areas.areas:
        point = (area.middle.latitude, area.middle.longitude) if area.middle else None
        is_alone = times[normal(area.name)] == 1 and area.kind != "locality"
        said = area.name if is_alone else f"{area.name} ({area.kind})"
        yield KnownPlace(
            area.kind, area.name, said, point, area.code, area.slug, around_of(area, areas),
            area.id if area.kind == "ward" else None,
        )  # fmt: skip


def around_of(area: IndexedArea, areas: AreaIndex) -> str:
    """The name of the constituency that an area lies in, for telling it from others; empty when that is not known."""
    around = [areas.by_id[key] for key in area.parent_ids if key in areas.by_id]
    return next((one.name for one in around if one.kind == "constituency"), "")


def names_of_cities(areas: AreaIndex) -> set[str]:
    """What our own city is called: no town beside it."""
    return {normal(area.name) for area in areas.areas if area.kind == "city"}


def named_apart(towns: Iterable[KnownPlace], taken: set[str], ours: set[str]) -> Iterable[KnownPlace]:
    """The towns without our own; where an area has a town's name, `said` names the county."""
    for town in towns:
        name = normal(town.name)
        if name not in ours:
            yield replace(town, said=f"{town.name}, {town.lies_in}") if name in taken else town


def named_apart_buildings(buildings: Iterable[KnownPlace], taken: set[str]) -> Iterable[KnownPlace]:
    """Buildings, those without a name of their own with the postcode or ward after it (which `said` already has)."""
    listed = list(buildings)
    times: dict[str, int] = {}
    for place in listed:
        times[place.name] = times.get(place.name, 0) + 1
    for place in listed:
        is_alone = times[place.name] == 1 and normal(place.name) not in taken
        yield replace(place, said=place.name) if is_alone else place


def names_of(place: KnownPlace) -> tuple[str, ...]:
    """The whole name in its normal forms: with "&" as nothing and as "and"."""
    return tuple(dict.fromkeys((normal(place.name), normal(place.name.replace("&", " and ")))))


def likeliest_first(place: KnownPlace) -> tuple[int, str, str]:
    """The order of several places: by kind, then A to Z."""
    rank = KINDS.index(place.kind) if place.kind in KINDS else 0
    return rank, place.name, place.said


def unique(places: Iterable[KnownPlace]) -> tuple[KnownPlace, ...]:
    """Each place once: the same area under two names is one."""
    found: dict[tuple[str, str], KnownPlace] = {}
    for place in places:
        found.setdefault((place.kind, place.code) if place.code else (place.kind, place.said), place)
    return tuple(found.values())


def in_order(places: Iterable[KnownPlace]) -> list[tuple[str, KnownPlace]]:
    """Places by their names from each word on ("heath library", "library"), in the order of the letters."""
    found = []
    for place in places:
        for name in names_of(place):
            words = name.split()
            found += [(" ".join(words[first:]), place) for first in range(min(len(words), 6))]
    return sorted(found, key=lambda entry: (entry[0], entry[1].said))


def beginning(table: list[tuple[str, KnownPlace]], letters: str, most: int) -> list[tuple[str, KnownPlace]]:
    """The entries that begin with these letters, at most so many."""
    first = bisect_left(table, letters, key=lambda entry: entry[0])
    after = bisect_left(table, letters + "\U0010ffff", lo=first, key=lambda entry: entry[0])
    return table[first : min(after, first + most)]
