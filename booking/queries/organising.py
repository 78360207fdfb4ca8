"""The organiser's sessions: those of a few days, what needs doing, and one of them. A reach says whose they may be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from assetreg.db import db
from assetreg.models import Area, Location, Organisation, Service
from assetreg.queries.errors import NotFound
from booking.models import Attendance, Booking, Occurrence, Series

# Whose sessions: the ids of organisations; None is everybody's.
Reach = frozenset[int] | None
MOST_LINES = 400
MOST_TASKS = 20


@dataclass(frozen=True, slots=True)
class Chosen:
    """An organisation or a ward that the list can be narrowed to. `key` is what addresses say."""

    id: int
    key: str
    name: str
    has_series: bool = True


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session in a list. `waiting`, `requested` and `unmarked` are bookings; `came` is people."""

    id: int
    public_id: UUID
    series_id: int
    kind: str
    name: str
    organisation_name: str
    place: str
    starts_at: datetime
    ends_at: datetime
    status: str
    cancel_reason: str
    is_paused: bool
    is_changed: bool
    capacity: int | None
    overbooked: int
    places_taken: int
    register_marked_at: datetime | None
    waiting: int
    requested: int
    confirmed: int
    request_expires_at: datetime | None
    marked: int
    came: int

    @property
    def is_full(self) -> bool:
        """Is there no place left?"""
        return self.capacity is not None and self.places_taken >= self.capacity

    @property
    def places(self) -> int | None:
        """How many there are, those overbooked on purpose included."""
        return None if self.capacity is None else self.capacity + self.overbooked


@dataclass(frozen=True, slots=True)
class ToDo:
    """What waits for the organiser: sessions with requests to answer, and past ones with nothing in the register."""

    requests: tuple[SessionLine, ...] = ()
    registers: tuple[SessionLine, ...] = ()


