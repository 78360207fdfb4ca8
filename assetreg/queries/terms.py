"""Needs and interests, and how many services there are for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.kept import keep


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

    @cached_property
    def by_parent(self) -> dict[int, list[CountedTerm]]:
        """The terms under each parent, in order."""
        found: dict[int, list[CountedTerm]] = {}
        for term in self.terms:
            if term.parent_id is not None:
                found.setdefault(term.parent_id, []).append(term)
        return found

    def children(self, parent: CountedTerm) -> list[CountedTerm]:
        """The terms directly under this one."""
        return self.by_parent.get(parent.id, [])

    def with_descendants(self, term: CountedTerm) -> list[CountedTerm]:
        """This term and everything under it."""
        return [term, *(found for child in self.children(term) for found in self.with_descendants(child))]

    def lineage(self, term: CountedTerm) -> list[CountedTerm]:
        """The terms above this one from the topmost on, and this one."""
        return [term] if term.parent_id is None else [*self.lineage(self.by_id[term.parent_id]), term]

    def lineages(self, kind: str) -> dict[str, list[int]]:
        """Each term of a kind with the ids that count for it: its own and those under it."""
        terms = [term for term in self.terms if term.kind == kind]
        return {term.slug: [under.id for under in self.with_descendants(term)] for term in terms}

    def offered(self, kind: str, chosen: Iterable[str]) -> dict[str, list[int]]:
        """As `lineages`, of the topmost terms only, and of what lies under those of which something is chosen."""
        opened = {self.root_of(self.by_slug[slug]).id for slug in chosen}
        terms = [
            term for root in self.roots(kind) for term in (self.with_descendants(root) if root.id in opened else [root])
        ]
        return {term.slug: [under.id for under in self.with_descendants(term)] for term in terms}

    def counted(self, counts: Mapping[str, int]) -> Taxonomy:
        """The same terms with these counts, by slug."""
        return Taxonomy(tuple(replace(term, services=counts.get(term.slug, 0)) for term in self.terms))

    def root_of(self, term: CountedTerm) -> CountedTerm:
        """The topmost term above this one."""
        return term if term.parent_id is None else self.root_of(self.by_id[term.parent_id])


TERMS = text("""
SELECT t.id, t.slug, t.kind, t.name, t.in_plain_words, t.parent_id, 0 AS services FROM term t ORDER BY t.position, t.id
""")


def get_taxonomy() -> Taxonomy:
    """Every term, uncounted: `services` is 0; one small statement."""
    return keep("taxonomy", read_taxonomy, of=("term",))


def read_taxonomy() -> Taxonomy:
    """From the database."""
    return Taxonomy(tuple(CountedTerm(*row) for row in db.session.execute(TERMS)))
