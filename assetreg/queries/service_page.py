"""Everything the register may show of one service, in two statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from assetreg.db import db
from assetreg.models.columns import READABLE
from assetreg.queries.errors import NotFound
from assetreg.rules.joining import Contact
from assetreg.rules.opening import RegularTime


@dataclass(frozen=True, slots=True)
class Room:
    """A space that can be hired. Pence an hour; None when the price is not known."""

    name: str
    capacity: int | None
    hire_pence_per_hour: int | None
    hire_note: str


@dataclass(frozen=True, slots=True)
class Place:
    """One location as its page shows it. A confidential one has no address, postcode or point, a hidden one no name."""

    name: str
    address: str
    postcode: str
    latitude: float | None
    longitude: float | None
    is_approximate: bool
    visibility: str
    placement: str
    ward_name: str
    ward_slug: str
    ward_is_approximate: bool
    access: tuple[str, ...]
    getting_there: str
    rooms: tuple[Room, ...]
    ward_shape: BaseGeometry | None = field(repr=False, compare=False, default=None)


@dataclass(frozen=True, slots=True)
class NamedLink:
    """A need, interest or area by the name and slug of its page."""

    kind: str
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ServicePage:
    """One service. `service` holds its own columns by their names; times are wall time where the city is."""

    service: Mapping[str, Any]
    organisation_name: str
    organisation_id: UUID
    contacts: tuple[Contact, ...]
    organisation_contacts: tuple[Contact, ...]
    terms: tuple[NamedLink, ...]
    areas: tuple[NamedLink, ...]
    times: tuple[RegularTime, ...]
    places: tuple[Place, ...]
    attribution: str
    source_url: str

    def __getattr__(self, name: str) -> Any:
        """The service's own columns, as if they were attributes."""
        try:
            return self.service[name]
        except KeyError as problem:
            raise AttributeError(name) from problem

    @property
    def ways_in_touch(self) -> tuple[Contact, ...]:
        """The service's own contacts, or its organisation's when it has none."""
        return self.contacts or self.organisation_contacts

    @property
    def is_reachable_only(self) -> bool:
        """Is there no public place to go to?"""
        return not any(place.visibility == "public" for place in self.places)

    @property
    def all_access(self) -> tuple[str, ...]:
        """What the service and its first place offer, each once."""
        of_place = self.places[0].access if self.places else ()
        return tuple(dict.fromkeys((*self.service["access"], *of_place)))


COLUMNS = """
s.id, s.public_id, s.short_code, s.name, s.summary, s.description, s.kind, s.status, s.status_note, s.reopens_on,
s.valid_from, s.valid_until, s.times_note, s.is_online, s.is_telephone, s.cost_pence, s.cost_note, s.min_age, s.max_age,
s.gender, s.eligibility, s.languages, s.access, s.referral, s.stage, s.audience, s.taking_people, s.wait,
s.taking_people_said_at, s.first_visit, s.first_visit_who, s.first_visit_door, s.first_visit_company,
s.first_visit_cost, s.first_visit_wear, s.easy_read_url, s.audio_url, s.is_sensitive, s.source, s.source_seen_at,
s.assured_on, s.assured_by, s.assured_how, s.updated_at
"""

CONTACTS = """
(SELECT jsonb_agg(jsonb_build_array(c.kind, c.value, c.label) ORDER BY c.kind DESC, c.id)
   FROM contact_point c WHERE {})
"""

SERVICE = text(f"""
SELECT {COLUMNS}, o.name AS organisation_name, o.public_id AS organisation_id,
       coalesce(source.attribution, '') AS attribution, coalesce(source.url, '') AS source_url,
       {CONTACTS.format("c.service_id = s.id")} AS contacts,
       {CONTACTS.format("c.organisation_id = o.id")} AS organisation_contacts,
       (SELECT jsonb_agg(jsonb_build_array(t.kind, t.slug, t.name) ORDER BY t.position, t.id)
          FROM service_term st JOIN term t ON t.id = st.term_id WHERE st.service_id = s.id) AS terms,
       (SELECT jsonb_agg(jsonb_build_array(a.kind, a.slug, a.name) ORDER BY a.name, a.id)
          FROM service_area sa JOIN area a ON a.id = sa.area_id
         WHERE sa.service_id = s.id AND a.retired_at IS NULL) AS areas,
       (SELECT jsonb_agg(jsonb_build_array(t.weekday, t.starts_time, t.ends_time, t.week_of_month)
                         ORDER BY t.weekday, t.starts_time, t.id)
          FROM opening_time t WHERE t.service_id = s.id) AS times
  FROM service s
  JOIN organisation o ON o.id = s.organisation_id
  LEFT JOIN source ON source.name = s.source
 WHERE s.public_id = :public_id
""")  # noqa: S608  (only constants of this module are put together)

