"""PostgreSQL's full text search over the same texts, done well: weights, any of the words, those with all first.

Everything is in a temporary table of one connection: nothing is left in the register.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from archive import plain_url

from relevance.measures import DEPTH
from relevance.systems import HALF_M, NEAR_M, NOWHERE_M, Hit, Point
from search.records import Document

MAKE = "CREATE TEMPORARY TABLE relevance_document (key bigint PRIMARY KEY, words tsvector, places geography)"
# Name, needs and interests, summary, organisation, their meaning, place, description: in the order of `FIELDS`.
WEIGHTS = "ABBCCDD"
ADD = f"""
INSERT INTO relevance_document VALUES (%s,
    {" || ".join(f"setweight(to_tsvector('english', %s), '{weight}')" for weight in WEIGHTS)},
    ST_SetSRID(%s::geometry, 4326)::geography)
"""  # noqa: S608
READ = "SELECT websearch_to_tsquery('english', %s)::text"
# Nothing of this rank is of another scale when few of the words stand in a service: those with all come first.
ASK = """
SELECT key, (ts_rank_cd(words, %(any)s::tsquery) + 2 * ts_rank_cd(words, %(all)s::tsquery))
            / (1 + CASE WHEN %(point)s::text IS NULL THEN 0
                        ELSE coalesce(ST_Distance(places, %(point)s::text::geography), %(nowhere)s) / %(half)s END)
            AS score
  FROM relevance_document
 WHERE words @@ %(any)s::tsquery
   AND (%(point)s::text IS NULL OR places IS NULL OR ST_DWithin(places, %(point)s::text::geography, %(within)s))
 ORDER BY score DESC, key LIMIT %(most)s
"""


class PostgresText:
    """A connection with the table."""

    name = "postgres"

    def __init__(self, url: str, documents: Sequence[Document]) -> None:
        self.connection = psycopg.connect(plain_url(url), autocommit=True)
        self.connection.execute(MAKE)
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(ADD, [row_of(document) for document in documents])
        self.connection.execute("CREATE INDEX ON relevance_document USING gin (words)")
        self.connection.execute("ANALYZE relevance_document")

    def ask(self, words: str, near: Point | None) -> list[Hit]:
        """The first results."""
        row = self.connection.execute(READ, [words.replace("\0", " ")]).fetchone()
        every = str(row[0]) if row else ""
        if not every:
            return []
        values = {
            "any": any_of(every),
            "all": every,
            "point": f"SRID=4326;POINT({near[1]} {near[0]})" if near else None,
            "within": NEAR_M,
            "half": HALF_M,
            "nowhere": NOWHERE_M,
            "most": DEPTH,
        }
        return [Hit(int(key), float(score)) for key, score in self.connection.execute(ASK, values).fetchall()]

    def close(self) -> None:
        """Hang up; the table goes with it."""
        self.connection.close()


def any_of(query: str) -> str:
    """A tsquery that wants all its words, made to want any of them, and still none of those after a minus."""
    parts = query.split(" & ")
    wanted = [part for part in parts if not part.startswith("!")]
    unwanted = [part for part in parts if part.startswith("!")]
    return " & ".join([f"( {' | '.join(wanted)} )", *unwanted]) if wanted else query


def row_of(document: Document) -> tuple[object, ...]:
    """What `ADD` wants."""
    return (document.key, *(part.replace("\0", "") for part in document.parts), places_of(document))


def places_of(document: Document) -> str | None:
    """All its places as one geometry; None when it has none."""
    if not document.places:
        return None
    return f"MULTIPOINT({', '.join(f'{place.lon} {place.lat}' for place in document.places)})"
