"""What somebody asked for, as conditions on a service `s` in SQL. Each may fail on its own, which is how filters count.

A condition says what a service must satisfy. The browse query keeps, beside the services that satisfy all of them,
those that fail exactly one: they give the counts of that filter's own values, and what dropping it would bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from assetreg import clock
from assetreg.queries.area_index import AreaIndex, IndexedArea
from assetreg.queries.listed import REACHES_THERE
from assetreg.queries.near import NearPlace
from assetreg.queries.terms import Taxonomy
from search.forms import DAYS, Asked
from search.places.known import KnownPlace
from search.queries.sessions import HAS_PLACE, IS_SHOWN

IS_THERE = "there.service_id IS NOT NULL"  # the browse query joins the services that are in the areas asked for
PARTS_OF_DAY = {
    "morning": (time(0), time(11, 59, 59)),
    "afternoon": (time(12), time(16, 59, 59)),
    "evening": (time(17), time(23, 59, 59)),
}


LOCAL_START = "o.starts_at AT TIME ZONE 'Europe/London'"
WITH_PLACE = f"""SELECT o.service_id FROM occurrence o JOIN series s ON s.id = o.series_id
    WHERE {IS_SHOWN} AND {HAS_PLACE}"""  # noqa: S608  (constants of ours)


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter: its parameter's name, what a service must satisfy, and the values in it."""

    name: str
    sql: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose names have been looked up: areas, needs, interests and the place to be near."""

    asked: Asked
    areas: AreaIndex
    taxonomy: Taxonomy
    chosen_areas: tuple[IndexedArea, ...] = ()
    near: NearPlace | None = None
    meant: tuple[KnownPlace, ...] = ()  # what the name in the box "near" may mean, when that is more than one place


def conditions_of(question: Question) -> list[Condition]:
    """One condition for each filter in use, in a fixed order; the words are a condition of the browse query itself."""
    asked = question.asked
    found = [
        *area_condition(question),
        *term_condition(question, "need", asked.need),
        *term_condition(question, "interest", asked.interest),
        *one_of("kind", "s.kind = ANY(:kind)", asked.kind),
        *one_of("stage", "s.stage = ANY(:stage)", asked.stage),
        *one_of("gender", "s.gender = ANY(:gender)", asked.gender),
        *one_of("language", "s.languages && CAST(:language AS text[])", asked.language),
        *access_condition(asked.access),
        *time_condition(asked),
    ]
    if asked.free:
        found.append(Condition("free", "s.cost_pence = 0"))
    if asked.online:
        found.append(Condition("online", "(s.is_online OR s.is_telephone)"))
    if asked.has_places:
        found.append(Condition("has_places", f"s.id IN ({WITH_PLACE})", {"now": clock.now()}))
    if asked.taking_people:
        found.append(Condition("taking_people", "s.taking_people = 'yes'"))
    if asked.age is not None:
        fits = "coalesce(s.min_age, 0) <= :age AND coalesce(s.max_age, 120) >= :age"
        found.append(Condition("age", fits, {"age": asked.age}))
    if asked.within and question.near:
        found.append(within_condition(asked.within, question.near))
    return found


def area_condition(question: Question) -> list[Condition]:
    """In one of the areas, or reaching it: services for the whole city are everywhere."""
    chosen = question.chosen_areas
    if not chosen:
        return []
    wards = question.areas.wards_in(chosen)
    values = {
        "area_ids": sorted({area.id for area in [*chosen, *wards]}),
        "around_ids": [area.id for area in question.areas.around(chosen)],
    }
    return [Condition("area", f"({IS_THERE} OR {REACHES_THERE})", values)]


def term_condition(question: Question, name: str, slugs: Sequence[str]) -> list[Condition]:
    """About one of these terms or of what lies under them."""
    taxonomy = question.taxonomy
    terms = {term.id for slug in slugs for term in taxonomy.with_descendants(taxonomy.by_slug[slug])}
    sql = f"s.id IN (SELECT st.service_id FROM service_term st WHERE st.term_id = ANY(:{name}_ids))"  # noqa: S608
    return [Condition(name, sql, {f"{name}_ids": sorted(terms)})] if terms else []


def one_of(name: str, sql: str, values: Sequence[str]) -> list[Condition]:
    """A choice among the values of one column."""
    return [Condition(name, sql, {name: list(values)})] if values else []


def access_condition(features: Sequence[str]) -> list[Condition]:
    """Offers everything that is needed, itself or at the place where it happens.

    All of them, not one of them: a step-free door is no use to somebody who also needs the toilet.
    """
    at_its_place = """EXISTS (SELECT 1 FROM service_at_location sl JOIN location l ON l.id = sl.location_id
        WHERE sl.service_id = s.id AND s.access || l.access @> CAST(:access AS text[]))"""
    sql = f"(s.access @> CAST(:access AS text[]) OR {at_its_place})"
    return [Condition("access", sql, {"access": list(features)})] if features else []


def time_condition(asked: Asked) -> list[Condition]:
    """Has a regular time or a session on one of these days, beginning in one of these parts of the day."""
    parts = []
    of_sessions = []
    values: dict[str, Any] = {}
    if asked.day:
        parts.append("t.weekday = ANY(:weekdays)")
        of_sessions.append(f"extract(isodow FROM {LOCAL_START})::int - 1 = ANY(:weekdays)")
        values["weekdays"] = [DAYS.index(day) for day in asked.day]
    if asked.time:
        bounds, session_bounds = [], []
        for part in asked.time:
            bounds.append(f"t.starts_time BETWEEN :{part}_from AND :{part}_to")
            session_bounds.append(f"({LOCAL_START})::time BETWEEN :{part}_from AND :{part}_to")
            values[f"{part}_from"], values[f"{part}_to"] = PARTS_OF_DAY[part]
        parts.append(f"({' OR '.join(bounds)})")
        of_sessions.append(f"({' OR '.join(session_bounds)})")
    values["now"] = clock.now()
    sql = f"""(s.id IN (SELECT t.service_id FROM opening_time t WHERE {" AND ".join(parts)})
        OR s.id IN (SELECT o.service_id FROM occurrence o JOIN series s ON s.id = o.series_id
                     WHERE {IS_SHOWN} AND {" AND ".join(of_sessions)}))"""  # noqa: S608  (constants of ours)
    return [Condition("day" if asked.day else "time", sql, values)] if parts else []


def within_condition(metres: int, near: NearPlace) -> Condition:
    """Has a public place at most so many metres away, on the spheroid.

    The distances are taken first, of all places (OFFSET 0), and then looked at: the planner believes that ST_DWithin
    lets one row through, and would go through every service for every place of a wide circle.
    """
    sql = """s.id IN (SELECT sl.service_id
        FROM (SELECT l.id, ST_DWithin(l.point, CAST(:near AS geography), :within) AS is_within
                FROM location l WHERE l.visibility = 'public' OFFSET 0) AS place
        JOIN service_at_location sl ON sl.location_id = place.id WHERE place.is_within)"""
    return Condition("within", sql, {"within": metres, "near": near.point.ewkt})
