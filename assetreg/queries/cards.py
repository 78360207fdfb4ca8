"""What a list shows of each service: one statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import text

from assetreg.db import db
from assetreg.rules.opening import RegularTime


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map in degrees, to measure distances from."""

    longitude: float
    latitude: float

    @property
    def ewkt(self) -> str:
        """As PostGIS reads it."""
        return f"SRID=4326;POINT({self.longitude} {self.latitude})"


@dataclass(frozen=True, slots=True)
class CardPlace:
    """One place of a service, with only what may be shown: a hidden one has neither name, ward nor distance."""

    name: str
    visibility: str
    placement: str
    ward_name: str | None
    ward_slug: str | None
    postcode: str | None
    is_approximate: bool
    distance_m: float | None
    access: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """A service as lists show it. `served` are names of areas it serves; `places` come nearest first.

    `phone` is its own first number or, when it has no way to get in touch of its own, its organisation's.
    """

    id: int
    public_id: UUID
    name: str
    summary: str
    kind: str
    organisation_name: str
    organisation_id: UUID
    status: str
    status_note: str
    reopens_on: date | None
    valid_from: date | None
    valid_until: date | None
    is_online: bool
    is_telephone: bool
    cost_pence: int | None
    cost_note: str
    access: tuple[str, ...]
    gender: str | None
    min_age: int | None
    max_age: int | None
    referral: str
    taking_people: str | None
    wait: str
    times_note: str
    assured_on: date | None
    assured_by: str
    assured_how: str | None
    is_sensitive: bool
    phone: str | None
    served: tuple[str, ...]
    times: tuple[RegularTime, ...] = field(repr=False)
    places: tuple[CardPlace, ...] = field(repr=False)

    @property
    def all_access(self) -> tuple[str, ...]:
        """What the service and the nearest of its places offer, each once."""
        of_place = self.places[0].access if self.places else ()
        return tuple(dict.fromkeys((*self.access, *of_place)))

    @property
    def has_public_place(self) -> bool:
        """Can somebody go there?"""
        return any(place.visibility == "public" for place in self.places)


CARDS = text("""
SELECT s.id, s.public_id, s.name, s.summary, s.kind, o.name AS organisation_name, o.public_id AS organisation_id,
       s.status, s.status_note, s.reopens_on, s.valid_from, s.valid_until, s.is_online, s.is_telephone,
       s.cost_pence, s.cost_note, s.access, s.gender, s.min_age, s.max_age, s.referral, s.taking_people, s.wait,
       s.times_note, s.assured_on, s.assured_by, s.assured_how, s.is_sensitive,
       CASE WHEN EXISTS (SELECT FROM contact_point c WHERE c.service_id = s.id)
            THEN (SELECT c.value FROM contact_point c WHERE c.service_id = s.id AND c.kind = 'phone'
                   ORDER BY c.id LIMIT 1)
            ELSE (SELECT c.value FROM contact_point c WHERE c.organisation_id = o.id AND c.kind = 'phone'
                   ORDER BY c.id LIMIT 1) END AS phone,
       (SELECT array_agg(a.name ORDER BY a.name)
          FROM service_area sa JOIN area a ON a.id = sa.area_id WHERE sa.service_id = s.id) AS served,
       (SELECT jsonb_agg(jsonb_build_array(t.weekday, t.starts_time, t.ends_time, t.week_of_month)
                         ORDER BY t.weekday, t.starts_time, t.id)
          FROM opening_time t WHERE t.service_id = s.id) AS times,
       (SELECT jsonb_agg(p.place ORDER BY p.distance_m NULLS LAST, p.id)
          FROM (SELECT l.id, ST_Distance(l.point, CAST(:near AS geography)) AS distance_m,
                       jsonb_build_object('visibility', l.visibility, 'access', l.access) ||
                       CASE WHEN l.visibility = 'hidden' THEN '{}'::jsonb ELSE jsonb_build_object(
                           'name', l.name, 'placement', l.placement, 'ward_name', w.name, 'ward_slug', w.slug,
                           'postcode', l.postcode, 'is_approximate', l.is_approximate,
                           'distance_m', ST_Distance(l.point, CAST(:near AS geography))) END AS place
                  FROM service_at_location sl
                  JOIN location l ON l.id = sl.location_id
                  LEFT JOIN area w ON w.id = l.ward_id
                 WHERE sl.service_id = s.id) p) AS places
  FROM service s
  JOIN organisation o ON o.id = s.organisation_id
 WHERE s.id = ANY(:ids)
""")


def list_cards(ids: Sequence[int], near: Point | None = None) -> list[ServiceCard]:
    """The cards of these services, in this order; one statement. Distances are from `near`, on the spheroid."""
    if not ids:
        return []
    rows = db.session.execute(CARDS, {"ids": list(ids), "near": near.ewkt if near else None}).mappings().all()
    cards = {row["id"]: read_card(row) for row in rows}
    return [cards[key] for key in ids if key in cards]


def read_card(row: Any) -> ServiceCard:
    """One row of CARDS as a card."""
    values = dict(row)
    values["access"] = tuple(values["access"] or ())
    values["served"] = tuple(values["served"] or ())
    values["times"] = tuple(
        RegularTime(weekday, time.fromisoformat(starts), time.fromisoformat(ends), week)
        for weekday, starts, ends, week in values["times"] or ()
    )
    values["places"] = tuple(read_place(place) for place in values["places"] or ())
    return ServiceCard(**values)


def read_place(place: dict[str, Any]) -> CardPlace:
    """One place of a card; what a confidential one does not say is empty."""
    return CardPlace(
        name=place.get("name") or "",
        visibility=place["visibility"],
        placement=place.get("placement") or "withheld",
        ward_name=place.get("ward_name"),
        ward_slug=place.get("ward_slug"),
        postcode=place.get("postcode"),
        is_approximate=bool(place.get("is_approximate")),
        distance_m=place.get("distance_m"),
        access=tuple(place.get("access") or ()),
    )
