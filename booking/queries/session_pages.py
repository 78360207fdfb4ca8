"""What the page of one session shows, and which other dates there are. Nothing of anybody who booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from assetreg.db import db
from assetreg.models import Location
from assetreg.queries.errors import NotFound
from assetreg.queries.service_page import ServicePage, get_service_page
from booking.models import Booking, Occurrence, Series

MOST_OTHERS = 6
MOST_TIMES = 200  # appointments of one day, or dates of one course


@dataclass(frozen=True, slots=True)
class OtherDate:
    """Another session to go to. `free` is None where places are not counted; times are wall time where it is."""

    public_id: UUID
    starts: datetime
    ends: datetime
    free: int | None
    capacity: int | None
    is_paused: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    """One session, its series and its service. `starts` and `ends` are wall time where it is.

    `waiting` is how many parties stand in its queue.
    """

    occurrence: Occurrence
    service: ServicePage
    starts: datetime
    ends: datetime
    waiting: int

    @property
    def series(self) -> Series:
        """What it is one date of."""
        return self.occurrence.series

    @property
    def public_id(self) -> UUID:
        """What its address has in it."""
        return self.occurrence.public_id

    @property
    def name(self) -> str:
        """What it is called: the series' own title, or the service's name."""
        return self.series.title or str(self.service.name)

    @property
    def free(self) -> int | None:
        """How many places nobody has; None where places are not counted. Overbooking never gives the public one."""
        return free_of(self.occurrence)

    @property
    def cost_pence(self) -> int | None:
        """Pence; the service's own where the series says nothing; None when nobody knows."""
        own = self.series.cost_pence
        if own is not None or self.series.cost_note:
            return own
        cost: int | None = self.service.cost_pence
        return cost

    @property
    def cost_note(self) -> str:
        """What there is to say about the cost."""
        if self.series.cost_pence is not None or self.series.cost_note:
            return self.series.cost_note
        return str(self.service.cost_note)

    @property
    def is_sensitive(self) -> bool:
        """Must its name not be seen over somebody's shoulder?"""
        return bool(self.service.is_sensitive)

    @property
    def location(self) -> Location | None:
        """Where it is; confidential places have no address here or anywhere."""
        return self.occurrence.location

    @property
    def is_listed(self) -> bool:
        """Do visitors see it at all?"""
        return self.series.is_listed

    @property
    def organisation_id(self) -> int:
        """Who runs it, by the key that memberships have."""
        return self.occurrence.service.organisation_id

    @property
    def largest_party(self) -> int:
        """How many people one booking may be for: never more than there are places."""
        capacity = self.occurrence.capacity
        return self.series.largest_party if capacity is None else min(self.series.largest_party, capacity)


def free_of(occurrence: Occurrence) -> int | None:
    """How many places of a session nobody has; None where they are not counted."""
    if occurrence.capacity is None:
        return None
    return max(0, occurrence.capacity - occurrence.places_taken)


def get_session_page(public_id: UUID) -> SessionPage:
    """One session of a series that was published once. Raises NotFound."""
    asked = (
        select(Occurrence)
        .where(Occurrence.public_id == public_id)
        .join(Occurrence.series)
        .where(Series.status != "draft")
        .options(*everything())
    )
    return page_of(db.session.scalar(asked), public_id)


def page_of(occurrence: Occurrence | None, public_id: UUID) -> SessionPage:
    """The page of a session that was just read. Raises NotFound when there is none."""
    if occurrence is None:
        raise NotFound(str(public_id))
    zone = ZoneInfo(occurrence.series.zone)
    waiting = select(func.count(Booking.id)).where(Booking.occurrence_id == occurrence.id, Booking.state == "waiting")
    return SessionPage(
        occurrence=occurrence,
        service=get_service_page(occurrence.service.public_id),
        starts=occurrence.starts_at.astimezone(zone),
        ends=occurrence.ends_at.astimezone(zone),
        waiting=int(db.session.scalar(waiting) or 0),
    )


