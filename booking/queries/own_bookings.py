"""A booking as whoever holds its link sees it, and what staff booked for others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from assetreg.db import db
from assetreg.models import Service, User
from assetreg.queries.errors import NotFound
from booking.links import is_manage_token
from booking.models import Booking, BookingEvent, Occurrence, Series
from booking.queries.session_pages import SessionPage, everything, page_of
from booking.rules.references import tidy_reference
from booking.rules.vocabulary import OPEN_STATES
from booking.rules.waiting import Waiter, place_in_line

MOST_LISTED = 200
MADE_ON_A_PAGE = 50

Standing = Literal[
    "booked", "been", "waiting", "offered", "offer_over", "requested", "cancelled", "session_cancelled",
    "request_over", "refused", "said_no", "left", "not_reached",
]  # fmt: skip


class LinkBroken(Exception):
    """This link opens nothing: one of its letters is wrong or missing, or a newer one has been made."""


@dataclass(frozen=True, slots=True)
class OwnBooking:
    """One booking with its session, the other dates of its course, and its place in the queue (from 1)."""

    booking: Booking
    page: SessionPage
    run: Sequence[LineOfRun]
    in_line: int | None
    standing: Standing
    booked_by_name: str

    @property
    def is_open(self) -> bool:
        """Can it still be changed?"""
        return self.standing in ("booked", "waiting", "offered", "requested")


@dataclass(frozen=True, slots=True)
class LineOfRun:
    """One date of a course that was booked together with this one."""

    public_id: UUID
    link_version: int
    reference: str
    state: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a booking's story."""

    at: datetime
    kind: str
    note: str
    who: str


@dataclass(frozen=True, slots=True)
class MadeForOther:
    """A booking that somebody made for somebody else."""

    public_id: UUID
    link_version: int
    reference: str
    name: str
    party_size: int
    state: str
    has_contact: bool
    service_name: str
    starts: datetime
    ends: datetime


def get_own_booking(public_id: UUID, token: str, now: datetime) -> OwnBooking:
    """The booking that a link opens. Raises LinkBroken, the same whether or not there is such a booking."""
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id))
    if booking is None or not is_manage_token(booking, token):
        raise LinkBroken
    return own_booking_of(booking, now)


def own_booking_of(booking: Booking, now: datetime) -> OwnBooking:
    """Everything its page shows."""
    asked = select(Occurrence).where(Occurrence.id == booking.occurrence_id).options(*everything())
    page = page_of(db.session.scalar(asked), booking.public_id)
    booker = db.session.scalar(select(User.name).where(User.id == booking.booked_by_id))
    return OwnBooking(
        booking=booking,
        page=page,
        run=list_run_of(booking),
        in_line=find_place_in_line(booking),
        standing=standing_of(booking, page.occurrence, now),
        booked_by_name=booker or "",
    )


def standing_of(booking: Booking, occurrence: Occurrence, now: datetime) -> Standing:
    """What a booking amounts to now: an offer whose time is over is none, although nobody has tidied it up yet."""
    if occurrence.status == "cancelled":
        return "session_cancelled"
    state = booking.state
    if state == "confirmed":
        return "been" if occurrence.ends_at <= now else "booked"
    if state == "waiting":
        return "not_reached" if occurrence.starts_at <= now else "waiting"
    is_over = booking.expires_at is not None and booking.expires_at <= now
    if state == "offered":
        return "offer_over" if is_over else "offered"
    if state == "requested":
        return "request_over" if is_over else "requested"
    if state == "lapsed":
        if booking.offered_at is not None:
            return "offer_over"
        return "not_reached" if booking.waits_since is not None else "request_over"
    if state == "declined":
        return "said_no" if booking.ended_by == "guest" else "refused"
    return "left" if state == "left" else "cancelled"


def find_place_in_line(booking: Booking) -> int | None:
    """Which place in its queue a booking has, from 1; None when it does not wait."""
    if booking.state != "waiting":
        return None
    rows = db.session.execute(
        select(Booking.id, Booking.party_size, Booking.waits_since, Booking.is_priority, Booking.wants_late).where(
            Booking.occurrence_id == booking.occurrence_id, Booking.state == "waiting"
        )
    )
    waiting = [Waiter(id_, size, since, priority, late) for id_, size, since, priority, late in rows if since]
    return place_in_line(waiting, booking.id)


def list_run_of(booking: Booking) -> list[LineOfRun]:
    """The bookings of the same course run, in order; empty when it was booked alone."""
    if booking.run_key is None:
        return []
    asked = (
        select(Booking)
        .join(Booking.occurrence)
        .where(Booking.run_key == booking.run_key)
        .options(joinedload(Booking.occurrence).joinedload(Occurrence.series))
        .order_by(Occurrence.starts_at, Booking.id)
    )
    return [
        LineOfRun(
            one.public_id,
            one.link_version,
            one.reference,
            "session_cancelled" if one.occurrence.status == "cancelled" else one.state,
            one.occurrence.starts_at.astimezone(ZoneInfo(one.occurrence.series.zone)),
            one.occurrence.ends_at.astimezone(ZoneInfo(one.occurrence.series.zone)),
        )
        for one in db.session.scalars(asked)
    ]


