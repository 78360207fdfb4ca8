"""The times cell of the spreadsheet contract, read and written: `Mon 10:00-12:00; 1st Tue 14:00-16:00`.

One entry is an optional week of the month ("1st" to "5th", "last"), a weekday and one or more times of day. Entries are
separated by semicolons or line ends. What is plainly not such an entry is free text, and is handed back as a note;
what is meant as one but is wrong ("Mon 12:00-10:00") is an error, so that a slip never turns into a note unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from functools import lru_cache

from assetreg.rules.opening import RegularTime, week_order

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_SPELLINGS = {"tues": 1, "weds": 2, "wednes": 2, "thur": 3, "thurs": 3, "thurday": 3}
WEEK_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", -1: "last"}
EXAMPLE = "Mon 10:00-12:00"

_DASH = "[-‐‑‒–—−]|to"
_CLOCK = r"\d{1,2}[:.]\d{2}"
_RANGE = re.compile(rf"\s*({_CLOCK})\s*(?:{_DASH})\s*({_CLOCK})\s*")
_DAY_LIST = rf"[^\W\d]+\.?(?:\s*(?:,|&|/|\band\b|{_DASH})\s*[^\W\d]+\.?)*"
_ENTRY = re.compile(
    rf"(?:(?P<week>\d\w+|first|second|third|fourth|fifth|last)\s+)?(?P<days>{_DAY_LIST}):?\s+(?P<ranges>{_CLOCK}.*)",
    re.IGNORECASE,
)
_DAY_SEPARATOR = re.compile(r"\s*(?:,|&|/|\band\b)\s*", re.IGNORECASE)
_DAY_RANGE = re.compile(rf"([^\W\d]+\.?)\s*(?:{_DASH})\s*([^\W\d]+\.?)", re.IGNORECASE)
_GAP, _EMPTY_LINES = re.compile(r"[^\S\n]+"), re.compile(r"(?: ?\n)+")
_ENTRY_END = re.compile(r"[;\n]")
_NEXT_ENTRY = re.compile(r"(?<=\d)\s*,\s*(?=[^\W\d]|\d[^\W\d])")
_ALIKE, _SHORT_ALIKE = 0.75, 0.66  # "Wensday" and "Mun" are slips for days; "Open" and "Daily" are other words


class TimesError(ValueError):
    """A time that cannot be meant; `str()` is a sentence that says what to write."""


@dataclass(frozen=True, slots=True)
class TimesCell:
    """What a cell says: regular times in order, each once, and the words that are not times."""

    times: tuple[RegularTime, ...]
    note: str


@lru_cache(maxsize=4096)
def read_times(text: str) -> TimesCell:
    """Read a times cell. Raises TimesError for an entry that is meant as a time but is none.

    `format_times` writes what this reads: reading what it wrote gives the same times.
    """
    times: list[RegularTime] = []
    notes: list[str] = []
    for piece in _ENTRY_END.split(text):
        wanted = piece.strip().strip(",").strip()
        if not wanted:
            continue
        parts = [read_entry(part) for part in _NEXT_ENTRY.split(without_long_gaps(wanted))]
        if all(parts):
            times.extend(entry for part in parts for entry in part)
        else:
            notes.append(wanted)
    return TimesCell(in_order(times), "; ".join(notes))


def without_long_gaps(text: str) -> str:
    """The text with single spaces and line ends: looking for words in a long gap takes the square of its length."""
    return _EMPTY_LINES.sub("\n", _GAP.sub(" ", text))


def read_entry(text: str) -> list[RegularTime]:
    """The times of one entry; none at all when it is free text. Raises TimesError."""
    match = _ENTRY.fullmatch(text)
    if match is None:
        return []
    days, pairs = read_days(match["days"]), read_ranges(match["ranges"])
    if not days or not pairs:
        return []
    week = find_week(match["week"]) if match["week"] else None
    if match["week"] and week is None:
        raise TimesError(f"“{match['week']}” is not a week of the month. Write 1st, 2nd, 3rd, 4th, 5th or last.")
    for starts, ends in pairs:
        if ends <= starts:
            raise TimesError(
                f"The time {starts:%H:%M}-{ends:%H:%M} ends before it starts. Write it as {EXAMPLE}, and end an evening"
                " at 23:59 at the latest."
            )
    return [RegularTime(day, starts, ends, week) for day in days for starts, ends in pairs]


def read_days(text: str) -> list[int]:
    """The weekdays of "Mon", "Mon-Fri" or "Mon, Wed & Fri"; none at all when a word is something else.

    Raises TimesError for a slip ("Wensday"), and for a range that runs backwards.
    """
    days: list[int] = []
    for part in _DAY_SEPARATOR.split(text):
        span = _DAY_RANGE.fullmatch(part)
        ends = [read_day(word) for word in (span.groups() if span else (part, part))]
        if ends[0] is None or ends[1] is None:
            return []
        if ends[1] < ends[0]:
            raise TimesError(f"“{part}” runs backwards. List the days one by one: Sat, Sun, Mon.")
        days.extend(range(ends[0], ends[1] + 1))
    return days


def read_day(word: str) -> int | None:
    """The weekday that a word names, None for another word. Raises TimesError for a slip."""
    day = find_day(word)
    if day is not None:
        return day
    bare = word.lower().rstrip(".")
    short = [name[:3] for name in DAY_NAMES] if len(bare) == 3 else []
    if day is None and (
        get_close_matches(bare, DAY_NAMES, 1, _ALIKE) or get_close_matches(bare, short, 1, _SHORT_ALIKE)
    ):
        raise TimesError(f"“{word}” is not a day we know. Write {', '.join(DAYS[:-1])} or {DAYS[-1]}.")
    return None


def read_ranges(text: str) -> list[tuple[time, time]] | None:
    """Times of day separated by commas; None when something else is between or after them. Raises TimesError."""
    pairs: list[tuple[time, time]] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            return None
        pairs.append((read_clock(match[1]), read_clock(match[2])))
    return pairs


def read_clock(text: str) -> time:
    """A time of day in 24 hours, "9:30" or "18.30". Raises TimesError."""
    hour, minute = re.split(r"[:.]", text)
    if int(hour) > 23 or int(minute) > 59:
        raise TimesError(f"“{text}” is not a time of day. Write it as {EXAMPLE}, from 00:00 to 23:59.")
    return time(int(hour), int(minute))


def find_day(word: str) -> int | None:
    """The weekday (0 is Monday) that a word names in English, short or long, one or many; None when it names none."""
    bare = word.lower().rstrip(".")
    for spelling in (bare, bare.removesuffix("s")):
        if spelling in DAY_SPELLINGS:
            return DAY_SPELLINGS[spelling]
        for number, name in enumerate(DAY_NAMES):
            if spelling in (name, name[:3]):
                return number
    return None


def find_week(word: str) -> int | None:
    """The week of the month that a word names: 1 to 5, -1 for the last; None when it names none."""
    bare = word.lower()
    for week, ordinal in ORDINALS.items():
        if bare == ordinal:
            return week
    return WEEK_WORDS.get(bare)


def format_times(times: Iterable[RegularTime]) -> str:
    """Regular times as a cell, weekly before monthly, Monday first, each once."""
    return "; ".join(format_time(regular) for regular in in_order(times))


def format_time(regular: RegularTime) -> str:
    """One entry: "Mon 10:00-12:00" or "last Sat 11:00-13:00"."""
    week = "" if regular.week_of_month is None else f"{ORDINALS[regular.week_of_month]} "
    return f"{week}{DAYS[regular.weekday]} {regular.starts_time:%H:%M}-{regular.ends_time:%H:%M}"


def in_order(times: Iterable[RegularTime]) -> tuple[RegularTime, ...]:
    """The same times, each once, in the order in which they are written."""
    return tuple(sorted(set(times), key=order_of))


def order_of(regular: RegularTime) -> tuple[bool, int, int, time, time]:
    """What times are sorted by: weekly first, then the weekday, the week of the month and the clock."""
    week = regular.week_of_month
    return (week is not None, regular.weekday, week_order(week), regular.starts_time, regular.ends_time)
