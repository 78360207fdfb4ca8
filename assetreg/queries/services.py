"""Lists of services, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.cards import Point, ServiceCard, list_cards
from assetreg.queries.listed import AWAY, IS_LISTED

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class ServiceList:
    """One page of a list. `page` is the one shown: the last when a later one was asked for."""

    cards: tuple[ServiceCard, ...]
    total: int
    page: int
    pages: int


ONE_PAGE = f"""
WITH {{away}}found AS MATERIALIZED (
    SELECT s.id, lower(s.name) AS name, {{metres}} AS metres
      FROM service s {{join}} WHERE {IS_LISTED} AND {{condition}}
)
SELECT (SELECT count(*) FROM found) AS total,
       ARRAY(SELECT id FROM found ORDER BY metres NULLS LAST, name, id LIMIT :limit OFFSET :offset) AS ids
"""  # noqa: S608  (constants of ours)
BY_NAME = {"away": "", "metres": "NULL::float", "join": ""}
NEAREST = {
    "away": f"away AS MATERIALIZED ({AWAY}), ",
    "metres": "away.metres",
    "join": "LEFT JOIN away ON away.service_id = s.id",
}
OF_TERMS = "s.id IN (SELECT st.service_id FROM service_term st WHERE st.term_id = ANY(:term_ids))"


def list_services_of_terms(term_ids: Sequence[int], today: date, page: int, near: Point | None = None) -> ServiceList:
    """One page of what is listed under these terms: nearest first when a place is known, else by name."""
    return one_page(OF_TERMS, {"term_ids": list(term_ids)}, today, page, near)


def one_page(condition: str, values: dict[str, object], today: date, page: int, near: Point | None) -> ServiceList:
    """One page of the listed services that satisfy a condition of ours; two statements."""
    statement = text(ONE_PAGE.format(condition=condition, **(NEAREST if near else BY_NAME)))
    values = {**values, "today": today, "limit": PER_PAGE} | ({"near": near.ewkt} if near else {})
    row = db.session.execute(statement, {**values, "offset": (page - 1) * PER_PAGE}).one()
    pages = max(1, -(-row.total // PER_PAGE))
    if page > pages:
        return one_page(condition, values, today, pages, near)
    return ServiceList(tuple(list_cards(row.ids, near)), row.total, page, pages)
