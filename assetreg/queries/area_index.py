"""Every present area in one statement: its name, middle, and what lies in what. A city has about a hundred."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.cards import Point
from assetreg.queries.kept import keep
from assetreg.rules.areas import slugs_meant


@dataclass(frozen=True, slots=True)
class IndexedArea:
    """An area without its shape. `parent_ids` are what it lies in, wholly or in part; `middle` may be unknown."""

    id: int
    kind: str
    code: str
    slug: str
    name: str
    is_approximate: bool
    middle: Point | None
    parent_ids: tuple[int, ...]


@dataclass(frozen=True)
class AreaIndex:
    """All of them, A to Z, with the questions that filters ask."""

    areas: tuple[IndexedArea, ...]

    @cached_property
    def by_id(self) -> dict[int, IndexedArea]:
        """By database id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def by_word(self) -> dict[str, IndexedArea]:
        """By slug, and by code in capitals."""
        return {area.slug: area for area in self.areas} | {area.code.upper(): area for area in self.areas}

    def of_kind(self, kind: str) -> list[IndexedArea]:
        """Those of one kind, A to Z."""
        return [area for area in self.areas if area.kind == kind]

    def find(self, written: str) -> IndexedArea | None:
        """The area with this slug, code or name, however it is written."""
        wanted = written.strip()
        exact = self.by_word.get(wanted) or self.by_word.get(wanted.upper())
        if exact:
            return exact
        if wanted.lower() == "city":
            return next(iter(self.of_kind("city")), None)
        return next((self.by_word[slug] for slug in slugs_meant(wanted) if slug in self.by_word), None)

    def wards_in(self, areas: Iterable[IndexedArea]) -> list[IndexedArea]:
        """The wards among these areas or inside them."""
        chosen = {area.id for area in areas}
        has_city = any(self.by_id[key].kind == "city" for key in chosen)
        return [
            ward
            for ward in self.of_kind("ward")
            if has_city or ward.id in chosen or chosen.intersection(ward.parent_ids)
        ]

    def around(self, areas: Iterable[IndexedArea]) -> list[IndexedArea]:
        """What lies around these areas: their constituencies and localities, and always the city."""
        chosen = list(areas)
        above = {key for area in [*chosen, *self.wards_in(chosen)] for key in area.parent_ids}
        inside = {area.id for area in chosen}
        return [area for area in self.areas if area.id not in inside and (area.id in above or area.kind == "city")]


INDEX = text("""
SELECT a.id, a.kind, a.code, a.slug, a.name, a.is_approximate,
       ST_X(a.centre::geometry) AS longitude, ST_Y(a.centre::geometry) AS latitude,
       (SELECT array_agg(link.parent_id ORDER BY link.share DESC, link.parent_id)
          FROM area_link link WHERE link.child_id = a.id) AS parent_ids
  FROM area a
 WHERE a.retired_at IS NULL
 ORDER BY lower(a.name), a.id
""")


def get_area_index() -> AreaIndex:
    """Every present area."""
    return keep("areas", read_area_index, of=("area", "area_link"))


def read_area_index() -> AreaIndex:
    """From the database."""
    areas = []
    for row in db.session.execute(INDEX):
        middle = None if row.longitude is None else Point(row.longitude, row.latitude)
        parents = tuple(row.parent_ids or ())
        areas.append(IndexedArea(row.id, row.kind, row.code, row.slug, row.name, row.is_approximate, middle, parents))
    return AreaIndex(tuple(areas))
