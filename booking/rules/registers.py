"""The register of one session: when it can be marked, when it is complete, and by what name people are called in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sir", "lady", "cllr"})
MOST_CAME = 200
BUTTONS_UP_TO = 6  # of a larger party one types how many came

WhyNotMark = Literal["cancelled", "too_early"]


def why_not_markable(status: str, held_on: date, today: date) -> WhyNotMark | None:
    """Why nobody can be marked now; None when they can, from the first minute of the session's day and ever after."""
    if status == "cancelled":
        return "cancelled"
    return "too_early" if held_on > today else None


def is_complete(expected: Collection[int], marked: Collection[int], walk_ins: int) -> bool:
    """Has somebody said of every booking whether they came? With no bookings at all, one walk-in is an answer."""
    if not expected:
        return walk_ins > 0
    return set(expected) <= set(marked)


def first_name(name: str) -> str:
    """What somebody is called among strangers: the first name, or title and name where that is all they gave."""
    words = name.split()
    if not words:
        return ""
    if words[0].rstrip(".").lower() not in TITLES or len(words) == 1:
        return words[0]
    return words[1] if len(words) > 2 else f"{words[0]} {words[1]}"


def names_apart(names: Sequence[str]) -> list[str]:
    """First names, in the same order; who shares one is told apart by the first letter of the last name."""
    firsts = [first_name(name) for name in names]
    seen = Counter(each.casefold() for each in firsts)
    return [
        f"{first} {name.split()[-1][0]}." if seen[first.casefold()] > 1 and is_longer(name, first) else first
        for first, name in zip(firsts, names, strict=True)
    ]


def is_longer(name: str, first: str) -> bool:
    """Is there more of this name than the first one?"""
    last = name.split()[-1] if name.split() else ""
    return bool(last) and last not in first.split()
