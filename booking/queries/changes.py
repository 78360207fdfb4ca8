"""What would happen to the dates of a published series if its plan changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from assetreg import clock
from booking.models import Series
from booking.queries.previews import Preview, PreviewDate, preview_series
from booking.queries.series_dates import SeriesDate, list_series_dates
from booking.rules.plans import SeriesPlan
from booking.rules.recurrence import PlannedDate

WhyKept = Literal["exception", "booked", "chosen"]


@dataclass(frozen=True)
class Change:
    """What a new plan does to the dates that have not begun. `moved` keep their bookings; `kept` stay as they are.

    `fuller` are those on which more have booked than the new number of places: they keep the places that are taken.
    """

    preview: Preview
    moved: tuple[tuple[SeriesDate, PlannedDate], ...] = ()
    added: tuple[PlannedDate, ...] = ()
    gone: tuple[SeriesDate, ...] = ()
    kept: tuple[tuple[SeriesDate, WhyKept], ...] = ()
    fuller: tuple[SeriesDate, ...] = ()

    @property
    def told(self) -> list[SeriesDate]:
        """The dates with bookings whose time or place becomes another: people are told."""
        return [one for one, planned in self.moved if one.wanted_by and self.is_elsewhere(one, planned)]

    def is_elsewhere(self, one: SeriesDate, planned: PlannedDate) -> bool:
        """Does this date change for whoever comes?"""
        place = (self.location_id, self.space_id)
        return (one.starts_at, one.ends_at) != (planned.starts_at, planned.ends_at) or place != (
            one.location_id,
            one.space_id,
        )

    location_id: int | None = None
    space_id: int | None = None


def preview_change(
    series: Series, plan: SeriesPlan, from_on: date, now: datetime, skip_dates: Collection[date] = ()
) -> Change:
    """What `plan` does to the dates of a series from that day on: every date and everything in the way, by name.

    Stay as they are: whatever has begun, what was edited by itself, cancelled or added by hand, and dates with
    bookings that the new rule no longer gives. A date that the new rule gives too keeps its address and its bookings.
    Days in `skip_dates` stay as they are, or are not made.
    """
    coming = [one for one in list_series_dates(series.id, after=now) if (one.rule_on or one.on) >= from_on]
    exceptions = [one for one in coming if one.is_exception]
    regular = [one for one in coming if not one.is_exception]
    untouched = {one.rule_on for one in regular if one.rule_on in skip_dates}
    taken_days = {one.rule_on for one in exceptions}
    preview = preview_series(plan, now, skip_dates, series.id)
    planned = {(one.on, one.slot): one for one in preview.sittings if one.on >= from_on and one.on not in taken_days}
    moved, gone, kept = [], [], [(one, "exception") for one in exceptions]
    for one in regular:
        following = planned.pop((one.rule_on or one.on, one.slot), None)
        if one.rule_on in untouched:
            kept.append((one, "chosen"))
        elif following is not None:
            moved.append((one, following))
        elif one.wanted_by:
            kept.append((one, "booked"))
        else:
            gone.append(one)
    makes = {one.on for one in planned.values()} | {following.on for _one, following in moved}
    own = [one.id for one, _following in moved] + [one.id for one in gone]
    preview = preview_series(plan, now, skip_dates, series.id, own)
    shown = tuple(narrowed(one, makes) for one in preview.dates if one.on >= from_on and one.on not in taken_days)
    fuller = [one for one, _following in moved if plan.capacity is not None and one.places_taken > plan.capacity]
    return Change(
        Preview(shown, preview.until, preview.warnings, preview.is_whole, preview.leader_id),
        tuple(moved),
        tuple(sorted(planned.values(), key=lambda one: (one.on, one.slot))),
        tuple(gone),
        tuple(kept),  # type: ignore[arg-type]
        tuple(fuller),
        plan.location_id,
        plan.space_id,
    )


def narrowed(one: PreviewDate, makes: Collection[date]) -> PreviewDate:
    """The day without clashes where nothing is made or moved."""
    return one if one.on in makes else PreviewDate(one.planned)


def first_to_change(series: Series, now: datetime) -> date:
    """The first day that a change of all coming dates is about."""
    coming = list_series_dates(series.id, after=now, most=1)
    return (coming[0].rule_on or coming[0].on) if coming else max(clock.local_day(now), series.starts_on)
