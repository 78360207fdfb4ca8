"""The dates of one series, each with how many have booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import func, select

from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.models import Location, Space
from booking.models import Booking, Leader, Occurrence, Series
from booking.rules.vocabulary import OPEN_STATES


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One date of a series. `wanted_by` counts the bookings that hold or await a place, `booked_ever` all of them."""

    id: int
    public_id: UUID
    rule_on: date | None
    slot: int
    starts_at: datetime
    ends_at: datetime
    status: str
    cancel_reason: str
    is_changed: bool
    is_paused: bool
    capacity: int | None
    places_taken: int
    location_id: int | None
    space_id: int | None
    leader_id: int | None
    where: str
    leader: str
    wanted_by: int
    booked_ever: int

    @property
    def on(self) -> date:
        """The day on which it takes place."""
        return self.starts_at.astimezone(LOCAL_ZONE).date()

    @property
    def is_exception(self) -> bool:
        """Does it stand by itself: edited, added by hand or cancelled?"""
        return self.is_changed or self.rule_on is None or self.status != "scheduled"


def list_series_dates(
    series_id: int,
    after: datetime | None = None,
    before: datetime | None = None,
    ids: list[int] | None = None,
    most: int | None = None,
    is_latest_first: bool = False,
) -> list[SeriesDate]:
    """Dates that begin after one instant and not after the other, in order. One statement."""
    wanted = func.count(Booking.id).filter(Booking.state.in_(OPEN_STATES))
    counts = (
        select(Booking.occurrence_id, wanted.label("wanted_by"), func.count(Booking.id).label("booked_ever"))
        .join(Occurrence, Occurrence.id == Booking.occurrence_id)
        .where(Occurrence.series_id == series_id)
        .group_by(Booking.occurrence_id)
        .subquery()
    )
    chosen = (
        select(
            Occurrence.id,
            Occurrence.public_id,
            Occurrence.rule_on,
            Occurrence.slot,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.status,
            Occurrence.cancel_reason,
            Occurrence.is_changed,
            Occurrence.is_paused,
            Occurrence.capacity,
            Occurrence.places_taken,
            Occurrence.location_id,
            Occurrence.space_id,
            Occurrence.leader_id,
            func.coalesce(func.nullif(func.concat_ws(", ", Space.name, Location.name), ""), "").label("where"),
            func.coalesce(Leader.name, "").label("leader"),
            func.coalesce(counts.c.wanted_by, 0).label("wanted_by"),
            func.coalesce(counts.c.booked_ever, 0).label("booked_ever"),
        )
        .outerjoin(Space, Space.id == Occurrence.space_id)
        .outerjoin(Location, Location.id == Occurrence.location_id)
        .outerjoin(Leader, Leader.id == Occurrence.leader_id)
        .outerjoin(counts, counts.c.occurrence_id == Occurrence.id)
        .where(Occurrence.series_id == series_id)
        .order_by(Occurrence.starts_at.desc() if is_latest_first else Occurrence.starts_at, Occurrence.id)
        .limit(most)
    )
    if after is not None:
        chosen = chosen.where(Occurrence.starts_at > after)
    if before is not None:
        chosen = chosen.where(Occurrence.starts_at <= before)
    if ids is not None:
        chosen = chosen.where(Occurrence.id.in_(ids))
    return [SeriesDate(*cast(tuple[Any, ...], row)) for row in db.session.execute(chosen)]


def count_held_before(series_id: int, before: datetime) -> int:
    """On how many days before that instant the rule of this series was held."""
    return int(
        db.session.scalar(
            select(func.count(func.distinct(Occurrence.rule_on))).where(
                Occurrence.series_id == series_id, Occurrence.starts_at < before, Occurrence.status == "scheduled"
            )
        )
        or 0
    )


def lock_future_dates(series_id: int, now: datetime) -> list[int]:
    """Lock the dates of a series that have not begun, in the order of their ids; returns the ids."""
    return list(
        db.session.scalars(
            select(Occurrence.id)
            .where(Occurrence.series_id == series_id, Occurrence.starts_at > now)
            .order_by(Occurrence.id)
            .with_for_update()
        )
    )


def lock_series(series_id: int, skip_locked: bool = False) -> bool:
    """Lock a series for this transaction. False when it is gone, or locked by another and `skip_locked`."""
    found = db.session.scalar(select(Series.id).where(Series.id == series_id).with_for_update(skip_locked=skip_locked))
    return found is not None
