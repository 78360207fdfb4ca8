"""Regular times as arrays: who is open on which days, between which hours, on which dates, and who opens next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assetreg.rules.opening import RegularTime, falls_on
from search.records import MINUTE_BITS, WEEKS
from search.sets import Combinations

DAY_MINUTES = 24 * 60
NEVER_MINUTES = 2**30
LONG_ENOUGH_MINUTES = 60
MOST_REMEMBERED = 64
LOOK_AHEAD_DAYS = 200  # every kind of day has come twice by then, the fifth Monday of a month too

Spans = tuple[tuple[int, int], ...]
Dates = tuple[date, date]
Bits = NDArray[np.uint8]

BIT_OF_DAY = np.left_shift(1, np.arange(7)).astype(np.uint8)


@dataclass(frozen=True)
class Timetable:
    """The times of every combination of times that occurs, and which combination each document has."""

    of: NDArray[np.int32]
    size: int
    filled: NDArray[np.int64]  # the combinations that have any time
    starts: NDArray[np.int64]  # where the times of each of those begin
    kinds: NDArray[np.int32]  # kind of day (`records.day_kind`), start and end of each time
    begins: NDArray[np.int32]
    ends: NDArray[np.int32]
    _remembered: dict[tuple[Spans, Dates | None], Bits] = field(default_factory=dict)

    def days(self, spans: Spans = (), dates: Dates | None = None) -> Bits:
        """For each combination the weekdays (bit 0 is Monday) on which one of its times fits one of the spans.

        `spans` are minutes of the day, to exclusive. A time fits when it begins in the span, or is open for an hour of
        it: a class from 10 to 12.30 is not in the afternoon, a café open all day is. `dates` counts only times that
        fall on one of these days.
        """
        known = self._remembered.get((spans, dates))
        if known is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[spans, dates] = self._days(spans, dates)
        return known

    def _days(self, spans: Spans, dates: Dates | None) -> Bits:
        fits = np.ones(len(self.kinds), np.bool_) if dates is None else kinds_on(dates)[self.kinds]
        if spans:
            fitting = np.zeros(len(self.kinds), np.bool_)
            for begin, end in spans:
                fitting |= (self.begins >= begin) & (self.begins < end)
                fitting |= np.minimum(self.ends, end) - np.maximum(self.begins, begin) >= LONG_ENOUGH_MINUTES
            fits &= fitting
        bits = np.zeros(self.size, np.uint8)
        if len(self.filled):
            each = np.where(fits, BIT_OF_DAY[self.kinds % 7], 0).astype(np.uint8)
            bits[self.filled] = np.bitwise_or.reduceat(each, self.starts)
        return bits

    def wait_minutes(self, now: datetime) -> NDArray[Any]:
        """For each combination how long until one of its times begins (0: it is on now), at a local time `now`."""
        waits = np.full(self.size, NEVER_MINUTES, np.int64)
        if not len(self.filled):
            return waits
        first, second = (days[self.kinds] for days in next_days(now.date()))
        minute = now.hour * 60 + now.minute
        is_over = (first == 0) & (self.ends <= minute)
        days = np.where(is_over, second, first)
        waits[self.filled] = np.minimum.reduceat(np.maximum(days * DAY_MINUTES + self.begins - minute, 0), self.starts)
        return waits


def timetable_of(times: Combinations) -> Timetable:
    """Unpack the times of each combination (`records.time_number`)."""
    counts = times.lists.counts()
    filled = np.flatnonzero(counts)
    numbers = times.lists.values.astype(np.int32)
    low = (1 << MINUTE_BITS) - 1
    return Timetable(
        times.of,
        times.lists.rows,
        filled,
        times.lists.starts[:-1][filled],
        numbers >> (2 * MINUTE_BITS),
        (numbers >> MINUTE_BITS) & low,
        numbers & low,
    )


def kind_falls_on(kind: int, day: date) -> bool:
    """Does a kind of day (`records.day_kind`) fall on this date?"""
    week, weekday = divmod(kind, 7)
    return falls_on(RegularTime(weekday, time(0), time(1), WEEKS[week]), day)


def kinds_on(dates: Dates) -> NDArray[np.bool_]:
    """For each kind of day, whether it falls on any of the dates from the first to the last."""
    days = min((dates[1] - dates[0]).days + 1, LOOK_AHEAD_DAYS)
    found = np.zeros(7 * len(WEEKS), np.bool_)
    for ahead in range(days):
        day = dates[0] + timedelta(days=ahead)
        for week in range(len(WEEKS)):
            kind = week * 7 + day.weekday()
            found[kind] |= kind_falls_on(kind, day)
    return found


@lru_cache(maxsize=4)
def next_days(today: date) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each kind of day, in how many days it comes (0 is today), and in how many after that."""
    coming: list[list[int]] = [[] for _ in range(7 * len(WEEKS))]
    for ahead in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        for week in range(len(WEEKS)):
            kind = week * 7 + day.weekday()
            if len(coming[kind]) < 2 and kind_falls_on(kind, day):
                coming[kind].append(ahead)
    return np.array([days[0] for days in coming]), np.array([days[1] for days in coming])