def list_own_organisations(reach: Reach) -> list[Chosen]:
    """The organisations within reach, by name; for staff only those that have sessions."""
    has_series = select(Series.id).join(Service).where(Service.organisation_id == Organisation.id).exists()
    wanted = has_series if reach is None else Organisation.id.in_(reach)
    rows = db.session.execute(
        select(Organisation.id, Organisation.public_id, Organisation.name, has_series)
        .where(wanted)
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return [Chosen(row_id, str(public_id), name, has) for row_id, public_id, name, has in rows]


def list_wards_with_series() -> list[Chosen]:
    """The wards in which sessions are held, by name."""
    here = (
        select(Series.id)
        .join(Location, Location.id == Series.location_id)
        .where(Location.ward_id == Area.id, Location.visibility != "hidden")
        .exists()
    )
    rows = db.session.execute(
        select(Area.id, Area.slug, Area.name).where(Area.kind == "ward", here).order_by(Area.name, Area.id)
    )
    return [Chosen(*row) for row in rows]


def list_this_week(
    reach: Reach,
    from_at: datetime,
    to_at: datetime,
    organisation_id: int | None = None,
    ward_id: int | None = None,
) -> list[SessionLine]:
    """The sessions that begin in this time, cancelled ones too, in order; at most `MOST_LINES`, one statement."""
    narrowed = [Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at]
    if organisation_id is not None:
        narrowed.append(Service.organisation_id == organisation_id)
    if ward_id is not None:
        narrowed.append(and_(Location.ward_id == ward_id, Location.visibility != "hidden"))
    return list_lines(reach, narrowed, MOST_LINES)


def list_to_do(reach: Reach, now: datetime, since: datetime, organisation_id: int | None = None) -> ToDo:
    """What waits to be done, the most pressing first; registers of sessions that ended after `since`. One statement.

    A register waits when somebody had booked, or when people could just turn up.
    """
    asked = (
        select(Booking.id)
        .where(Booking.occurrence_id == Occurrence.id, Booking.state == "requested")
        .correlate(Occurrence)
        .exists()
    )
    unmarked = and_(
        Occurrence.ends_at.between(since, now),
        Occurrence.register_marked_at.is_(None),
        or_(Occurrence.places_taken > 0, Series.kind == "drop_in"),
    )
    wanted = [Occurrence.status == "scheduled", or_(and_(Occurrence.starts_at > now, asked), unmarked)]
    if organisation_id is not None:
        wanted.append(Service.organisation_id == organisation_id)
    lines = list_lines(reach, wanted, MOST_LINES)
    requests = [line for line in lines if line.requested and line.starts_at > now]
    registers = [line for line in lines if line.ends_at <= now]
    requests.sort(key=lambda line: (line.request_expires_at or line.starts_at, line.id))
    return ToDo(tuple(requests[:MOST_TASKS]), tuple(reversed(registers[-MOST_TASKS:])))


def list_lines(reach: Reach, wanted: Sequence[ColumnElement[bool]], most: int) -> list[SessionLine]:
    """Sessions with their numbers, in the order in which they begin; one statement."""
    booked = (
        select(
            func.count().filter(Booking.state == "waiting").label("waiting"),
            func.count().filter(Booking.state == "requested").label("requested"),
            func.count().filter(Booking.state == "confirmed").label("confirmed"),
            func.min(Booking.expires_at).filter(Booking.state == "requested").label("request_expires_at"),
        )
        .where(Booking.occurrence_id == Occurrence.id)
        .correlate(Occurrence)
        .lateral("booked")
    )
    present = (
        select(
            func.count(Attendance.booking_id).label("marked"),
            func.coalesce(func.sum(Attendance.came), 0).label("came"),
        )
        .where(Attendance.occurrence_id == Occurrence.id)
        .correlate(Occurrence)
        .lateral("present")
    )
    columns: list[Any] = [
        Occurrence.id,
        Occurrence.public_id,
        Occurrence.series_id,
        Series.kind,
        name_of(Series, Service),
        Organisation.name,
        func.coalesce(Location.name, ""),
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.status,
        Occurrence.cancel_reason,
        Occurrence.is_paused | Series.is_paused,
        Occurrence.is_changed,
        Occurrence.capacity,
        Occurrence.overbooked,
        Occurrence.places_taken,
        Occurrence.register_marked_at,
        booked.c.waiting,
        booked.c.requested,
        booked.c.confirmed,
        booked.c.request_expires_at,
        present.c.marked,
        present.c.came,
    ]
    rows = db.session.execute(
        select(*columns)
        .select_from(Occurrence)
        .join(Series, Series.id == Occurrence.series_id)
        .join(Service, Service.id == Occurrence.service_id)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .outerjoin(Location, Location.id == Occurrence.location_id)
        .join(booked, true())
        .join(present, true())
        .where(*wanted, *within(reach))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(most)
    )
    return [SessionLine(*row) for row in rows]


def name_of(series: Any, service: Any) -> ColumnElement[str]:
    """What a session is called: the title of its series, else the name of its service."""
    name: ColumnElement[str] = func.coalesce(func.nullif(series.title, ""), service.name)
    return name


def within(reach: Reach) -> list[ColumnElement[bool]]:
    """The condition that keeps a statement within reach."""
    return [] if reach is None else [Service.organisation_id.in_(sorted(reach))]


def get_session(public_id: UUID, reach: Reach) -> Occurrence:
    """One session with its series, service, organisation, location and space; one statement.

    Raises NotFound, also for a session that is out of reach: nobody learns that it is there.
    """
    row: Occurrence | None = db.session.scalar(
        select(Occurrence)
        .join(Occurrence.service)
        .join(Service.organisation)
        .where(Occurrence.public_id == public_id, *within(reach))
        .options(
            contains_eager(Occurrence.service).contains_eager(Service.organisation),
            joinedload(Occurrence.series),
            joinedload(Occurrence.location),
            joinedload(Occurrence.space),
            joinedload(Occurrence.leader),
        )
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(f"session {public_id}")
    return row


def find_choice(choices: Collection[Chosen], key: str) -> Chosen | None:
    """The one that an address names; None when it names none of these."""
    return next((one for one in choices if one.key == key), None)
