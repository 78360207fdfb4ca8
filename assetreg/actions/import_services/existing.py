"""What the register already has of the services of a batch, in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from assetreg.audit import plain
from assetreg.rules.importing.row import Place
from assetreg.rules.opening import RegularTime

# The columns of `service` that an import writes.
# fmt: off
SERVICE_COLUMNS = (
    "organisation_id", "name", "summary", "description", "kind", "status", "status_note", "times_note", "is_online",
    "is_telephone", "cost_pence", "cost_note", "min_age", "max_age", "gender", "eligibility", "languages", "access",
    "referral", "stage", "audience", "taking_people", "wait", "taking_people_said_at", "first_visit", "is_sensitive",
    "source", "source_id", "source_seen_at", "assured_on", "assured_by", "assured_how",
)
# fmt: on
SERVICES = text(f"SELECT id, public_id, {', '.join(SERVICE_COLUMNS)} FROM service WHERE id = ANY(:ids)")  # noqa: S608
TERMS = text(
    "SELECT service_id, term_id, kind FROM service_term JOIN term ON term.id = term_id WHERE service_id = ANY(:ids)"
)
AREAS = text("SELECT service_id, area_id FROM service_area WHERE service_id = ANY(:ids)")
CONTACTS = text("SELECT service_id, id, kind, value FROM contact_point WHERE service_id = ANY(:ids) ORDER BY id")
TIMES = text(
    "SELECT service_id, id, weekday, starts_time, ends_time, week_of_month, location_id"
    " FROM opening_time WHERE service_id = ANY(:ids) ORDER BY id"
)
LOCATIONS = text("""
    SELECT link.service_id, location.id, location.public_id,
           (SELECT count(*) FROM service_at_location AS other WHERE other.location_id = location.id),
           name, address, postcode, ST_Y(point::geometry), ST_X(point::geometry), is_approximate, visibility,
           placement, ward_id
      FROM service_at_location AS link JOIN location ON location.id = link.location_id
     WHERE link.service_id = ANY(:ids) ORDER BY link.id
""")
ORGANISATIONS = text("""
    SELECT given.name AS asked, id, public_id, charity_number, company_number, source,
           ARRAY(SELECT value FROM contact_point
                  WHERE organisation_id = organisation.id AND kind = 'url' ORDER BY contact_point.id) AS urls
      FROM unnest(CAST(:names AS text[])) AS given (name)
      JOIN organisation ON lower(organisation.name) = lower(given.name) ORDER BY id
""")
SHARED = text("""
    SELECT given.postcode, given.name, given.address, location.id, ST_Y(point::geometry), ST_X(point::geometry)
      FROM unnest(CAST(:postcodes AS text[]), CAST(:names AS text[]), CAST(:addresses AS text[]))
           AS given (postcode, name, address)
      JOIN location ON location.postcode = given.postcode AND lower(location.name) = lower(given.name)
       AND lower(coalesce(location.address, '')) = lower(given.address) AND location.visibility = 'public'
     ORDER BY location.id DESC
""")


@dataclass(slots=True)
class ExistingLocation:
    """A location of the register with the number of services at it."""

    id: int
    public_id: str
    place: Place
    uses: int


@dataclass(slots=True)
class Existing:
    """A service of the register with everything an import compares."""

    id: int
    public_id: str
    columns: dict[str, Any]
    terms: dict[int, str] = field(default_factory=dict)  # id: kind
    areas: set[int] = field(default_factory=set)
    contacts: list[tuple[int, str, str]] = field(default_factory=list)  # id, kind, value
    times: list[tuple[int, RegularTime]] = field(default_factory=list)
    locations: list[ExistingLocation] = field(default_factory=list)


def read_existing(connection: Connection, ids: Sequence[int]) -> dict[int, Existing]:
    """The services with these ids."""
    if not ids:
        return {}
    found: dict[int, Existing] = {}
    for id_, public_id, *values in connection.execute(SERVICES, {"ids": ids}):
        plain_values = (plain(value) for value in values)
        found[id_] = Existing(id_, str(public_id), dict(zip(SERVICE_COLUMNS, plain_values, strict=True)))
    for id_, term_id, kind in connection.execute(TERMS, {"ids": ids}):
        found[id_].terms[term_id] = kind
    for id_, area_id in connection.execute(AREAS, {"ids": ids}):
        found[id_].areas.add(area_id)
    for id_, contact_id, kind, value in connection.execute(CONTACTS, {"ids": ids}):
        found[id_].contacts.append((contact_id, kind, value))
    for id_, time_id, *regular in connection.execute(TIMES, {"ids": ids}):
        found[id_].times.append((time_id, RegularTime(*regular)))
    for id_, location_id, public_id, uses, *described in connection.execute(LOCATIONS, {"ids": ids}):
        found[id_].locations.append(ExistingLocation(location_id, str(public_id), place_of(described), uses))
    return found


def place_of(described: Sequence[Any]) -> Place:
    """Columns of a location as the place of a row."""
    name, address, postcode, lat, lon, is_approximate, visibility, placement, ward_id = described
    return Place(
        visibility=visibility,
        name=name,
        address=address or "",
        postcode=postcode or "",
        lat=lat,
        lon=lon,
        is_approximate=is_approximate,
        placement=placement,
        ward_id=ward_id,
    )


@dataclass(slots=True)
class ExistingOrganisation:
    """An organisation that a row may mean by its name."""

    id: int
    public_id: str
    charity_number: str | None
    company_number: str | None
    source: str | None
    urls: list[str]


def find_organisations(connection: Connection, names: Iterable[str]) -> dict[str, list[ExistingOrganisation]]:
    """The organisations with these names by the name in small letters, lowest id first."""
    found: dict[str, dict[int, ExistingOrganisation]] = defaultdict(dict)
    for asked, id_, public_id, *more in connection.execute(ORGANISATIONS, {"names": sorted(set(names))}):
        found[asked.lower()].setdefault(id_, ExistingOrganisation(id_, str(public_id), *more))
    return defaultdict(list, {name: list(by_id.values()) for name, by_id in found.items()})


def find_shared_locations(connection: Connection, places: Iterable[Place]) -> dict[tuple[str, str, str], int]:
    """Public locations with the same postcode, name and address as these, by `sharing_key`; the oldest of each."""
    wanted = [place for place in places if is_shareable(place)]
    if not wanted:
        return {}
    parameters = {
        "postcodes": [place.postcode for place in wanted],
        "names": [place.name for place in wanted],
        "addresses": [place.address for place in wanted],
    }
    points = {sharing_key(place): (place.lat, place.lon) for place in wanted if place.has_coordinates}
    found = {}
    for postcode, name, address, id_, lat, lon in connection.execute(SHARED, parameters):
        key = (postcode, name.lower(), address.lower())
        if key not in points or is_same_point((lat, lon), points[key]):
            found[key] = id_
    return found


def is_shareable(place: Place) -> bool:
    """Whether two services with this place are in one building: a postcode alone stands for fifteen homes."""
    return place.visibility == "public" and bool(place.postcode) and bool(place.name or place.address)


def sharing_key(place: Place) -> tuple[str, str, str]:
    """What two services' places must have in common to be one location."""
    return (place.postcode, place.name.lower(), place.address.lower())


def is_same_point(one: tuple[float | None, float | None], other: tuple[float | None, float | None]) -> bool:
    """Whether two points are the same to a tenth of a metre."""
    if None in one or None in other:
        return one == other
    return all(abs((a or 0) - (b or 0)) < 1e-6 for a, b in zip(one, other, strict=True))
