"""The first-visit card: who meets you, which door, may you bring someone, what it costs, what to wear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from assetreg.actions.sample_city.composing import Wording
from assetreg.actions.sample_city.plan import Draft
from assetreg.actions.sample_city.sense import OPEN_AIR, for_place

# What the card's free text already says is not said a second time, which might be differently.
SAID = {
    "who": r"meet|greet|welcom|wave|look for|ask for|volunteer|helper|someone|somebody|staff|recept|say hello|badge"
    r"|lanyard|leader|coach|teacher|adviser|worker|one of us|introduce|show you|nurse|host|driver|mentor",
    "door": r"door|gate|entrance|bell|buzzer|recept|porch|stairs|\blift\b|steps?\b|counter|desk|ramp|foyer|outside"
    r"|corridor|\bway in\b|come in|walk in|arrive|corner",
    "company": r"friend|bring|famil|relati|carer|alone|your own|yourself|partner|\bmum|\bdad|parent|child|baby|someone"
    r"|\bPA\b|come with|daughter|\bson\b|brother|sister|neighbour|\bmate",
    "cost": r"free|£|cost|charge|\bpay|money|\bfee|price|purse|donat|nothing|penn|pound|cash|card",
    "wear": r"wear|shoe|cloth|boot|trainer|coat|dress|jumper|\bkit\b|layer|scarf|socks|costume|towel"
    r"|apron|gloves|hat\b",
}
DEAREST_ON_THE_DAY = 1500


@dataclass(frozen=True, slots=True)
class Card:
    """The parts of a first-visit card; each may be empty."""

    who: str = ""
    door: str = ""
    company: str = ""
    cost: str = ""
    wear: str = ""


def card_of(draft: Draft, wording: Wording, cost_pence: int | None, cost_note: str, words: Any, draw: Random) -> Card:
    """A card for this service, or an empty one; parts that the first-visit text covers stay empty."""
    archetype = draft.archetype
    if archetype.sensitive or archetype.delivery == "area" or archetype.is_whole_place or draw.random() < 0.4:
        return Card()
    site = draft.sites[0] if draft.sites else None
    prefix = {"telephone": "by_phone_", "online": "online_"}.get(archetype.delivery, "")
    is_outdoors = site is not None and site.kind in OPEN_AIR
    is_serious = archetype.kind == "support" or archetype.stage in ("targeted", "crisis")
    pools: dict[str, str] = {"who": f"{prefix}who" if prefix else who_meets(draw, is_outdoors, is_serious)}
    if site is not None:
        pools["door"] = "door_open_air" if is_outdoors else "door"
    if archetype.audience != "children":
        gendered = f"company_{archetype.gender}" if archetype.gender else "company"
        pools["company"] = f"{prefix}company" if prefix else "company_support" if is_serious else gendered
    if cost_note == "" and archetype.kind != "place":
        if archetype.delivery == "telephone":
            pools["cost"] = "by_phone_cost"
        elif cost_pence == 0:
            pools["cost"] = "cost_free"
        elif cost_pence and cost_pence <= DEAREST_ON_THE_DAY:
            pools["cost"] = "cost_paid"
    wear = what_to_wear(draft)
    if wear and site is not None:
        pools["wear"] = wear
    already, said = parts_said(wording.first_visit), {}
    for part, pool in pools.items():
        text = draw.choice(for_place(words[pool], site.kind if site else ""))
        if draw.random() < 0.8 and part not in already:
            street = site.street if site else ""
            said[part] = text.format(leader=wording.leader, street=street, price=said_price(cost_pence or 0))
    return Card(**said)


@cache
def parts_said(text: str) -> frozenset[str]:
    """Which parts of a card a first-visit text covers already."""
    return frozenset(part for part, pattern in SAID.items() if re.search(pattern, text, re.IGNORECASE))


def who_meets(draw: Random, is_outdoors: bool, is_serious: bool) -> str:
    """Which pool says who meets you: plain words where people come with a trouble."""
    if is_outdoors:
        return "who_outdoors"
    if is_serious:
        return "who_support"
    return draw.choice(("who_leader", "who_leader", "who_any"))


def what_to_wear(draft: Draft) -> str:
    """Which pool of advice on clothes goes with the service; empty for none."""
    archetype = draft.archetype
    if "swimming" in archetype.interests or archetype.kind in ("support", "place"):
        return ""
    is_outdoors = bool(draft.sites) and draft.sites[0].kind in OPEN_AIR
    if is_outdoors or archetype.theme == "green" or {"walking", "gardening", "nature"} & set(archetype.interests):
        return "wear_outdoors"
    if archetype.theme == "moving" or {"dance", "fitness", "sport"} & set(archetype.interests):
        return "wear_moving"
    return "wear_plain" if "faith-life" not in archetype.interests else ""


def said_price(pence: int) -> str:
    """Money as people say it: "£2", "£2.50", "50p"."""
    if pence < 100:
        return f"{pence}p"
    return f"£{pence // 100}" if pence % 100 == 0 else f"£{pence / 100:.2f}"
