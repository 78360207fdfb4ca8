"""Dates that the daily top-up could not make, because something was in the way: the organiser decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from assetreg.db import db
from assetreg.models import Service
from booking.models import Series
from booking.queries.organising import MOST_TASKS, Reach, name_of, within


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One series with such dates; `said` is what is in the way of the first of them."""

    public_id: UUID
    name: str
    first_on: date
    said: str
    dates: int


def list_unsettled(reach: Reach, organisation_id: int | None = None) -> list[Unsettled]:
    """Series with dates to decide about, the soonest date first; one statement."""
    wanted = [Series.status == "published", func.jsonb_array_length(Series.unsettled) > 0, *within(reach)]
    if organisation_id is not None:
        wanted.append(Service.organisation_id == organisation_id)
    rows = db.session.execute(
        select(Series.public_id, name_of(Series, Service), Series.unsettled)
        .join(Service, Service.id == Series.service_id)
        .where(*wanted)
        .order_by(Series.unsettled[0]["on"].astext, Series.id)
        .limit(MOST_TASKS)
    )
    return [
        Unsettled(public_id, name, date.fromisoformat(lines[0]["on"]), lines[0]["said"], len(lines))
        for public_id, name, lines in rows
    ]
