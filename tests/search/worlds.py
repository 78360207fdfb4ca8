"""A small town with something of everything, for asking it every question; and an index of it."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.models import Area, AreaLink, Service, ServiceAtLocation
from assetreg.rules.vocabulary import ACCESS_FEATURES, SERVICE_KINDS, STAGES, TAKING_PEOPLE
from search.index.writing import rebuild
from search.laying import lay_over
from search.loading import load
from search.queries.sessions import get_coming_sessions
from search.sessions import sessions_of
from search.snapshot import Snapshot
from tests.factories import booking as situations
from tests.factories import register as make

TODAY = date(2026, 11, 24)  # a Tuesday
NOW = datetime(2026, 11, 24, 9, 10, tzinfo=LOCAL_ZONE)
NEEDS = ("debt", "energy", "food", "homelessness", "benefits", "loneliness")
INTERESTS = ("walking", "cooking", "gardening", "crafts")
WORDS = [
    "yoga",
    "chair",
    "gentle",
    "gas",
    "bill",
    "bills",
    "help",
    "debt",
    "advice",
    "food",
    "bank",
    "pantry",
    "garden",
    "gardening",
    "knitting",
    "natter",
    "café",
    "walking",
    "walk",
    "group",
    "women",
    "parents",
    "toddler",
    "play",
    "library",
    "homework",
    "club",
    "lunch",
    "friendly",
    "warm",
    "space",
    "support",
    "wellbeing",
    "Zumba",
]
LANGUAGES = ("en", "ur", "pl", "so")
WEST, SOUTH, SIDE = -2.0, 52.40, 0.02


def index_of(session: Session, root: Path) -> Snapshot:
    """An index of what the session's transaction holds, read back."""
    rebuild(session, root)
    return load(root, TODAY)


