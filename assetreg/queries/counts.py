"""How many services are listed under each term and in each ward.

One statement brings the ids of all listed services and their terms and wards as packed numbers, and the counting is
done over arrays: at 10,000 services that takes half the time of the joins, and every count of a page comes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex, IndexedArea
from assetreg.queries.listed import IS_LISTED
from assetreg.queries.terms import CountedTerm, Taxonomy
from assetreg.rules.counting import Keys, Pairs

KEY_BITS = 20  # a pair travels as one number: the service above, the term or area (there is not a million) below

TERMS_OF_SERVICES = f"""
    SELECT string_agg(int8send((service_id << {KEY_BITS}) | term_id), '') AS terms FROM service_term"""  # noqa: S608
# A service counts in a ward where it has a place, and in a ward that it says it serves.
WARDS_OF_SERVICES = f"""
    SELECT string_agg(pair, '') AS wards
      FROM (SELECT int8send((sl.service_id << {KEY_BITS}) | l.ward_id) AS pair
              FROM service_at_location sl JOIN location l ON l.id = sl.location_id
             WHERE l.visibility <> 'hidden' AND l.ward_id IS NOT NULL
            UNION ALL
            SELECT int8send((sa.service_id << {KEY_BITS}) | sa.area_id) FROM service_area sa) AS in_ward"""  # noqa: S608
LISTED = text(f"""
WITH listed AS (SELECT string_agg(int8send(s.id), '') AS services FROM service s WHERE {IS_LISTED}),
     about AS ({TERMS_OF_SERVICES}), placed AS ({WARDS_OF_SERVICES})
SELECT * FROM listed, about, placed
""")  # noqa: S608  (constants of ours)


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
    """Every listed service with its terms and its wards."""

    services: Keys
    terms: Pairs
    wards: Pairs

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
    """Every listed service with its terms and wards; one statement."""
    row = db.session.execute(LISTED, {"today": today}).one()
    services = numbers(row.services, ">i8")
    return Listed(services, pairs_of(services, row.terms), pairs_of(services, row.wards))


def pairs_of(services: Keys, packed: bytes | None) -> Pairs:
    """Packed pairs as PostgreSQL sent them."""
    pairs = numbers(packed, ">i8")
    return Pairs(services, pairs >> KEY_BITS, pairs & ((1 << KEY_BITS) - 1))


def numbers(column: bytes | None, stored: str) -> Keys:
    """An array that came as bytes, as PostgreSQL sends whole numbers (most significant byte first)."""
    return np.frombuffer(column or b"", dtype=stored).astype(np.int64)
