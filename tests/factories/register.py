"""Situations of the register, by name. Everything is flushed, so that it has ids; nothing is committed."""

from __future__ import annotations

from datetime import time
from itertools import count
from typing import Any

from sqlalchemy import func, select

from assetreg.db import db
from assetreg.models import (
    Area,
    Location,
    Membership,
    OpeningTime,
    Organisation,
    Service,
    ServiceAtLocation,
    Term,
    User,
)

NUMBERS = count(1)


def saved(row: Any) -> Any:
    """Put a row in the database, read back what the database filled in, and return it."""
    db.session.add(row)
    db.session.flush()
    db.session.refresh(row)
    return row


def square(west: float, south: float, side: float) -> str:
    """A square in degrees as EWKT."""
    east, north = west + side, south + side
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return f"SRID=4326;MULTIPOLYGON((({ring})))"


def point(longitude: float, latitude: float) -> str:
    """A point in degrees as EWKT."""
    return f"SRID=4326;POINT({longitude} {latitude})"


def ward(name: str = "Northfield", west: float = -2.0, south: float = 52.4, side: float = 0.02, **values: Any) -> Area:
    """A square ward; its middle is half a side from `west`, `south`."""
    number = next(NUMBERS)
    values.setdefault("code", f"E0599{number:04d}")
    values.setdefault("slug", name.lower().replace(" ", "-").replace("'", ""))
    values.setdefault("boundary", square(west, south, side))
    values.setdefault("centre", point(west + side / 2, south + side / 2))
    area: Area = saved(Area(kind="ward", name=name, **values))
    return area


def city(name: str = "Birmingham", **values: Any) -> Area:
    """The whole city."""
    values.setdefault("boundary", square(-2.1, 52.3, 0.5))
    area: Area = saved(Area(kind="city", code="E08000025", slug=name.lower(), name=name, **values))
    return area


def organisation(name: str = "Frankley Friends", **values: Any) -> Organisation:
    """A group that runs things."""
    row: Organisation = saved(Organisation(name=name, **values))
    return row


def location(name: str = "The Hall", longitude: float = -1.99, latitude: float = 52.41, **values: Any) -> Location:
    """A public location with a point, in the ward that covers it."""
    values.setdefault("point", point(longitude, latitude))
    values.setdefault("address", "1 Sample Street, Birmingham")
    values.setdefault("postcode", "B31 2ZZ")
    row: Location = saved(Location(name=name, **values))
    return row


def confidential_location(in_ward: Area | None = None, visibility: str = "area_only", **values: Any) -> Location:
    """A location whose address is kept nowhere."""
    ward_id = in_ward.id if in_ward else None
    row: Location = saved(Location(visibility=visibility, placement="withheld", ward_id=ward_id, **values))
    return row


def term(slug: str) -> Term:
    """A need or interest of the starting set."""
    row: Term = db.session.scalars(select(Term).where(Term.slug == slug)).one()
    return row


def service(
    name: str = "Chair yoga",
    at: Location | None = None,
    terms: tuple[str, ...] = ("physical-activity",),
    areas: tuple[Area, ...] = (),
    **values: Any,
) -> Service:
    """A published service; `at` a location, answering `terms`, serving `areas`."""
    values.setdefault("organisation", None)
    values["organisation"] = values["organisation"] or organisation(f"Organisation {next(NUMBERS)}")
    values.setdefault("summary", "Gentle movement in a chair, with tea after.")
    row: Service = saved(Service(name=name, terms=[term(slug) for slug in terms], areas=list(areas), **values))
    if at is not None:
        saved(ServiceAtLocation(service_id=row.id, location_id=at.id))
        db.session.refresh(row)
    return row


def opening_time(
    of: Service, weekday: int = 1, starts: time = time(10), ends: time = time(12), **values: Any
) -> OpeningTime:
    """A weekly time of a service: Tuesday 10am to noon unless said otherwise."""
    row: OpeningTime = saved(
        OpeningTime(service_id=of.id, weekday=weekday, starts_time=starts, ends_time=ends, **values)
    )
    return row


def user(role: str = "citizen", **values: Any) -> User:
    """Somebody with an account."""
    number = next(NUMBERS)
    values.setdefault("email", f"{role}{number}@example.org")
    values.setdefault("name", f"Sam {role.title()}")
    row: User = saved(User(role=role, **values))
    return row


def partner(of: Organisation | None = None, role: str = "editor", **values: Any) -> User:
    """Somebody who may edit the entries of one organisation."""
    person = user("citizen", **values)
    saved(Membership(user_id=person.id, organisation_id=(of or organisation()).id, role=role))
    db.session.refresh(person)
    return person


def audit_count() -> int:
    """How many audit rows there are."""
    from_table = select(func.count()).select_from(db.metadata.tables["audit"])
    return int(db.session.scalar(from_table) or 0)
