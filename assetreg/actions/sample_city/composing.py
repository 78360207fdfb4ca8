"""What each service says of itself: name, summary, description and first visit, from its archetype's alternatives."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from assetreg.actions.sample_city.chances import chance
from assetreg.actions.sample_city.ground import CITY_NAME
from assetreg.actions.sample_city.naming import FAITHS, Namer
from assetreg.actions.sample_city.plan import Draft
from assetreg.actions.sample_city.sense import goes_with
from assetreg.actions.sample_city.texts import read_toml
from assetreg.rules.opening import RegularTime
from assetreg.rules.rich_text import escape
from assetreg.rules.times import read_times

LONGEST_NAME = 80
# Groups that a ward may really have under this name: theirs is called after the invented neighbourhood instead.
LIKELY_REAL = re.compile(
    r"food bank|pantry|men's shed|repair caf|bowls|librar|history|allotment|orchard|farm|choir|chess|shelter|fridge"
    r"|baby bank|youth|ramblers|society|day centre|deaf|door to door|handyperson|quilters|painters|potters|carers"
    r"|stay and play|breastfeeding|talking news|singers|players|band|cricket|community|advice|law|night school",
    re.IGNORECASE,
)
COMMON = frozenset({"the", "and", "for", "with", "from", "that", "this", "your", "our", "not", "you", "are", "group"})


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one service. `description` is HTML as `assetreg.rules.rich_text` leaves it."""

    name: str
    summary: str
    description: str
    first_visit: str
    times: tuple[RegularTime, ...]
    leader: str
    eligibility: str


