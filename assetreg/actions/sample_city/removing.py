"""Taking the sample city out of the register again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, select, update

from assetreg.actions.sample_city.areas import take_up_ground
from assetreg.actions.sample_city.entries import SOURCE
from assetreg.actions.sample_city.making import ENTITY, SampleRefused, find_making, find_sample
from assetreg.actions.sample_city.parts import SAMPLE_PARTS
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.models import Location, OpeningTime, Organisation, Service, ServiceAtLocation, Source


@dataclass(frozen=True, slots=True)
class SampleRemoved:
    """What was taken out, and what stayed because other entries lean on it."""

    services: int
    organisations: int
    locations: int
    areas: int
    have_areas_stayed: bool
    organisations_stayed: int
    parts: dict[str, int]


def remove_sample_city() -> SampleRemoved:
    """Take out everything that the sample put in, except what other entries lean on. Raises SampleRefused.

    The sample's accounts stay: people may have signed in with them.
    """
    if find_sample() is None:
        raise SampleRefused("The sample city is not in the register.")
    parts: dict[str, int] = {}
    for part in SAMPLE_PARTS:
        parts |= part.take_out()
    ours = Service.source == SOURCE
    services = _delete(Service, ours)
    is_used = Location.id.in_(select(ServiceAtLocation.location_id)) | Location.id.in_(
        select(OpeningTime.location_id).where(OpeningTime.location_id.is_not(None))
    )
    for part in SAMPLE_PARTS:
        is_used |= Location.id.in_(part.locations())
    locations = _delete(Location, (Location.source == SOURCE) & ~is_used)
    has_services = Organisation.id.in_(select(Service.organisation_id))
    organisations = _delete(Organisation, (Organisation.source == SOURCE) & ~has_services)
    db.session.execute(update(Location).where(Location.source == SOURCE).values(source=None))
    kept = db.session.execute(
        update(Organisation).where(Organisation.source == SOURCE).values(source=None, source_id=None)
    )
    stayed = int(kept.rowcount)  # type: ignore[attr-defined]
    areas, have_stayed = take_up_ground((find_making() or {}).get("area_codes", []))
    db.session.execute(delete(Source).where(Source.name == SOURCE))
    note_load(
        db.session(),
        ENTITY,
        SOURCE,
        {"services_removed": services, "organisations_removed": organisations, "locations_removed": locations},
    )
    db.session.flush()
    db.session.expire_all()
    return SampleRemoved(services, organisations, locations, areas, have_stayed, stayed, parts)


def _delete(model: type[Service] | type[Location] | type[Organisation], which: ColumnElement[bool]) -> int:
    """Delete rows and say how many."""
    gone = db.session.execute(delete(model).where(which).execution_options(synchronize_session=False))
    return int(gone.rowcount)  # type: ignore[attr-defined]