def everything() -> tuple[Any, ...]:
    """What is read together with a session, so that its page asks no more."""
    return (
        joinedload(Occurrence.series).selectinload(Series.questions),
        joinedload(Occurrence.location).joinedload(Location.ward),
        joinedload(Occurrence.space),
        joinedload(Occurrence.service),
    )


def list_coming_dates(occurrence: Occurrence, now: datetime) -> list[OtherDate]:
    """The next other dates of the same series, the soonest first; of appointments the first free time of each day."""
    asked = coming(now).where(Occurrence.series_id == occurrence.series_id, Occurrence.id != occurrence.id)
    asked = asked.order_by(Occurrence.starts_at, Occurrence.id)
    if occurrence.series.kind != "appointments":
        return read_dates(asked.limit(MOST_OTHERS))
    own_day = occurrence.starts_at.astimezone(ZoneInfo(occurrence.series.zone)).date()
    first_free: dict[date, OtherDate] = {}
    for one in read_dates(asked.limit(MOST_TIMES)):
        if one.free and one.starts.date() != own_day:
            first_free.setdefault(one.starts.date(), one)
    return list(first_free.values())[:MOST_OTHERS]


def list_times_of_day(occurrence: Occurrence, now: datetime) -> list[OtherDate]:
    """All the appointments of the same day that are still to come, this one among them."""
    half_a_day = timedelta(hours=24)
    asked = coming(now).where(
        Occurrence.series_id == occurrence.series_id,
        Occurrence.rule_on.is_not_distinct_from(occurrence.rule_on),
        Occurrence.starts_at > occurrence.starts_at - half_a_day,
        Occurrence.starts_at < occurrence.starts_at + half_a_day,
    )
    return read_dates(asked.order_by(Occurrence.starts_at, Occurrence.id).limit(MOST_TIMES))


def list_nearest_dates(occurrence: Occurrence, now: datetime, places: int = 1, most: int = 3) -> list[OtherDate]:
    """Other dates of the same service with room for so many, the nearest in time to this one first."""
    apart = func.abs(func.extract("epoch", Occurrence.starts_at - occurrence.starts_at))
    asked = (
        coming(now)
        .where(
            Occurrence.service_id == occurrence.service_id,
            Occurrence.id != occurrence.id,
            Series.kind != "referred",
            or_(Occurrence.capacity.is_(None), Occurrence.capacity - Occurrence.places_taken >= places),
            Occurrence.is_paused.is_(False),
            Series.is_paused.is_(False),
        )
        .order_by(apart, Occurrence.id)
        .limit(most)
    )
    return sorted(read_dates(asked), key=lambda one: one.starts)


def list_run(series_id: int, now: datetime) -> list[OtherDate]:
    """Every date of a course that is still to come, in order."""
    asked = coming(now).where(Occurrence.series_id == series_id)
    return read_dates(asked.order_by(Occurrence.starts_at, Occurrence.id).limit(MOST_TIMES))


def get_first_of_run(series_public_id: UUID, now: datetime) -> SessionPage:
    """The next date of a course that is booked as a whole. Raises NotFound when it is none, or is over."""
    asked = (
        coming(now)
        .where(Series.public_id == series_public_id, Series.kind == "course", Series.course_booking != "single")
        .options(*everything())
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
    )
    return page_of(db.session.scalar(asked), series_public_id)


def coming(now: datetime) -> Select[Any]:
    """Sessions that will be held, of series that are published."""
    return (
        select(Occurrence)
        .join(Occurrence.series)
        .where(
            Occurrence.status == "scheduled",
            Occurrence.starts_at > now,
            Series.status == "published",
            Series.is_listed,
        )
    )


def read_dates(asked: Select[Any]) -> list[OtherDate]:
    """The answers as the page shows them."""
    found = db.session.scalars(asked.options(joinedload(Occurrence.series))).all()
    return [
        OtherDate(
            one.public_id,
            one.starts_at.astimezone(ZoneInfo(one.series.zone)),
            one.ends_at.astimezone(ZoneInfo(one.series.zone)),
            free_of(one),
            one.capacity,
            one.is_paused or one.series.is_paused,
        )
        for one in found
    ]
