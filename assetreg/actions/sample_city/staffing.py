"""Who runs what: the organisations that look after places, parts of the council, and all the others."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from assetreg.actions.sample_city.chances import chance, shares
from assetreg.actions.sample_city.ground import Ward
from assetreg.actions.sample_city.naming import Namer
from assetreg.actions.sample_city.plan import Draft, Site, Team

# Who looks after which kind of place; the others are run by somebody from elsewhere.
OWNERS = {
    "community-centre": "community-centre",
    "church-hall": "faith",
    "mosque": "faith",
    "gurdwara": "faith",
    "temple": "faith",
    "school": "school",
    "health-centre": "nhs",
    "allotment": "residents-group",
    "sports-ground": "sports-club",
}
ONLY_AT_HOME = {"community-centre", "faith", "school"}
NEAR_WARDS = 2  # an organisation in more of them than this is not called after one
STRIP_DEGREES = 0.045  # about three kilometres
LIKING = {"owner": 2.2, "charity": 1.4, "council": 0.35, "library": 0.8}


def staff_services(drafts: list[Draft], count: int, seed: int, namer: Namer) -> list[Team]:
    """Give every service an organisation, `count` of them in all (more or fewer when the services leave no choice)."""
    teams: list[Team] = []
    singles: dict[str, Team] = {}
    pools: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        draw = chance(seed, "runs", draft.number)
        kind = choose_kind(draft, draw)
        if kind == "owner":
            draft.team = _owner(draft.sites[0], seed, namer, teams)
        elif kind in ("council", "library"):
            words = namer.words["organisations"][kind]
            name = words["all"] if kind == "library" else words[draft.archetype.council_team]
            if name not in singles:
                singles[name] = Team(len(teams), kind, "", name, "the city")
                teams.append(singles[name])
            draft.team = singles[name]
        else:
            pools[kind, draft.archetype.theme if kind == "charity" else ""].append(draft)
    keys = sorted(pools)
    numbers = shares(max(count - len(teams), len(keys)), [len(pools[key]) ** 0.9 for key in keys], least=1)
    for (kind, theme), number in zip(keys, numbers, strict=True):
        _share_out(pools[kind, theme], kind, theme, number, seed, namer, teams)
    return teams


def choose_kind(draft: Draft, draw: Random) -> str:
    """The kind of organisation that runs this service; "owner" is whoever looks after its place."""
    site = draft.sites[0] if draft.sites else None
    owner = OWNERS.get(site.kind, "") if site else ""
    possible = []
    for kind in draft.archetype.runs:
        if kind == owner:
            possible.append("owner")
        elif kind not in ONLY_AT_HOME and not (kind == "library" and site and site.kind != "library"):
            possible.append(kind)
    if not possible or (draft.archetype.sensitive and "charity" in possible):
        return "charity"
    return draw.choices(possible, [LIKING.get(kind, 1.0) for kind in possible])[0]


def _owner(site: Site, seed: int, namer: Namer, teams: list[Team]) -> Team:
    if site.owner is None:
        kind = OWNERS[site.kind]
        draw = chance(seed, "owner", site.number)
        names = "allotment" if site.kind == "allotment" else kind
        if kind in ("nhs", "sports-club"):
            name = site.name if kind == "nhs" else namer.organisation(kind, "", site.place, draw)
        else:
            name = namer.owner(names, site.name, draw)
        site.owner = Team(len(teams), names, "", name, site.place)
        teams.append(site.owner)
    return site.owner


def _share_out(
    drafts: list[Draft], kind: str, theme: str, number: int, seed: int, namer: Namer, teams: list[Team]
) -> None:
    """Make so many organisations of a kind; each gets services that are near one another, some more and some fewer."""
    drafts = sorted(drafts, key=lambda draft: (*strip_of(draft.ward), draft.number))
    number = min(number, len(drafts))
    draw = chance(seed, "share out", kind, theme)
    cuts = sorted(draw.sample(range(1, len(drafts)), number - 1))
    for first, last in zip([0, *cuts], [*cuts, len(drafts)], strict=True):
        wards = {draft.ward.code for draft in drafts[first:last]}
        place = draw.choice(drafts[first].ward.places) if len(wards) <= NEAR_WARDS else "this part of the city"
        team = Team(len(teams), kind, theme, namer.organisation(kind, theme, place, draw), place)
        teams.append(team)
        for draft in drafts[first:last]:
            draft.team = team


def strip_of(ward: Ward) -> tuple[int, float]:
    """A place in an order of wards in which neighbours come near one another: strips from south to north and back."""
    strip = int((ward.lon + 3) / STRIP_DEGREES)
    return strip, ward.lat if strip % 2 else -ward.lat
