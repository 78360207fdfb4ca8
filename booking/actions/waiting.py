"""The waiting list, as people meet it: join, be offered a place, take it, leave it, let it lapse.

The order is priority first, then who has waited longest; the first party that fits is offered what is free
(`booking.rules.waiting`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from assetreg.db import db
from assetreg.models import User
from booking.actions.outcomes import BookingWish, Changed, Outcome, patiently
from booking.actions.places import book_place
from booking.actions.places.change import fresh, held
from booking.actions.queue import end, hold, note, offer_freed_places
from booking.actions.telling import tell
from booking.models import Booking, Occurrence
from booking.rules.bookable import Reason

__all__ = [
    "accept_offer",
    "close_waiting",
    "decline_offer",
    "join",
    "lapse_due",
    "leave_waiting",
    "offer_freed_places",
    "set_priority",
]

MOST_AT_ONCE = 40  # all their sessions are held until the commit, and people are booking there


def join(wish: BookingWish, now: datetime) -> Outcome:
    """Wait for places at one session; whoever finds that there are some has them at once. Raises VeryBusy."""
    return book_place(replace(wish, may_wait=True), now)


def accept_offer(booking_id: int, now: datetime) -> Changed:
    """Take what was offered. A second time changes nothing; once it has expired it is too late (`offer_over`)."""
    with patiently():
        booking = held(booking_id)
        if booking.state == "confirmed":
            return Changed(True, booking)
        reason = why_no_offer(booking, now)
        if reason is not None:
            return Changed(False, booking, reason)
        booking.state, booking.confirmed_at, booking.expires_at = "confirmed", now, None
        note(booking, "accepted", "", now)
        db.session.flush()
        tell("booked", booking, now)
        return Changed(True, booking)


def why_no_offer(booking: Booking, now: datetime) -> Reason | None:
    """Why an offer cannot be taken; None when it can."""
    if booking.occurrence.status == "cancelled":
        return Reason("cancelled")
    if booking.state == "lapsed":
        return Reason("offer_over")
    if booking.state != "offered":
        return Reason("no_offer")
    if booking.expires_at is not None and booking.expires_at <= now:
        return Reason("offer_over")
    return None


def decline_offer(booking_id: int, now: datetime) -> Changed:
    """Do without what was offered; the next in the queue is asked. A second time changes nothing."""
    with patiently():
        booking = held(booking_id)
        if booking.state == "declined":
            return Changed(True, booking)
        if booking.state != "offered":
            return Changed(False, booking, Reason("no_offer"))
        end(booking, "declined", "guest", "", now)
        offer_freed_places(booking.occurrence_id, now)
        return Changed(True, booking)


def leave_waiting(booking_id: int, now: datetime) -> Changed:
    """Wait no longer. A second time changes nothing."""
    with patiently():
        booking = held(booking_id)
        if booking.state == "left":
            return Changed(True, booking)
        if booking.state != "waiting":
            return Changed(False, booking, Reason("not_waiting"))
        end(booking, "left", "guest", "", now)
        # The queue is shorter: whoever stood behind a party too large for what is free was asked already.
        return Changed(True, booking)


def set_priority(booking: Booking, reason: str, user: User, now: datetime) -> Changed:
    """Put somebody who waits before the others, and say why; with no reason, back to their place in the queue."""
    with patiently():
        now_held = held(booking.id)
        if now_held.state != "waiting":
            return Changed(False, now_held, Reason("not_waiting"))
        now_held.is_priority, now_held.priority_reason = bool(reason), reason
        note(now_held, "priority" if reason else "priority_ended", reason, now, user)
        db.session.flush()
        return Changed(True, now_held)


def lapse_due(now: datetime) -> int:
    """End the offers and requests whose time is over, and ask the next in the queue; returns how many ended.

    At most forty at a time, and not where somebody is busy just now: whoever calls this calls it again soon, and one
    session that everybody wants keeps no other from its turn.
    """
    due = db.session.execute(
        select(Booking.id, Booking.occurrence_id)
        .where(Booking.state.in_(("offered", "requested")), Booking.expires_at <= now)
        .order_by(Booking.expires_at, Booking.id)
        .limit(MOST_AT_ONCE)
    ).all()
    if not due:
        return 0
    ended = 0
    with patiently():
        held_ids = [one.id for one in hold([row.occurrence_id for row in due], skip_locked=True)]
        for booking in fresh([row.id for row in due if row.occurrence_id in held_ids]):
            if booking.state not in ("offered", "requested") or booking.expires_at is None or booking.expires_at > now:
                continue  # somebody was faster
            was = booking.state
            end(booking, "lapsed", "system", "", now)
            if was == "offered":
                tell("offer_lapsed", booking, now)
            else:
                tell("request_declined", booking, now)
            ended += 1
        for occurrence_id in held_ids:
            offer_freed_places(occurrence_id, now)
    return ended


def close_waiting(now: datetime) -> int:
    """Nobody waits for a session that has begun; returns how many did. No message: they were told what a queue is."""
    gone = db.session.scalars(
        update(Booking)
        .where(
            Booking.state == "waiting",
            Booking.occurrence_id.in_(select(Occurrence.id).where(Occurrence.starts_at <= now)),
        )
        .values(state="lapsed", ended_at=now, ended_by="system")
        .returning(Booking.id)
    ).all()
    return len(gone)
