"""Which places there are, and which service is where."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random

from assetreg.actions.sample_city.chances import chance, shares
from assetreg.actions.sample_city.ground import Ward
from assetreg.actions.sample_city.naming import FAITHS, Namer
from assetreg.actions.sample_city.plan import Draft, Site

OF_PLACES = frozenset({"step-free", "hearing-loop", "accessible-toilet", "parking", "quiet-space"})
HIDDEN_BASES = ("refuge-outreach", "exploitation-support")  # have a base, though people are met elsewhere


def site_services(drafts: list[Draft], count: int, seed: int, namer: Namer) -> list[Site]:
    """Make `count` places (or as many as the services need and can fill) and put every service that needs one there.

    Each place has at least one service. Places of sensitive services are their own, and are never named.
    """
    sites: list[Site] = []
    for draft in drafts:
        if draft.archetype.sensitive and (draft.archetype.where or draft.archetype.key in HIDDEN_BASES):
            visibility = "area_only" if draft.archetype.where else "hidden"
            site = Site(len(sites), "withheld", draft.ward, draft.ward.spots[0], visibility=visibility)
            site.keys.add(draft.archetype.key)
            draft.sites.append(site)
            sites.append(site)
    by_ward: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.archetype.where and not draft.sites:
            by_ward[draft.ward.code].append(draft)
    wards = {draft.ward.code: draft.ward for draft in drafts}
    codes = sorted(by_ward)
    wanted = shares(max(count - len(sites), 0), [len(by_ward[code]) for code in codes], least=1)
    kinds = {
        code: choose_kinds(by_ward[code], number, chance(seed, "kinds", code))
        for code, number in zip(codes, wanted, strict=True)
    }
    numbers = settle(wanted, [len(set(kinds[code])) for code in codes], [len(by_ward[code]) for code in codes])
    for code, number in zip(codes, numbers, strict=True):
        _fill_ward(wards[code], by_ward[code], kinds[code], number, seed, namer, sites)
    return sites


def settle(wanted: list[int], least: list[int], most: list[int]) -> list[int]:
    """The wanted numbers, each kept between its least and its most, with the total kept where that is possible."""
    numbers = [min(max(want, low), high) for want, low, high in zip(wanted, least, most, strict=True)]
    while (over := sum(numbers) - sum(wanted)) != 0:
        step = 1 if over < 0 else -1
        room = [high - now if step > 0 else now - low for now, low, high in zip(numbers, least, most, strict=True)]
        changed = sorted((i for i in range(len(numbers)) if room[i] > 0), key=lambda i: (-room[i], i))[: abs(over)]
        if not changed:
            break
        for i in changed:
            numbers[i] += step
    return numbers


def accepts(draft: Draft, kind: str) -> bool:
    """May this service be at a place of this kind? "faith-centre" means any place of worship but a church."""
    where = draft.archetype.where
    return kind in where or (kind in FAITHS and "faith-centre" in where)


def choose_kinds(drafts: list[Draft], most: int, draw: Random) -> list[str]:
    """A kind of place for each service of a ward, using no more than `most` different kinds when that is possible."""
    chosen = []
    for draft in drafts:
        where = [draw.choice(FAITHS) if kind == "faith-centre" else kind for kind in draft.archetype.where]
        chosen.append(draw.choices(where, [1 / (rank + 2) for rank in range(len(where))])[0])
    while len(counts := Counter(chosen)) > most:
        for kind in sorted(counts, key=lambda kind: (counts[kind], kind)):
            others = sorted(set(counts) - {kind}, key=lambda other: (-counts[other], other))
            moves = {
                i: next((other for other in others if accepts(drafts[i], other)), "")
                for i, now in enumerate(chosen)
                if now == kind
            }
            if all(moves.values()):
                for i, other in moves.items():
                    chosen[i] = other
                break
        else:
            break
    return chosen


def _fill_ward(
    ward: Ward, drafts: list[Draft], kinds: list[str], number: int, seed: int, namer: Namer, sites: list[Site]
) -> None:
    """Make the ward's places, so many of each kind as its services ask, and share the services out among them."""
    by_kind: dict[str, list[Draft]] = defaultdict(list)
    for draft, kind in zip(drafts, kinds, strict=True):
        by_kind[kind].append(draft)
    names = sorted(by_kind)
    spare = max(number - len(names), 0)
    extra = shares(spare, [len(by_kind[kind]) - 1 + 1e-9 for kind in names])
    numbers = settle([1 + more for more in extra], [1] * len(names), [len(by_kind[kind]) for kind in names])
    for kind, count in zip(names, numbers, strict=True):
        made = [_new_site(kind, ward, seed, namer, sites) for _ in range(count)]
        for turn, draft in enumerate(by_kind[kind]):
            in_turn = (made[(turn + step) % count] for step in range(count))
            site = next((site for site in in_turn if draft.archetype.key not in site.keys), made[turn % count])
            site.keys.add(draft.archetype.key)
            draft.sites.append(site)


def _new_site(kind: str, ward: Ward, seed: int, namer: Namer, sites: list[Site]) -> Site:
    draw = chance(seed, "site", len(sites))
    position = draw.choices(range(len(ward.spots)), [spot.weight for spot in ward.spots])[0]
    site = Site(len(sites), kind, ward, ward.spots[position], place=ward.places[position % len(ward.places)])
    site.name, site.short, site.street = namer.location(kind, ward, draw)
    sites.append(site)
    return site


def tell_sites(drafts: list[Draft]) -> None:
    """Let places have what their services say of them: access, and the price of a hall."""
    for draft in drafts:
        for site in draft.sites:
            site.access |= OF_PLACES & set(draft.access)
        price = draft.archetype.costs[draft.cost]
        if draft.sites and draft.archetype.key == "hall-to-hire" and price > 0:
            draft.sites[0].hall_pounds = price // 100


def spread_services(drafts: list[Draft], sites: list[Site], beside: dict[str, tuple[str, ...]], seed: int) -> None:
    """Let a few services that belong to no one place be at a second or third place of the same kind, not far away."""
    near: dict[tuple[str, str], list[Site]] = defaultdict(list)
    for site in sites:
        if site.visibility == "public":
            near[site.ward.code, site.kind].append(site)
    for draft in drafts:
        draw = chance(seed, "spread", draft.number)
        is_bound = draft.team is None or (draft.sites and draft.sites[0].owner is draft.team)
        if is_bound or len(draft.sites) != 1 or draft.archetype.kind == "place" or draft.archetype.sensitive:
            continue
        if draw.random() > 0.085:
            continue
        first = draft.sites[0]
        for code in (first.ward.code, *beside.get(first.ward.code, ())):
            for other in near[code, first.kind]:
                if draft.archetype.key not in other.keys and len(draft.sites) < (3 if draw.random() < 0.25 else 2):
                    other.keys.add(draft.archetype.key)
                    draft.sites.append(other)
