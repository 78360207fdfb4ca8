"""Find services in SQL: one statement for the page's services and for what the filters' counts are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.counts import TERMS_OF_SERVICES, WARDS_OF_SERVICES, numbers, pairs_of
from assetreg.queries.listed import IS_LISTED, METRES_AWAY, PLACES_THAT_MAY_BE_TOLD
from assetreg.rules.counting import could_be, count_values
from assetreg.rules.vocabulary import SERVICE_KINDS, STAGES, TAKING_PEOPLE
from search.queries.conditions import IS_THERE, Condition, Question, conditions_of

PER_PAGE = 20
MOST_WORDS = 8
WORDS = "words"
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# For each word the services that have it: in their own text, in a need or interest, in the organisation's name. When no
# word is found in any of these, in any part of a name.
HITS = f"""
word AS (
    SELECT number, word, CASE WHEN numnode(plain) > 0 THEN (plain::text || ':*')::tsquery END AS query
      FROM (SELECT number, word, plainto_tsquery('english', word) AS plain
              FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS given (word, number)) AS parsed
), hit AS MATERIALIZED (
    SELECT s.id AS service_id, word.number, ts_rank(s.search_vector, word.query) AS score
      FROM word JOIN service s ON s.search_vector @@ word.query
    UNION ALL
    SELECT st.service_id, word.number, 0.5
      FROM word JOIN term ON to_tsvector('english', term.name || ' ' || term.in_plain_words) @@ word.query
      JOIN service_term st ON st.term_id = term.id
    UNION ALL
    SELECT s.id, word.number, 0.3
      FROM word JOIN organisation o ON word.query IS NOT NULL AND o.name ILIKE '%' || word.word || '%'
      JOIN service s ON s.organisation_id = o.id
), hit_or_name AS (
    SELECT service_id, number, score FROM hit
    UNION ALL
    SELECT s.id, word.number, 0.2 FROM word JOIN service s ON s.name ILIKE '%' || word.word || '%'
     WHERE NOT EXISTS (SELECT 1 FROM hit) AND word.query IS NOT NULL
), matched AS MATERIALIZED (
    SELECT hit_or_name.service_id, count(DISTINCT hit_or_name.number) AS words, sum(hit_or_name.score) AS score
      FROM hit_or_name JOIN service s ON s.id = hit_or_name.service_id AND {IS_LISTED}
     GROUP BY hit_or_name.service_id
)"""  # noqa: S608  (constants of ours)
# As many of the words as any service has; everything when there is no word to look for.
HAS_WORDS = """(CASE WHEN EXISTS (SELECT 1 FROM word WHERE query IS NOT NULL)
    THEN coalesce(matched.words, 0) >= greatest((SELECT max(words) FROM matched), 1) ELSE true END)"""

AWAY = f"""
away AS MATERIALIZED (
    SELECT sl.service_id, {METRES_AWAY} AS metres FROM {PLACES_THAT_MAY_BE_TOLD} GROUP BY sl.service_id
)"""  # noqa: S608  (constants of ours)

# The next regular time of each service: weekly ones by arithmetic, monthly ones from a calendar of the coming weeks.
SOON = """
coming AS MATERIALIZED (
    SELECT day::date AS day, extract(isodow FROM day)::int - 1 AS weekday,
           (extract(day FROM day)::int - 1) / 7 + 1 AS week,
           extract(month FROM day + interval '7 days') <> extract(month FROM day) AS is_last
      FROM generate_series(CAST(:today AS date), CAST(:today AS date) + 40, interval '1 day') AS day
), soon AS MATERIALIZED (
    SELECT t.service_id, min(coming.day + t.starts_time) AS next_at
      FROM opening_time t
      JOIN coming ON coming.weekday = t.weekday
       AND (t.week_of_month IS NULL AND coming.day <= CAST(:today AS date) + 7
            OR t.week_of_month = coming.week OR t.week_of_month = -1 AND coming.is_last)
     WHERE coming.day + t.ends_time > :now_local
     GROUP BY t.service_id
)"""


YES = ("yes",)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `ids` are the page's services, best first.

    `total` counts all; `there` those in the areas asked for (the rest reach them from elsewhere), all when no area
    was asked for. `counts` is filter → value → number; `dropping` is what leaving one filter out would bring in all.
    """

    ids: tuple[int, ...]
    total: int
    there: int
    page: int
    pages: int
    counts: dict[str, dict[str, int]]
    dropping: dict[str, int]


def browse(question: Question, today: date, local_now: datetime, page: int) -> Found:
    """What fits the question; one statement (two when the page asked for lies beyond the last)."""
    found = run(question, today, local_now, page)
    return found if page <= found.pages else run(question, today, local_now, found.pages)


def run(question: Question, today: date, local_now: datetime, page: int) -> Found:
    """The statement for one page, and its counts."""
    words = WORD.findall(question.asked.q)[:MOST_WORDS]
    conditions = conditions_of(question)
    if words:
        conditions.insert(0, Condition(WORDS, HAS_WORDS, {"words": words}))
    values: dict[str, Any] = {"today": today, "limit": PER_PAGE, "offset": (page - 1) * PER_PAGE}
    for condition in conditions:
        values |= condition.values
    if question.near:
        values["near"] = question.near.point.ewkt
    if question.asked.sort == "soonest":
        values["now_local"] = local_now.replace(tzinfo=None)
    row = db.session.execute(text(statement(question, conditions, bool(words))), values).one()
    bits = {condition.name: 1 << place for place, condition in enumerate(conditions)}
    return read(row, question, bits, page)


