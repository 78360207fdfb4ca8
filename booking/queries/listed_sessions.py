"""Sessions as lists show them: the next of a service, a week of a place, of an organisation, of the city.

One statement each, and nothing of anybody who booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from assetreg.db import db
from assetreg.rules.opening import RegularTime, falls_on
from booking.rules.bookable import Reason, Sitting, Wish, why_not_bookable

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One session. `starts` and `ends` are wall time where it is; `free` is None where places are not counted.

    `why_not` says why not just anybody can book it now, as `booking.rules.bookable` names it; None: they can.
    """

    public_id: UUID
    service_id: UUID
    name: str
    group: str
    kind: str
    starts: datetime
    ends: datetime
    free: int | None
    takes_waiting: bool
    cost_pence: int | None
    place: str
    ward: str
    is_sensitive: bool
    why_not: Reason | None

    @property
    def has_room(self) -> bool:
        """Can anybody come: book, ask, or just turn up?"""
        return self.why_not is None or self.why_not.name in ("just_turn_up", "whole_run_only")


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of one date, in order."""

    on: date
    sessions: tuple[ListedSession, ...]


FIELDS = """
    o.public_id, v.public_id AS service_id, v.name, s.title, s.kind, o.starts_at, o.ends_at, s.zone, o.status,
    o.is_paused OR s.is_paused AS is_paused, s.status AS series_status, s.course_booking, o.capacity, o.overbooked,
    o.places_taken, s.largest_party, s.opens_days, s.closes_minutes, s.min_age, s.max_age, s.takes_waiting,
    coalesce(s.cost_pence, v.cost_pence) AS cost_pence, v.is_sensitive,
    CASE WHEN l.visibility = 'public' THEN l.name ELSE '' END AS place,
    CASE WHEN l.visibility <> 'hidden' THEN coalesce(w.name, '') ELSE '' END AS ward
"""
TABLES = """
  JOIN series s ON s.id = o.series_id
  JOIN service v ON v.id = o.service_id
  LEFT JOIN location l ON l.id = o.location_id
  LEFT JOIN area w ON w.id = l.ward_id
"""
IS_COMING = """
    o.status = 'scheduled' AND o.starts_at > :now AND s.status = 'published' AND s.is_listed
"""
IS_THIS_WEEK = f"""{IS_COMING} AND o.starts_at < :until
    AND NOT o.is_paused AND NOT s.is_paused AND s.kind <> 'referred' AND NOT v.is_sensitive AND v.status = 'active'
    AND (v.valid_until IS NULL OR v.valid_until >= :today)
    AND (o.capacity IS NULL OR o.places_taken < o.capacity)
"""

OF_SERVICE = text(f"""
SELECT {FIELDS}, count(*) OVER () AS total FROM occurrence o {TABLES}
 WHERE o.service_id = (SELECT id FROM service WHERE public_id = :service) AND {IS_COMING}
 ORDER BY o.starts_at, o.id LIMIT :most OFFSET :skipped
""")  # noqa: S608  (constants of ours)

# The names of places and wards only for those that are shown: a large organisation has hundreds of sessions a week.
OF_ORGANISATION = text(f"""
WITH shown AS MATERIALIZED (
    SELECT o.id, count(*) OVER () AS total
      FROM service v JOIN occurrence o ON o.service_id = v.id JOIN series s ON s.id = o.series_id
     WHERE v.organisation_id = (SELECT id FROM organisation WHERE public_id = :organisation)
       AND {IS_COMING} AND o.starts_at < :until AND NOT o.is_paused AND NOT s.is_paused
       AND NOT v.is_sensitive AND v.status = 'active' AND (v.valid_until IS NULL OR v.valid_until >= :today)
     ORDER BY o.starts_at, o.id LIMIT :most)
SELECT {FIELDS}, shown.total FROM shown JOIN occurrence o ON o.id = shown.id {TABLES}
 ORDER BY o.starts_at, o.id
""")  # noqa: S608  (constants of ours)

# Place by place: a ward has some hundred of them, the city ten thousand sessions a week.
OF_WARDS = text(f"""
SELECT * FROM (
    SELECT {FIELDS}, o.id, row_number() OVER (PARTITION BY (o.starts_at AT TIME ZONE 'Europe/London')::date
                                              ORDER BY o.starts_at, o.id) AS place_in_day
      FROM location here
     CROSS JOIN LATERAL (
               SELECT * FROM occurrence n
                WHERE n.location_id = here.id AND n.starts_at > :now AND n.starts_at < :until OFFSET 0) AS o
           {TABLES}
     WHERE here.ward_id = ANY(:wards) AND here.visibility <> 'hidden' AND {IS_THIS_WEEK}
) AS found WHERE place_in_day <= :most ORDER BY starts_at, id
""")  # noqa: S608  (constants of ours)

# Day by day, and of each only as far as is shown: soon found where there is much.
OF_CITY = """
SELECT found.* FROM unnest(CAST(:froms AS timestamptz[]), CAST(:tos AS timestamptz[])) AS day (begins_at, ends_at)
 CROSS JOIN LATERAL (
    SELECT {FIELDS}, o.id FROM occurrence o {TABLES}
     WHERE o.starts_at >= day.begins_at AND o.starts_at < day.ends_at AND {IS_THIS_WEEK}
       AND s.kind <> 'appointments' {there}
     ORDER BY o.starts_at, o.id LIMIT :most
 ) AS found ORDER BY found.starts_at, found.id
