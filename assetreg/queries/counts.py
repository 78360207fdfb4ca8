"""How many services are listed under each term and in each ward.

One statement brings the ids of all listed services and their terms and wards as packed numbers, and the counting is
done over arrays: at 10,000 services that takes half the time of the joins, and every count of a page comes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.area_index import AreaIndex, IndexedArea
from assetreg.queries.listed import IS_LISTED
from assetreg.queries.terms import CountedTerm, Taxonomy
from assetreg.rules.counting import Keys, Pairs

Number = TypeVar("Number", bound=np.generic)

TERMS_OF_SERVICES = """
    SELECT string_agg(int8send(service_id), '') AS term_services, string_agg(int8send(term_id), '') AS term_keys
      FROM service_term"""
# A service counts in a ward where it has a place, and in a ward that it says it serves.
WARDS_OF_SERVICES = """
    SELECT string_agg(int8send(service_id), '') AS ward_services, string_agg(int8send(ward_id), '') AS ward_keys
      FROM (SELECT sl.service_id, l.ward_id
              FROM service_at_location sl JOIN location l ON l.id = sl.location_id
             WHERE l.visibility <> 'hidden' AND l.ward_id IS NOT NULL
            UNION ALL
            SELECT sa.service_id, sa.area_id FROM service_area sa) AS in_ward"""
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

    def counted(self, taxonomy: Taxonomy) -> Taxonomy:
        """The taxonomy with how many services each term has, its children's included, each service once."""
        everything = np.ones(len(self.services), dtype=bool)
        lineages = taxonomy.lineages("need") | taxonomy.lineages("interest")
        return taxonomy.counted(self.terms.count(everything, lineages))

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
    services = numbers(row.services, ">i8", np.int64)
    return Listed(
        services,
        pairs_of(services, row.term_services, row.term_keys),
        pairs_of(services, row.ward_services, row.ward_keys),
    )


def pairs_of(services: Keys, having: bytes | None, keys: bytes | None) -> Pairs:
    """Two packed columns of a pair as PostgreSQL sent them."""
    return Pairs(services, numbers(having, ">i8", np.int64), numbers(keys, ">i8", np.int64))


def numbers(column: bytes | None, stored: str, wanted: type[Number]) -> NDArray[Number]:
    """An array that came as bytes, as PostgreSQL sends whole numbers (most significant byte first)."""
    return np.frombuffer(column or b"", dtype=stored).astype(wanted)
