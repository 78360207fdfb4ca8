"""What happens to the queue when places are free: who is offered them, until when, and who was passed over.

Everything that frees a place calls `offer_freed_places` in its own transaction, with the session's row held.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import User
from booking.actions.telling import tell
from booking.models import Booking, BookingEvent, Occurrence
from booking.rules.vocabulary import LIVE_STATES
from booking.rules.waiting import Turn, Waiter, next_in_line, offer_expires_at


def hold(occurrence_ids: Sequence[int], skip_locked: bool = False) -> list[Occurrence]:
    """Hold the rows of these sessions until the transaction ends, in the order of their ids, read anew.

    With `skip_locked` those that somebody else holds are left out instead of waited for.
    """
    db.session.flush()
    return list(
        db.session.scalars(
            select(Occurrence)
            .where(Occurrence.id.in_(occurrence_ids))
            .order_by(Occurrence.id)
            .with_for_update(key_share=True, skip_locked=skip_locked)
            .execution_options(populate_existing=True)
        )
    )


def offer_freed_places(occurrence_id: int, now: datetime) -> list[Booking]:
    """Offer what is free to those who wait, the first that fits first; returns who has a place now or an offer.

    The session's row is held by the caller. Nothing is offered at a session that is cancelled, paused or has begun.
    """
    occurrence = db.session.get_one(Occurrence, occurrence_id)
    if occurrence.capacity is None or occurrence.status != "scheduled" or occurrence.starts_at <= now:
        return []
    if occurrence.is_paused or occurrence.series.is_paused:
        return []
    promoted: list[Booking] = []
    free = occurrence.capacity - occurrence.places_taken
    while free > 0:
        waiting = list_waiting(occurrence_id)
        turn = next_in_line([waiter_of(one) for one in waiting], free, now, occurrence.starts_at)
        by_id = {one.id: one for one in waiting}
        if turn.waiter is None:
            note_passed_over(turn, by_id, free, now)
            break
        note_passed_over(turn, by_id, free, now)
        booking = by_id[turn.waiter.id]
        promote(booking, occurrence, turn, now)
        promoted.append(booking)
        free -= booking.party_size
    return promoted


def promote(booking: Booking, occurrence: Occurrence, turn: Turn, now: datetime) -> None:
    """Give a party that waits its places: as an offer, or straight away when it is late."""
    occurrence.places_taken += booking.party_size
    if turn.how == "straight":
        booking.state, booking.confirmed_at = "confirmed", now
        note(booking, "late_place", "", now)
        db.session.flush()
        tell("booked", booking, now, is_pressing=True)
        return
    booking.state, booking.offered_at = "offered", now
    booking.expires_at = offer_expires_at(now, occurrence.starts_at)
    note(booking, "offered", "", now)
    db.session.flush()
    tell("offered", booking, now)


def note_passed_over(turn: Turn, by_id: dict[int, Booking], free: int, now: datetime) -> None:
    """Write down, once for each cause, why somebody who waits was not offered what was free."""
    if not turn.passed_over:
        return
    last = {
        row.booking_id: (row.kind, row.note)
        for row in db.session.execute(
            select(BookingEvent.booking_id, BookingEvent.kind, BookingEvent.note)
            .where(BookingEvent.booking_id.in_([waiter.id for waiter, _why in turn.passed_over]))
            .order_by(BookingEvent.id)
        )
    }
    for waiter, why in turn.passed_over:
        said = (f"passed_over_{why}", str(free) if why == "too_large" else "")
        if last.get(waiter.id) != said:
            note(by_id[waiter.id], *said, now)


def list_waiting(occurrence_id: int) -> list[Booking]:
    """Who waits for a session, in the order of the queue."""
    return list(
        db.session.scalars(
            select(Booking)
            .where(Booking.occurrence_id == occurrence_id, Booking.state == "waiting")
            .order_by(Booking.is_priority.desc(), Booking.waits_since, Booking.id)
            .execution_options(populate_existing=True)
        )
    )


def waiter_of(booking: Booking) -> Waiter:
    """A booking that waits, as the rules see it."""
    return Waiter(
        id=booking.id,
        party_size=booking.party_size,
        waits_since=booking.waits_since or booking.created_at,
        is_priority=booking.is_priority,
        wants_late=booking.wants_late,
    )


def note(booking: Booking, kind: str, said: str, now: datetime, user: User | None = None) -> None:
    """Add a line to the story of a booking."""
    db.session.add(
        BookingEvent(
            occurrence_id=booking.occurrence_id,
            booking_id=booking.id,
            at=now,
            kind=kind,
            note=said,
            user_id=user.id if user else None,
        )
    )


def end(booking: Booking, state: str, by: str, reason: str, now: datetime, user: User | None = None) -> None:
    """End a booking in this state; its places are free. The session's row is held by the caller."""
    if booking.state in LIVE_STATES:
        give_back(booking.occurrence, booking.party_size)
    booking.state = state
    booking.ended_at, booking.ended_by, booking.end_reason = now, by, reason
    booking.expires_at = None
    note(booking, state, reason, now, user)
    db.session.flush()


def give_back(occurrence: Occurrence, places: int) -> None:
    """Count places as free. Those that were made over the capacity go first."""
    occurrence.places_taken -= places
    if occurrence.capacity is not None:
        occurrence.overbooked = min(occurrence.overbooked, max(occurrence.places_taken - occurrence.capacity, 0))
