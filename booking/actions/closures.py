"""Days on which a location is closed, and what becomes of the sessions there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from assetreg.db import db
from assetreg.models import User
from booking.actions.occurrences import cancel_occurrence
from booking.models import Closure, Occurrence
from booking.queries.closures import list_touched
from booking.queries.series import Reach

LONGEST_CLOSURE_DAYS = 400


class ClosureRefused(Exception):
    """These days cannot be entered; `reason` is "ends_before_it_starts", "in_the_past" or "too_long"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def close_location(
    location_id: int, starts_on: date, ends_on: date, reason: str, user: User | None, today: date
) -> Closure:
    """No series makes dates there on these days from now on. Dates that are there stay until somebody decides.

    Raises ClosureRefused.
    """
    if ends_on < starts_on:
        raise ClosureRefused("ends_before_it_starts")
    if ends_on < today:
        raise ClosureRefused("in_the_past")
    if (ends_on - starts_on).days > LONGEST_CLOSURE_DAYS:
        raise ClosureRefused("too_long")
    closure = Closure(
        location_id=location_id,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
        made_by_id=user.id if user else None,
    )
    db.session.add(closure)
    db.session.flush()
    return closure


def cancel_in_closure(
    closure: Closure, chosen: Collection[UUID], reason: str, reach: Reach, user: User | None, now: datetime
) -> int:
    """Cancel these of the dates that a closure touches; whoever booked is told. Returns how many were cancelled."""
    touched = [one for one in list_touched(closure, reach, now) if one.public_id in chosen]
    for one in sorted(touched, key=lambda each: each.id):
        cancel_occurrence(db.session.get_one(Occurrence, one.id), reason, user, now)
    return len(touched)


def lift_closure(closure: Closure) -> None:
    """The location is open after all. Dates that were cancelled stay cancelled; the others are made by the top-up."""
    db.session.delete(closure)
    db.session.flush()