PLACES = text("""
SELECT CASE WHEN l.visibility = 'hidden' THEN '' ELSE l.name END AS name,
       coalesce(l.address, '') AS address, coalesce(l.postcode, '') AS postcode,
       ST_Y(l.point::geometry) AS latitude, ST_X(l.point::geometry) AS longitude, l.is_approximate,
       l.visibility, l.placement, l.access, l.getting_there,
       CASE WHEN l.visibility = 'hidden' THEN '' ELSE coalesce(w.name, '') END AS ward_name,
       CASE WHEN l.visibility = 'hidden' THEN '' ELSE coalesce(w.slug, '') END AS ward_slug,
       coalesce(w.is_approximate, false) AS ward_is_approximate,
       CASE WHEN l.point IS NOT NULL
            THEN ST_AsBinary(ST_SimplifyPreserveTopology(w.boundary, 0.0003)) END AS ward_shape,
       (SELECT jsonb_agg(jsonb_build_array(p.name, p.capacity, p.hire_pence_per_hour, p.hire_note)
                         ORDER BY p.name, p.id)
          FROM space p WHERE p.location_id = l.id AND p.is_hireable) AS rooms
  FROM service_at_location sl
  JOIN location l ON l.id = sl.location_id
  LEFT JOIN area w ON w.id = l.ward_id
 WHERE sl.service_id = :id
 ORDER BY sl.id
""")

ALTERNATIVES = text("""
WITH gone AS (
    SELECT array_agg(DISTINCT st.term_id) AS terms, (array_agg(l.point))[1] AS point
      FROM service s
      LEFT JOIN service_term st ON st.service_id = s.id
      LEFT JOIN service_at_location sl ON sl.service_id = s.id
      LEFT JOIN location l ON l.id = sl.location_id
     WHERE s.id = :id
)
SELECT s.id
  FROM gone
  JOIN service_term st ON st.term_id = ANY(gone.terms)
  JOIN service s ON s.id = st.service_id AND s.id <> :id AND s.status = 'active'
       AND (s.valid_from IS NULL OR s.valid_from <= :today) AND (s.valid_until IS NULL OR s.valid_until >= :today)
  LEFT JOIN service_at_location sl ON sl.service_id = s.id
  LEFT JOIN location l ON l.id = sl.location_id
 GROUP BY s.id
 ORDER BY count(DISTINCT st.term_id) DESC, min(ST_Distance(l.point, gone.point)) NULLS LAST, s.id
 LIMIT 5
""")


def get_service_page(public_id: UUID) -> ServicePage:
    """One service, whatever its status. Raises NotFound."""
    row = db.session.execute(SERVICE, {"public_id": public_id}).mappings().one_or_none()
    if row is None:
        raise NotFound(str(public_id))
    values = dict(row)
    return ServicePage(
        organisation_name=values.pop("organisation_name"),
        organisation_id=values.pop("organisation_id"),
        attribution=values.pop("attribution"),
        source_url=values.pop("source_url"),
        contacts=tuple(Contact(*contact) for contact in values.pop("contacts") or ()),
        organisation_contacts=tuple(Contact(*contact) for contact in values.pop("organisation_contacts") or ()),
        terms=tuple(NamedLink(*link) for link in values.pop("terms") or ()),
        areas=tuple(NamedLink(*link) for link in values.pop("areas") or ()),
        times=tuple(
            RegularTime(weekday, time.fromisoformat(starts), time.fromisoformat(ends), week)
            for weekday, starts, ends, week in values.pop("times") or ()
        ),
        places=tuple(read_place(place) for place in db.session.execute(PLACES, {"id": values["id"]}).mappings()),
        service=values,
    )


def read_place(row: Any) -> Place:
    """One row of PLACES."""
    values = dict(row)
    values["access"] = tuple(values["access"] or ())
    values["rooms"] = tuple(Room(*room) for room in values["rooms"] or ())
    values["ward_shape"] = shapely.from_wkb(bytes(values["ward_shape"])) if values["ward_shape"] else None
    return Place(**values)


def find_public_id(short_code: str) -> UUID | None:
    """The service that a code from paper means, however its letters were typed; None when it is no such code."""
    code = short_code.strip().upper()
    if not set(code) <= set(READABLE):
        return None
    found: UUID | None = db.session.scalar(
        text("SELECT public_id FROM service WHERE short_code = :code"), {"code": code}
    )
    return found


def list_alternatives(service_id: int, today: date) -> list[int]:
    """Up to five services to go to instead: most needs and interests in common first, then the nearest."""
    return list(db.session.scalars(ALTERNATIVES, {"id": service_id, "today": today}))
