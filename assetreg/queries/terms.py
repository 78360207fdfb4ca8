"""Needs and interests, and how many services there are for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.listed import IS_LISTED


@dataclass(frozen=True, slots=True)
class CountedTerm:
    """One need or interest. `services` counts what is listed under it or under one of its children, each once."""

    id: int
    slug: str
    kind: str
    name: str
    in_plain_words: str
    parent_id: int | None
    services: int


@dataclass(frozen=True)
class Taxonomy:
    """Every term in its order, with the questions that pages ask."""

    terms: tuple[CountedTerm, ...]

    @cached_property
    def by_slug(self) -> dict[str, CountedTerm]:
        """By the word in its address."""
        return {term.slug: term for term in self.terms}

    @cached_property
    def by_id(self) -> dict[int, CountedTerm]:
        """By database id."""
        return {term.id: term for term in self.terms}

    def roots(self, kind: str) -> list[CountedTerm]:
        """The topmost needs, or interests."""
        return [term for term in self.terms if term.kind == kind and term.parent_id is None]

    def children(self, parent: CountedTerm) -> list[CountedTerm]:
        """The terms directly under this one."""
        return [term for term in self.terms if term.parent_id == parent.id]

    def with_descendants(self, term: CountedTerm) -> list[CountedTerm]:
        """This term and everything under it."""
        return [term, *(found for child in self.children(term) for found in self.with_descendants(child))]

    def lineage(self, term: CountedTerm) -> list[CountedTerm]:
        """The terms above this one from the topmost on, and this one."""
        return [term] if term.parent_id is None else [*self.lineage(self.by_id[term.parent_id]), term]

    def root_of(self, term: CountedTerm) -> CountedTerm:
        """The topmost term above this one."""
        return term if term.parent_id is None else self.root_of(self.by_id[term.parent_id])


# Each service counts once for a term and once for every term above it.
COUNTED = text(f"""
WITH RECURSIVE above AS (
    SELECT id AS term_id, id AS ancestor_id FROM term
    UNION ALL
    SELECT above.term_id, t.parent_id FROM above JOIN term t ON t.id = above.ancestor_id WHERE t.parent_id IS NOT NULL
), listed AS MATERIALIZED (
    SELECT s.id FROM service s WHERE {IS_LISTED}
), counted AS (
    SELECT ancestor_id, count(*) AS services
      FROM (SELECT DISTINCT st.service_id, above.ancestor_id
              FROM service_term st
              JOIN listed ON listed.id = st.service_id
              JOIN above ON above.term_id = st.term_id) AS once
     GROUP BY ancestor_id
)
SELECT t.id, t.slug, t.kind, t.name, t.in_plain_words, t.parent_id, coalesce(counted.services, 0) AS services
  FROM term t LEFT JOIN counted ON counted.ancestor_id = t.id
 ORDER BY t.position, t.id
""")  # noqa: S608  (IS_LISTED is a constant of ours)

UNCOUNTED = text("""
SELECT t.id, t.slug, t.kind, t.name, t.in_plain_words, t.parent_id, 0 AS services FROM term t ORDER BY t.position, t.id
""")


def get_counted_taxonomy(today: date) -> Taxonomy:
    """Every term with the number of its listed services; one statement."""
    return Taxonomy(tuple(CountedTerm(*row) for row in db.session.execute(COUNTED, {"today": today}).tuples()))


def get_taxonomy() -> Taxonomy:
    """Every term, uncounted: `services` is 0; one small statement."""
    return Taxonomy(tuple(CountedTerm(*row) for row in db.session.execute(UNCOUNTED).tuples()))
