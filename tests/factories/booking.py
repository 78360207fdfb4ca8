"""Situations of booking, by name. Everything is flushed, so that it has ids; nothing is committed.

Sessions begin a number of hours from `assetreg.clock.now()`, so that a stopped clock stops them too.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select

from assetreg import clock
from assetreg.db import db
from assetreg.models import Location, Organisation, Service, Space, User
from booking.models import Attendance, Booking, Closure, Leader, Occurrence, Question, Series
from booking.rules.references import new_reference
from booking.rules.vocabulary import ENDED_STATES, LIVE_STATES
from tests.factories import register
from tests.factories.register import saved

NUMBERS = count(1)


def space(at: Location | None = None, name: str = "Main hall", **values: Any) -> Space:
    """A room of a location."""
    row: Space = saved(Space(location_id=(at or register.location()).id, name=name, **values))
    return row


def leader(of: Organisation, name: str = "Priya", **values: Any) -> Leader:
    """Somebody who leads sessions of an organisation."""
    row: Leader = saved(Leader(organisation_id=of.id, name=name, **values))
    return row


def series(
    of: Service | None = None, at: Location | None = None, in_space: Space | None = None, **values: Any
) -> Series:
    """A published weekly series without sessions: Tuesdays, 10am to noon, 12 places, from tomorrow.

    `of` a service (one is made), `at` a location or `in_space`. Any column can be given: `kind="course"`,
    `frequency="monthly"`, `weeks_of_month=[1, 3]`, …; what that kind needs besides is filled in.
    """
    of = of or register.service(at=at)
    kind = values.setdefault("kind", "bookable")
    if kind == "course":
        values.setdefault("course_booking", "whole")
        values.setdefault("sessions", 6)
    if kind == "appointments":
        values.setdefault("slot_minutes", 20)
    if values.setdefault("frequency", "weekly") != "once":
        values.setdefault("weekdays", [1])
    if values["frequency"] == "monthly":
        values.setdefault("weeks_of_month", [1])
    values.setdefault("status", "published")
    values.setdefault("starts_on", clock.today() + timedelta(days=1))
    values.setdefault("starts_time", time(10))
    values.setdefault("duration_minutes", 120)
    values.setdefault("capacity", None if kind == "drop_in" else 12)
    values.setdefault("location_id", in_space.location_id if in_space else (at.id if at else None))
    values.setdefault("space_id", in_space.id if in_space else None)
    row: Series = saved(Series(service_id=of.id, **values))
    return row


def occurrence(
    of: Series | None = None,
    capacity: int | None = 12,
    starts_in_hours: float = 48,
    minutes: int = 120,
    starts_at: datetime | None = None,
    **values: Any,
) -> Occurrence:
    """A session of a series (one is made), two days from now and two hours long, with `capacity` places."""
    of = of or series(capacity=capacity, kind="drop_in" if capacity is None else "bookable")
    starts_at = starts_at or clock.now() + timedelta(hours=starts_in_hours)
    values.setdefault("location_id", of.location_id)
    values.setdefault("space_id", of.space_id)
    values.setdefault("leader_id", of.leader_id)
    if values.get("status") == "cancelled":
        values.setdefault("cancelled_at", clock.now())
        values.setdefault("cancel_reason", "The leader is ill.")
    row: Occurrence = saved(
        Occurrence(
            series_id=of.id,
            service_id=of.service_id,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            capacity=capacity,
            **values,
        )
    )
    return row


def booking(at: Occurrence | None = None, state: str = "confirmed", party_size: int = 1, **values: Any) -> Booking:
    """A booking in any state, with a name and an e-mail of its own; a live one is counted in `places_taken`.

    `email=None` and `phone="+447700900123"` as wanted; `email_key` follows the e-mail.
    """
    at = at or occurrence()
    now = clock.now()
    number = next(NUMBERS)
    values.setdefault("email", f"guest{number}@example.org")
    values.setdefault("email_key", values["email"].lower() if values["email"] else None)
    values.setdefault("name", f"Guest {number}")
    values.setdefault("reference", new_reference())
    if state == "waiting":
        values.setdefault("waits_since", now)
    if state == "offered":
        values.setdefault("waits_since", now)
        values.setdefault("offered_at", now)
    if state in ("offered", "requested"):
        values.setdefault("expires_at", now + timedelta(hours=24))
    if state == "confirmed":
        values.setdefault("confirmed_at", now)
    if state in ENDED_STATES:
        values.setdefault("ended_at", now)
        values.setdefault("ended_by", "system" if state == "lapsed" else "guest")
    row: Booking = saved(Booking(occurrence_id=at.id, state=state, party_size=party_size, **values))
    if state in LIVE_STATES:
        at.places_taken += party_size
        db.session.flush()
    return row


def full_occurrence(capacity: int = 2, of: Series | None = None, **values: Any) -> Occurrence:
    """A session whose every place is taken, by one confirmed booking each."""
    row = occurrence(of, capacity=capacity, **values)
    for _ in range(capacity):
        booking(row)
    return row


def partner_with_series(**values: Any) -> tuple[User, Series]:
    """A partner, and a published series of their organisation, at a hall. `values` are columns of the series."""
    group = register.organisation(f"Neighbours {next(NUMBERS)}")
    hall = register.location()
    of = register.service("Coffee morning", organisation=group, at=hall)
    return register.partner(group), series(of, at=hall, **values)


def question(of: Series, wording: str = "Do you use a wheelchair?", **values: Any) -> Question:
    """Something that the organiser asks."""
    if values.get("kind") == "choice":
        values.setdefault("choices", ["Tea", "Coffee"])
    row: Question = saved(Question(series_id=of.id, wording=wording, **values))
    return row


def closure(at: Location, days_from_now: int = 1, days: int = 1, reason: str = "New floor") -> Closure:
    """A location is closed for so many days."""
    first = clock.today() + timedelta(days=days_from_now)
    row: Closure = saved(
        Closure(location_id=at.id, starts_on=first, ends_on=first + timedelta(days=days - 1), reason=reason)
    )
    return row


def attendance(of: Booking, came: int | None = None) -> Attendance:
    """A booking's line in the register: everybody of the party came unless said otherwise; 0 is absent."""
    came = of.party_size if came is None else came
    row: Attendance = saved(
        Attendance(occurrence_id=of.occurrence_id, booking_id=of.id, came=came, mark="attended" if came else "absent")
    )
    return row


def live_places(at: Occurrence) -> int:
    """What `places_taken` has to be: the places of the live bookings, counted anew."""
    total = select(func.coalesce(func.sum(Booking.party_size), 0)).where(
        Booking.occurrence_id == at.id, Booking.state.in_(LIVE_STATES)
    )
    return int(db.session.scalar(total) or 0)