def list_story(booking: Booking) -> list[Happening]:
    """What happened to a booking, the newest last: for staff who are asked why somebody was (not) offered a place."""
    asked = (
        select(BookingEvent.at, BookingEvent.kind, BookingEvent.note, func.coalesce(User.name, ""))
        .outerjoin(User, User.id == BookingEvent.user_id)
        .where(BookingEvent.booking_id == booking.id)
        .order_by(BookingEvent.at, BookingEvent.id)
        .limit(MOST_LISTED)
    )
    return [Happening(*row) for row in db.session.execute(asked)]


def find_by_reference(reference: str) -> Booking | None:
    """The booking with this reference, written as `tidy_reference` writes it."""
    found: Booking | None = db.session.scalar(select(Booking).where(Booking.reference == reference))
    return found


def get_by_reference(reference: str) -> Booking:
    """The same. Raises NotFound."""
    found = find_by_reference(reference)
    if found is None:
        raise NotFound("booking")
    return found


def has_contact(booking: Booking, email: str | None, phone: str | None) -> bool:
    """Was this e-mail or phone number used for the booking?"""
    if email is not None:
        return booking.email_key == email.lower() or booking.booker_contact.lower() == email.lower()
    return phone is not None and phone in (booking.phone, booking.booker_contact)


def has_namesake(occurrence_id: int, name: str) -> bool:
    """Has somebody of this name a place here already, or waits for one? Only for staff: a name is nobody's business."""
    asked = select(Booking.id).where(
        Booking.occurrence_id == occurrence_id,
        Booking.state.in_(OPEN_STATES),
        func.lower(Booking.name) == name.lower(),
    )
    return db.session.scalar(asked.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class MadePage:
    """One page of what somebody booked for others."""

    bookings: list[MadeForOther]
    total: int
    page: int
    pages: int


def list_made_by(user_id: int, now: datetime, words: str = "", page: int = 1) -> MadePage:
    """What somebody booked for others and what is still to come, the soonest first; newly ended ones stay a while.

    With `words` only those whose name holds them, or whose reference they are. A page too far is the last.
    """
    asked = (
        select(Booking, func.count().over().label("total"))
        .join(Booking.occurrence)
        .join(Occurrence.series)
        .where(
            Booking.booked_by_id == user_id,
            Occurrence.ends_at > now,
            or_(Booking.state.in_(OPEN_STATES), Booking.ended_at.is_not(None)),
            Booking.erased_at.is_(None),
        )
        .options(
            joinedload(Booking.occurrence).joinedload(Occurrence.series),
            joinedload(Booking.occurrence).joinedload(Occurrence.service),
        )
        .order_by(Occurrence.starts_at, Booking.id)
        .limit(MADE_ON_A_PAGE)
    )
    if words:
        named = Booking.name.icontains(words, autoescape=True)
        asked = asked.where(or_(named, Booking.reference == (tidy_reference(words) or "")))
    rows = db.session.execute(asked.offset((page - 1) * MADE_ON_A_PAGE)).all()
    if not rows and page > 1:
        counted = db.session.execute(asked.limit(1)).first()
        last = -(-counted.total // MADE_ON_A_PAGE) if counted else 1
        return list_made_by(user_id, now, words, last)
    total = rows[0].total if rows else 0
    return MadePage([made_for_other(row[0]) for row in rows], total, page, max(1, -(-total // MADE_ON_A_PAGE)))


def made_for_other(booking: Booking) -> MadeForOther:
    """One line of the list."""
    occurrence = booking.occurrence
    series: Series = occurrence.series
    zone = ZoneInfo(series.zone)
    return MadeForOther(
        booking.public_id,
        booking.link_version,
        booking.reference,
        booking.name,
        booking.party_size,
        "session_cancelled" if occurrence.status == "cancelled" else booking.state,
        bool(booking.email or booking.phone or booking.booker_contact),
        series.title or occurrence.service.name,
        occurrence.starts_at.astimezone(zone),
        occurrence.ends_at.astimezone(zone),
    )


def is_of_sensitive_service(booking: Booking) -> bool:
    """Is the booking for a service whose name nobody must see over a shoulder?"""
    asked = (
        select(Service.is_sensitive)
        .join(Occurrence, Occurrence.service_id == Service.id)
        .where(Occurrence.id == booking.occurrence_id)
    )
    return bool(db.session.scalar(asked))
