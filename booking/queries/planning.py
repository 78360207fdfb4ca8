"""What the dates of a series depend on, read for the rules of `booking.rules.recurrence`."""

from __future__ import annotations

from datetime import date
from typing import cast

from sqlalchemy import select

from assetreg.db import db
from booking.bank_holidays import bank_holidays
from booking.models import Closure, SchoolTerm, Series, SeriesSkip
from booking.rules.recurrence import Calendar, Days, Frequency, Pattern


def pattern_of(series: Series) -> Pattern:
    """The rule of a series."""
    return Pattern(
        starts_on=series.starts_on,
        starts_time=series.starts_time,
        duration_minutes=series.duration_minutes,
        frequency=cast(Frequency, series.frequency),
        every_weeks=series.every_weeks,
        weekdays=tuple(series.weekdays),
        weeks_of_month=tuple(series.weeks_of_month),
        ends_on=series.ends_on,
        sessions=series.sessions,
        zone=series.zone,
        skips_bank_holidays=series.skips_bank_holidays,
        term_time_only=series.term_time_only,
        slot_minutes=series.slot_minutes,
    )


def get_calendar(from_on: date, to_on: date, location_id: int | None = None, series_id: int | None = None) -> Calendar:
    """What the days from one to the other depend on. Begin with the first day of the series: a run is counted from it.

    Terms are all that are known. Without a location there are no closures, without a series no dates left out.
    """
    terms = db.session.execute(
        select(SchoolTerm.starts_on, SchoolTerm.ends_on, SchoolTerm.name).order_by(SchoolTerm.starts_on)
    )
    closures = db.session.execute(
        select(Closure.starts_on, Closure.ends_on, Closure.reason)
        .where(Closure.location_id == location_id, Closure.starts_on <= to_on, Closure.ends_on >= from_on)
        .order_by(Closure.starts_on, Closure.id)
    )
    skips = db.session.execute(
        select(SeriesSkip.left_out_on, SeriesSkip.reason).where(SeriesSkip.series_id == series_id)
    )
    return Calendar(
        bank_holidays=bank_holidays(from_on, to_on),
        terms=[Days(*row) for row in terms],
        closures=[Days(*row) for row in closures],
        skips=dict(skips.all()),
    )
