"""What each service says of itself: name, summary, description and first visit, from its archetype's alternatives."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from assetreg.actions.sample_city.chances import chance
from assetreg.actions.sample_city.ground import CITY_NAME
from assetreg.actions.sample_city.naming import FAITHS, Namer
from assetreg.actions.sample_city.plan import Draft
from assetreg.actions.sample_city.sense import Setting, goes_with, setting_of
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
COMMON = frozenset(
    {"the", "and", "for", "with", "from", "that", "this", "your", "our", "not", "you", "are", "group", "club"}
)


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


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One service, what its words must not contradict, and what goes into their slots."""

    draft: Draft
    setting: Setting
    slots: dict[str, str]
    draw: Random


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
        site = draft.sites[0] if draft.sites and draft.sites[0].visibility == "public" else None
        place = site.kind if site else ""
        times = self._times(draft, draw)
        setting = setting_of(place, site.access if site else (), times)
        faith = place if place in (*FAITHS, "church-hall") and "faith-life" in archetype.interests else ""
        leader = self._namer.person(draw, archetype.gender, faith)
        it = Circumstances(draft, setting, slots_of(draft, leader), draw)
        summary = archetype.summaries[self._pick(it, "summary", archetype.summaries)]
        visit = archetype.first_visits[self._pick(it, "first visit", archetype.first_visits)]
        return Wording(
            self._name(it),
            summary.format(**it.slots),
            self._description(it),
            visit.format(**it.slots),
            times,
            leader,
            draw.choice(archetype.eligibility).format(**it.slots),
        )

    def _times(self, draft: Draft, draw: Random) -> tuple[RegularTime, ...]:
        if not draft.archetype.times:
            return ()
        position = self._least_used(draft, "times", range(len(draft.archetype.times)), draw)
        return read_times(draft.archetype.times[position]).times

    def _pick(self, it: Circumstances, part: str, texts: Sequence[str]) -> int:
        """The position of a text that goes with the facts, one of those used least so far."""
        fitting = [i for i, text in enumerate(texts) if goes_with(text, it.setting)]
        return self._least_used(it.draft, part, fitting or range(len(texts)), it.draw)

    def _least_used(self, draft: Draft, part: str, positions: Sequence[int], draw: Random) -> int:
        used = self._used[draft.archetype.key, part]
        least = min(used[i] for i in positions)
        position = draw.choice([i for i in positions if used[i] == least])
        used[position] += 1
        return position

    def _description(self, it: Circumstances) -> str:
        archetype, draw = it.draft.archetype, it.draw
        positions = tuple(
            self._pick(it, f"paragraph {number}", texts) for number, texts in enumerate(archetype.paragraphs)
        )
        closings = self._closings["anywhere"] + (self._closings["venue"] if it.setting.place else [])
        closing = "" if it.draft.use < archetype.alternatives else draw.choice(closings)
        while (archetype.key, positions, closing) in self._descriptions:
            closing = draw.choice(closings)
            if draw.random() < 0.5:
                positions = tuple(draw.randrange(len(texts)) for texts in archetype.paragraphs)
        self._descriptions.add((archetype.key, positions, closing))
        texts = [archetype.paragraphs[number][position] for number, position in enumerate(positions)]
        paragraphs = [text.format(**it.slots) for text in texts] + ([closing] if closing else [])
        return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)

    def _name(self, it: Circumstances) -> str:
        """A name that the ward does not have yet, if possible one that the city does not have either."""
        here = self._names_in[it.draft.ward.code]
        best = least = None
        for name in self._candidates(it):
            used = self._names[name.lower()]
            if name.lower() not in here and (least is None or used < least):
                best, least = name, used
            if least == 0:
                break
        number = 2
        while best is None or best.lower() in here:
            best, number = f"{it.draft.archetype.names[0].format(**it.slots)} {number}", number + 1
        here.add(best.lower())
        self._names[best.lower()] += 1
        return best

    def _candidates(self, it: Circumstances) -> Iterator[str]:
        """Names for this service, the best first; those at the end differ by place or person."""
        archetype, slots = it.draft.archetype, it.slots
        order = list(archetype.names)
        chance(self._seed, "names of", archetype.key).shuffle(order)
        first = it.draft.use % len(order)
        order = order[first:] + order[:first]
        names = [name for name in order if goes_with(name, it.setting)] or order
        yield from filter(None, (full_name(name, it) for name in names))
        plain = [name for name in names if "{" not in name]
        yield from (f"{name}, {slots['ward']}" for name in plain)
        yield from (
            f"{name} at {slots['venue']}" if slots["venue"] else f"{name} ({slots['leader']})" for name in plain
        )


def slots_of(draft: Draft, leader: str) -> dict[str, str]:
    """What goes into the slots of this service's texts. A service at several places has no one `venue`."""
    site = draft.sites[0] if draft.sites and draft.sites[0].visibility == "public" else None
    places, team = draft.ward.places, draft.team
    ward = CITY_NAME if draft.reach == "city" else site.place if site else places[draft.number % len(places)]
    return {
        "leader": leader,
        "venue": site.name if site and len(draft.sites) == 1 else "",
        "ward": ward,
        "organisation": "the city council" if team is None or team.kind == "council" else team.name,
    }


def full_name(name: str, it: Circumstances) -> str:
    """The name with its slots filled; empty when it does not do here."""
    slots, team = it.slots, it.draft.team
    if "{venue}" in name and not slots["venue"]:
        return ""
    if "{organisation}" in name and (team is None or team.kind in ("council", "library")):
        return ""
    if "{ward}" in name and slots["ward"] == CITY_NAME:
        return ""
    is_at_one_place = bool(slots["venue"])
    local = it.draft.sites[0].short if is_at_one_place and LIKELY_REAL.search(name) else slots["ward"]
    full = name.format(**{**slots, "ward": local})
    will_do = len(full) <= LONGEST_NAME and not has_echo(full) and full != slots["organisation"]
    return full if will_do or it.draft.archetype.is_whole_place else ""


def has_echo(name: str) -> bool:
    """Does a word that matters come twice ("Northfield Northfield", "Advice Exchange Advice")?"""
    words = [word for word in re.findall(r"[a-zé]+", name.lower()) if len(word) > 2 and word not in COMMON]
    stems = [word.rstrip("s") for word in words]
    return len(stems) != len(set(stems))
