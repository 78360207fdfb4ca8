"""Who is coming to one session, as the organiser may see it: first name, places, access needs, own questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assetreg.db import db
from assetreg.queries.errors import NotFound
from booking.models import Answer, Attendance, Booking, BookingEvent, Occurrence
from booking.rules.registers import first_name, names_apart
from booking.rules.vocabulary import ENDED_STATES

STATES_IN_ORDER = ("confirmed", "offered", "requested", "waiting", *ENDED_STATES)


@dataclass(frozen=True, slots=True)
class Guest:
    """One booking in the organiser's eyes. `came` None: nobody said. `comers` are first names, only where asked.

    `name` is empty once the personal details are erased. `answers` leave an emergency contact out: `has_emergency`.
    """

    id: int
    public_id: UUID
    reference: str
    state: str
    name: str
    party_size: int
    access_needs: str
    comers: tuple[str, ...]
    comers_note: str
    answers: tuple[tuple[str, str], ...]
    has_emergency: bool
    reached_by: str
    booked_by: str
    is_priority: bool
    priority_reason: str
    wants_late: bool
    waits_since: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    end_reason: str
    came: int | None = None
    marked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody who came without a booking."""

    public_id: UUID
    name: str
    came: int
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a session's story."""

    at: datetime
    kind: str
    note: str
    booking_id: int | None


@dataclass(frozen=True, slots=True)
class Register:
    """Everybody of one session, by state; within a state by name, and waiting people in the order of the queue."""

    guests: tuple[Guest, ...] = ()
    walk_ins: tuple[WalkIn, ...] = ()
    story: tuple[Told, ...] = field(default=())

    def of(self, *states: str) -> list[Guest]:
        """The bookings in these states."""
        return [guest for guest in self.guests if guest.state in states]

    @property
    def expected(self) -> list[Guest]:
        """Who stands in the register: who has a place, and who was marked whatever became of the booking since."""
        return [guest for guest in self.guests if guest.state == "confirmed" or guest.came is not None]

    @property
    def marked(self) -> int:
        """Of how many bookings in the register somebody said whether they came."""
        return sum(guest.came is not None for guest in self.expected)

    @property
    def came(self) -> int:
        """How many people came, walk-ins among them."""
        return sum(guest.came or 0 for guest in self.guests) + sum(one.came for one in self.walk_ins)

    def reached(self, *states: str) -> dict[str, int]:
        """How many bookings in these states an e-mail, a text or only somebody's call reaches."""
        ways = [guest.reached_by for guest in self.of(*states)]
        return {way: ways.count(way) for way in ("email", "text", "call") if way in ways}

    def why_of(self, guest: Guest) -> list[Told]:
        """What happened to one booking, the newest first."""
        return [line for line in self.story if line.booking_id == guest.id]


def list_coming(occurrence: Occurrence, with_story: bool = False) -> Register:
    """Everybody of a session: bookings, answers, marks and walk-ins; three statements, four with the story."""
    bookings = list(
        db.session.scalars(
            select(Booking)
            .where(Booking.occurrence_id == occurrence.id)
            .options(selectinload(Booking.answers).joinedload(Answer.question))
            .execution_options(populate_existing=True)
        )
    )
    marks = list(
        db.session.scalars(
            select(Attendance)
            .where(Attendance.occurrence_id == occurrence.id)
            .order_by(Attendance.marked_at, Attendance.id)
            .execution_options(populate_existing=True)
        )
    )
    by_booking = {mark.booking_id: mark for mark in marks}
    walk_ins = tuple(WalkIn(one.public_id, one.name, one.came, one.marked_at) for one in marks if one.is_walk_in)
    called = {
        booking.id: name for booking, name in zip(bookings, names_apart([one.name for one in bookings]), strict=True)
    }
    guests = [guest_of(booking, called[booking.id], by_booking.get(booking.id)) for booking in bookings]
    return Register(
        tuple(sorted(guests, key=sort_key)), walk_ins, tuple(list_story(occurrence.id)) if with_story else ()
    )


def sort_key(guest: Guest) -> tuple[int, bool, float, str, int]:
    """By state; who waits in the order of the queue (priority, since when), everybody else by name."""
    place = STATES_IN_ORDER.index(guest.state)
    if guest.state == "waiting" and guest.waits_since is not None:
        return place, not guest.is_priority, guest.waits_since.timestamp(), "", guest.id
    return place, False, 0.0, guest.name.casefold(), guest.id


def guest_of(booking: Booking, name: str, mark: Attendance | None) -> Guest:
    """A booking as the organiser may see it."""
    shown, emergency = split_answers(booking.answers)
    return Guest(
        id=booking.id,
        public_id=booking.public_id,
        reference=booking.reference,
        state=booking.state,
        name=name,
        party_size=booking.party_size,
        access_needs=booking.access_needs,
        comers=tuple(first_name(each) for each in booking.comers),
        comers_note=booking.comers_note,
        answers=shown,
        has_emergency=emergency,
        reached_by="email" if booking.email else "text" if booking.phone else "call",
        booked_by=booking.booked_by,
        is_priority=booking.is_priority,
        priority_reason=booking.priority_reason,
        wants_late=booking.wants_late,
        waits_since=booking.waits_since,
        expires_at=booking.expires_at,
        ended_at=booking.ended_at,
        ended_by=booking.ended_by,
        end_reason=booking.end_reason,
        came=mark.came if mark else None,
        marked_at=mark.marked_at if mark else None,
    )


def split_answers(answers: Sequence[Answer]) -> tuple[tuple[tuple[str, str], ...], bool]:
    """The answers that lists may show, as question and text, and whether there is an emergency contact besides."""
    shown = tuple((one.question.wording, one.text) for one in answers if not one.question.is_emergency_contact)
    return shown, any(one.question.is_emergency_contact for one in answers)


def list_story(occurrence_id: int) -> Iterable[Told]:
    """What happened to a session and its bookings, the newest first."""
    rows = db.session.execute(
        select(BookingEvent.at, BookingEvent.kind, BookingEvent.note, BookingEvent.booking_id)
        .where(BookingEvent.occurrence_id == occurrence_id)
        .order_by(BookingEvent.at.desc(), BookingEvent.id.desc())
    )
    return [Told(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Details:
    """What an organiser sees of one person only when they have said why: full name, contacts, emergency contact."""

    name: str
    email: str | None
    phone: str | None
    booker_name: str
    booker_contact: str
    emergency: tuple[tuple[str, str], ...]


def get_details(booking: Booking) -> Details:
    """The details of one booking."""
    answers = [one for one in booking.answers if one.question.is_emergency_contact]
    return Details(
        booking.name,
        booking.email,
        booking.phone,
        booking.booker_name,
        booking.booker_contact,
        tuple((one.question.wording, one.text) for one in answers),
    )


def get_booking_of(occurrence: Occurrence, public_id: UUID) -> Booking:
    """A booking of this very session. Raises NotFound."""
    row: Booking | None = db.session.scalar(
        select(Booking).where(Booking.public_id == public_id, Booking.occurrence_id == occurrence.id)
    )
    if row is None:
        raise NotFound(f"booking {public_id}")
    return row