class Composer:
    """Chooses alternatives so that no sentence comes again before it must, and no two descriptions are the same."""

    def __init__(self, seed: int, namer: Namer) -> None:
        """Begin with nothing used."""
        self._seed = seed
        self._namer = namer
        self._closings = read_toml("phrases")["closings"]
        self._used: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self._descriptions: set[tuple[str, tuple[int, ...], str]] = set()
        self._names: Counter[str] = Counter()
        self._names_in: dict[str, set[str]] = defaultdict(set)

    def compose(self, draft: Draft) -> Wording:
        """The words of this service."""
        archetype, draw = draft.archetype, chance(self._seed, "words", draft.number)
        place = draft.sites[0].kind if draft.sites and draft.sites[0].visibility == "public" else ""
        times = self._times(draft, draw)
        faith = place if place in (*FAITHS, "church-hall") and "faith-life" in archetype.interests else ""
        leader = self._namer.person(draw, archetype.gender, faith)
        slots = self._slots(draft, leader)
        summary = self._pick(draft, "summary", archetype.summaries, place, times, draw)
        visit = self._pick(draft, "first visit", archetype.first_visits, place, times, draw)
        return Wording(
            self._name(draft, place, times, slots, draw),
            archetype.summaries[summary].format(**slots),
            self._description(draft, place, times, slots, draw),
            archetype.first_visits[visit].format(**slots),
            times,
            leader,
            draw.choice(archetype.eligibility).format(**slots),
        )

    def _times(self, draft: Draft, draw: Random) -> tuple[RegularTime, ...]:
        if not draft.archetype.times:
            return ()
        position = self._least_used(draft, "times", range(len(draft.archetype.times)), draw)
        return read_times(draft.archetype.times[position]).times

    def _slots(self, draft: Draft, leader: str) -> dict[str, str]:
        site = draft.sites[0] if draft.sites and draft.sites[0].visibility == "public" else None
        is_citywide = draft.archetype.delivery in ("telephone", "online") or draft.archetype.sensitive
        places = draft.ward.places
        ward = CITY_NAME if is_citywide else site.place if site else places[draft.number % len(places)]
        organisation = draft.team.name if draft.team else ""
        return {
            "leader": leader,
            "venue": site.name if site else "",
            "ward": ward,
            "organisation": "the city council" if draft.team and draft.team.kind == "council" else organisation,
        }

    def _pick(
        self,
        draft: Draft,
        part: str,
        texts: Sequence[str],
        place: str,
        times: tuple[RegularTime, ...],
        draw: Random,
    ) -> int:
        """The position of a text that goes with the facts, one of those used least so far."""
        fitting = [i for i, text in enumerate(texts) if goes_with(text, place, times)]
        return self._least_used(draft, part, fitting or range(len(texts)), draw)

    def _least_used(self, draft: Draft, part: str, positions: Sequence[int], draw: Random) -> int:
        used = self._used[draft.archetype.key, part]
        least = min(used[i] for i in positions)
        position = draw.choice([i for i in positions if used[i] == least])
        used[position] += 1
        return position

    def _description(
        self, draft: Draft, place: str, times: tuple[RegularTime, ...], slots: dict[str, str], draw: Random
    ) -> str:
        archetype = draft.archetype
        positions = tuple(
            self._pick(draft, f"paragraph {number}", texts, place, times, draw)
            for number, texts in enumerate(archetype.paragraphs)
        )
        closings = self._closings["anywhere"] + (self._closings["venue"] if place else [])
        closing = "" if draft.use < archetype.alternatives else draw.choice(closings)
        while (archetype.key, positions, closing) in self._descriptions:
            closing = draw.choice(closings)
            if draw.random() < 0.5:
                positions = tuple(draw.randrange(len(texts)) for texts in archetype.paragraphs)
        self._descriptions.add((archetype.key, positions, closing))
        texts = [archetype.paragraphs[number][position] for number, position in enumerate(positions)]
        paragraphs = [text.format(**slots) for text in texts] + ([closing] if closing else [])
        return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)

    def _name(
        self, draft: Draft, place: str, times: tuple[RegularTime, ...], slots: dict[str, str], draw: Random
    ) -> str:
        """A name that the ward does not have yet, if possible one that the city does not have either."""
        candidates = self._candidates(draft, place, times, slots, draw)
        here = self._names_in[draft.ward.code]
        fresh = [name for name in candidates if name.lower() not in here]
        name = min(fresh, key=lambda name: self._names[name.lower()]) if fresh else ""
        number = 2
        while not name or name.lower() in here:
            name, number = f"{candidates[0]} {number}", number + 1
        here.add(name.lower())
        self._names[name.lower()] += 1
        return name

    def _candidates(
        self, draft: Draft, place: str, times: tuple[RegularTime, ...], slots: dict[str, str], draw: Random
    ) -> list[str]:
        site = draft.sites[0] if place else None
        names = [name for name in draft.archetype.names if goes_with(name, place, times)] or list(draft.archetype.names)
        draw.shuffle(names)
        if draft.use < len(names):  # the first ones share the names out, so that each is used once
            order = chance(self._seed, "names of", draft.archetype.key).sample(
                range(len(draft.archetype.names)), len(draft.archetype.names)
            )
            turned = order[draft.use % len(order) :] + order[: draft.use % len(order)]
            names.sort(key=lambda name: turned.index(draft.archetype.names.index(name)))
        made = []
        for name in names:
            if "{venue}" in name and not place:
                continue
            if "{organisation}" in name and (draft.team is None or draft.team.kind in ("council", "library")):
                continue
            if "{ward}" in name and slots["ward"] == CITY_NAME:
                continue
            short = site.short if site else slots["ward"]
            local = short if LIKELY_REAL.search(name) else slots["ward"]
            full = name.format(**{**slots, "ward": local, "leader": ""})
            if len(full) <= LONGEST_NAME and not has_echo(full) and full != slots["organisation"]:
                made.append(full)
        plain = [name for name in names if "{" not in name]
        for name in plain:
            made.append(f"{name}, {slots['ward']}")
        for name in plain:
            made.append(f"{name} at {slots['venue']}" if place else f"{name} ({slots['leader']}'s team)")
        return made or [f"{names[0].format(**slots)}"]


def has_echo(name: str) -> bool:
    """Does a word that matters come twice ("Northfield Northfield", "Advice Exchange Advice")?"""
    words = [word for word in re.findall(r"[a-zé]+", name.lower()) if len(word) > 2 and word not in COMMON]
    stems = [word.rstrip("s") for word in words]
    return len(stems) != len(set(stems))
