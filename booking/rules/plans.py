"""What an organiser means to publish, and every sentence that speaks against it. No web, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import NamedTuple

from booking.rules.recurrence import Frequency, Pattern
from booking.rules.vocabulary import (
    LARGEST_PARTY,
    LONGEST_KEEP_DAYS,
    LONGEST_SESSION_MINUTES,
    MOST_PLACES,
    MOST_SESSIONS,
    SHORTEST_SESSION_MINUTES,
)

WEEKS_AHEAD = 12
AHEAD = timedelta(weeks=WEEKS_AHEAD)
WHOLE_UNTIL = timedelta(days=400)  # a series that ends within this has all its dates at once
LONGEST_RUN = timedelta(days=1100)  # how far a fixed number of sessions is looked for
FARTHEST = timedelta(days=1830)
LONGEST_TITLE, LONGEST_NOTE, LONGEST_WORDING = 200, 2000, 300
MOST_QUESTIONS = 5


@dataclass(frozen=True)
class PlannedQuestion:
    """Something to ask whoever books. Answers are removed `keep_days` after the session."""

    wording: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    is_required: bool = False
    keep_days: int = 30
    is_emergency_contact: bool = False


@dataclass(frozen=True)
class SeriesPlan:
    """Everything a form may say of a series (see the columns of `booking.models.Series`).

    `leader_name` is looked up among the leaders of the organisation, and added to them on publishing.
    `cost_pence` 0 is free, None is not said. `capacity` None: places are not counted.
    """

    service_id: int
    starts_on: date
    starts_time: time
    duration_minutes: int
    frequency: Frequency = "weekly"
    every_weeks: int = 1
    weekdays: tuple[int, ...] = ()
    weeks_of_month: tuple[int, ...] = ()
    ends_on: date | None = None
    sessions: int | None = None
    zone: str = "Europe/London"
    skips_bank_holidays: bool = False
    term_time_only: bool = False
    slot_minutes: int | None = None
    location_id: int | None = None
    space_id: int | None = None
    leader_name: str = ""
    title: str = ""
    kind: str = "bookable"
    is_listed: bool = True
    capacity: int | None = None
    largest_party: int = 6
    course_booking: str | None = None
    opens_days: int | None = None
    closes_minutes: int = 0
    asks_names: bool = False
    allows_repeats: bool = False
    takes_waiting: bool = True
    min_age: int | None = None
    max_age: int | None = None
    age_rule: str = "none"
    audience: str = "everyone"
    cost_pence: int | None = None
    cost_note: str = ""
    note: str = ""
    reminds_2_days: bool = True
    reminds_2_hours: bool = False
    questions: tuple[PlannedQuestion, ...] = ()

    @property
    def pattern(self) -> Pattern:
        """The rule that gives the dates."""
        return Pattern(
            starts_on=self.starts_on,
            starts_time=self.starts_time,
            duration_minutes=self.duration_minutes,
            frequency=self.frequency,
            every_weeks=self.every_weeks,
            weekdays=self.weekdays,
            weeks_of_month=self.weeks_of_month,
            ends_on=self.ends_on,
            sessions=self.sessions,
            zone=self.zone,
            skips_bank_holidays=self.skips_bank_holidays,
            term_time_only=self.term_time_only,
            slot_minutes=self.slot_minutes,
        )


class Problem(NamedTuple):
    """Why a plan cannot be published: the field it is about, the reason's name, and a number that the sentence says."""

    field: str
    reason: str
    number: int = 0


def tidied_plan(plan: SeriesPlan) -> SeriesPlan:
    """The plan without what its own kind or frequency makes meaningless."""
    changes: dict[str, object] = {}
    if plan.frequency == "once":
        changes |= {"weekdays": (), "weeks_of_month": (), "every_weeks": 1, "sessions": None, "ends_on": None}
        changes["term_time_only"] = changes["skips_bank_holidays"] = False
    elif plan.frequency == "weekly":
        changes |= {"weeks_of_month": ()}
    else:
        changes |= {"every_weeks": 1}
    if plan.kind != "appointments":
        changes["slot_minutes"] = None
    if plan.kind == "course":
        changes["course_booking"] = plan.course_booking or "whole"
    else:
        changes["course_booking"] = None
    if plan.min_age is None and plan.max_age is None:
        changes["age_rule"] = "none"
    return replace(plan, **changes)  # type: ignore[arg-type]


def plan_problems(plan: SeriesPlan, today: date, is_new: bool = True) -> list[Problem]:
    """Everything that speaks against publishing it, in the form's order. `is_new`: it may not begin in the past."""
    return [*date_problems(plan, today, is_new), *time_problems(plan), *place_problems(plan), *text_problems(plan)]


