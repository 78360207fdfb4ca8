"""What is known of each place: its point, address, postcode, ways to get there, access and rooms."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from random import Random
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from assetreg.actions.sample_city.chances import chance, uuid_from
from assetreg.actions.sample_city.naming import FAITHS
from assetreg.actions.sample_city.plan import Site
from assetreg.actions.sample_city.sense import OPEN_AIR, for_place
from assetreg.actions.sample_city.texts import read_toml

UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # Royal Mail's inward letters: no C, I, K, M, O or V
FARTHEST_M = 420.0
METRES_A_DEGREE = 111_320.0
HALL = 0  # the first of the kinds of room in words.toml


@dataclass(frozen=True, slots=True)
class Room:
    """A space inside a place."""

    public_id: uuid.UUID
    name: str
    capacity: int
    is_hireable: bool
    pence: int | None
    note: str
    access: list[str]


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Everything about a public place but its name. `lat` and `lon` are WGS84 degrees."""

    lat: float
    lon: float
    address: str
    postcode: str
    getting_there: str
    access: list[str]
    rooms: list[Room]


class Placer:
    """Works out facts about places, the same for the same seed and place."""

    def __init__(self, seed: int, shapes: dict[str, BaseGeometry]) -> None:
        """`shapes` are the wards' boundaries by code; a place lies inside its ward's."""
        self._seed = seed
        self._shapes = shapes
        for shape in shapes.values():
            shapely.prepare(shape)
        self._phrases = read_toml("phrases")
        self._spaces: list[dict[str, Any]] = read_toml("words")["spaces"]

    def facts(self, site: Site) -> PlaceFacts:
        """What is known of this place."""
        draw = chance(self._seed, "place", site.number)
        self._settle_access(site, draw)
        lat, lon = self._point(site, draw)
        number = "" if site.kind in OPEN_AIR else f"{draw.choice((1, 1, 2)) * draw.randrange(2, 160)} "
        return PlaceFacts(
            lat,
            lon,
            f"{number}{site.street}, {site.place}, Birmingham",
            f"{site.spot.sector}{draw.choice(UNIT_LETTERS)}{draw.choice(UNIT_LETTERS)}",
            self._getting_there(site, draw),
            sorted(site.access),
            self._rooms(site, draw),
        )

    def _settle_access(self, site: Site, draw: Random) -> None:
        """Add what the building has besides what its services say of it."""
        likely = 0.75 if site.kind in ("library", "health-centre", "leisure-centre", "hub") else 0.4
        for feature in ("step-free", "accessible-toilet"):
            if draw.random() < likely:
                site.access.add(feature)
        if draw.random() < 0.15:
            site.access.add("hearing-loop" if site.kind not in OPEN_AIR else "parking")
        if draw.random() < 0.2:
            site.access.add("parking")

    def _point(self, site: Site, draw: Random) -> tuple[float, float]:
        """A point near the middle of its sector's part of the ward, inside the ward."""
        shape = self._shapes[site.ward.code]
        for attempt in range(12):
            far = FARTHEST_M * math.sqrt(draw.random()) * 0.85**attempt
            turn = draw.random() * 2 * math.pi
            lat = site.spot.lat + far * math.cos(turn) / METRES_A_DEGREE
            lon = site.spot.lon + far * math.sin(turn) / (METRES_A_DEGREE * math.cos(math.radians(site.spot.lat)))
            if shapely.contains_xy(shape, lon, lat):
                return round(lat, 6), round(lon, 6)
        inside = shape.representative_point()
        return round(inside.y, 6), round(inside.x, 6)

    def _getting_there(self, site: Site, draw: Random) -> str:
        words = self._phrases["getting_there"]
        if draw.random() < 0.12:
            return ""
        sentences = []
        if site.ward.buses and draw.random() < 0.8:
            sentences.append(draw.choice(words["bus"]))
        elif site.ward.has_station and draw.random() < 0.7:
            sentences.append(draw.choice(words["station"]))
        if draw.random() < 0.5 or not sentences:
            sentences.append(draw.choice(words["open_air" if site.kind in OPEN_AIR else "building"]))
        if draw.random() < 0.45:
            has_parking = "parking" in site.access
            if not (has_parking and any("parking" in sentence for sentence in sentences)):
                sentences.append(draw.choice(for_place(words["parking" if has_parking else "no_parking"], site.kind)))
        is_level = "step-free" in site.access
        sentences = [sentence for sentence in sentences if is_level or "ramp" not in sentence]
        if site.kind not in OPEN_AIR and draw.random() < 0.3 and "ramp" not in " ".join(sentences):
            sentences.append(draw.choice(words["level" if is_level else "steps"]))
        bus = draw.choice(site.ward.buses) if site.ward.buses else ""
        return " ".join(sentence.format(bus=bus, street=site.street) for sentence in sentences)

    def _rooms(self, site: Site, draw: Random) -> list[Room]:
        is_for_hire = bool(site.keys & {"hall-to-hire", "meeting-room-hire"})
        if not is_for_hire and draw.random() > 0.6:
            return []
        suitable = [number for number, words in enumerate(self._spaces) if site.kind in words["kinds"]]
        wanted = sorted(draw.sample(suitable, min(len(suitable), draw.choice((1, 2, 2, 3)))))
        needed = 2 if "meeting-room-hire" in site.keys else HALL
        if is_for_hire and needed in suitable and needed not in wanted:
            wanted = sorted([*wanted, needed])
        return [self._room(site, number, draw) for number in wanted]

    def _room(self, site: Site, number: int, draw: Random) -> Room:
        words = self._spaces[number]
        low, high = words["people"]
        capacity = draw.randrange(low, high + 1, 2 if high < 50 else 10)
        is_asked_for = (number == HALL and "hall-to-hire" in site.keys) or "meeting-room-hire" in site.keys
        is_hireable = is_asked_for or draw.random() < 0.7
        low, high = words["pounds"]
        pence = draw.randrange(low, high + 1) * 100
        if number == HALL and "hall-to-hire" in site.keys:
            capacity = max(capacity, 100)
            pence = (site.hall_pounds or pence // 100) * 100
        notes = self._phrases["hire"]["notes"]
        note = draw.choice(notes).format(place=site.place) if is_hireable and draw.random() < 0.5 else ""
        is_worship = site.kind in FAITHS or site.kind == "church-hall"
        if is_worship and "parties" in note:
            note = ""
        return Room(
            uuid_from(draw),
            draw.choice(words["names"]),
            capacity,
            is_hireable,
            pence if is_hireable and draw.random() < 0.92 else None,
            note,
            sorted(site.access & {"step-free", "hearing-loop"}),
        )
