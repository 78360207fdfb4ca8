"""Questions of organisers: their series, and what they can choose from. A reach says whose: None is everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from assetreg.db import db
from assetreg.models import Location, Organisation, Service, ServiceAtLocation, Space
from assetreg.queries.errors import NotFound
from booking.models import Leader, Occurrence, Series

Reach = frozenset[int] | None
PER_PAGE = 30
MOST_SERVICES = 60


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series in a list. `next_at` is when the next date begins."""

    series: Series
    name: str
    organisation: str
    where: str
    next_at: datetime | None
    next_id: UUID | None


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """One page of the list, and how many there are in all."""

    rows: tuple[SeriesLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service that a series can be of."""

    id: int
    public_id: UUID
    name: str
    organisation_id: int
    organisation: str


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A location, or a room of one. `key` is what forms send."""

    key: str
    name: str
    location: str
    location_id: int
    space_id: int | None


def within(reach: Reach) -> ColumnElement[bool]:
    """Is this service of an organisation within reach?"""
    return Service.organisation_id.in_(reach) if reach is not None else Service.id.is_not(None)


def named(words: str) -> list[ColumnElement[bool]]:
    """Do these words stand in the name of the series, the service or the organisation?"""
    return [
        or_(
            Series.title.icontains(word, autoescape=True),
            Service.name.icontains(word, autoescape=True),
            Organisation.name.icontains(word, autoescape=True),
        )
        for word in words.split()[:8]
    ]


def list_series(reach: Reach, status: str, words: str, now: datetime, page: int = 1) -> SeriesPage:
    """Series in this status whose name holds these words; those with dates to settle first, then by name."""
    wanted = [within(reach), Series.status == status, *named(words)]
    joined = select(Series).join(Service, Service.id == Series.service_id).join(Organisation)
    total = db.session.scalar(joined.with_only_columns(func.count()).where(*wanted)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    name = func.coalesce(func.nullif(Series.title, ""), Service.name)
    following = (
        select(Occurrence.starts_at, Occurrence.public_id)
        .where(Occurrence.series_id == Series.id, Occurrence.starts_at > now, Occurrence.status == "scheduled")
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(1)
        .lateral()
    )
    rows = db.session.execute(
        joined.add_columns(
            name,
            Organisation.name,
            func.concat_ws(", ", Space.name, Location.name),
            following.c.starts_at,
            following.c.public_id,
        )
        .outerjoin(Location, Location.id == Series.location_id)
        .outerjoin(Space, Space.id == Series.space_id)
        .outerjoin(following, Series.id.is_not(None))
        .where(*wanted)
        .order_by(func.jsonb_array_length(Series.unsettled).desc(), func.lower(name), Series.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return SeriesPage(tuple(SeriesLine(*row) for row in rows), total, page, pages)


def get_series(public_id: UUID, reach: Reach) -> Series:
    """One series within reach, with its service, place and leader. Raises NotFound."""
    series = db.session.scalar(
        select(Series)
        .join(Service)
        .options(
            joinedload(Series.service).joinedload(Service.organisation),
            joinedload(Series.location),
            joinedload(Series.space),
            joinedload(Series.leader),
        )
        .where(Series.public_id == public_id, within(reach))
    )
    if series is None:
        raise NotFound(str(public_id))
    return series


def list_service_choices(reach: Reach, words: str = "") -> tuple[list[ServiceChoice], bool]:
    """Services that a series can be of, by name, and whether there are more than these."""
    rows = db.session.execute(
        select(Service.id, Service.public_id, Service.name, Organisation.id, Organisation.name)
        .join(Organisation)
        .where(
            within(reach),
            Service.status != "closed",
            *[
                or_(Service.name.icontains(word, autoescape=True), Organisation.name.icontains(word, autoescape=True))
                for word in words.split()[:8]
            ],
        )
        .order_by(func.lower(Organisation.name), Organisation.id, func.lower(Service.name), Service.id)
        .limit(MOST_SERVICES + 1)
    ).all()
    return [ServiceChoice(*row) for row in rows[:MOST_SERVICES]], len(rows) > MOST_SERVICES


def find_service_choice(public_id: UUID | None, reach: Reach) -> ServiceChoice | None:
    """One service within reach."""
    if public_id is None:
        return None
    row = db.session.execute(
        select(Service.id, Service.public_id, Service.name, Organisation.id, Organisation.name)
        .join(Organisation)
        .where(Service.public_id == public_id, within(reach))
    ).one_or_none()
    return ServiceChoice(*row) if row else None


def places_of(organisation_id: int) -> ColumnElement[bool]:
    """Is this location one where the organisation does something?"""
    return or_(
        exists().where(
            ServiceAtLocation.location_id == Location.id,
            ServiceAtLocation.service_id == Service.id,
            Service.organisation_id == organisation_id,
        ),
        exists().where(
            Series.location_id == Location.id,
            Series.service_id == Service.id,
            Service.organisation_id == organisation_id,
        ),
    )


def list_place_choices(organisation_id: int) -> list[PlaceChoice]:
    """Where an organisation does things: each location, then its rooms, by name."""
    locations = db.session.execute(
        select(Location.id, Location.public_id, Location.name)
        .where(places_of(organisation_id))
        .order_by(func.lower(Location.name), Location.id)
    ).all()
    spaces: dict[int, list[tuple[int, UUID, str]]] = {}
    for space_id, public_id, name, location_id in db.session.execute(
        select(Space.id, Space.public_id, Space.name, Space.location_id)
        .where(Space.location_id.in_([row.id for row in locations]))
        .order_by(func.lower(Space.name), Space.id)
    ):
        spaces.setdefault(location_id, []).append((space_id, public_id, name))
    found = []
    for row in locations:
        found.append(PlaceChoice(f"location:{row.public_id}", "", row.name, row.id, None))
        found += [
            PlaceChoice(f"room:{public_id}", name, row.name, row.id, space_id)
            for space_id, public_id, name in spaces.get(row.id, ())
        ]
    return found


def place_key(series: Series) -> str:
    """The key of the place of a series; empty when it has none."""
    if series.space is not None:
        return f"room:{series.space.public_id}"
    return f"location:{series.location.public_id}" if series.location is not None else ""


def list_leader_names(organisation_id: int) -> Sequence[str]:
    """Everybody who has led sessions of an organisation, by name."""
    return db.session.scalars(
        select(Leader.name).where(Leader.organisation_id == organisation_id).order_by(func.lower(Leader.name))
    ).all()


def count_series(reach: Reach) -> dict[str, int]:
    """How many series there are in each status."""
    rows = db.session.execute(
        select(Series.status, func.count()).join(Service).where(within(reach)).group_by(Series.status)
    )
    return {row[0]: row[1] for row in rows}


def is_used_by_others(location_id: int, reach: frozenset[int]) -> bool:
    """Does somebody outside this reach do something at this location too?"""
    is_other = and_(Service.organisation_id.not_in(reach), Service.status != "closed")
    return bool(
        db.session.scalar(
            select(
                or_(
                    exists().where(
                        ServiceAtLocation.location_id == location_id,
                        ServiceAtLocation.service_id == Service.id,
                        is_other,
                    ),
                    exists().where(Series.location_id == location_id, Series.service_id == Service.id, is_other),
                )
            )
        )
    )
