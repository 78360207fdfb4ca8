"""What the sample city will hold: which services, in which ward, at which place, run by whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from assetreg.actions.sample_city.chances import chance, shares
from assetreg.actions.sample_city.ground import Spot, Ward
from assetreg.actions.sample_city.texts import Archetype

AREA_REACH = ((0.2, "city"), (0.3, "constituency"), (0.4, "locality"), (1.0, "near"))


@dataclass(eq=False, slots=True)
class Team:
    """An organisation in the making. `theme` is empty where it does not matter."""

    number: int
    kind: str
    theme: str
    name: str
    place: str


@dataclass(eq=False, slots=True)
class Site:
    """A location in the making. `keys` are the archetypes that are there already."""

    number: int
    kind: str
    ward: Ward
    spot: Spot
    name: str = ""
    short: str = ""
    street: str = ""
    place: str = ""
    visibility: str = "public"
    hall_pounds: int | None = None
    owner: Team | None = None
    access: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)


@dataclass(eq=False, slots=True)
class Draft:
    """A service in the making: the `use`-th of its archetype. `cost` is the position of its cost alternative.

    `reach` says whom it serves from wherever it is: "city", "constituency", "locality", "near" (its ward and some
    beside it), or "" for those who come to it.
    """

    number: int
    archetype: Archetype
    use: int
    ward: Ward
    cost: int
    access: tuple[str, ...]
    reach: str
    sites: list[Site] = field(default_factory=list)
    team: Team | None = None


def draft_services(archetypes: list[Archetype], wards: list[Ward], count: int, seed: int) -> list[Draft]:
    """`count` services: every archetype as often as its weight asks, spread over the wards by how many live there."""
    numbers = how_many_of_each(archetypes, count)
    draw = chance(seed, "drafts")
    order = list(range(len(archetypes)))
    draw.shuffle(order)
    round_of_wards = wards_in_turn(wards, count, draw)
    drafts: list[Draft] = []
    for position in order:
        archetype = archetypes[position]
        for use in range(numbers[position]):
            own = chance(seed, "draft", len(drafts))
            cost, access = own.randrange(len(archetype.costs)), own.choice(archetype.access)
            reach = how_far(archetype, own.random())
            drafts.append(Draft(len(drafts), archetype, use, round_of_wards[len(drafts)], cost, access, reach))
    return drafts


def how_far(archetype: Archetype, way: float) -> str:
    """Whom a service of this archetype serves; `way` is a number between 0 and 1 that decides where it may differ."""
    if archetype.delivery in ("telephone", "online") or archetype.sensitive:
        return "city"
    if archetype.delivery == "area":
        return next(reach for limit, reach in AREA_REACH if way < limit)
    return "near" if archetype.kind == "support" and way < 0.18 else ""


def how_many_of_each(archetypes: list[Archetype], count: int) -> list[int]:
    """How many services each archetype becomes.

    At least one of each when `count` allows it, otherwise those first that between them cover every need and interest.
    No more than there are alternatives, so that no sentence comes twice, as long as `count` allows that.
    """
    if count < len(archetypes):
        chosen = set(most_varied(archetypes)[:count])
        return [int(position in chosen) for position in range(len(archetypes))]
    limits = [archetype.alternatives for archetype in archetypes]
    numbers = shares(count, [archetype.weight for archetype in archetypes], least=1)
    if sum(limits) < count:
        return numbers
    numbers = [min(number, limit) for number, limit in zip(numbers, limits, strict=True)]
    by_weight = sorted(range(len(archetypes)), key=lambda i: (-archetypes[i].weight, i))
    while (missing := count - sum(numbers)) > 0:
        for i in [i for i in by_weight if numbers[i] < limits[i]][:missing]:
            numbers[i] += 1
    return numbers


def most_varied(archetypes: list[Archetype]) -> list[int]:
    """Positions of the archetypes, in an order that comes upon every need and interest as early as it can."""
    left = list(range(len(archetypes)))
    seen: Counter[str] = Counter()
    order = []
    while left:
        best = max(left, key=lambda i: (sum(not seen[slug] for slug in archetypes[i].terms), archetypes[i].weight, -i))
        if not any(not seen[slug] for slug in archetypes[best].terms):
            order += sorted(left, key=lambda i: (-archetypes[i].weight, i))
            break
        left.remove(best)
        seen.update(archetypes[best].terms)
        order.append(best)
    return order


def wards_in_turn(wards: list[Ward], count: int, draw: Random) -> list[Ward]:
    """`count` wards, each as often as its size asks; the same ward comes back as late as it can."""
    numbers = shares(count, [ward.weight**0.6 for ward in wards], least=1)
    turns = []
    for ward, number in zip(wards, numbers, strict=True):
        start = draw.random()
        turns += [((start + turn) / number, ward.code, ward) for turn in range(number)]
    return [ward for _, _, ward in sorted(turns, key=lambda turn: turn[:2])]
