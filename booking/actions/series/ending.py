"""Pausing and ending a series, and drafts of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import update

from assetreg import clock
from assetreg.db import db
from assetreg.models import User
from booking.actions.occurrences import cancel_occurrence
from booking.actions.outcomes import patiently
from booking.actions.queue import hold, offer_freed_places
from booking.actions.series.changing import UNSYNCED, note_events
from booking.actions.series.publishing import check_version
from booking.models import Occurrence, Series
from booking.queries.series_dates import list_series_dates, lock_future_dates, lock_series

ENDED = "These sessions have ended."


def pause_series(series: Series, is_paused: bool, user: User | None, now: datetime) -> None:
    """Take no bookings for any date of this series, or take them again: then who waits is offered what came free.

    Who has a place keeps it. Raises VeryBusy.
    """
    if series.is_paused == is_paused:
        return
    series.is_paused = is_paused
    db.session.flush()
    coming = list_series_dates(series.id, after=now)
    kind = "bookings_paused" if is_paused else "bookings_open_again"
    note_events([(one.id, kind) for one in coming if one.status == "scheduled"], user, now)
    if not is_paused:
        with patiently():
            for held in hold([one.id for one in coming if one.status == "scheduled" and one.wanted_by]):
                offer_freed_places(held.id, now)


def end_series(
    series: Series, user: User | None, now: datetime, cancels_booked: bool, reason: str = "", version: int | None = None
) -> int:
    """End a series: no further dates. Dates that nobody booked are cancelled; the others too if `cancels_booked`.

    Whoever booked a date that is cancelled is told. Returns how many dates with bookings go on. Raises
    ChangedMeanwhile.
    """
    lock_series(series.id)
    db.session.refresh(series)
    check_version(series, version)
    lock_future_dates(series.id, now)
    reason = reason.strip() or ENDED
    coming = [one for one in list_series_dates(series.id, after=now) if one.status == "scheduled"]
    free = [one.id for one in coming if not one.wanted_by]
    booked = [one.id for one in coming if one.wanted_by]
    series.status, series.unsettled = "ended", []
    db.session.flush()
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.id.in_(free))
        .values(status="cancelled", cancelled_at=now, cancel_reason=reason, sequence=Occurrence.sequence + 1),
        **UNSYNCED,
    )
    note_events([(one, "cancelled") for one in free], user, now, reason)
    for loaded in db.session:
        if isinstance(loaded, Occurrence):
            db.session.expire(loaded)
    if not cancels_booked:
        return len(booked)
    for occurrence_id in booked:
        cancel_occurrence(db.session.get_one(Occurrence, occurrence_id), reason, user, now)
    return 0


def save_draft(series: Series | None, service_id: int, typed: Mapping[str, Any], user: User | None) -> Series:
    """Keep what was typed of a series so far; nothing of it is checked, and nobody but organisers sees it."""
    if series is None:
        series = Series(
            service_id=service_id,
            made_by_id=user.id if user else None,
            frequency="once",
            starts_on=clock.today() + timedelta(days=7),
            starts_time=time(10),
            duration_minutes=60,
        )
        db.session.add(series)
    series.service_id, series.draft = service_id, dict(typed)
    db.session.flush()
    return series


def throw_draft_away(series: Series) -> None:
    """Remove a draft for good. Raises ValueError for a series that was published."""
    if series.status != "draft":
        raise ValueError("only drafts are thrown away")
    db.session.delete(series)
    db.session.flush()
