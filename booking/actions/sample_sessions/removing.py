"""Taking out the sessions of the sample city's services, before the services go."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, select, union

from assetreg.actions.sample_city.entries import SOURCE
from assetreg.db import db
from assetreg.models import Location, Service
from booking.models import Attendance, Booking, Closure, Occurrence, Series


def remove_sample_sessions() -> dict[str, int]:
    """Remove every series of the sample's services with what hangs on it, whoever published it.

    The database itself would stop at a session with bookings. Closures of the sample's places go as well.
    """
    services = select(Service.id).where(Service.source == SOURCE)
    sessions = select(Occurrence.id).where(Occurrence.service_id.in_(services))
    places = select(Location.id).where(Location.source == SOURCE)
    gone = {}
    for name, statement in (
        ("", delete(Attendance).where(Attendance.occurrence_id.in_(sessions))),
        ("bookings", delete(Booking).where(Booking.occurrence_id.in_(sessions))),
        ("sessions", delete(Occurrence).where(Occurrence.service_id.in_(services))),
        ("series", delete(Series).where(Series.service_id.in_(services))),
        ("", delete(Closure).where(Closure.location_id.in_(places))),
    ):
        done = db.session.execute(statement.execution_options(synchronize_session=False))
        if name:
            gone[name] = int(done.rowcount)  # type: ignore[attr-defined]
    return dict(reversed(gone.items()))


def locations_in_use() -> Select[Any]:
    """Keys of the locations that some session still happens at."""
    found = union(
        select(Series.location_id).where(Series.location_id.is_not(None)),
        select(Occurrence.location_id).where(Occurrence.location_id.is_not(None)),
        select(Closure.location_id),
    ).subquery()
    return select(found.c[0])
