"""The hand-written texts: archetypes of services, parts of names, and sentences about places and first visits."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "data" / "sample_city"

# What each file of archetypes is about: decides which charities and which part of the council run its services.
THEMES = {
    "arts-crafts": "making",
    "carers": "care",
    "community": "community",
    "disability": "care",
    "eating-together": "food",
    "faith-languages": "community",
    "families": "family",
    "food": "food",
    "games-reading": "making",
    "gardens-nature": "green",
    "health": "wellbeing",
    "housing": "advice",
    "learning": "work",
    "making-tech": "making",
    "money": "advice",
    "moving": "moving",
    "music-dance": "making",
    "older-people": "care",
    "rights": "advice",
    "safety": "safety",
    "wellbeing": "wellbeing",
    "work": "work",
    "young-people": "family",
}
COUNCIL_TEAMS = {"housing": "housing", "young-people": "youth"}


@dataclass(frozen=True)
class Archetype:
    """One kind of service, with alternatives for everything that differs from one of them to the next."""

    file: str
    key: str
    kind: str
    needs: tuple[str, ...]
    interests: tuple[str, ...]
    runs: tuple[str, ...]
    where: tuple[str, ...]
    delivery: str
    weight: int
    names: tuple[str, ...]
    summaries: tuple[str, ...]
    paragraphs: tuple[tuple[str, ...], ...]
    times: tuple[str, ...]
    costs: tuple[int, ...]
    cost_notes: tuple[str, ...]
    ages: tuple[tuple[int, int], ...]
    gender: str
    eligibility: tuple[str, ...]
    languages: tuple[tuple[str, ...], ...]
    access: tuple[tuple[str, ...], ...]
    referral: str
    stage: str
    audience: str
    first_visits: tuple[str, ...]
    sensitive: bool
    times_notes: tuple[str, ...] = field(default=())
    waits: tuple[str, ...] = field(default=())

    @property
    def theme(self) -> str:
        """What it is broadly about."""
        return THEMES[self.file]

    @property
    def council_team(self) -> str:
        """The part of the council that would run it."""
        return COUNCIL_TEAMS.get(self.file, self.theme)

    @property
    def terms(self) -> tuple[str, ...]:
        """Slugs of its needs and interests."""
        return self.needs + self.interests

    @property
    def alternatives(self) -> int:
        """How many services can be made of it before a sentence of its paragraphs has to come again."""
        return min(len(paragraph) for paragraph in self.paragraphs)

    @property
    def is_whole_place(self) -> bool:
        """Whether the service is the place itself (a library, a park), called by its name."""
        return self.names == ("{venue}",)


def read_archetypes(folder: Path = FOLDER / "archetypes") -> list[Archetype]:
    """Every archetype, ordered by file and position."""
    return list(_archetypes(folder))


def read_toml(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    """One of the other files of texts: `words` or `phrases`."""
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


def _archetypes(folder: Path) -> Iterator[Archetype]:
    for path in sorted(folder.glob("*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8"))["archetype"]:
            yield Archetype(file=path.stem, **{key: _frozen(value) for key, value in table.items()})


def _frozen(value: Any) -> Any:
    """Lists as tuples, all the way down."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
