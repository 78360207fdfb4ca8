"""Whether a hand-written text goes with the facts it is put beside: the kind of place, the day, the time of day.

The texts avoid such details as a rule. Where one slips in ("the librarian", "on Saturday mornings"), it is used only
where it is true. What is not recognised passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from assetreg.rules.opening import RegularTime

WORSHIP = ("church-hall", "mosque", "gurdwara", "temple")
HALLS = (*WORSHIP, "community-centre", "school")
OPEN_AIR = ("park", "allotment", "farm", "sports-ground")
INDOORS = (*HALLS, "library", "leisure-centre", "health-centre", "cafe", "arts-centre", "hub", "office")
ONLY_INDOORS = re.compile(r"\b(?:doors?|building|chairs?|seat|plug|pegs?|room|desk|floor)\b", re.IGNORECASE)
PLACES = (
    (r"\binside\b|by the (?:front |main )?door|main door|ring the bell|recept|\bthe counter\b", INDOORS),
    (r"librarian|returns trolley|library (?:counter|carpet|staff|desk)|the library is|bookshelves", ("library",)),
    (r"\bvicar\b|\bpews?\b|vestry|our church|the church\b|\bchapel\b|lychgate|hymn", ("church-hall",)),
    (r"\b(?:the|our) mosque|imam\b", ("mosque",)),
    (r"\b(?:the|our) gurdwara", ("gurdwara",)),
    (r"\b(?:the|our) temple", ("temple",)),
    (r"school (?:hall|gate|reception|kitchen|office) (?:is|has|door)|caretaker|our playground", ("school",)),
    (r"the leisure centre|\bthe sports hall|turnstile", ("leisure-centre",)),
    (r"the arts centre|box office|our foyer", ("arts-centre",)),
    (r"the community centre|\bthe centre\b", ("community-centre", "hub", "arts-centre")),
    (r"\bthe stage\b|under the stage|\bthe hall\b|\bour hall\b", HALLS),
    (r"caf[eé] (?:owner|staff|counter)|\bthe barista", ("cafe",)),
)
ACCESS = (
    (r"\bcar park\b|park(?:ing)? (?:space|outside|at the front)", "parking"),
    (r"hearing loop|\bloop (?:system|is on)", "hearing-loop"),
    (r"\bramp\b|level (?:access|all)|no steps|step-free|the lift\b", "step-free"),
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = (
    (r"\bmornings?\b", range(6, 12)),
    (r"\bafternoons?\b", range(12, 17)),
    (r"\bevenings?\b|\bafter tea\b|\bbedtime\b|\bafter dark\b|\bdusk\b|\bat night\b", range(17, 24)),
)
DAY_PATTERN = re.compile(r"\b(" + "|".join(DAYS) + r")s?\b|\b(weekends?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a text must not contradict: the kind of place ("" for none), what it has, and when (empty if not given)."""

    place: str
    access: frozenset[str]
    days: frozenset[int]
    hours: frozenset[int]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text takes for granted: one of these places, all of these features, and one of each set of times."""

    places: tuple[tuple[str, ...], ...]
    features: frozenset[str]
    days: tuple[frozenset[int], ...]
    hours: tuple[frozenset[int], ...]


def setting_of(place: str, access: Iterable[str], times: Iterable[RegularTime]) -> Setting:
    """The setting of a service from its place and times."""
    listed = list(times)
    hours = {
        hour
        for time in listed
        for hour in range(time.starts_time.hour, max(time.ends_time.hour, time.starts_time.hour + 1))
    }
    return Setting(place, frozenset(access), frozenset(time.weekday for time in listed), frozenset(hours))


@cache
def claims_of(text: str) -> Claims:
    """What this text takes for granted; each text is read once."""
    days = [
        frozenset({5, 6}) if weekend else frozenset({DAYS.index(day.lower())})
        for day, weekend in DAY_PATTERN.findall(text)
    ]
    return Claims(
        tuple(kinds for pattern, kinds in PLACES if re.search(pattern, text, re.IGNORECASE)),
        frozenset(feature for pattern, feature in ACCESS if re.search(pattern, text, re.IGNORECASE)),
        tuple(days),
        tuple(frozenset(hours) for pattern, hours in HOURS if re.search(pattern, text, re.IGNORECASE)),
    )


def goes_with(text: str, setting: Setting) -> bool:
    """Does nothing in the text contradict the setting?"""
    claims = claims_of(text)
    if setting.place:
        if any(setting.place not in kinds for kinds in claims.places):
            return False
        if not claims.features <= setting.access:
            return False
    if not setting.days:
        return True
    return all(meant & setting.days for meant in claims.days) and all(meant & setting.hours for meant in claims.hours)


def for_place(texts: Sequence[str], place: str) -> Sequence[str]:
    """Those of the general phrases that may be said of this kind of place: no doors and chairs in a park."""
    return [text for text in texts if not ONLY_INDOORS.search(text)] if place in OPEN_AIR else texts
