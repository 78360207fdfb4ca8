"""Facts of a service besides its words: cost, ages, dates, whether it is taking people, and who checked it when."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from assetreg.actions.sample_city.composing import Wording
from assetreg.actions.sample_city.plan import Draft
from assetreg.actions.sample_city.sense import OPEN_AIR

CHECKERS = {
    "self": ("email", "self", "phone"),
    "connector": ("phone", "email", "phone"),
    "connector on the spot": ("phone", "visit", "phone"),
    "library": ("visit", "phone"),
}
# A note on waiting that says when it goes on, not that there is a list.
OPEN_ALL_THE_SAME = re.compile(
    r"\bnow\b|no wait|has places|same day|seen within|call back|ring back|booking opens|next (?:course|group|block"
    r"|start|free time|working day)|starts every|new learners|delivery|days$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody looked whether the entry was right."""

    on: date
    by: str
    how: str


@dataclass(slots=True)
class Facts:
    """What the register knows of a service beyond its words. Newest check first."""

    cost_pence: int | None
    cost_note: str
    min_age: int | None
    max_age: int | None
    languages: list[str]
    access: list[str]
    times_note: str
    status: str = "active"
    status_note: str = ""
    reopens_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    taking_people: str | None = None
    wait: str = ""
    said_at: datetime | None = None
    created_at: datetime | None = None
    checks: list[Check] = field(default_factory=list)


def facts_of(draft: Draft, wording: Wording, phrases: Any, today: date, draw: Random) -> Facts:
    """The facts of one service; dates are counted from `today`."""
    archetype = draft.archetype
    low, high = draw.choice(archetype.ages)
    cost = archetype.costs[draft.cost]
    facts = Facts(
        cost if cost >= 0 else None,
        archetype.cost_notes[draft.cost],
        low if low >= 0 else None,
        high if high >= 0 else None,
        list(draw.choice(archetype.languages)),
        sorted(draft.access),
        draw.choice([*archetype.times_notes, ""]) if archetype.times else "".join(archetype.times_notes[:1]),
    )
    facts.created_at = morning(today - timedelta(days=draw.randrange(200, 1600)))
    _say_standing(facts, draft, wording, phrases, today, draw)
    _say_room(facts, draft, phrases, today, draw)
    facts.checks = list_checks(draft, phrases, today, draw)
    return facts


def _say_standing(facts: Facts, draft: Draft, wording: Wording, phrases: Any, today: date, draw: Random) -> None:
    """Closed for now, closed for good, not begun yet, or ending: a few of each."""
    way = draw.random()
    if way < 0.03:
        facts.status = "temporarily_closed"
        pool = "building" if draft.sites and draft.sites[0].kind not in OPEN_AIR else "people"
        if draft.sites and draft.sites[0].kind in OPEN_AIR:
            pool = "outdoors"
        elif draw.random() < 0.4:
            pool = "people"
        facts.status_note = draw.choice(phrases["closed_for_now"][pool]).format(leader=wording.leader)
        if draw.random() < 0.8:
            facts.reopens_on = today + timedelta(days=draw.randrange(5, 75))
    elif way < 0.042 and draft.use > 0:  # never the only one of its kind
        facts.status = "closed"
    elif draft.archetype.kind == "place":
        return
    elif way < 0.055:
        facts.valid_from = today + timedelta(days=draw.randrange(6, 60))
        facts.created_at = morning(today - timedelta(days=draw.randrange(2, 30)))
    elif way < 0.09 and draft.archetype.kind in ("activity", "group"):
        facts.valid_until = today + timedelta(days=draw.randrange(25, 200))


def _say_room(facts: Facts, draft: Draft, phrases: Any, today: date, draw: Random) -> None:
    """Whether new people can come, and when that was said."""
    archetype = draft.archetype
    way = draw.random()
    if archetype.kind == "place" or facts.status != "active" or way < 0.3:
        return
    wait = draw.choice(archetype.waits) if archetype.waits else ""
    facts.taking_people = "yes"
    if wait:
        facts.taking_people, facts.wait = "yes" if OPEN_ALL_THE_SAME.search(wait) else "waiting_list", wait
    elif archetype.stage != "crisis" and not archetype.waits and archetype.referral != "none" and way > 0.88:
        facts.taking_people, facts.wait = "waiting_list", draw.choice(phrases["waiting"]["list"])
    elif archetype.kind in ("activity", "group") and way > 0.955:
        facts.taking_people, facts.wait = "no", draw.choice(phrases["waiting"]["full"])
    facts.said_at = morning(today - timedelta(days=draw.randrange(1, 75)))


def list_checks(draft: Draft, phrases: Any, today: date, draw: Random) -> list[Check]:
    """Who checked the entry and when: mostly within five months, some long ago, a few never. Newest first."""
    way = draw.random()
    if way < 0.02:
        return []
    if way < 0.05:
        days = draw.randrange(370, 760)
    elif way < 0.13:
        days = draw.randrange(190, 365)
    else:
        days = draw.randrange(1, 150)
    checks = []
    is_library = bool(draft.sites) and draft.sites[0].kind == "library"
    can_be_visited = bool(draft.sites) and draft.sites[0].visibility == "public"
    for _ in range(draw.choice((1, 1, 2, 2, 3))):
        who = draw.choices(("self", "connector", "library"), (55, 35, 30 if is_library else 0))[0]
        how = CHECKERS["connector on the spot" if who == "connector" and can_be_visited else who]
        checks.append(Check(today - timedelta(days=days), phrases["assured_by"][who], draw.choice(how)))
        days += draw.randrange(120, 260)
    return checks


def morning(day: date) -> datetime:
    """Nine o'clock on that day, UTC."""
    return datetime.combine(day, time(9), tzinfo=UTC)
