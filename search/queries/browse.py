"""Find services in SQL: one statement for the page's services and for what each service passes and fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.listed import ARE_THERE, AWAY, IS_LISTED
from assetreg.queries.pairs import RegisterPairs, get_pairs, numbers
from assetreg.rules.counting import Pairs, could_be, count_values, fewest_dropped
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
    SELECT number, word,
           CASE WHEN numnode(plain) > 0
                THEN (plain::text || CASE WHEN length(word) > 1 THEN ':*' ELSE '' END)::tsquery END AS query
      FROM (SELECT number, word, plainto_tsquery('english', word) AS plain
              FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS given (word, number)) AS parsed
), term_text AS MATERIALIZED (
    SELECT id, to_tsvector('english', name || ' ' || in_plain_words) AS vector FROM term
), hit AS MATERIALIZED (
    SELECT s.id AS service_id, word.number, ts_rank(s.search_vector, word.query) AS score
      FROM word JOIN service s ON s.search_vector @@ word.query AND {IS_LISTED}
    UNION ALL
    SELECT s.id, word.number, 0.5
      FROM word JOIN term_text ON term_text.vector @@ word.query
      JOIN service_term st ON st.term_id = term_text.id
      JOIN service s ON s.id = st.service_id AND {IS_LISTED}
    UNION ALL
    SELECT s.id, word.number, 0.3
      FROM word JOIN organisation o ON word.query IS NOT NULL AND position(lower(word.word) IN lower(o.name)) > 0
     CROSS JOIN LATERAL (SELECT id FROM service s WHERE s.organisation_id = o.id AND {IS_LISTED} OFFSET 0) AS s
), hit_or_name AS (
    SELECT service_id, number, score FROM hit
    UNION ALL
    SELECT s.id, word.number, 0.2 FROM word JOIN service s ON s.name ILIKE '%' || word.word || '%' AND {IS_LISTED}
     WHERE NOT EXISTS (SELECT 1 FROM hit) AND word.query IS NOT NULL
), matched AS MATERIALIZED (
    SELECT service_id, count(DISTINCT number) AS words, sum(score) AS score FROM hit_or_name GROUP BY service_id
)"""  # noqa: S608  (constants of ours)
# As many of the words as any service has; everything when there is no word to look for.
HAS_WORDS = """(CASE WHEN EXISTS (SELECT 1 FROM word WHERE query IS NOT NULL)
    THEN coalesce(matched.words, 0) >= greatest((SELECT max(words) FROM matched), 1) ELSE true END)"""

# The next regular time of each service: weekly ones by arithmetic, monthly ones from a calendar of the coming weeks.
SOON = """
coming AS MATERIALIZED (
    SELECT day::date AS day, extract(isodow FROM day)::int - 1 AS weekday,
           (extract(day FROM day)::int - 1) / 7 + 1 AS week,
           extract(month FROM day + interval '7 days') <> extract(month FROM day) AS is_last
      FROM generate_series(CAST(:today AS date), CAST(:today AS date) + 40, interval '1 day') AS day
), soon AS MATERIALIZED (
    SELECT service_id, min(next_at) AS next_at
      FROM (SELECT t.service_id,
                   CAST(:today AS date) + (t.weekday - CAST(:weekday AS int) + 7) % 7 + t.starts_time
                   + CASE WHEN t.weekday = :weekday AND t.ends_time <= CAST(:now_local AS timestamp)::time
                     THEN interval '7 days' ELSE interval '0' END AS next_at
              FROM opening_time t WHERE t.week_of_month IS NULL
            UNION ALL
            SELECT t.service_id, coming.day + t.starts_time
              FROM opening_time t
              JOIN coming ON coming.weekday = t.weekday
               AND (t.week_of_month = coming.week OR t.week_of_month = -1 AND coming.is_last)
             WHERE t.week_of_month IS NOT NULL AND coming.day + t.ends_time > :now_local) AS times
     GROUP BY service_id
)"""


@dataclass(frozen=True, slots=True)
class Fact:
    """A column of few values that is counted: it travels as its value's place in `names` from 1, 0 when unknown."""

    shift: int
    width: int
    sql: str
    names: tuple[str, ...]


def choice(column: str, names: Sequence[str]) -> str:
    """The place of a column's value in a closed list."""
    cases = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(names, start=1))
    return f"(CASE {column} {cases} ELSE 0 END)"


def flag(condition: str) -> str:
    """1 when a condition holds."""
    return f"(CASE WHEN {condition} THEN 1 ELSE 0 END)"


