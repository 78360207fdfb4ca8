"""The same questions in plain, slow SQL, a condition for each filter: what the engine is measured against."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from search.requests import Request
from tests.search.worlds import NOW, TODAY

LISTED = """s.status <> 'closed'
    AND coalesce(s.valid_from, :today) <= :today AND coalesce(s.valid_until, :today) >= :today"""
WARDS_OF = """
    SELECT w.id FROM area w WHERE w.kind = 'ward' AND w.retired_at IS NULL AND (
        w.code = ANY(:areas)
        OR EXISTS (SELECT 1 FROM area a WHERE a.code = ANY(:areas) AND a.kind = 'city')
        OR EXISTS (SELECT 1 FROM area_link k JOIN area a ON a.id = k.parent_id
                    WHERE k.child_id = w.id AND a.code = ANY(:areas)))"""
WARDS_SERVED = """
    SELECT w.id FROM service_area sa JOIN area a ON a.id = sa.area_id JOIN area w ON w.kind = 'ward'
     WHERE sa.service_id = s.id AND (
        w.id = a.id OR a.kind = 'city'
        OR EXISTS (SELECT 1 FROM area_link k WHERE k.child_id = w.id AND k.parent_id = a.id))"""
# An area that nobody knows has nothing, not even what is everywhere.
AREA = f"""(EXISTS (SELECT 1 FROM area a WHERE a.code = ANY(:areas)) AND (
    EXISTS (SELECT 1 FROM service_at_location sl JOIN location l ON l.id = sl.location_id
             WHERE sl.service_id = s.id AND l.visibility <> 'hidden' AND l.ward_id IN ({WARDS_OF}))
    OR EXISTS ({WARDS_SERVED} AND w.id IN ({WARDS_OF}))
    OR (NOT EXISTS (SELECT 1 FROM service_area sa WHERE sa.service_id = s.id)
        AND (s.is_online OR s.is_telephone OR NOT EXISTS (
            SELECT 1 FROM service_at_location sl JOIN location l ON l.id = sl.location_id
             WHERE sl.service_id = s.id AND l.visibility <> 'hidden')))))"""
WHERE_IT_IS = "CASE WHEN l.visibility = 'public' THEN l.point WHEN l.visibility = 'area_only' THEN w.centre END"
WITHIN = f"""EXISTS (SELECT 1 FROM service_at_location sl JOIN location l ON l.id = sl.location_id
    LEFT JOIN area w ON w.id = l.ward_id
    WHERE sl.service_id = s.id
      AND ST_DWithin({WHERE_IT_IS}, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :within))"""
TERM = """EXISTS (SELECT 1 FROM service_term st JOIN term t ON t.id = st.term_id LEFT JOIN term p ON p.id = t.parent_id
    WHERE st.service_id = s.id AND (t.slug = ANY(:{name}) OR p.slug = ANY(:{name})))"""
ACCESS = """CAST(:access AS text[]) <@ ARRAY(
    SELECT unnest(s.access)
     UNION ALL
    SELECT unnest(l.access) FROM service_at_location sl JOIN location l ON l.id = sl.location_id
     WHERE sl.service_id = s.id AND l.visibility = 'public')"""
IN_PERSON = """(EXISTS (SELECT 1 FROM service_at_location sl WHERE sl.service_id = s.id)
    OR NOT (s.is_online OR s.is_telephone))"""


# A session that anybody may see, and one that anybody may book or turn up at; :now stands for the present.
SHOWN = """occurrence o JOIN series x ON x.id = o.series_id
    WHERE o.status = 'scheduled' AND o.starts_at > :now AND x.status = 'published' AND x.is_listed
      AND NOT (o.is_paused OR x.is_paused)"""
BOOKABLE = """x.kind IN ('bookable', 'drop_in', 'ask_first', 'appointments', 'course')
    AND coalesce(o.capacity - o.places_taken, 1) > 0
    AND :now >= o.starts_at - coalesce(x.opens_days, 10000) * interval '1 day'
    AND :now < o.starts_at - x.closes_minutes * interval '1 minute'
    AND (coalesce(x.course_booking, '') <> 'whole' OR NOT EXISTS (
        SELECT 1 FROM occurrence f WHERE f.series_id = x.id AND f.status = 'scheduled'
           AND :now >= f.starts_at - x.closes_minutes * interval '1 minute'))"""
LOCAL = "(o.{} AT TIME ZONE 'Europe/London')"


def matching(session: Session, request: Request) -> set[int]:
    """The services that pass every filter of a request without words."""
    conditions, values = conditions_of(request)
    where = " AND ".join([LISTED, *conditions.values()])
    return set(
        session.scalars(text(f"SELECT s.id FROM service s WHERE {where}"), {"today": TODAY, "now": NOW, **values})
    )


def conditions_of(request: Request) -> tuple[dict[str, str], dict[str, Any]]:
    """One condition for each filter in use, and their values."""
    asked: dict[str, tuple[Any, str]] = {
        "areas": (list(request.areas), AREA),
        "needs": (list(request.needs), TERM.format(name="needs")),
        "interests": (list(request.interests), TERM.format(name="interests")),
        "kinds": (list(request.kinds), "s.kind = ANY(:kinds)"),
        "stages": (list(request.stages), "s.stage = ANY(:stages)"),
        "languages": (list(request.languages), "s.languages && CAST(:languages AS text[])"),
        "access": (list(request.access), ACCESS),
        "free": (request.free, "s.cost_pence = 0"),
        "gender": (request.gender, "s.gender = :gender"),
        "for_gender": (request.for_gender, "coalesce(s.gender, :for_gender) = :for_gender"),
        "taking_people": (request.taking_people, "s.taking_people = 'yes'"),
        "without_referral": (request.without_referral, "s.referral <> 'professional'"),
    }
    conditions = {name: sql for name, (value, sql) in asked.items() if value}
    values = {name: value for name, (value, _) in asked.items() if value and value is not True}
    if request.age is not None:
        conditions["age"] = "coalesce(s.min_age, 0) <= :age AND coalesce(s.max_age, 200) >= :age"
        values["age"] = request.age
    if request.ages is not None:
        conditions["ages"] = "coalesce(s.min_age, 0) <= :oldest AND coalesce(s.max_age, 200) >= :youngest"
        values["youngest"], values["oldest"] = request.ages
    if request.online is not None:
        conditions["online"] = "s.is_online" if request.online else IN_PERSON
    if request.telephone is not None:
        conditions["telephone"] = "s.is_telephone" if request.telephone else "NOT s.is_telephone"
    if request.has_places:
        conditions["has_places"] = f"EXISTS (SELECT 1 FROM {SHOWN} AND o.service_id = s.id AND {BOOKABLE})"
    if request.point is not None and request.within_m is not None:
        conditions["within"] = WITHIN
        values |= {"lat": request.point[0], "lon": request.point[1], "within": request.within_m}
    if request.days or request.times or request.dates:
        conditions["when"] = f"(s.id IN ({when(request)}) OR s.id IN ({when_held(request)}))"
    return conditions, values


def when(request: Request) -> str:
    """The services with an opening time that fits days, spans and dates."""
    parts = ["true"]
    if request.days:
        parts.append(f"t.weekday IN ({', '.join(str(day) for day in request.days)})")
    minute = "(extract(epoch FROM t.{}) / 60)"
    begins, ends = minute.format("starts_time"), minute.format("ends_time")
    spans = [
        f"({begins} >= {low} AND {begins} < {high} OR least({ends}, {high}) - greatest({begins}, {low}) >= 60)"
        for low, high in request.times
    ]
    if spans:
        parts.append(f"({' OR '.join(spans)})")
    if request.dates:
        days = (request.dates[1] - request.dates[0]).days + 1
        dates = [request.dates[0] + timedelta(days=ahead) for ahead in range(days)]
        falls = [
            f"(t.weekday = {day.weekday()} AND (t.week_of_month IS NULL OR t.week_of_month = {(day.day - 1) // 7 + 1}"
            f" OR (t.week_of_month = -1 AND {(day + timedelta(days=7)).month != day.month})))"
            for day in dates
        ]
        parts.append(f"({' OR '.join(falls)})")
    return f"SELECT t.service_id FROM opening_time t WHERE {' AND '.join(parts)}"


def when_held(request: Request) -> str:
    """The services with a session that fits days, spans and dates."""
    parts = ["true"]
    day = f"{LOCAL.format('starts_at')}::date"
    if request.days:
        parts.append(f"extract(isodow FROM {day}) - 1 IN ({', '.join(str(day) for day in request.days)})")
    begins = f"(extract(epoch FROM {LOCAL.format('starts_at')}::time) / 60)"
    ends = f"({begins} + extract(epoch FROM o.ends_at - o.starts_at) / 60)"
    spans = [
        f"({begins} >= {low} AND {begins} < {high} OR least({ends}, {high}) - greatest({begins}, {low}) >= 60)"
        for low, high in request.times
    ]
    if spans:
        parts.append(f"({' OR '.join(spans)})")
    if request.dates:
        parts.append(f"{day} BETWEEN '{request.dates[0]}' AND '{request.dates[1]}'")
    return f"SELECT o.service_id FROM {SHOWN} AND {' AND '.join(parts)}"
