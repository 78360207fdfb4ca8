"""Closures of locations, and the sessions that they touch. A reach says whose: None is everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.models import Location, Organisation, Service, ServiceAtLocation
from assetreg.queries.errors import NotFound
from booking.models import Booking, Closure, Occurrence, SchoolTerm, Series
from booking.queries.series import Reach
from booking.rules.vocabulary import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Touched:
    """A session on a day on which its location is closed. `wanted_by` counts who has a place or waits for one."""

    id: int
    public_id: UUID
    starts_at: datetime
    ends_at: datetime
    name: str
    organisation: str
    wanted_by: int


def may_close(reach: Reach) -> ColumnElement[bool]:
    """Is this location used for sessions, and by nobody outside the reach?"""
    own = exists().where(Series.location_id == Location.id, Series.service_id == Service.id)
    if reach is None:
        return own
    others_are_there = or_(
        exists().where(
            ServiceAtLocation.location_id == Location.id,
            ServiceAtLocation.service_id == Service.id,
            Service.organisation_id.not_in(reach),
            Service.status != "closed",
        ),
        exists().where(
            Series.location_id == Location.id,
            Series.service_id == Service.id,
            Service.organisation_id.not_in(reach),
            Series.status != "ended",
        ),
    )
    return (
        exists().where(
            Series.location_id == Location.id,
            Series.service_id == Service.id,
            Service.organisation_id.in_(reach),
        )
        & ~others_are_there
    )


def list_closable(reach: Reach, most: int = 500) -> list[tuple[UUID, str]]:
    """Locations that may be closed, by name."""
    rows = db.session.execute(
        select(Location.public_id, Location.name)
        .where(may_close(reach))
        .order_by(func.lower(Location.name), Location.id)
        .limit(most)
    )
    return [(row.public_id, row.name) for row in rows]


def find_closable(public_id: UUID | None, reach: Reach) -> int | None:
    """The id of a location that may be closed."""
    found: int | None = db.session.scalar(select(Location.id).where(Location.public_id == public_id, may_close(reach)))
    return found


def list_closures(reach: Reach, today: date) -> list[Closure]:
    """Closures that are not over, soonest first, of locations that may be closed."""
    return list(
        db.session.scalars(
            select(Closure)
            .join(Location)
            .options(joinedload(Closure.location))
            .where(Closure.ends_on >= today, may_close(reach))
            .order_by(Closure.starts_on, Closure.id)
        )
    )


def get_closure(public_id: UUID, reach: Reach) -> Closure:
    """One closure. Raises NotFound."""
    closure = db.session.scalar(
        select(Closure)
        .join(Location)
        .options(joinedload(Closure.location))
        .where(Closure.public_id == public_id, may_close(reach))
    )
    if closure is None:
        raise NotFound(str(public_id))
    return closure


def list_touched(closure: Closure, reach: Reach, now: datetime) -> list[Touched]:
    """Sessions that would take place there while it is closed and have not begun, in order."""
    begins = datetime.combine(closure.starts_on, time(0), tzinfo=LOCAL_ZONE)
    ends = datetime.combine(closure.ends_on + timedelta(days=1), time(0), tzinfo=LOCAL_ZONE)
    wanted_by = (
        select(func.count(Booking.id))
        .where(Booking.occurrence_id == Occurrence.id, Booking.state.in_(OPEN_STATES))
        .scalar_subquery()
    )
    chosen = (
        select(
            Occurrence.id,
            Occurrence.public_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            func.coalesce(func.nullif(Series.title, ""), Service.name),
            Organisation.name,
            wanted_by,
        )
        .join(Series, Series.id == Occurrence.series_id)
        .join(Service, Service.id == Occurrence.service_id)
        .join(Organisation, Organisation.id == Service.organisation_id)
        .where(
            Occurrence.location_id == closure.location_id,
            Occurrence.status == "scheduled",
            Occurrence.starts_at > now,
            Occurrence.starts_at < ends,
            Occurrence.ends_at > begins,
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    if reach is not None:
        chosen = chosen.where(Service.organisation_id.in_(reach))
    return [Touched(*cast(tuple[Any, ...], row)) for row in db.session.execute(chosen)]


def list_terms() -> list[SchoolTerm]:
    """School terms, in order."""
    return list(db.session.scalars(select(SchoolTerm).order_by(SchoolTerm.starts_on)))


def get_term(public_id: UUID) -> SchoolTerm:
    """One term. Raises NotFound."""
    term = db.session.scalar(select(SchoolTerm).where(SchoolTerm.public_id == public_id))
    if term is None:
        raise NotFound(str(public_id))
    return term