# One number of 31 bits for each service: these facts, whether it is there, and above them what it fails.
FACTS = {
    "kind": Fact(0, 3, choice("s.kind", SERVICE_KINDS), SERVICE_KINDS),
    "stage": Fact(3, 3, choice("s.stage", STAGES), STAGES),
    "taking_people": Fact(6, 2, choice("s.taking_people", TAKING_PEOPLE), TAKING_PEOPLE),
    "free": Fact(8, 1, flag("s.cost_pence = 0"), ("yes",)),
    "online": Fact(9, 1, flag("s.is_online OR s.is_telephone"), ("yes",)),
}
IS_THERE_BIT = 1 << 10
FACT_BITS = 11


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `ids` are the page's services, best first.

    `total` counts all; `there` those in the areas asked for (the rest reach them from elsewhere), all when no area
    was asked for. `counts` is filter → value → number. When nothing is found, `dropping` says what leaving filters out
    would bring: one filter, or as few together as bring anything, the most helpful first. `every` are all services
    found, in no order, when the database answered.
    """

    ids: tuple[int, ...]
    total: int
    there: int
    page: int
    pages: int
    counts: dict[str, dict[str, int]]
    dropping: dict[tuple[str, ...], int]
    every: Sequence[int] = field(default=(), repr=False)


def browse(question: Question, today: date, local_now: datetime, page: int, per_page: int = PER_PAGE) -> Found:
    """What fits the question; one statement (again when the page asked for lies beyond the last), and the pairs."""
    found = run(question, today, local_now, page, per_page)
    return found if page <= found.pages else run(question, today, local_now, found.pages, per_page)


def run(question: Question, today: date, local_now: datetime, page: int, per_page: int) -> Found:
    """The statement for one page, and its counts."""
    words = WORD.findall(question.asked.q)[:MOST_WORDS]
    conditions = conditions_of(question)
    if words:
        conditions.insert(0, Condition(WORDS, HAS_WORDS, {"words": words}))
    values: dict[str, Any] = {"today": today, "limit": per_page, "offset": (page - 1) * per_page}
    for condition in conditions:
        values |= condition.values
    if question.near:
        values["near"] = question.near.point.ewkt
    if question.asked.sort == "soonest":
        values |= {"now_local": local_now.replace(tzinfo=None), "weekday": today.weekday()}
    row = db.session.execute(text(statement(question, conditions, bool(words))), values).one()
    bits = {condition.name: 1 << place for place, condition in enumerate(conditions)}
    return read(row, get_pairs(), question, bits, page, per_page)


def read(row: Any, pairs: RegisterPairs, question: Question, bits: dict[str, int], page: int, per_page: int) -> Found:
    """The statement's answer as numbers."""
    services, packed = numbers(row.services, ">i8"), numbers(row.packed, ">i4")
    terms, wards = Pairs(services, pairs.terms), Pairs(services, pairs.areas)
    failed = packed >> FACT_BITS
    is_found = failed == 0
    total = int(is_found.sum())
    pages = max(1, -(-total // per_page))

    def of_fact(name: str) -> dict[str, int]:
        fact = FACTS[name]
        values = packed >> fact.shift & (1 << fact.width) - 1
        return count_values(values, could_be(failed, bits.get(name, 0)), fact.names)

    def of_pairs(name: str, of_services: Pairs, groups: Mapping[str, Sequence[int]]) -> dict[str, int]:
        return of_services.count(could_be(failed, bits.get(name, 0)), groups)

    return Found(
        ids=tuple(row.ids or ()),
        total=total,
        there=int((is_found & (packed & IS_THERE_BIT != 0)).sum()),
        page=min(page, pages),
        pages=pages,
        counts={name: of_fact(name) for name in FACTS}
        | {
            "area": of_pairs("area", wards, {ward.slug: (ward.id,) for ward in question.areas.of_kind("ward")}),
            "need": of_pairs("need", terms, question.taxonomy.offered("need", question.asked.need)),
            "interest": of_pairs("interest", terms, question.taxonomy.offered("interest", question.asked.interest)),
        },
        dropping={} if total else fewest_dropped(failed, bits),
        every=services[is_found].tolist(),
    )


def statement(question: Question, conditions: Sequence[Condition], has_words: bool) -> str:
    """The statement for these conditions. Only constants of ours are put together; what people typed are values."""
    near, is_soonest = question.near is not None, question.asked.sort == "soonest"
    failed = " + ".join(f"CASE WHEN {one.sql} THEN 0 ELSE {1 << place} END" for place, one in enumerate(conditions))
    tables = [HITS] if has_words else []
    tables += [f"away AS MATERIALIZED ({AWAY})"] if near else []
    tables += [SOON] if is_soonest else []
    joins = "LEFT JOIN matched ON matched.service_id = s.id\n" if has_words else ""
    joins += "LEFT JOIN away ON away.service_id = s.id\n" if near else ""
    joins += "LEFT JOIN soon ON soon.service_id = s.id\n" if is_soonest else ""
    if question.chosen_areas:
        tables.append(f"there AS MATERIALIZED ({ARE_THERE})")
        joins += "LEFT JOIN there ON there.service_id = s.id\n"
    before = "".join(f"{table.strip()},\n" for table in tables)
    facts = " | ".join(f"({fact.sql} << {fact.shift})" for fact in FACTS.values())
    is_there = IS_THERE if question.chosen_areas else "true"
    return f"""WITH {before}looked_at AS MATERIALIZED (
    SELECT s.id, s.name, ({facts}) AS facts, {is_there} AS is_there,
           {"coalesce(matched.score, 0)" if has_words else "0"} AS score,
           {"away.metres" if near else "NULL::float"} AS metres,
           {"soon.next_at" if is_soonest else "NULL::timestamp"} AS next_at,
           {failed or "0"} AS failed
      FROM service s
      {joins}WHERE {IS_LISTED}
), filtered AS (
    SELECT string_agg(int8send(id), '') AS services,
           string_agg(int4send((failed << {FACT_BITS}) | (is_there::int << {FACT_BITS - 1}) | facts), '') AS packed
      FROM looked_at
)
SELECT filtered.*,
       ARRAY(SELECT id FROM looked_at WHERE failed = 0 ORDER BY {order(question, has_words)}
              LIMIT :limit OFFSET :offset) AS ids
  FROM filtered"""  # noqa: S608  (constants of ours)


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