"""
CONSTANTS = {"FIELDS": FIELDS, "TABLES": TABLES, "IS_THIS_WEEK": IS_THIS_WEEK}
OF_WHOLE_CITY = text(OF_CITY.format(there="", **CONSTANTS))
OF_MANY_WARDS = text(OF_CITY.format(there="AND l.ward_id = ANY(:wards) AND l.visibility <> 'hidden'", **CONSTANTS))


def list_next_sessions(service: UUID, now: datetime, most: int = 6, page: int = 1) -> tuple[list[ListedSession], int]:
    """The next sessions of a service, full and paused ones too, and how many there are in all."""
    values = {"service": service, "now": now, "most": most, "skipped": (page - 1) * most}
    rows = db.session.execute(OF_SERVICE, values).all()
    return [read(row, now) for row in rows], rows[0].total if rows else 0


def list_sessions_of_organisation(
    organisation: UUID, now: datetime, today: date, most: int, ahead: timedelta = WEEK
) -> tuple[list[ListedSession], int]:
    """An organisation's sessions of the coming week, full ones too, and how many there are in all."""
    values = {"organisation": organisation, "now": now, "until": now + ahead, "today": today, "most": most}
    rows = db.session.execute(OF_ORGANISATION, values).all()
    return [read(row, now) for row in rows], rows[0].total if rows else 0


def list_sessions_in_wards(
    ward_ids: Sequence[int], now: datetime, until: datetime, today: date, most_a_day: int
) -> list[ListedSession]:
    """The sessions with room in some wards, of each day the first few. Nothing sensitive."""
    values = {"wards": list(ward_ids), "now": now, "until": until, "today": today, "most": most_a_day}
    return [read(row, now) for row in db.session.execute(OF_WARDS, values)]


def list_sessions_in_city(
    now: datetime,
    days: Sequence[tuple[datetime, datetime]],
    today: date,
    most_a_day: int,
    ward_ids: Sequence[int] | None = None,
) -> list[ListedSession]:
    """The sessions with room anywhere, or in many wards, of each span the first few.

    Nothing sensitive, no single appointments.
    """
    values: dict[str, Any] = {
        "now": now,
        "until": days[-1][1],
        "today": today,
        "most": most_a_day,
        "froms": [begins for begins, _ in days],
        "tos": [ends for _, ends in days],
    }
    if ward_ids is None:
        return [read(row, now) for row in db.session.execute(OF_WHOLE_CITY, values)]
    found = db.session.execute(OF_MANY_WARDS, {**values, "wards": list(ward_ids)})
    return [read(row, now) for row in found]


REGULAR = text("""
SELECT v.public_id AS service_id, v.name, v.cost_pence, t.weekday, t.starts_time, t.ends_time, t.week_of_month,
       CASE WHEN here.visibility = 'public' THEN here.name ELSE '' END AS place
  FROM location here
  JOIN service_at_location sl ON sl.location_id = here.id
  JOIN service v ON v.id = sl.service_id AND v.status = 'active' AND v.kind <> 'place' AND NOT v.is_sensitive
   AND (v.valid_until IS NULL OR v.valid_until >= :today) AND (v.valid_from IS NULL OR v.valid_from <= :today)
  JOIN opening_time t ON t.service_id = v.id AND (t.location_id IS NULL OR t.location_id = here.id)
 WHERE here.ward_id = :ward AND here.visibility <> 'hidden'
   AND NOT EXISTS (SELECT FROM series s WHERE s.service_id = v.id AND s.status = 'published' AND s.is_listed)
 ORDER BY t.starts_time, v.name, t.id
""")


@dataclass(frozen=True, slots=True)
class RegularSession:
    """A regular time of something that publishes no sessions, on one date."""

    service_id: UUID
    name: str
    place: str
    cost_pence: int | None
    starts_time: time
    ends_time: time


def list_regular_times(ward_id: int, days: Sequence[date]) -> dict[date, list[RegularSession]]:
    """What is on in a ward by its regular times, on each of these dates. Nothing sensitive, nothing with sessions."""
    found: dict[date, list[RegularSession]] = {on: [] for on in days}
    for row in db.session.execute(REGULAR, {"ward": ward_id, "today": days[0]}):
        regular = RegularTime(row.weekday, row.starts_time, row.ends_time, row.week_of_month)
        for on in days:
            if falls_on(regular, on):
                found[on].append(
                    RegularSession(row.service_id, row.name, row.place, row.cost_pence, row.starts_time, row.ends_time)
                )
    return found


def by_day(sessions: Sequence[ListedSession]) -> list[Day]:
    """Sessions that are in order, by date."""
    return [Day(on, tuple(each)) for on, each in groupby(sessions, key=lambda one: one.starts.date())]


def read(row: Any, now: datetime) -> ListedSession:
    """One row of FIELDS."""
    zone = ZoneInfo(row.zone)
    sitting = Sitting(
        starts_at=row.starts_at,
        status=row.status,
        is_paused=row.is_paused,
        series_status=row.series_status,
        kind=row.kind,
        course_booking=row.course_booking,
        capacity=row.capacity,
        overbooked=row.overbooked,
        places_taken=row.places_taken,
        largest_party=row.largest_party,
        opens_days=row.opens_days,
        closes_minutes=row.closes_minutes,
        min_age=row.min_age,
        max_age=row.max_age,
    )
    return ListedSession(
        public_id=row.public_id,
        service_id=row.service_id,
        name=row.name,
        group=row.title,
        kind=row.kind,
        starts=row.starts_at.astimezone(zone),
        ends=row.ends_at.astimezone(zone),
        free=None if row.capacity is None else max(0, row.capacity - row.places_taken),
        takes_waiting=row.takes_waiting,
        cost_pence=row.cost_pence,
        place=row.place,
        ward=row.ward,
        is_sensitive=row.is_sensitive,
        why_not=why_not_bookable(sitting, Wish(), now),
    )
