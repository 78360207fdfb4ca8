"""What is asked for and what comes of it; and nobody waits long for a session that everybody wants."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy.exc import OperationalError

from assetreg.db import db
from booking.models import Booking
from booking.rules.bookable import Reason

LOCK_TROUBLE = {"55P03", "40P01"}  # waited too long for a row; waited for each other

Kind = Literal["booked", "waiting", "requested", "refused"]


class VeryBusy(Exception):
    """Too many people want the same session at this moment. Nothing was saved; trying again is harmless."""


@dataclass(frozen=True)
class BookingWish:
    """What somebody asks for: places at one session, or at several (all of them or none).

    `email` and `phone` (E.164) are tidy already. `booked_by` says whose work it is: `connector` for staff, `organiser`
    for whoever looks after the session; the view has seen to it that they may. `booked_by_id` is their account.
    `may_wait`: wait when it is full. With `overbook_reason` staff make places that are not there. `key` is the form's
    own, 8 to 200 characters: the same key again gives the first answer. `answers` are by the question's id.
    """

    occurrence_ids: tuple[int, ...]
    name: str
    party_size: int = 1
    email: str | None = None
    phone: str | None = None
    comers: tuple[str, ...] = ()
    comers_note: str = ""
    access_needs: str = ""
    age: int | None = None
    booked_by: str = "self"
    booked_by_id: int | None = None
    booker_name: str = ""
    booker_contact: str = ""
    answers: Mapping[int, str] = field(default_factory=dict)
    may_wait: bool = False
    wants_late: bool = False
    priority_reason: str = ""
    overbook_reason: str = ""
    is_whole_run: bool = False
    language: str = "en"
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """A booking as it was just made."""

    id: int
    public_id: uuid.UUID
    reference: str
    occurrence_id: int
    state: str
    party_size: int
    expires_at: datetime | None = None
    link_version: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish. `reason` says why it was refused; `is_repeat`: this form had been sent before."""

    kind: Kind
    bookings: tuple[Booked, ...] = ()
    reason: Reason | None = None
    warnings: tuple[Reason, ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True)
class Changed:
    """What came of changing a booking. `done` also when it was so already; else `reason` says why not."""

    done: bool
    booking: Booking
    reason: Reason | None = None


@contextmanager
def patiently() -> Iterator[None]:
    """Waiting too long for a session's row raises VeryBusy, and nothing is saved."""
    try:
        yield
    except OperationalError as problem:
        if getattr(problem.orig, "sqlstate", None) not in LOCK_TROUBLE:
            raise
        db.session.rollback()
        raise VeryBusy from problem
