"""Days, times of day, money and numbers as people type them. What can be read in two ways is read as people mean it."""

from __future__ import annotations

import re
from datetime import date, time

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})\s*[/.\s-]\s*(\d{1,2})(?:\s*[/.\s-]\s*(\d{4}|\d{2}))?")
WORDS = re.compile(r"(?:[a-z]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?(?:\s+(\d{4}))?")
CLOCK = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})|(\d{2}))?\s*(am|pm|noon|midnight)?")
MONEY = re.compile(r"£?\s*(\d{1,5})(?:[.,](\d{1,2}))?\s*(?:p|pounds?|gbp)?")
HOURS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,4})?")
FIRST_MORNING_HOUR = 7  # "2" is two in the afternoon: no session begins at two in the night without saying so
FREE = {"free", "nothing", "0", "none", "no charge"}


def read_date(text: str, today: date) -> date | None:
    """A day: "24/11/2026", "24 November", "Tuesday 24 Nov 2026", "2026-11-24". Without a year, the next one."""
    said = " ".join(text.lower().split())
    if found := ISO.fullmatch(said):
        return day_of(int(found[1]), int(found[2]), int(found[3]))
    if found := NUMBERS.fullmatch(said):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif (found := WORDS.fullmatch(said)) and found[2][:3] in MONTHS:
        day, month, year = int(found[1]), MONTHS.index(found[2][:3]) + 1, found[3]
    else:
        return None
    if year:
        return day_of(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this_year = day_of(today.year, month, day)
    if this_year is not None and this_year >= today:
        return this_year
    return day_of(today.year + 1, month, day)


def day_of(year: int, month: int, day: int) -> date | None:
    """That day; None when there is none such, like 31 February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """A time of day: "10am", "10.30", "14:00", "1400", "noon". Between 1 and 6 without a word it is the afternoon."""
    said = re.sub(r"\s+|(?<=[ap])\.|(?<=m)\.", "", text.lower().replace("o'clock", ""))
    if said in ("noon", "midday"):
        return time(12)
    if said == "midnight":
        return time(0)
    found = CLOCK.fullmatch(said)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or found[3] or 0), found[4]
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half is not None:
        hour = {"noon": 12, "midnight": 0}[half] if hour == 12 else 99
    elif 1 <= hour < FIRST_MORNING_HOUR and not said.startswith("0"):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_number(text: str) -> int | None:
    """A whole number: "12", "1,000". None for anything else."""
    said = re.sub(r"[\s,]", "", text)
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def read_hours(text: str) -> int | None:
    """Hours as minutes: "2", "1.5", "0.25". None for anything else."""
    found = HOURS.fullmatch(text.strip().replace(",", "."))
    return round(float(found[0]) * 60) if found else None


def read_pence(text: str) -> int | None:
    """Money: "2", "£2.50", "free". None for anything else."""
    said = " ".join(text.lower().split())
    if said in FREE:
        return 0
    found = MONEY.fullmatch(said)
    if found is None:
        return None
    if said.endswith("p") and not said.startswith("£") and found[2] is None:
        return int(found[1])
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
