"""How many services are listed under each term and in each ward, counted over arrays.

At 10,000 services that takes half the time of the joins, and every count of a page comes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex, IndexedArea
from assetreg.queries.kept import keep
from assetreg.queries.listed import IS_LISTED
from assetreg.queries.pairs import PAIRED, numbers, read_pairs
from assetreg.queries.terms import CountedTerm, Taxonomy
from assetreg.rules.counting import Chosen, Keys, Pairs

LISTED = text(f"SELECT string_agg(int8send(s.id), '') FROM service s WHERE {IS_LISTED}")  # noqa: S608


@dataclass(frozen=True, slots=True)
class CountedArea:
    """An area's name and how many listed services there are in it."""

    slug: str
    name: str
    services: int

    @property
    def letter(self) -> str:
        """The letter it stands under in an A to Z."""
        return self.name[0].upper()


@dataclass(frozen=True, slots=True)
class Listed:
    """Every listed service, in the order of the names, with its terms and its areas.

    `everywhere` marks those that name no area and can be had from anywhere.
    """

    services: Keys
    terms: Pairs
    wards: Pairs
    everywhere: Chosen

    def counted(self, taxonomy: Taxonomy, inside: Sequence[int] | None = None) -> Taxonomy:
        """The taxonomy with how many services each term has, its children's included, each service once.

        With `inside`, ids of areas, only services in one of them count.
        """
        among = np.ones(len(self.services), dtype=bool) if inside is None else self.wards.having(inside)
        lineages = taxonomy.lineages("need") | taxonomy.lineages("interest")
        return taxonomy.counted(self.terms.count(among, lineages))

    def how_many(self, inside: Sequence[int]) -> int:
        """How many services are in one of these areas."""
        return int(np.count_nonzero(self.wards.having(inside)))

    def in_wards(self, wards: Sequence[IndexedArea], under: Sequence[CountedTerm] = ()) -> list[CountedArea]:
        """These wards with how many services are in each, of all or only of those under some terms."""
        among = np.ones(len(self.services), dtype=bool)
        if under:
            among = self.terms.having([term.id for term in under])
        counts = self.wards.count(among, {ward.slug: (ward.id,) for ward in wards})
        return [CountedArea(ward.slug, ward.name, counts.get(ward.slug, 0)) for ward in wards]

    def in_existing_wards(self, index: AreaIndex, under: Sequence[CountedTerm] = ()) -> list[CountedArea]:
        """The wards in which there is something, A to Z."""
        return [ward for ward in self.in_wards(index.of_kind("ward"), under) if ward.services]


def get_listed(today: date) -> Listed:
    """Every listed service with its terms and wards; one small statement, and two more when something was written."""
    return keep("listed", lambda: read_listed(today), today, PAIRED)


def read_listed(today: date) -> Listed:
    """From the database."""
    pairs = read_pairs()
    listed = numbers(db.session.scalar(LISTED, {"today": today}), ">i8")
    services = pairs.by_name[np.isin(pairs.by_name, listed)]
    return Listed(
        services,
        Pairs(services, pairs.terms),
        Pairs(services, pairs.areas),
        np.isin(services, pairs.everywhere),
    )
