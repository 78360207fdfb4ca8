"""The ground the sample city stands on: its wards as points and words, and the approximate shapes made from them."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from shapely.geometry import MultiPolygon

from assetreg.actions.sample_city.texts import FOLDER
from geo.shapes import areas_around

CITY_CODE, CITY_NAME = "E08000025", "Birmingham"
OUTLINE_MARGIN_M = 900.0


@dataclass(frozen=True)
class Spot:
    """The middle of the part of a ward that has one postcode sector; `weight` is how many postcodes are there."""

    sector: str
    lat: float
    lon: float
    weight: int


@dataclass(frozen=True)
class Ward:
    """One ward: where its people live (`spots`), what they call its parts, and the buses they take."""

    code: str
    name: str
    lat: float
    lon: float
    weight: int
    spots: tuple[Spot, ...]
    places: tuple[str, ...]
    buses: tuple[str, ...]
    has_station: bool


@dataclass(frozen=True)
class Group:
    """A constituency or locality: its code, its name and the share of each ward that lies in it."""

    kind: str
    code: str
    name: str
    shares: dict[str, float]


def read_wards(folder: Path = FOLDER) -> list[Ward]:
    """The wards, by code."""
    spots = defaultdict(list)
    for row in rows_of(folder / "ward_points.csv"):
        spots[row["ward_code"]].append(Spot(row["sector"], float(row["lat"]), float(row["lon"]), int(row["postcodes"])))
    words = {row["ward_code"]: row for row in rows_of(folder / "ward_words.csv")}
    return [
        Ward(
            row["code"],
            row["name"],
            float(row["lat"]),
            float(row["lon"]),
            int(row["postcodes"]),
            tuple(spots[row["code"]]),
            tuple(words[row["code"]]["places"].split(";")),
            tuple(filter(None, words[row["code"]]["buses"].split(";"))),
            words[row["code"]]["has_station"] == "1",
        )
        for row in rows_of(folder / "wards.csv")
    ]


def read_groups(folder: Path = FOLDER) -> list[Group]:
    """The constituencies and localities, by name within each kind."""
    shares: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows_of(folder / "ward_constituencies.csv"):
        shares[row["constituency_code"]][row["ward_code"]] = float(row["share"])
    groups = [
        Group("constituency", row["code"], row["name"], shares[row["code"]])
        for row in rows_of(folder / "constituencies.csv")
    ]
    localities: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows_of(folder / "ward_localities.csv"):
        localities[row["locality"]][row["ward_code"]] = 1.0
    groups += [Group("locality", f"locality-{name.lower()}", name, localities[name]) for name in sorted(localities)]
    return groups


def approximate_shapes(wards: list[Ward], folder: Path = FOLDER) -> dict[str, MultiPolygon]:
    """A shape for each ward, by code: the ground nearer to one of its spots than to any other, inside or outside.

    Wards do not overlap, and together they cover the city without holes.
    """
    points = {ward.code: [(spot.lat, spot.lon) for spot in ward.spots] for ward in wards}
    outside = [(float(row["lat"]), float(row["lon"])) for row in rows_of(folder / "outside_points.csv")]
    return areas_around(points, outside, OUTLINE_MARGIN_M)


def read_sectors(folder: Path = FOLDER) -> list[Spot]:
    """The middle of every postcode sector in and around the city."""
    return [
        Spot(row["sector"], float(row["lat"]), float(row["lon"]), int(row["postcodes"]))
        for row in rows_of(folder / "sectors.csv")
    ]


def outwards(sectors: list[Spot]) -> list[Spot]:
    """The middle of every outward code: of its sectors, weighted by their postcodes."""
    parts = defaultdict(list)
    for sector in sectors:
        parts[sector.sector.partition(" ")[0]].append(sector)
    middles = []
    for code, inside in sorted(parts.items()):
        weight = sum(sector.weight for sector in inside)
        lat = sum(sector.lat * sector.weight for sector in inside) / weight
        lon = sum(sector.lon * sector.weight for sector in inside) / weight
        middles.append(Spot(code, round(lat, 5), round(lon, 5), weight))
    return middles


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