def town(services: int = 60, seed: int = 1) -> dict[str, Area]:
    """Six wards in two constituencies, two localities and a city, with services of every sort. Areas by slug."""
    chance = random.Random(seed)  # noqa: S311
    areas = lay_out()
    wards = [area for area in areas.values() if area.kind == "ward"]
    locations = [place_in(chance, wards) for _ in range(services // 2)]
    organisations = [make.organisation(f"{chance.choice(WORDS).title()} Trust") for _ in range(6)]
    for number in range(services):
        row = one_service(chance, number, organisations)
        for location in chance.sample(locations, chance.choice((0, 1, 1, 1, 1, 2, 3))):
            db.session.add(ServiceAtLocation(service_id=row.id, location_id=location.id))
        served = chance.choice(([], [], [], ["city"], ["north"], [wards[0].slug], ["north", wards[3].slug]))
        row.areas = [areas[slug] for slug in served]
        for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
            starts = chance.randrange(7 * 2, 21 * 2) * 30
            week = chance.choice((None, None, None, None, 1, -1))
            make.opening_time(
                row,
                weekday=chance.randrange(7),
                starts=clock_time(starts),
                ends=clock_time(min(starts + chance.choice((30, 60, 90, 480)), 1439)),
                frequency="weekly" if week is None else "monthly",
                week_of_month=week,
            )
    db.session.flush()
    return areas


def with_sessions(snapshot: Snapshot) -> Snapshot:
    """The snapshot with the sessions that the database holds, as they are at NOW."""
    return lay_over(snapshot, sessions_of(get_coming_sessions()), NOW)


def hold_sessions(seed: int = 1) -> None:
    """Sessions of every sort for half of the services: full, free, called off, paused, drafts, over, far ahead."""
    chance = random.Random(seed)  # noqa: S311
    for service in db.session.scalars(select(Service).order_by(Service.id)).all():
        for _ in range(chance.choice((0, 0, 1, 2))):
            kind = chance.choice(("bookable", "bookable", "drop_in", "ask_first", "referred", "course"))
            series = situations.series(
                service,
                kind=kind,
                status=chance.choice(("published",) * 6 + ("draft", "ended")),
                is_paused=chance.random() < 0.1,
                is_listed=chance.random() < 0.9,
                capacity=4,
                starts_on=TODAY,
                opens_days=chance.choice((None, None, 2, 14)),
                closes_minutes=chance.choice((0, 0, 60, 1440)),
                course_booking=chance.choice(("whole", "single", "either")) if kind == "course" else None,
            )
            for _ in range(chance.choice((1, 2, 4))):
                capacity = None if kind == "drop_in" and chance.random() < 0.7 else 4
                situations.occurrence(
                    series,
                    capacity,
                    starts_at=NOW + timedelta(minutes=30 * chance.randrange(-96, 48 * 40)),
                    minutes=chance.choice((30, 60, 90, 300)),
                    places_taken=chance.choice((0, 1, 3, 4, 4)),
                    status=chance.choice(("scheduled",) * 6 + ("cancelled",)),
                    is_paused=chance.random() < 0.1,
                )


def lay_out() -> dict[str, Area]:
    """The areas, by slug; the second ward lies in both constituencies."""
    areas = {
        "city": make.city("City", boundary=make.square(WEST, SOUTH, 0.2)),
        "north": make.saved(Area(kind="constituency", code="E14000001", slug="north", name="North")),
        "south": make.saved(Area(kind="constituency", code="E14000002", slug="south", name="South")),
        "riverside": make.saved(Area(kind="locality", code="riverside", slug="riverside", name="Riverside")),
    }
    links = []
    for number in range(6):
        name = ("Northfield", "Weoley", "Longbridge", "Frankley", "Newtown", "Aston")[number]
        ward = make.ward(name, west=WEST + SIDE * (number % 3), south=SOUTH + SIDE * (number // 3), side=SIDE)
        areas[ward.slug] = ward
        links += [(ward, "north" if number < 3 else "south"), *([(ward, "south")] if number == 1 else [])]
        links += [(ward, "riverside")] if number in (0, 4) else []
    rows = [{"child_id": ward.id, "parent_id": areas[above].id} for ward, above in links]
    db.session.execute(insert(AreaLink), rows)
    return areas


def place_in(chance: random.Random, wards: list[Area]) -> object:
    """A location, mostly public and somewhere in the town; some outside it, some without a point, some confidential."""
    sort = chance.random()
    access = chance.sample(ACCESS_FEATURES, chance.choice((0, 1, 2)))
    name = f"{chance.choice(WORDS).title()} Hall"
    if sort < 0.1:
        return make.confidential_location(chance.choice(wards), name=name, access=access)
    if sort < 0.2:
        return make.confidential_location(None, "hidden", name=name, access=access)
    if sort < 0.25:
        return make.location(name, point=None, access=access)
    east = WEST + chance.uniform(-0.02, 3 * SIDE + 0.02)
    return make.location(name, east, SOUTH + chance.uniform(-0.02, 2 * SIDE + 0.02), access=access)


def one_service(chance: random.Random, number: int, organisations: list[object]) -> Service:
    """A service of any sort; a few that are closed, over, or not yet begun."""
    from_, until = chance.choice(((None, None),) * 8 + ((5, None), (None, -1), (0, 0)))
    ages = chance.choice(((None, None), (None, None), (18, None), (0, 4), (50, 120), (16, 25)))
    taking = chance.choice((None, *TAKING_PEOPLE))
    words = chance.sample(WORDS, 9)
    return make.service(
        " ".join(words[:3]).capitalize(),
        terms=tuple(dict.fromkeys([*chance.choices(NEEDS, k=chance.choice((0, 1, 2))), chance.choice(INTERESTS)])),
        organisation=chance.choice(organisations),
        summary=" ".join(words[3:6]),
        description=f"<p>{' '.join(words[6:])} &amp; more</p>",
        kind=chance.choice(SERVICE_KINDS),
        stage=chance.choice(STAGES),
        status=chance.choice(("active",) * 7 + ("temporarily_closed", "closed")),
        valid_from=None if from_ is None else TODAY + timedelta(days=from_),
        valid_until=None if until is None else TODAY + timedelta(days=until),
        is_online=chance.random() < 0.15,
        is_telephone=chance.random() < 0.15,
        cost_pence=chance.choice((None, 0, 0, 250)),
        min_age=ages[0],
        max_age=ages[1],
        gender=chance.choice((None,) * 5 + ("women", "men")),
        languages=chance.sample(LANGUAGES, chance.choice((0, 1, 2))),
        access=chance.sample(ACCESS_FEATURES, chance.choice((0, 0, 1, 2))),
        referral=chance.choice(("none", "none", "self", "professional")),
        taking_people=taking,
        taking_people_said_at=None if taking is None else make.func.now(),
        assured_on=chance.choice((None, TODAY - timedelta(days=chance.randrange(900)))),
        short_code=f"X{number:06d}",
    )


def clock_time(minute: int) -> time:
    """Minutes of the day as a time."""
    return time(minute // 60, minute % 60)
