"""Names of places, streets and organisations, put together from hand-written parts."""

from __future__ import annotations

import re
from collections import defaultdict
from random import Random
from typing import Any

from assetreg.actions.sample_city.chances import Deck, chance
from assetreg.actions.sample_city.ground import Ward
from assetreg.actions.sample_city.texts import read_toml

TRIES = 40
SLOT = re.compile(r"\{(\w+)\}")
FAITHS = ("mosque", "gurdwara", "temple")


class Namer:
    """Gives names, each once in the whole city while the parts last, and never twice in one ward."""

    def __init__(self, seed: int) -> None:
        """Shuffle the parts for this seed."""
        self.words = read_toml("words")
        self._draw = chance(seed, "names")
        whole: list[str] = self.words["stems"]["whole"]
        made = [
            first + last
            for first in self.words["stems"]["firsts"]
            for last in self.words["stems"]["lasts"]
            if first[-1] != last[0] and last not in first.lower()
        ]
        self._decks: dict[str, Deck[str]] = {
            "stem": self._deck(whole, made),
            "street_stem": self._deck([stem for stem in whole if " " not in stem], made),
            "surname": self._deck(self.words["surnames"]["all"]),
            "saint": self._deck(self.words["saints"]["all"]),
            "building": self._deck(self.words["buildings"]["all"]),
            "cafe": self._deck(self.words["cafes"]["all"]),
            "coined_street": self._deck(self.words["streets"]["coined"]),
            "women": self._deck(self.words["people"]["women"]),
            "men": self._deck(self.words["people"]["men"]),
        }
        self._coined: dict[str, Deck[str]] = {}
        self._coined_left: dict[str, int] = {}
        self._places_in: dict[str, set[str]] = defaultdict(set)
        self._organisations: set[str] = set()

    def _deck(self, cards: list[str], more: list[str] | None = None) -> Deck[str]:
        return Deck(cards, self._draw, more or [])

    def street(self, draw: Random, near: str = "") -> str:
        """An invented street, sometimes called after a place that is near."""
        way = draw.random()
        if not near and way < 0.16:
            return self._decks["coined_street"].deal()
        first = near if near and way < 0.35 else self._decks["street_stem" if way < 0.85 else "surname"].deal()
        kinds = [kind for kind in self.words["streets"]["kinds"] if not first.lower().endswith(kind.lower())]
        return f"{first} {draw.choice(kinds)}"

    def person(self, draw: Random, gender: str = "", faith: str = "") -> str:
        """A first name; one that goes with a place of worship when its kind is given."""
        gender = gender or draw.choice(("women", "men"))
        by_faith: list[str] | None = self.words["people"].get(f"{faith}_{gender}")
        return draw.choice(by_faith) if by_faith else self._decks[gender].deal()

    def location(self, kind: str, ward: Ward, draw: Random) -> tuple[str, str, str]:
        """A new place's name, what it is called for short, and the street it is on."""
        taken = self._places_in[ward.code]
        name = short = street = ""
        for _ in range(TRIES):
            patterns = ["{cafe}"] if kind == "cafe" else self.words["locations"][kind]
            pattern = draw.choices(patterns, [1 / (number + 1) for number in range(len(patterns))])[0]
            parts = {slot: self._part(slot, draw) for slot in SLOT.findall(pattern)}
            name = pattern.format(**parts)
            if "{street}" in name:
                parts["street"] = self.street(draw)
                name = name.format(**parts)
            own = parts.get("stem") or parts.get("surname") or ""
            street = parts.get("street") or self.street(draw, own if own.isalpha() else "")
            short = own or parts.get("saint") or parts.get("street") or name
            if name not in taken:
                break
        taken.add(name)
        return name, short.removeprefix("The "), street

    def organisation(self, kind: str, theme: str, place: str, draw: Random) -> str:
        """A new organisation's name; never one that is taken."""
        words: dict[str, Any] = self.words["organisations"][kind]
        words = words[theme] if kind == "charity" else words
        name = ""
        for _ in range(TRIES):
            coined = words.get("coined", [])
            if coined and draw.random() < 0.55 and self._left(kind + theme, len(coined)):
                name = self._next_coined(kind + theme, coined)
            else:
                pattern = draw.choice(words["patterns"])
                slots = [slot for slot in SLOT.findall(pattern) if slot != "place"]
                name = pattern.format(place=place, **{slot: self._part(slot, draw) for slot in slots})
            if name not in self._organisations:
                break
        self._organisations.add(name)
        return name

    def owner(self, kind: str, venue: str, draw: Random) -> str:
        """The name of the organisation that looks after a place."""
        pattern = draw.choice(self.words["organisations"][kind]["patterns"])
        name: str = pattern.format(venue=congregation(venue) if kind == "faith" else venue)
        if name in self._organisations:
            name = venue
        self._organisations.add(name)
        return name

    def _part(self, slot: str, draw: Random) -> str:
        return self.street(draw) if slot == "street" else self._decks[slot].deal()

    def _left(self, pool: str, count: int) -> bool:
        return self._coined_left.setdefault(pool, count) > 0

    def _next_coined(self, pool: str, coined: list[str]) -> str:
        if pool not in self._coined:
            self._coined[pool] = self._deck(coined)
        self._coined_left[pool] -= 1
        return self._coined[pool].deal()


def congregation(venue: str) -> str:
    """Who meets in a church hall, a chapel or a mosque: "St Wenn's Church" in "St Wenn's Parish Rooms"."""
    for ending, instead in ((" Church Hall", " Church"), (" Parish Rooms", " Church"), (" Mission Hall", " Mission")):
        if venue.endswith(ending):
            return venue.removesuffix(ending) + instead
    return venue.removesuffix(" and Community Hall")
