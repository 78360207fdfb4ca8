"""What every count is made of: which service has which terms, is in which areas, and comes where by name.

It is kept for as long as nothing is written, because reading it is the dearest part of a count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.kept import keep
from assetreg.queries.listed import REACHES_EVERYWHERE
from assetreg.rules.counting import Keys, SortedPairs

PAIRED = ("service", "service_term", "service_area", "service_at_location", "location")  # all that is read here
KEY_BITS = 20  # a pair travels as one number: the service above, the term or area (there is not a million) below

# A service is in a ward where it has a place, and in an area that it says it serves. A hidden place is in none.
PAIRS = text(f"""
SELECT (SELECT string_agg(int8send((service_id << {KEY_BITS}) | term_id), '') FROM service_term) AS terms,
       (SELECT string_agg(pair, '')
          FROM (SELECT int8send((sl.service_id << {KEY_BITS}) | l.ward_id) AS pair
                  FROM service_at_location sl JOIN location l ON l.id = sl.location_id
                 WHERE l.visibility <> 'hidden' AND l.ward_id IS NOT NULL
                UNION ALL
                SELECT int8send((sa.service_id << {KEY_BITS}) | sa.area_id) FROM service_area sa) AS in_area) AS areas,
       (SELECT string_agg(int8send(s.id), '') FROM service s WHERE {REACHES_EVERYWHERE}) AS everywhere,
       (SELECT string_agg(int8send(s.id), '' ORDER BY lower(s.name), s.id) FROM service s) AS by_name
""")  # noqa: S608  (constants of ours)


@dataclass(frozen=True, slots=True)
class RegisterPairs:
    """All of it. `everywhere` are the services that name no area and can be had from anywhere; `by_name` are all
    services in the order of their names.
    """

    terms: SortedPairs
    areas: SortedPairs
    everywhere: Keys
    by_name: Keys


def get_pairs() -> RegisterPairs:
    """Every service with its terms and its areas: one small statement, and a large one when something was written."""
    return keep("pairs", read_pairs, of=PAIRED)


def read_pairs() -> RegisterPairs:
    """The large statement."""
    row = db.session.execute(PAIRS).one()
    return RegisterPairs(
        unpacked(row.terms), unpacked(row.areas), numbers(row.everywhere, ">i8"), numbers(row.by_name, ">i8")
    )


def unpacked(column: bytes | None) -> SortedPairs:
    """Packed pairs as PostgreSQL sent them."""
    pairs = numbers(column, ">i8")
    return SortedPairs(pairs >> KEY_BITS, pairs & ((1 << KEY_BITS) - 1))


def numbers(column: bytes | None, stored: str) -> Keys:
    """An array that came as bytes, as PostgreSQL sends whole numbers (most significant byte first)."""
    return np.frombuffer(column or b"", dtype=stored).astype(np.int64)
