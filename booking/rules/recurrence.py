"""On which days a series has its sessions, and at which instants. Local wall time in, aware UTC out.

Weekly and monthly rules are those of RFC 5545 (`dateutil.rrule`); weeks begin on Monday. Days that fall out (bank
holidays, outside term, closures, dates left out on purpose) are answered with the reason, so that a preview can name
them. Whatever the days depend on is passed in as a `Calendar`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import MO, MONTHLY, WEEKLY, rrule, weekday

Frequency = Literal["once", "weekly", "monthly"]
LeftOut = Literal["skipped", "closed", "bank_holiday", "outside_term", "terms_unknown"]

MIDNIGHT = time(0)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Pattern:
    """The rule of a series (see the columns of `booking.models.Series`).

    `weekdays` are 0 (Monday) to 6; `weeks_of_month` 1 to 5, or -1 for the last. `sessions` counts days that are held:
    a bank holiday makes a course end a week later. With `ends_on` as well the earlier end holds. `slot_minutes` cuts
    each day into appointments; minutes that are left over at the end stay free.
    """

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


@dataclass(frozen=True)
class Days:
    """A stretch of days, the first and the last included, and what it is called."""

    starts_on: date
    ends_on: date
    name: str = ""

    def __contains__(self, on: date) -> bool:
        """Is this day one of them?"""
        return self.starts_on <= on <= self.ends_on


@dataclass(frozen=True)
class Calendar:
    """What days depend on: bank holidays by name, school terms, closures of the location, dates left out by reason."""

    bank_holidays: Mapping[date, str] = field(default_factory=dict)
    terms: Sequence[Days] = ()
    closures: Sequence[Days] = ()
    skips: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedDate:
    """One session that the rule gives, or one slot of it. `left_out` says why it is not held; None: it is.

    `detail` is the bank holiday's name, the closure's reason, or why the date was left out; it may be empty.
    """

    on: date
    slot: int
    starts_at: datetime
    ends_at: datetime
    left_out: LeftOut | None = None
    detail: str = ""


def planned_dates(pattern: Pattern, from_on: date, to_on: date, calendar: Calendar) -> list[PlannedDate]:
    """Every session that begins from `from_on` to `to_on` (both included), in order; those left out with the reason.

    A day that is left out is one entry, also where it would have had slots.
    """
    planned: list[PlannedDate] = []
    held = 0
    for on in days_of(pattern, to_on):
        left_out, detail = why_left_out(on, pattern, calendar)
        held += left_out is None
        if on >= from_on:
            spans = list(spans_of(on, pattern))
            if left_out is not None:
                spans = [(spans[0][0], spans[-1][1])]
            planned += [
                PlannedDate(on, slot, starts_at, ends_at, left_out, detail)
                for slot, (starts_at, ends_at) in enumerate(spans)
            ]
        if pattern.sessions is not None and held >= pattern.sessions:
            break
    return planned


def days_of(pattern: Pattern, to_on: date) -> Iterator[date]:
    """The days of the rule itself, from its first to `to_on` or its own end. A fixed run's length is not known here."""
    last = to_on if pattern.ends_on is None else min(to_on, pattern.ends_on)
    if pattern.frequency == "once":
        if pattern.starts_on <= last:
            yield pattern.starts_on
        return
    begins = datetime.combine(pattern.starts_on, MIDNIGHT)
    until = datetime.combine(last, MIDNIGHT)
    if pattern.frequency == "weekly":
        rule = rrule(
            WEEKLY, dtstart=begins, until=until, interval=pattern.every_weeks, wkst=MO, byweekday=pattern.weekdays
        )
    else:
        chosen = [weekday(day, week) for day in pattern.weekdays for week in pattern.weeks_of_month]
        rule = rrule(MONTHLY, dtstart=begins, until=until, byweekday=chosen)
    for found in rule:
        yield found.date()


def why_left_out(on: date, pattern: Pattern, calendar: Calendar) -> tuple[LeftOut | None, str]:
    """Why the rule's session on this day is not held, and what that is called; (None, "") when it is held.

    After the last term that is known nobody can say: those days wait for somebody to enter the dates.
    """
    if on in calendar.skips:
        return "skipped", calendar.skips[on]
    for closure in calendar.closures:
        if on in closure:
            return "closed", closure.name
    if pattern.skips_bank_holidays and on in calendar.bank_holidays:
        return "bank_holiday", calendar.bank_holidays[on]
    if pattern.term_time_only and not any(on in term for term in calendar.terms):
        is_known = any(on < term.starts_on for term in calendar.terms)
        return ("outside_term" if is_known else "terms_unknown"), ""
    return None, ""


def spans_of(on: date, pattern: Pattern) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of the session on this day, or of each slot: real minutes, whatever the clocks do meanwhile."""
    starts_at = to_utc(on, pattern.starts_time, pattern.zone)
    if pattern.slot_minutes is None:
        yield starts_at, starts_at + timedelta(minutes=pattern.duration_minutes)
        return
    length = timedelta(minutes=pattern.slot_minutes)
    for slot in range(pattern.duration_minutes // pattern.slot_minutes):
        yield starts_at + slot * length, starts_at + (slot + 1) * length


def to_utc(on: date, at: time, zone: str) -> datetime:
    """The instant at which clocks in `zone` show this. Of an hour that happens twice, the first.

    A time that clocks jump over becomes the next minute that they show: 01:30 becomes 02:00 where 02:00 follows 00:59.
    """
    clock = ZoneInfo(zone)
    wall = datetime.combine(on, at)
    instant = wall.replace(tzinfo=clock, fold=0).astimezone(UTC)
    if shown(instant, clock) == wall:
        return instant
    # In a gap the later reading (fold=1) lies before the jump: the first whole minute from there that is not too early.
    instant = wall.replace(tzinfo=clock, fold=1).astimezone(UTC).replace(second=0, microsecond=0)
    while shown(instant, clock) < wall:
        instant += MINUTE
    return instant


def shown(instant: datetime, clock: ZoneInfo) -> datetime:
    """What clocks show at that instant, without a zone."""
    return instant.astimezone(clock).replace(tzinfo=None)
