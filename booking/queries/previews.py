"""What would happen if a plan were published: every date, what falls out and why, and everything in the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select

from assetreg import clock
from assetreg.db import db
from assetreg.models import Service
from booking.models import Leader
from booking.queries.clashes import Clash, list_clashes
from booking.queries.planning import get_calendar
from booking.rules.plans import SeriesPlan, is_whole, last_day_to_plan
from booking.rules.recurrence import Pattern, PlannedDate, planned_dates

Warned = Literal["terms_unknown", "run_not_whole", "nothing_held", "goes_on", "over_today"]


@dataclass(frozen=True)
class PreviewDate:
    """One day of the plan, with all its appointments where it has several. `clashes`: what is in the way."""

    planned: tuple[PlannedDate, ...]
    clashes: tuple[Clash, ...] = ()

    @property
    def on(self) -> date:
        """Which day."""
        return self.planned[0].on

    @property
    def left_out(self) -> str | None:
        """Why it is not held; None when it is."""
        return self.planned[0].left_out

    @property
    def starts_at(self) -> datetime:
        """When the first begins."""
        return self.planned[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """When the last is over."""
        return self.planned[-1].ends_at


@dataclass(frozen=True)
class Remark:
    """Something to know before the button; `on` is the day it begins, `number` how many dates it is about."""

    reason: Warned
    on: date | None = None
    number: int = 0


@dataclass(frozen=True)
class Preview:
    """Every date of a plan up to `until`, in order."""

    dates: tuple[PreviewDate, ...]
    until: date
    warnings: tuple[Remark, ...] = ()
    is_whole: bool = True
    leader_id: int | None = field(default=None, compare=False)

    @property
    def held(self) -> list[PreviewDate]:
        """The days on which it takes place, as far as nothing is in the way."""
        return [one for one in self.dates if one.left_out is None]

    @property
    def clashing(self) -> list[PreviewDate]:
        """The days on which something is in the way."""
        return [one for one in self.dates if one.clashes]

    @property
    def left_out(self) -> list[PreviewDate]:
        """The days that fall out."""
        return [one for one in self.dates if one.left_out is not None]

    @property
    def sittings(self) -> list[PlannedDate]:
        """Every session to be made: one for each day, or each appointment."""
        return [planned for one in self.held for planned in one.planned]


def preview_series(
    plan: SeriesPlan,
    now: datetime,
    skip_dates: Collection[date] = (),
    series_id: int | None = None,
    but_ids: Collection[int] = (),
) -> Preview:
    """What publishing this plan now would bring: a few statements, however many dates there are.

    Days in `skip_dates` are left out, as those that the series with `series_id` leaves out already. Occurrences with
    `but_ids` are not in the way. Sessions that have begun are never made.
    """
    today = clock.local_day(now)
    pattern = plan.pattern
    until = last_day_to_plan(pattern, plan.kind, today)
    calendar = get_calendar(pattern.starts_on, until, plan.location_id, series_id)
    if skip_dates:
        calendar = type(calendar)(
            calendar.bank_holidays,
            calendar.terms,
            calendar.closures,
            {**calendar.skips, **dict.fromkeys(skip_dates, "")},
        )
    everything = planned_dates(pattern, pattern.starts_on, until, calendar)
    coming = gathered([one for one in everything if one.starts_at > now])
    known = without_unknown_end(coming)
    leader_id = find_leader_id(plan)
    days = with_clashes(known, plan.space_id, leader_id, but_ids)
    warnings = remarks_of(pattern, everything, days, coming[len(days) :], now)
    whole = is_whole(pattern, plan.kind, today)
    if not whole:
        warnings.append(Remark("goes_on", until))
    return Preview(tuple(days), until, tuple(warnings), whole, leader_id)


def gathered(planned: list[PlannedDate]) -> list[PreviewDate]:
    """Planned sessions by their day."""
    days: dict[date, list[PlannedDate]] = {}
    for one in planned:
        days.setdefault(one.on, []).append(one)
    return [PreviewDate(tuple(day)) for day in days.values()]


def without_unknown_end(days: list[PreviewDate]) -> list[PreviewDate]:
    """Without the days at the end of which nobody can say whether they are in a school term."""
    while days and days[-1].left_out == "terms_unknown":
        days = days[:-1]
    return days


def with_clashes(
    days: list[PreviewDate], space_id: int | None, leader_id: int | None, but_ids: Collection[int]
) -> list[PreviewDate]:
    """The days with what is in the way of each; each session in the way once."""
    spans = [(one.starts_at, one.ends_at) for one in days]
    held = [number for number, one in enumerate(days) if one.left_out is None]
    found = list_clashes([spans[number] for number in held], space_id, leader_id, but_ids)
    by_day = {held[number]: tuple(clashes) for number, clashes in found.items()}
    return [PreviewDate(one.planned, by_day.get(number, ())) for number, one in enumerate(days)]


def remarks_of(
    pattern: Pattern,
    everything: list[PlannedDate],
    days: list[PreviewDate],
    unknown: list[PreviewDate],
    now: datetime,
) -> list[Remark]:
    """What an organiser should know besides. `unknown` are the days at the end that no term is known for."""
    remarks: list[Remark] = []
    if unknown:
        remarks.append(Remark("terms_unknown", unknown[0].on, len(unknown)))
    if everything and everything[0].on == clock.local_day(now) and everything[0].starts_at <= now:
        remarks.append(Remark("over_today", everything[0].on))
    held = len({one.on for one in everything if one.left_out is None})
    if pattern.sessions is not None and held < pattern.sessions:
        remarks.append(Remark("run_not_whole", None, held))
    if not any(one.left_out is None for one in days):
        remarks.append(Remark("nothing_held"))
    return remarks


def find_leader_id(plan: SeriesPlan) -> int | None:
    """The leader of this name in the organisation whose service it is; None when it is nobody yet."""
    if not plan.leader_name.strip():
        return None
    found: int | None = db.session.scalar(
        select(Leader.id)
        .join(Service, Service.organisation_id == Leader.organisation_id)
        .where(Service.id == plan.service_id, func.lower(Leader.name) == plan.leader_name.strip().lower())
    )
    return found
