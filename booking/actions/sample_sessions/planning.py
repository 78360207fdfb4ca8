"""The sample's series: which kind each is, its rule, its dates, and a room and a leader who are free."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from assetreg.actions.sample_city.chances import uuid_from
from booking.actions.sample_sessions.offers import Offer
from booking.rules.recurrence import Calendar, Pattern, PlannedDate, planned_dates

Way = Literal["bookable", "drop_in", "ask_first", "referred", "appointments", "course", "once", "draft", "ended"]

AHEAD = timedelta(weeks=12)
ROOM_SIZES = (6, 8, 8, 10, 10, 12, 12, 14, 15, 16, 20, 20, 24, 30, 40)
POPULARITY = (0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15, 1.4)  # share of the places that people want in the next week
QUARTER = 900  # seconds
# How often each way comes, by what the service is.
WAYS: dict[str, dict[Way, int]] = {
    "activity": {"bookable": 52, "drop_in": 20, "ask_first": 5, "course": 14, "once": 5, "draft": 2, "ended": 2},
    "group": {"bookable": 34, "drop_in": 48, "ask_first": 10, "course": 4, "once": 2, "draft": 1, "ended": 1},
    "support": {
        "bookable": 36,
        "drop_in": 28,
        "ask_first": 14,
        "appointments": 10,
        "course": 8,
        "draft": 2,
        "ended": 2,
    },
}


@dataclass(slots=True)
class Plan:
    """A series in the making: the values of its columns by name, and its dates."""

    key: int
    offer: Offer
    way: Way
    values: dict[str, Any]
    dates: tuple[PlannedDate, ...]
    draw: Random
    popularity: float
    run_key: uuid.UUID | None = None
    buckets: set[int] = field(default_factory=set)


class Diary:
    """Which quarters of an hour rooms and leaders are taken."""

    def __init__(self) -> None:
        """Nobody is busy yet."""
        self._taken: dict[tuple[str, int], set[int]] = defaultdict(set)

    def take(self, what: str, key: int, quarters: Collection[int]) -> bool:
        """Take somebody or something for these quarters; False, and nothing taken, when one of them is taken."""
        taken = self._taken[what, key]
        if not taken.isdisjoint(quarters):
            return False
        taken.update(quarters)
        return True


def way_of(offer: Offer, draw: Random) -> Way:
    """How people get a place there."""
    if offer.referral == "professional":
        return "referred"
    ways = WAYS[offer.kind]
    way = draw.choices(list(ways), list(ways.values()))[0]
    if way == "bookable" and draw.random() < 0.05:
        return "referred"
    return way


def plan_series(key: int, offer: Offer, today: date, book: DateBook, draw: Random) -> Plan:
    """One series with its dates from its start to twelve weeks ahead (a course whole)."""
    public_id = uuid_from(draw)
    way = way_of(offer, draw)
    monday = today - timedelta(days=today.weekday())
    starts_on = monday - timedelta(weeks=draw.randint(1, 4))
    frequency, every_weeks, sessions, ends_on = "weekly", 1, None, None
    minutes = offer.minutes if way in ("drop_in", "appointments") else min(offer.minutes, draw.choice((60, 90, 120)))
    if way == "course":
        sessions = draw.choice((4, 6, 6, 8, 10))
        starts_on = monday + timedelta(weeks=draw.randint(-4, 6))
    elif way == "once":
        frequency, starts_on = "once", monday + timedelta(weeks=draw.randint(0, 8), days=offer.weekday)
    elif way == "ended":
        ends_on = monday - timedelta(days=1)
    elif offer.week_of_month is not None:
        frequency = "monthly"
    elif draw.random() < 0.12:
        every_weeks = 2
    pattern = Pattern(
        starts_on=starts_on,
        starts_time=offer.starts_time,
        duration_minutes=minutes,
        frequency=frequency,  # type: ignore[arg-type]
        every_weeks=every_weeks,
        weekdays=() if frequency == "once" else (offer.weekday,),
        weeks_of_month=(offer.week_of_month,) if frequency == "monthly" and offer.week_of_month is not None else (),
        ends_on=ends_on,
        sessions=sessions,
        skips_bank_holidays=draw.random() < 0.7,
        term_time_only=bool(book.calendar.terms) and offer.audience == "children" and sessions is None,
        slot_minutes=draw.choice((30, 40, 45)) if way == "appointments" and minutes >= 60 else None,
    )
    if way == "appointments" and pattern.slot_minutes is None:
        way = "ask_first"
    limit = today + AHEAD if sessions is None else today + 3 * AHEAD
    dates = () if way == "draft" else book.held(pattern, limit)
    plan = Plan(key, offer, way, {}, dates, draw, draw.choice(POPULARITY))
    plan.values = {"public_id": public_id} | columns_of(plan, pattern, limit)
    plan.buckets = {
        quarter
        for each in dates
        for quarter in range(int(each.starts_at.timestamp()) // QUARTER, -(-int(each.ends_at.timestamp()) // QUARTER))
    }
    if way == "course" and plan.values["course_booking"] == "whole":
        plan.run_key = uuid_from(draw)
    return plan


class DateBook:
    """The dates that rules give, each rule counted once: thousands of series share theirs."""

    def __init__(self, calendar: Calendar) -> None:
        """Begin with none."""
        self.calendar = calendar
        self._known: dict[tuple[Pattern, date], tuple[PlannedDate, ...]] = {}

    def held(self, pattern: Pattern, to_on: date) -> tuple[PlannedDate, ...]:
        """The dates that are held, from the start of the rule."""
        known = self._known.get((pattern, to_on))
        if known is None:
            planned = planned_dates(pattern, pattern.starts_on, to_on, self.calendar)
            known = self._known[pattern, to_on] = tuple(each for each in planned if each.left_out is None)
        return known


def columns_of(plan: Plan, pattern: Pattern, limit: date) -> dict[str, Any]:
    """The columns of the series, without room and leader."""
    offer, draw, way = plan.offer, plan.draw, plan.way
    kind = "bookable" if way in ("once", "draft", "ended") else way
    has_ages = offer.min_age is not None or offer.max_age is not None
    return {
        "id": plan.key,
        "service_id": offer.service_id,
        "location_id": offer.location_id,
        "title": f"Group {offer.group}" if offer.group > 1 else "",
        "kind": kind,
        "status": way if way in ("draft", "ended") else "published",
        "is_paused": way == "bookable" and draw.random() < 0.02,
        "is_listed": way != "referred" or draw.random() < 0.5,
        "frequency": pattern.frequency,
        "every_weeks": pattern.every_weeks,
        "weekdays": list(pattern.weekdays),
        "weeks_of_month": list(pattern.weeks_of_month),
        "starts_on": pattern.starts_on,
        "ends_on": pattern.ends_on,
        "sessions": pattern.sessions,
        "starts_time": pattern.starts_time,
        "duration_minutes": pattern.duration_minutes,
        "skips_bank_holidays": pattern.skips_bank_holidays,
        "term_time_only": pattern.term_time_only,
        "slot_minutes": pattern.slot_minutes,
        "capacity": capacity_of(plan),
        "largest_party": draw.choice((2, 4, 4, 6)),
        "course_booking": draw.choice(("whole", "whole", "either")) if way == "course" else None,
        "closes_minutes": draw.choice((0, 0, 0, 60, 120)),
        "takes_waiting": draw.random() < 0.9,
        "min_age": offer.min_age,
        "max_age": offer.max_age,
        "age_rule": "warn" if has_ages else "none",
        "audience": offer.audience,
        "topped_up_to": None if way == "draft" else limit,
    }


def capacity_of(plan: Plan) -> int | None:
    """How many places it has; None: they are not counted."""
    if plan.way == "drop_in":
        return None if plan.draw.random() < 0.8 else 30
    if plan.way == "appointments":
        return 1
    largest = max((size for _, size in plan.offer.spaces if size), default=100)
    return min(plan.draw.choice(ROOM_SIZES), largest)


def find_room(plan: Plan, diary: Diary) -> int | None:
    """A room of the place that is large enough and free at every date; None when there is none."""
    for space_id, size in plan.offer.spaces:
        is_large_enough = size is None or size >= (plan.values["capacity"] or 0)
        if is_large_enough and diary.take("space", space_id, plan.buckets):
            return space_id
    return None
