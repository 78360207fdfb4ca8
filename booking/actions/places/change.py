"""Bookings given back, made larger or smaller, and answered by the organiser of an "ask first" session.

What is freed is offered to the queue in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import User
from assetreg.queries.errors import NotFound
from booking.actions.outcomes import Changed, patiently
from booking.actions.queue import end, give_back, hold, note, offer_freed_places
from booking.actions.telling import tell
from booking.models import Booking, Occurrence
from booking.rules.bookable import Reason, most_in_a_party
from booking.rules.vocabulary import ENDED_STATES, LIVE_STATES, OPEN_STATES


def cancel_booking(
    booking_id: int, by: str, reason: str, now: datetime, *, user: User | None = None, whole_run: bool = False
) -> Changed:
    """Give a booking's places back, or with `whole_run` those of every coming date booked with it.

    `by` is guest, organiser, staff or system. A second time changes nothing. A session that has begun is over:
    refused as `started`, but the rest of its run can still be given back. Raises VeryBusy, and NotFound.
    """
    with patiently():
        bookings = held_with_its_run(booking_id) if whole_run else [held(booking_id)]
        chosen = next(one for one in bookings if one.id == booking_id)
        ended = [one for one in bookings if one.state in OPEN_STATES and one.occurrence.starts_at > now]
        if not ended and chosen.state in ENDED_STATES:
            return Changed(chosen.state in ("cancelled", "left"), chosen, Reason("already_over"))
        if not ended:
            return Changed(False, chosen, Reason("started"))
        for one in ended:
            end(one, "left" if one.state == "waiting" else "cancelled", by, reason, now, user)
        # One message for all of them, about a date that is given back now.
        tell("cancelled_by_guest", chosen if chosen in ended else ended[0], now, reason=reason)
        for one in ended:
            offer_freed_places(one.occurrence_id, now)
        return Changed(True, chosen)


def change_party(booking_id: int, size: int, now: datetime, *, by: str = "guest", user: User | None = None) -> Changed:
    """Make a party smaller, or larger if it fits; else the reason says how many there can be (`most`).

    A party that waits keeps its place in the queue. Raises VeryBusy, and NotFound.
    """
    with patiently():
        booking = held(booking_id)
        occurrence = booking.occurrence
        reason = why_not_this_size(booking, size, now, is_organiser=by in ("organiser", "staff"))
        if reason is not None:
            return Changed(False, booking, reason)
        before = booking.party_size
        if size == before:
            return Changed(True, booking)
        booking.party_size = size
        if booking.state in LIVE_STATES and size < before:
            give_back(occurrence, before - size)
        elif booking.state in LIVE_STATES:
            occurrence.places_taken += size - before
        note(booking, "party_changed", f"{before} → {size}", now, user)
        db.session.flush()
        tell("party_changed", booking, now)
        if size < before:
            offer_freed_places(occurrence.id, now)
        return Changed(True, booking)


def why_not_this_size(booking: Booking, size: int, now: datetime, *, is_organiser: bool) -> Reason | None:
    """Why a party cannot be that large; None when it can."""
    occurrence = booking.occurrence
    waits = booking.state == "waiting"
    largest = most_in_a_party(occurrence.series.largest_party, occurrence.capacity if waits else None)
    if booking.state in ENDED_STATES:
        return Reason("already_over")
    if occurrence.starts_at <= now:
        return Reason("started")
    if booking.state == "offered" and booking.expires_at is not None and booking.expires_at <= now:
        return Reason("offer_over")
    if size < 1:
        return Reason("party_too_small")
    if size > max(largest, booking.party_size) and not is_organiser:
        return Reason("party_too_large", {"largest": largest})
    if booking.state in LIVE_STATES and occurrence.capacity is not None and size > booking.party_size:
        most = booking.party_size + max(occurrence.capacity - occurrence.places_taken, 0)
        if size > most:
            return Reason("full", {"free": most - booking.party_size, "most": most})
    return None


def confirm_request(booking_id: int, user: User | None, now: datetime) -> Changed:
    """The organiser says yes. A second time changes nothing; after the time to answer it is too late."""
    with patiently():
        bookings = held_with_its_run(booking_id)
        chosen = next(one for one in bookings if one.id == booking_id)
        if chosen.state == "confirmed":
            return Changed(True, chosen)
        if chosen.state != "requested" or (chosen.expires_at is not None and chosen.expires_at <= now):
            return Changed(False, chosen, Reason("not_asked"))
        if chosen.occurrence.status == "cancelled":
            return Changed(False, chosen, Reason("cancelled"))
        if chosen.occurrence.starts_at <= now:
            return Changed(False, chosen, Reason("started"))
        for one in bookings:
            if one.state == "requested":
                one.state, one.confirmed_at, one.expires_at = "confirmed", now, None
                note(one, "request_confirmed", "", now, user)
        db.session.flush()
        tell("request_confirmed", chosen, now)
        return Changed(True, chosen)


def decline_request(booking_id: int, reason: str, user: User | None, now: datetime) -> Changed:
    """The organiser says no, and may say why. A second time changes nothing."""
    with patiently():
        bookings = held_with_its_run(booking_id)
        chosen = next(one for one in bookings if one.id == booking_id)
        if chosen.state == "declined":
            return Changed(True, chosen)
        if chosen.state != "requested":
            return Changed(False, chosen, Reason("not_asked"))
        declined = [one for one in bookings if one.state == "requested"]
        for one in declined:
            end(one, "declined", "organiser", reason, now, user)
        tell("request_declined", chosen, now, reason=reason)
        for one in declined:
            offer_freed_places(one.occurrence_id, now)
        return Changed(True, chosen)


def held(booking_id: int) -> Booking:
    """The booking as it is now, its session's row held until the transaction ends. Raises NotFound."""
    occurrence_id = db.session.scalar(select(Booking.occurrence_id).where(Booking.id == booking_id))
    if occurrence_id is None:
        raise NotFound(f"booking {booking_id}")
    hold([occurrence_id])
    return fresh([booking_id])[0]


def held_with_its_run(booking_id: int) -> list[Booking]:
    """The booking and those that were made with it, all their sessions' rows held in order. Raises NotFound."""
    run_key = db.session.scalar(select(Booking.run_key).where(Booking.id == booking_id))
    if run_key is None:
        return [held(booking_id)]
    rows = db.session.execute(select(Booking.id, Booking.occurrence_id).where(Booking.run_key == run_key)).all()
    hold([row.occurrence_id for row in rows])
    return fresh([row.id for row in rows])


def fresh(booking_ids: Sequence[int]) -> list[Booking]:
    """These bookings as they are now, in the order of their sessions."""
    return list(
        db.session.scalars(
            select(Booking)
            .join(Occurrence, Occurrence.id == Booking.occurrence_id)
            .where(Booking.id.in_(booking_ids))
            .order_by(Occurrence.starts_at, Booking.id)
            .execution_options(populate_existing=True)
        )
    )
