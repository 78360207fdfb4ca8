"""One date of a series, changed by hand: cancelled, moved, added, paused, given more or fewer places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assetreg.db import db
from assetreg.models import Location, User
from booking.actions.outcomes import patiently
from booking.actions.queue import end, hold, offer_freed_places
from booking.actions.telling import tell
from booking.models import Booking, BookingEvent, Occurrence, Series
from booking.rules.bookable import Reason, ReasonName
from booking.rules.vocabulary import OPEN_STATES

MOST_ALTERNATIVES = 3
# What the database calls the two ways in which sessions can be in each other's way.
IN_THE_WAY: dict[str, ReasonName] = {
    "ex_occurrence_space_in_use": "space_in_use",
    "ex_occurrence_leader_busy": "leader_busy",
}


@dataclass(frozen=True)
class Arranged:
    """What came of changing a session. `done` also when it was so already; else `reason` says why not.

    `told` is how many parties are told of it; `promoted` who was offered a place by it.
    """

    done: bool
    occurrence: Occurrence | None
    reason: Reason | None = None
    told: int = 0
    promoted: tuple[Booking, ...] = ()


def cancel_occurrence(occurrence: Occurrence, reason: str, user: User | None, now: datetime) -> Arranged:
    """Cancel one date: everybody with a place, an offer, a request or a wait is told, with the nearest other dates.

    A second time changes nothing. A session that has begun can still be cancelled: nobody came to be taught.
    `reason` is not empty. Raises VeryBusy.
    """
    with patiently():
        (held,) = hold([occurrence.id])
        if held.status == "cancelled":
            return Arranged(True, held)
        held.status, held.cancelled_at, held.cancel_reason = "cancelled", now, reason
        held.sequence += 1
        held.is_changed = True
        note_session(held, "session_cancelled", reason, now, user)
        others = [str(one.public_id) for one in list_alternatives(held, now)]
        open_ones = list_open(held.id)
        for booking in open_ones:
            end(booking, "cancelled", "organiser", reason, now, user)
        for booking in open_ones:
            tell("session_cancelled", booking, now, alternatives=others, reason=reason)
        return Arranged(True, held, told=len(open_ones))


def list_alternatives(occurrence: Occurrence, now: datetime) -> list[Occurrence]:
    """The dates of the same series that are nearest and have free places, soonest first; none while it is paused."""
    if occurrence.series.is_paused:
        return []
    coming = db.session.scalars(
        select(Occurrence)
        .where(
            Occurrence.series_id == occurrence.series_id,
            Occurrence.id != occurrence.id,
            Occurrence.status == "scheduled",
            Occurrence.starts_at > now,
            ~Occurrence.is_paused,
            Occurrence.capacity.is_(None) | (Occurrence.places_taken < Occurrence.capacity),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(50)
    ).all()
    nearest = sorted(coming, key=lambda one: (abs(one.starts_at - occurrence.starts_at), one.id))[:MOST_ALTERNATIVES]
    return sorted(nearest, key=lambda one: (one.starts_at, one.id))


def public_name(location: Location | None) -> str:
    """The name of a place as everybody may read it; empty for none, and for confidential ones: names can tell where."""
    return location.name if location is not None and location.visibility == "public" else ""


def move_occurrence(
    occurrence: Occurrence,
    starts_at: datetime,
    minutes: int,
    user: User | None,
    now: datetime,
    *,
    location_id: int | None = None,
    space_id: int | None = None,
    leader_id: int | None = None,
    keeps_place: bool = True,
) -> Arranged:
    """Move one date to another time, and with `keeps_place=False` to this place, space and leader as well.

    Bookings go with it and everybody is told; an offer or request ends in time for the new start; what was free and
    too late to offer may be offered now. Refused when the
    space or the leader is busy (`space_in_use`, `leader_busy`), the new start is past (`started`), or it is cancelled.
    """
    with patiently():
        (held,) = hold([occurrence.id])
        if held.status == "cancelled":
            return Arranged(False, held, Reason("cancelled"))
        if starts_at <= now:
            return Arranged(False, held, Reason("started"))
        was, was_place = held.starts_at, public_name(held.location)
        values: dict[str, Any] = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
        if not keeps_place:
            values |= {"location_id": location_id, "space_id": space_id, "leader_id": leader_id}
        values = {name: value for name, value in values.items() if getattr(held, name) != value}
        if not values:
            return Arranged(True, held)
        reason = try_to_write(held, values)
        if reason is not None:
            return Arranged(False, held, reason)
        held.is_changed = True
        held.sequence += 1
        note_session(held, "moved", was.isoformat(), now, user)
        bring_expiries_forward(held, now)
        told = list_open(held.id)
        facts = {"was_place": was_place} if "location_id" in values and was_place else {}
        for booking in told:
            tell("changed", booking, now, sequence=held.sequence, was=was, **facts)
        return Arranged(True, held, told=len(told), promoted=tuple(offer_freed_places(held.id, now)))


def try_to_write(occurrence: Occurrence, values: dict[str, Any]) -> Reason | None:
    """Write these columns; else say what is in the way, and leave the row as it was."""
    try:
        with db.session.begin_nested():
            for name, value in values.items():
                setattr(occurrence, name, value)
            db.session.add(occurrence)
            db.session.flush()
    except IntegrityError as problem:
        return Reason(in_the_way(problem))
    return None


def in_the_way(problem: IntegrityError) -> ReasonName:
    """Which of the two exclusions said no. Raises what it was given when it was neither."""
    diagnosis = getattr(problem.orig, "diag", None)
    name = IN_THE_WAY.get(getattr(diagnosis, "constraint_name", "") or "")
    if name is None:
        raise problem
    return name


def bring_expiries_forward(occurrence: Occurrence, now: datetime) -> None:
    """What is held until an hour that is now after the start is held until the start."""
    for booking in list_open(occurrence.id):
        if booking.expires_at is not None and booking.expires_at > occurrence.starts_at:
            booking.expires_at = max(occurrence.starts_at, now)


def add_occurrence(series: Series, starts_at: datetime, user: User | None, now: datetime) -> Arranged:
    """Add a date that the rule does not give, with the series' length, place and places.

    Refused when it is past or something is in the way.
    """
    if starts_at <= now:
        return Arranged(False, None, Reason("started"))
    added = Occurrence(
        series_id=series.id,
        service_id=series.service_id,
        rule_on=None,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.slot_minutes or series.duration_minutes),
        capacity=series.capacity,
        location_id=series.location_id,
        space_id=series.space_id,
        leader_id=series.leader_id,
        is_changed=True,
    )
    reason = try_to_write(added, {})
    if reason is not None:
        return Arranged(False, None, reason)
    note_session(added, "added", "", now, user)
    db.session.flush()
    return Arranged(True, added)


def pause_occurrence(occurrence: Occurrence, is_paused: bool, user: User | None, now: datetime) -> Arranged:
    """Take no bookings for now, or take them again; whoever waits is then offered what is free."""
    with patiently():
        (held,) = hold([occurrence.id])
        if held.is_paused == is_paused:
            return Arranged(True, held)
        held.is_paused = is_paused
        note_session(held, "paused" if is_paused else "unpaused", "", now, user)
        db.session.flush()
        return Arranged(True, held, promoted=tuple([] if is_paused else offer_freed_places(held.id, now)))


def set_capacity(
    occurrence: Occurrence, capacity: int, overbooked: int, reason: str, user: User | None, now: datetime
) -> Arranged:
    """Give a session this many places, and allow it so many over that for a reason.

    Never under the places taken (`below_places_taken`, with `taken` and `over`) unless `overbooked` says how many are
    over on purpose; without a reason that is refused too (`needs_a_reason`). More places are offered to the queue.
    """
    with patiently():
        (held,) = hold([occurrence.id])
        if held.status == "cancelled":
            return Arranged(False, held, Reason("cancelled"))
        if held.places_taken > capacity + overbooked:
            facts = {"taken": held.places_taken, "over": held.places_taken - capacity}
            return Arranged(False, held, Reason("below_places_taken", facts))
        if overbooked and not reason:
            return Arranged(False, held, Reason("needs_a_reason"))
        before = held.capacity
        if (before, held.overbooked) == (capacity, overbooked):
            return Arranged(True, held)
        held.capacity, held.overbooked, held.overbooked_reason = capacity, overbooked, reason if overbooked else ""
        held.is_changed = True
        over = f" + {overbooked}: {reason}" if overbooked else ""
        note_session(held, "capacity", f"{before or '–'} → {capacity}{over}", now, user)
        db.session.flush()
        return Arranged(True, held, promoted=tuple(offer_freed_places(held.id, now)))


def list_open(occurrence_id: int) -> list[Booking]:
    """Everybody with a place, an offer, a request or a wait."""
    return list(
        db.session.scalars(
            select(Booking)
            .where(Booking.occurrence_id == occurrence_id, Booking.state.in_(OPEN_STATES))
            .order_by(Booking.id)
            .execution_options(populate_existing=True)
        )
    )


def note_session(occurrence: Occurrence, kind: str, said: str, now: datetime, user: User | None) -> None:
    """Add a line to the story of a session."""
    db.session.flush()
    db.session.add(
        BookingEvent(occurrence_id=occurrence.id, at=now, kind=kind, note=said, user_id=user.id if user else None)
    )
