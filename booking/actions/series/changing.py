"""Changing a published series: exceptions, bookings and the past stay as they are (docs/decisions/0009)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError, OperationalError

from assetreg import clock
from assetreg.db import db
from assetreg.models import User
from booking.actions.occurrences import bring_expiries_forward, list_open
from booking.actions.queue import offer_freed_places
from booking.actions.series.publishing import (
    DEADLOCK,
    EXCLUSION,
    DatesClash,
    JustTaken,
    PlanRefused,
    check_version,
    flush_series,
    insert_occurrences,
    write_plan,
    write_questions,
)
from booking.actions.telling import tell
from booking.models import BookingEvent, Occurrence, Series, SeriesSkip
from booking.queries.changes import Change, first_to_change, preview_change
from booking.queries.planning import pattern_of
from booking.queries.series_dates import count_held_before, lock_future_dates, lock_series
from booking.rules.plans import PlannedQuestion, SeriesPlan, plan_problems, tidied_plan

Scope = Literal["following", "all"]
DAY_CHANGED = "The day has changed."
UNSYNCED: dict[str, Any] = {"execution_options": {"synchronize_session": False}}


def plan_of(series: Series) -> SeriesPlan:
    """What a series says now, as a plan."""
    pattern = pattern_of(series)
    columns = {
        name: getattr(series, name)
        for name in SeriesPlan.__dataclass_fields__
        if name not in ("leader_name", "questions") and not hasattr(pattern, name)
    }
    asked = tuple(
        PlannedQuestion(
            one.wording, one.kind, tuple(one.choices), one.is_required, one.keep_days, one.is_emergency_contact
        )
        for one in series.questions
    )
    values = {**vars(pattern), **columns, "leader_name": series.leader.name if series.leader else ""}
    return SeriesPlan(**values, questions=asked)


def copy_plan(series: Series, today: date | None = None) -> SeriesPlan:
    """A plan for a new series like this one. What would begin in the past begins today; an end in the past is gone."""
    today = today or clock.today()
    plan = plan_of(series)
    if plan.starts_on >= today:
        return plan
    ends_on = plan.ends_on if plan.ends_on and plan.ends_on >= today and plan.frequency != "once" else None
    return replace(plan, starts_on=today, ends_on=ends_on)


def plan_to_change(series: Series, scope: Scope, from_on: date | None, now: datetime) -> tuple[SeriesPlan, date]:
    """The plan that an organiser begins with when changing a series, and the day from which it holds.

    "following" begins at `from_on`, "all" with the next date. Of a fixed run the sessions still to come are counted.
    """
    plan = plan_of(series)
    begins = from_on if scope == "following" and from_on is not None else first_to_change(series, now)
    if begins <= plan.starts_on:
        return plan, begins
    if plan.sessions is not None:
        start = datetime.combine(begins, datetime.min.time(), tzinfo=clock.LOCAL_ZONE)
        left = max(1, plan.sessions - count_held_before(series.id, max(start, now)))
        return replace(plan, starts_on=begins, sessions=left), begins
    if scope == "following":
        return replace(plan, starts_on=begins), begins
    return plan, begins


def change_series(
    series: Series,
    plan: SeriesPlan,
    from_on: date,
    user: User | None,
    now: datetime,
    version: int | None = None,
    skip_dates: Collection[date] = (),
) -> Change:
    """Give a published series a new plan from that day on; returns what that did to its dates.

    Raises PlanRefused, DatesClash, and ChangedMeanwhile when it is not the `version` that the organiser saw.
    """
    lock_series(series.id)
    db.session.refresh(series)
    check_version(series, version)
    plan = tidied_plan(plan)
    is_new = plan.starts_on not in (series.starts_on, from_on)
    problems = plan_problems(plan, clock.local_day(now), is_new)
    if problems:
        raise PlanRefused(problems)
    lock_future_dates(series.id, now)
    change = preview_change(series, plan, from_on, now, skip_dates)
    if change.preview.clashing:
        raise DatesClash(change.preview)
    places_before = series.capacity
    write_plan(series, plan)
    series.topped_up_to, series.unsettled = change.preview.until, []
    series.updated_at = now  # also when only questions change: the second of two editors has to notice
    flush_series()
    write_questions(series, plan)
    add_skips(series, skip_dates)
    try:
        with db.session.begin_nested():
            apply_change(series, change, places_before, user, now)
    except (IntegrityError, OperationalError, JustTaken) as problem:
        if not isinstance(problem, JustTaken) and getattr(problem.orig, "sqlstate", None) not in (EXCLUSION, DEADLOCK):
            raise
        raise DatesClash(preview_change(series, plan, from_on, now, skip_dates).preview, is_just_taken=True) from None
    tell_and_offer(change, now)
    return change


def tell_and_offer(change: Change, now: datetime) -> None:
    """Tell everybody whose date is at another time or place now, and offer the places that are new or were too late."""
    was = {one.id: one.starts_at for one in change.told}
    for occurrence_id in sorted(was):
        occurrence = db.session.get_one(Occurrence, occurrence_id)
        bring_expiries_forward(occurrence, now)
        for booking in list_open(occurrence_id):
            tell("changed", booking, now, sequence=occurrence.sequence, was=was[occurrence_id])
    for one, _planned in change.moved:
        if one.wanted_by:
            offer_freed_places(one.id, now)


def apply_change(series: Series, change: Change, places_before: int | None, user: User | None, now: datetime) -> None:
    """Write a change into the dates: what stays is marked, what is gone goes, what moves keeps its row."""
    staying = [one.id for one, why in change.kept if why != "exception"]
    forgotten = [one.id for one in change.gone if not one.booked_ever]
    called_off = [one.id for one in change.gone if one.booked_ever]
    db.session.execute(update(Occurrence).where(Occurrence.id.in_(staying)).values(is_changed=True), **UNSYNCED)
    db.session.execute(delete(Occurrence).where(Occurrence.id.in_(forgotten)), **UNSYNCED)
    called = {"status": "cancelled", "cancelled_at": now, "cancel_reason": DAY_CHANGED}
    db.session.execute(
        update(Occurrence).where(Occurrence.id.in_(called_off)).values({**called, "sequence": Occurrence.sequence + 1}),
        **UNSYNCED,
    )
    elsewhere = [one.id for one, planned in change.moved if change.is_elsewhere(one, planned)]
    # Rows are written one after the other: let go of space and leader first, or each would be in the next one's way.
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.id.in_(elsewhere))
        .values(space_id=None, leader_id=None, sequence=Occurrence.sequence + 1),
        **UNSYNCED,
    )
    rows = [
        {
            "id": one.id,
            "starts_at": planned.starts_at,
            "ends_at": planned.ends_at,
            "location_id": series.location_id,
            "space_id": series.space_id,
            "leader_id": series.leader_id,
            "service_id": series.service_id,
            "capacity": places_after(one.capacity, one.places_taken, places_before, series.capacity),
        }
        for one, planned in change.moved
    ]
    if rows:
        db.session.execute(update(Occurrence), rows, **UNSYNCED)
    insert_occurrences(series, change.added)
    note_events(
        [(one.id, "series_changed") for one, planned in change.moved if change.is_elsewhere(one, planned)]
        + [(one, "cancelled") for one in called_off],
        user,
        now,
    )
    for loaded in db.session:
        if isinstance(loaded, Occurrence):
            db.session.expire(loaded)


def places_after(now_has: int | None, taken: int, series_had: int | None, series_has: int | None) -> int | None:
    """A date's places after those of its series changed: its own number stays, and nobody loses a place."""
    if now_has != series_had:
        return now_has
    return series_has if series_has is None else max(series_has, taken)


def add_skips(series: Series, days: Collection[date]) -> None:
    """Have the series leave out these days from now on."""
    there = {skip.left_out_on for skip in series.skips}
    series.skips += [SeriesSkip(left_out_on=on) for on in sorted(set(days) - there)]
    db.session.flush()


def note_events(events: Iterable[tuple[int, str]], user: User | None, now: datetime, note: str = "") -> None:
    """Write what happened to these occurrences into their stories, in one statement."""
    rows = [
        {"occurrence_id": occurrence_id, "at": now, "kind": kind, "note": note, "user_id": user.id if user else None}
        for occurrence_id, kind in events
    ]
    if rows:
        db.session.execute(insert(BookingEvent), rows)
