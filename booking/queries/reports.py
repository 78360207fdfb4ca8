"""What came of the sessions, in numbers for funders: by month and service, or by month and ward. No names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Date, cast, func, select, true
from sqlalchemy.orm import aliased

from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.models import Area, Location, Organisation, Service
from booking.models import Attendance, Booking, Occurrence
from booking.queries.organising import Reach, within

By = Literal["service", "ward"]
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was counted of sessions that are over.

    `places` were on offer (only where places are counted), `booked` were taken by people with a confirmed booking,
    `came` is everybody in the registers, `walk_ins` among them; `registers` is how many sessions have one.
    """

    sessions: int = 0
    cancelled: int = 0
    places: int = 0
    bookings: int = 0
    booked: int = 0
    came: int = 0
    walk_ins: int = 0
    absent: int = 0
    registers: int = 0


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One month of one service, or of one ward (then `organisation` is empty)."""

    month: date
    name: str
    organisation: str
    numbers: Numbers


def list_report(
    reach: Reach, from_at: datetime, to_at: datetime, by: By, organisation_id: int | None = None
) -> list[ReportLine]:
    """The numbers of sessions that began in this time, by month and by service or ward; one statement.

    Erasing personal details changes none of them: bookings and registers keep their sizes.
    """
    month = cast(func.date_trunc("month", func.timezone(LOCAL_ZONE.key, Occurrence.starts_at)), Date)
    booked = (
        select(
            func.count().label("bookings"),
            func.coalesce(func.sum(Booking.party_size), 0).label("places"),
        )
        .where(Booking.occurrence_id == Occurrence.id, Booking.state == "confirmed")
        .correlate(Occurrence)
        .lateral("booked")
    )
    of_booking = aliased(Booking)
    present = (
        select(
            func.coalesce(func.sum(Attendance.came), 0).label("came"),
            func.coalesce(func.sum(Attendance.came).filter(Attendance.is_walk_in), 0).label("walk_ins"),
            func.coalesce(
                func.sum(func.greatest(of_booking.party_size - Attendance.came, 0)).filter(~Attendance.is_walk_in), 0
            ).label("absent"),
        )
        .select_from(Attendance)
        .outerjoin(of_booking, of_booking.id == Attendance.booking_id)
        .where(Attendance.occurrence_id == Occurrence.id)
        .correlate(Occurrence)
        .lateral("present")
    )
    held = Occurrence.status == "scheduled"
    ward = func.coalesce(Area.name, "")
    names: list[Any] = [ward, func.coalesce("", "")] if by == "ward" else [Service.name, Organisation.name]
    keys: list[Any] = [ward] if by == "ward" else [Service.name, Organisation.name, Service.id]
    counted: list[Any] = [
        func.count().filter(held),
        func.count().filter(~held),
        func.coalesce(func.sum(Occurrence.capacity + Occurrence.overbooked).filter(held), 0),
        func.coalesce(func.sum(booked.c.bookings).filter(held), 0),
        func.coalesce(func.sum(booked.c.places).filter(held), 0),
        func.coalesce(func.sum(present.c.came).filter(held), 0),
        func.coalesce(func.sum(present.c.walk_ins).filter(held), 0),
        func.coalesce(func.sum(present.c.absent).filter(held), 0),
        func.count(Occurrence.register_marked_at).filter(held),
    ]
    wanted = [Occurrence.starts_at >= from_at, Occurrence.starts_at < to_at, *within(reach)]
    if organisation_id is not None:
        wanted.append(Service.organisation_id == organisation_id)
    rows = db.session.execute(
        select(month, *names, *counted)
        .select_from(Occurrence)
        .join(Service, Service.id == Occurrence.service_id)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .outerjoin(Location, Location.id == Occurrence.location_id)
        .outerjoin(Area, (Area.id == Location.ward_id) & (Location.visibility != "hidden"))
        .join(booked, true())
        .join(present, true())
        .where(*wanted)
        .group_by(month, *keys)
        .order_by(month.desc(), *keys)
        .limit(MOST_LINES)
    )
    return [
        ReportLine(line_month, name, organisation, Numbers(*(int(number) for number in numbers)))
        for line_month, name, organisation, *numbers in rows
    ]


def add_up(lines: Iterable[ReportLine]) -> Numbers:
    """All lines together."""
    columns: Sequence[tuple[int, ...]] = list(zip(*(astuple(line.numbers) for line in lines), strict=True))
    return Numbers(*(sum(column) for column in columns)) if columns else Numbers()


COUNTED = tuple(field.name for field in fields(Numbers))
