"""Opening times as people write them ("Tuesday - Friday 12noon - 2pm"), read only where nothing is left to guess.

A whole text is either understood or it is not: half of "Monday - Friday 10am - 4pm except Thursday" would send somebody
to a closed door. What is not understood stays as it was written, as a note. Clear means: weekdays, ranges or lists of
them, or a week of the month, each followed by a beginning and an end; nothing else but a few harmless remarks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import time

from assetreg.rules.opening import RegularTime
from assetreg.rules.times import TimesCell, find_day, find_week, in_order, without_long_gaps

# Remarks that take nothing away from the times beside them. The note keeps them, word for word.
HARMLESS = re.compile(
    r"\(?\s*(?:please (?:ring|call|phone)(?: first)?"
    r"|(?:local )?(?:school )?term[ -]?time only"
    r"|(?:except|not open on|closed on) bank holidays)\s*\)?[.\s]*",
    re.IGNORECASE,
)
OPENERS = re.compile(r"\s*(?:open(?:ing (?:times|hours))?(?: on)?\s*:?)\s+(?=\w)", re.IGNORECASE)

_TOKEN = re.compile(
    r"(?P<clock>(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<half>a\.?m\b\.?|p\.?m\b\.?|noon\b|midday\b)?(?!\w))"
    r"|(?P<noon>\b(?:noon|midday)\b)"
    r"|(?P<to>[-‐‑‒–—−]|\b(?:to|until|till)\b)"
    r"|(?P<join>,|&|\+|/|;|\.|\n|\band\b)"
    r"|(?P<of>\b(?:of|in) (?:the |each |every )?month\b)"
    r"|(?P<word>\w+\.?|\S)",
    re.IGNORECASE,
)
_GROUPS = {"weekday": range(5), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}
_EVERY_DAY = re.compile(r"\b(?:daily|every ?day|7 days a week|seven days a week)\b", re.IGNORECASE)
_EARLIEST_PLAIN_HOUR, _LATEST_PLAIN_HOUR = 8, 5  # "10 - 12" and "1 - 3" can only be by day; "7 - 9" could be either


@dataclass(slots=True)
class _Clock:
    hour: int
    minute: int
    half: str  # "am", "pm" or "" when it was not said
    is_24_hour: bool  # "09:00", "13:00"

    def readings(self) -> list[time]:
        """Every time of day that may be meant."""
        if self.half:
            return [time(self.hour % 12 + (12 if self.half == "pm" else 0), self.minute)]
        if self.is_24_hour:
            return [time(self.hour, self.minute)]
        return [time(self.hour % 12, self.minute), time(self.hour % 12 + 12, self.minute)]


class _NotClear(Exception):
    """The text says something else besides, or can be read in two ways."""


@dataclass(slots=True)
class _Reader:
    text: str
    tokens: list[re.Match[str]] = field(default_factory=list)
    at: int = 0

    def kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].lastgroup or "" if place < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def skip_joins(self) -> None:
        while self.kind() == "join":
            self.at += 1

    def is_day(self, ahead: int = 0) -> bool:
        return self.kind(ahead) == "word" and bool(self.days_named(ahead))

    def days_named(self, ahead: int = 0) -> list[int]:
        word = self.tokens[self.at + ahead].group().lower().rstrip(".")
        if word in _GROUPS:
            return list(_GROUPS[word])
        day = find_day(word)
        return [] if day is None else [day]

    def is_week(self) -> bool:
        return self.kind() == "word" and find_week(self.tokens[self.at].group()) is not None

    def is_clock(self, ahead: int = 0) -> bool:
        return self.kind(ahead) in ("clock", "noon")


def read_spoken_times(text: str) -> TimesCell:
    """The regular times of a text in everyday English, or none and the text itself as the note.

    Times with a harmless remark ("except bank holidays") are read, and the note keeps the whole text.
    """
    plain = without_long_gaps(text)
    body, remark = without_remark(_EVERY_DAY.sub("Mon - Sun", OPENERS.sub("", plain, count=1)))
    try:
        times = read_clauses(body)
    except _NotClear:
        return TimesCell((), text.strip())
    return TimesCell(in_order(times), text.strip() if remark else "")


def without_remark(text: str) -> tuple[str, bool]:
    """The text without a harmless remark at its end, and whether there was one."""
    for match in HARMLESS.finditer(text):
        if match.end() == len(text) and match.start() > 0:
            return text[: match.start()], True
    return text, False


def read_clauses(text: str) -> list[RegularTime]:
    """All of "days times, days times and days times". Raises _NotClear when anything is left over."""
    reader = _Reader(text, [token for token in _TOKEN.finditer(text) if token.group().strip(" \t\r") != ""])
    times: list[RegularTime] = []
    reader.skip_joins()
    while reader.kind():
        if reader.is_clock():
            ranges = read_ranges(reader)
            days = read_days(reader)
        else:
            days = read_days(reader)
            if reader.kind() == "join" and reader.is_clock(1):
                reader.take()
            ranges = read_ranges(reader)
        times.extend(RegularTime(day, starts, ends, week) for week, day in days for starts, ends in ranges)
        reader.skip_joins()
    if not times:
        raise _NotClear
    return times


def read_days(reader: _Reader) -> list[tuple[int | None, int]]:
    """ "Monday", "Mon - Thu", "Tuesday, Wednesday & Friday", "1st Saturday of month": pairs of week and weekday."""
    found: list[tuple[int | None, int]] = []
    while True:
        week = find_week(reader.take().group()) if reader.is_week() else None
        if not reader.is_day():
            raise _NotClear
        days = reader.days_named()
        reader.take()
        if reader.kind() == "to" and reader.is_day(1) and len(days) == 1 and week is None:
            reader.take()
            last = reader.days_named()[-1]
            reader.take()
            if last <= days[0]:
                raise _NotClear
            days = list(range(days[0], last + 1))
        if week is not None and reader.kind() == "of":
            reader.take()
        found.extend((week, day) for day in days)
        ahead = 0
        while reader.kind(ahead) == "join" and reader.tokens[reader.at + ahead].group() not in (".", ";", "\n"):
            ahead += 1
        if ahead == 0 or not reader.is_day(ahead):
            return found
        reader.at += ahead


def read_ranges(reader: _Reader) -> list[tuple[time, time]]:
    """ "10am - 4pm", or several joined by "and" or commas."""
    found: list[tuple[time, time]] = []
    while True:
        if not (reader.is_clock() and reader.kind(1) == "to" and reader.is_clock(2)):
            raise _NotClear
        starts = read_clock(reader.take())
        reader.take()
        found.append(settle(starts, read_clock(reader.take())))
        if not (reader.kind() == "join" and reader.is_clock(1)):
            return found
        reader.take()


def read_clock(token: re.Match[str]) -> _Clock:
    """One time of day with what was said of morning and afternoon."""
    if token.lastgroup == "noon":
        return _Clock(12, 0, "pm", False)
    hour, minute, half = int(token["hour"]), int(token["minute"] or 0), (token["half"] or "").lower()
    if half in ("noon", "midday"):
        if (hour, minute) != (12, 0):
            raise _NotClear
        half = "pm"
    is_24_hour = not half and (hour > 12 or token["hour"].startswith("0"))
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise _NotClear
    return _Clock(hour, minute, half.replace(".", ""), is_24_hour)


def settle(starts: _Clock, ends: _Clock) -> tuple[time, time]:
    """The one pair of times that can be meant. Raises _NotClear when it could be morning or evening.

    A half said at the end counts for the beginning where it fits ("1 - 3pm"), else the beginning is the other half
    ("11.30 - 1pm"). Nothing said at all is clear only by day.
    """
    by_day = starts.readings()
    if not starts.half and not ends.half:
        if starts.is_24_hour or ends.is_24_hour:
            by_day = [time(starts.hour, starts.minute)]
        elif starts.hour >= _EARLIEST_PLAIN_HOUR or starts.hour <= _LATEST_PLAIN_HOUR:
            by_day = [reading for reading in by_day if _EARLIEST_PLAIN_HOUR <= reading.hour < 18]
        else:
            raise _NotClear
    elif not starts.half:
        same = [reading for reading in by_day if (reading.hour >= 12) == (ends.half == "pm")]
        before = [reading for reading in same if any(reading < end for end in ends.readings())]
        by_day = before or by_day
    pairs = [(start, end) for start in by_day for end in ends.readings() if start < end]
    if not pairs:
        raise _NotClear
    return min(pairs, key=lambda pair: (pair[1].hour * 60 + pair[1].minute) - (pair[0].hour * 60 + pair[0].minute))
