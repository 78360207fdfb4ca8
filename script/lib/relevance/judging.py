"""How well a service answers a judged question, by rules over what the register says of it. Pure; ranks nothing.

The subject gives 3 (`best`), 2 (`good`), 1 (`fair`) or 0. Then what was asked besides takes away: a service at another
place or time, that costs money or lacks what somebody needs, is of some use at most; one that would turn the person
away is of none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from relevance.questions import PARTS, Judged

NEAR_M, FAR_M = 3_000, 6_000
SPANS = {"morning": (0, 720), "afternoon": (720, 1020), "evening": (1020, 1440)}
LONG_ENOUGH_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says of one service. `terms` are its needs and interests with those they belong to.

    `distance_m` is by name of a place that some question asks for; None: it has no place on the map. `times` are
    weekday (0 is Monday), begin and end in minutes.
    """

    id: str
    text: str
    terms: frozenset[str]
    min_age: int | None
    max_age: int | None
    gender: str | None
    cost_pence: int | None
    languages: frozenset[str]
    access: frozenset[str]
    is_online: bool
    is_telephone: bool
    is_referred: bool
    is_paused: bool
    is_full: bool
    times: tuple[tuple[int, int, int], ...]
    distance_m: dict[str, float | None]


def grade(judged: Judged, facts: Facts) -> int:
    """From 0 (not it) to 3 (just right)."""
    found = subject(judged, facts)
    if not found or turns_away(judged.wanted, facts):
        return 0
    for most in limits(judged, facts):
        found = min(found, most)
    return max(found - losses(judged, facts), 1)


def subject(judged: Judged, facts: Facts) -> int:
    """How near it is to what was asked about."""
    for value, ways in ((3, judged.best), (2, judged.good), (1, judged.fair)):
        if any(is_about(way, facts) for way in ways):
            return value
    return 0


def is_about(way: str, facts: Facts) -> bool:
    """A way to answer: every part of it must hold, joined by "+"."""
    return all(holds(part, facts) for part in way.split("+"))


def holds(part: str, facts: Facts) -> bool:
    """A need or interest, "~" a beginning of a word in its texts, "!" not."""
    if part.startswith("!"):
        return not holds(part[1:], facts)
    if part.startswith("~"):
        return bool(beginning(part[1:]).search(facts.text))
    return part in facts.terms


@lru_cache(maxsize=1_000)
def beginning(text: str) -> re.Pattern[str]:
    """Finds words that begin so; a dot is any one character."""
    return re.compile(rf"\b{text}", re.IGNORECASE)


def turns_away(wanted: Iterable[tuple[str, str]], facts: Facts) -> bool:
    """Would it say to this person that it is for others?"""
    for name, value in wanted:
        if name == "age" and not (facts.min_age or 0) <= int(value) <= (facts.max_age or 200):
            return True
        if name in ("gender", "only") and facts.gender not in (None, value):
            return True
    return False


def limits(judged: Judged, facts: Facts) -> Iterable[int]:
    """The most that a service can be worth which is not what was asked in some other way."""
    if facts.is_paused or not is_open(judged, facts.times):
        yield 1
    distance = facts.distance_m.get(judged.where)
    if judged.where and distance is not None and distance > FAR_M:
        yield 1
    for name, value in judged.wanted:
        if not suits(name, value, facts):
            yield 1


def losses(judged: Judged, facts: Facts) -> int:
    """How many grades go for being less handy."""
    lost = int(facts.is_full)
    if judged.where:
        distance = facts.distance_m.get(judged.where)
        lost += int(distance is None or distance > NEAR_M)
    return lost


def suits(name: str, value: str, facts: Facts) -> bool:
    """Is it what was asked for in this way?"""
    if name == "free":
        return facts.cost_pence == 0
    if name == "only":
        return facts.gender == value
    if name == "lang":
        return value in facts.languages
    if name == "access":
        return value in facts.access
    if name == "online":
        return facts.is_online
    if name == "phone":
        return facts.is_telephone
    if name == "noref":
        return not facts.is_referred
    return True


def is_open(judged: Judged, times: Sequence[tuple[int, int, int]]) -> bool:
    """Is it open when it was asked for? It must begin in that part of the day, or be open for an hour of it."""
    if not judged.days and not judged.part:
        return True
    begin, end = SPANS.get(judged.part, (0, 1440))
    return any(
        (not judged.days or day in judged.days)
        and (begin <= opens < end or min(closes, end) - max(opens, begin) >= LONG_ENOUGH_MINUTES)
        for day, opens, closes in times
    )


def unknown_parts(judged: Judged, known: frozenset[str]) -> list[str]:
    """Needs and interests in a judgement that no register of ours has: a slip of the pen."""
    parts = {part.lstrip("!") for way in (*judged.best, *judged.good, *judged.fair) for part in way.split("+")}
    unknown = sorted(part for part in parts if not part.startswith("~") and part not in known)
    return unknown + [judged.part] * (judged.part not in ("", *PARTS))