def read(row: Any, question: Question, bits: dict[str, int], page: int) -> Found:
    """The statement's answer as numbers."""
    services, failed = numbers(row.services, ">i8", np.int64), numbers(row.failed, ">i4", np.int32)
    terms = pairs_of(services, row.term_services, row.term_keys)
    wards = pairs_of(services, row.ward_services, row.ward_keys)
    is_found = failed == 0
    total = int(is_found.sum())
    pages = max(1, -(-total // PER_PAGE))
    only = {name: int((failed == bit).sum()) for name, bit in bits.items()}

    def of_column(name: str, names: Sequence[str]) -> dict[str, int]:
        column = numbers(getattr(row, name), ">i2", np.int16)
        return count_values(column, could_be(failed, bits.get(name, 0)), names)

    def of_pairs(name: str, groups: Mapping[str, Sequence[int]]) -> dict[str, int]:
        pairs = wards if name == "area" else terms
        return pairs.count(could_be(failed, bits.get(name, 0)), groups)

    return Found(
        ids=tuple(row.ids or ()),
        total=total,
        there=int((is_found & (numbers(row.is_there, ">i2", np.int16) == 1)).sum()),
        page=min(page, pages),
        pages=pages,
        counts={
            "area": of_pairs("area", {ward.slug: (ward.id,) for ward in question.areas.of_kind("ward")}),
            "need": of_pairs("need", question.taxonomy.lineages("need")),
            "interest": of_pairs("interest", question.taxonomy.lineages("interest")),
            "kind": of_column("kind", SERVICE_KINDS),
            "free": of_column("free", YES),
            "online": of_column("online", YES),
            "stage": of_column("stage", STAGES),
            "taking_people": of_column("taking_people", TAKING_PEOPLE),
        },
        dropping={name: total + more for name, more in only.items() if more},
    )


def statement(question: Question, conditions: Sequence[Condition], has_words: bool) -> str:
    """The statement for these conditions. Only constants of ours are put together; what people typed are values."""
    near, is_soonest = question.near is not None, question.asked.sort == "soonest"
    failed = " + ".join(f"CASE WHEN {one.sql} THEN 0 ELSE {1 << place} END" for place, one in enumerate(conditions))
    tables = [HITS] if has_words else []
    tables += [AWAY] if near else []
    tables += [SOON] if is_soonest else []
    joins = "LEFT JOIN matched ON matched.service_id = s.id\n" if has_words else ""
    joins += "LEFT JOIN away ON away.service_id = s.id\n" if near else ""
    joins += "LEFT JOIN soon ON soon.service_id = s.id\n" if is_soonest else ""
    before = "".join(f"{table.strip()},\n" for table in tables)
    return f"""WITH {before}looked_at AS MATERIALIZED (
    SELECT s.id, s.name, {choice("s.kind", SERVICE_KINDS)} AS kind, {flag("s.cost_pence = 0")} AS free,
           {flag("s.is_online OR s.is_telephone")} AS online, {choice("s.stage", STAGES)} AS stage,
           {choice("s.taking_people", TAKING_PEOPLE)} AS taking_people,
           {flag(IS_THERE if question.chosen_areas else "true")} AS is_there,
           {"coalesce(matched.score, 0)" if has_words else "0"} AS score,
           {"away.metres" if near else "NULL::float"} AS metres,
           {"soon.next_at" if is_soonest else "NULL::timestamp"} AS next_at,
           {failed or "0"} AS failed
      FROM service s
      {joins}WHERE {IS_LISTED}
), filtered AS (
    SELECT string_agg(int8send(id), '') AS services, string_agg(int4send(failed), '') AS failed,
           string_agg(int2send(kind), '') AS kind, string_agg(int2send(free), '') AS free,
           string_agg(int2send(online), '') AS online, string_agg(int2send(stage), '') AS stage,
           string_agg(int2send(taking_people), '') AS taking_people, string_agg(int2send(is_there), '') AS is_there
      FROM looked_at
), about AS ({TERMS_OF_SERVICES}
), placed AS ({WARDS_OF_SERVICES})
SELECT filtered.*, about.*, placed.*,
       ARRAY(SELECT id FROM looked_at WHERE failed = 0 ORDER BY {order(question, has_words)}
              LIMIT :limit OFFSET :offset) AS ids
  FROM filtered, about, placed"""  # noqa: S608  (constants of ours)


def choice(column: str, names: Sequence[str]) -> str:
    """A column of a closed list as a small number: its place in the list counted from 1, 0 when it is unknown."""
    cases = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(names, start=1))
    return f"(CASE {column} {cases} ELSE 0 END)::int2"


def flag(condition: str) -> str:
    """A condition as a small number, 1 when it holds."""
    return f"(CASE WHEN {condition} THEN 1 ELSE 0 END)::int2"


def order(question: Question, has_words: bool) -> str:
    """How the found services are ordered: those that are there first, whatever is asked; the id decides ties."""
    near, sort = question.near is not None, question.asked.sort
    by: list[str] = ["is_there DESC"] if question.chosen_areas else []
    if sort == "soonest":
        by += ["next_at NULLS LAST"]
    elif sort == "nearest" and near:
        by += ["metres NULLS LAST"]
    elif sort == "best":
        # Smooth, not a cliff: at two miles a match counts half of one next door; without a place a quarter.
        nearness = "1 / (1 + coalesce(metres, 9650) / 3219)" if near else "1"
        by += [f"score * {nearness} DESC"] if has_words else []
        by += ["metres NULLS LAST"] if near else []
    return ", ".join([*by, "lower(name)", "id"])