def date_problems(plan: SeriesPlan, today: date, is_new: bool) -> Iterator[Problem]:
    """What is wrong with the days."""
    if is_new and plan.starts_on < today:
        yield Problem("starts_on", "in_the_past")
    if plan.starts_on > today + FARTHEST:
        yield Problem("starts_on", "too_far_away")
    if plan.frequency != "once" and not plan.weekdays:
        yield Problem("weekdays", "no_days")
    if plan.frequency == "monthly" and not plan.weeks_of_month:
        yield Problem("weeks_of_month", "no_weeks")
    if not 1 <= plan.every_weeks <= 52:
        yield Problem("every_weeks", "every_weeks", 52)
    if plan.ends_on is not None and plan.ends_on < plan.starts_on:
        yield Problem("ends_on", "ends_before_it_starts")
    elif plan.ends_on is not None and plan.ends_on > max(today, plan.starts_on) + FARTHEST:
        yield Problem("ends_on", "too_far_away")
    if plan.sessions is not None and not 1 <= plan.sessions <= MOST_SESSIONS:
        yield Problem("sessions", "sessions", MOST_SESSIONS)
    if plan.kind == "course" and plan.frequency != "once" and plan.ends_on is None and plan.sessions is None:
        yield Problem("ends", "course_needs_an_end")
    if plan.kind == "course" and plan.frequency == "once":
        yield Problem("frequency", "course_is_more_than_one_day")


def time_problems(plan: SeriesPlan) -> Iterator[Problem]:
    """What is wrong with the time of day."""
    if plan.duration_minutes <= 0:
        yield Problem("ends_time", "time_ends_before_it_starts")
    elif plan.duration_minutes < SHORTEST_SESSION_MINUTES:
        yield Problem("ends_time", "too_short", SHORTEST_SESSION_MINUTES)
    elif plan.duration_minutes > LONGEST_SESSION_MINUTES:
        yield Problem("ends_time", "too_long", LONGEST_SESSION_MINUTES // 60)
    if plan.kind == "appointments":
        if plan.slot_minutes is None or plan.slot_minutes < SHORTEST_SESSION_MINUTES:
            yield Problem("slot_minutes", "appointments_too_short", SHORTEST_SESSION_MINUTES)
        elif plan.slot_minutes > max(plan.duration_minutes, SHORTEST_SESSION_MINUTES):
            yield Problem("slot_minutes", "appointments_longer_than_session")


def place_problems(plan: SeriesPlan) -> Iterator[Problem]:
    """What is wrong with the number of people, ages and money."""
    if plan.capacity is None and plan.kind != "drop_in":
        yield Problem("capacity", "capacity_needed", MOST_PLACES)
    if plan.capacity is not None and not 1 <= plan.capacity <= MOST_PLACES:
        yield Problem("capacity", "capacity", MOST_PLACES)
    if not 1 <= plan.largest_party <= LARGEST_PARTY:
        yield Problem("largest_party", "largest_party", LARGEST_PARTY)
    if plan.opens_days is not None and not 0 <= plan.opens_days <= 400:
        yield Problem("opens_days", "opens_days", 400)
    if not 0 <= plan.closes_minutes <= 43_200:
        yield Problem("closes_hours", "closes_hours", 720)
    for field in ("min_age", "max_age"):
        age = getattr(plan, field)
        if age is not None and not 0 <= age <= 120:
            yield Problem(field, "age", 120)
    if plan.min_age is not None and plan.max_age is not None and plan.min_age > plan.max_age:
        yield Problem("max_age", "ages_in_order")
    if plan.cost_pence is not None and not 0 <= plan.cost_pence <= 1_000_000:
        yield Problem("cost", "cost")


def text_problems(plan: SeriesPlan) -> Iterator[Problem]:
    """What is wrong with the words and the questions."""
    for field, longest in (
        ("title", LONGEST_TITLE),
        ("leader_name", LONGEST_TITLE),
        ("cost_note", LONGEST_TITLE),
        ("note", LONGEST_NOTE),
    ):
        if len(getattr(plan, field)) > longest:
            yield Problem(field, "text_too_long", longest)
    for number, question in enumerate(plan.questions[:MOST_QUESTIONS], start=1):
        if len(question.wording) > LONGEST_WORDING:
            yield Problem(f"q{number}_wording", "text_too_long", LONGEST_WORDING)
        if question.kind == "choice" and not 2 <= len(question.choices) <= 20:
            yield Problem(f"q{number}_choices", "choices", 20)
        if not 0 <= question.keep_days <= LONGEST_KEEP_DAYS:
            yield Problem(f"q{number}_keep_days", "keep_days", LONGEST_KEEP_DAYS)


def is_whole(pattern: Pattern, kind: str, today: date) -> bool:
    """Are all its dates made at once? Courses, fixed runs, and what ends within about a year."""
    if pattern.frequency == "once" or pattern.sessions is not None or kind == "course":
        return True
    return pattern.ends_on is not None and pattern.ends_on <= max(today, pattern.starts_on) + WHOLE_UNTIL


def last_day_to_plan(pattern: Pattern, kind: str, today: date) -> date:
    """The last day whose sessions are made now: twelve weeks ahead, or the end where all are made at once."""
    begins = max(today, pattern.starts_on)
    if not is_whole(pattern, kind, today):
        return begins + AHEAD
    if pattern.frequency == "once":
        return pattern.starts_on
    farthest = pattern.starts_on + LONGEST_RUN
    return farthest if pattern.ends_on is None else min(pattern.ends_on, begins + FARTHEST)
