"""Regular opening times: what is on now, what comes next. All times are wall time where the city is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

LOOK_AHEAD_DAYS = 62  # the longest wait for a monthly time is five weeks; the rest allows for a start date to come


@dataclass(frozen=True, slots=True)
class RegularTime:
    """One line of a timetable. `weekday` 0 is Monday; `week_of_month` 1 to 5, -1 for the last, None when weekly."""

    weekday: int
    starts_time: time
    ends_time: time
    week_of_month: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, order=True, slots=True)
class Opening:
    """One dated time: open on this day from then to then."""

    on: date
    starts_time: time
    ends_time: time


def falls_on(regular: RegularTime, day: date) -> bool:
    """Does this regular time happen on that day?"""
    if day.weekday() != regular.weekday:
        return False
    if regular.week_of_month is None:
        return True
    if regular.week_of_month == -1:
        return (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 == regular.week_of_month


def openings_on(times: Sequence[RegularTime], day: date) -> list[Opening]:
    """Everything on that day, earliest first; times that touch or overlap are not joined."""
    found = {Opening(day, regular.starts_time, regular.ends_time) for regular in times if falls_on(regular, day)}
    return sorted(found)


LONG_ENOUGH_MINUTES = 60  # of a span, for something that began before it


def times_meant(
    times: Sequence[RegularTime], days: Collection[int], spans: Collection[tuple[int, int]]
) -> Sequence[RegularTime]:
    """Those on one of these weekdays (0 is Monday) and in one of these spans, in minutes of the day.

    All of them when nothing was asked, or when nothing fits what was asked.
    """
    return [one for one in times if (not days or one.weekday in days) and is_in_a_span(one, spans)] or times


def is_in_a_span(regular: RegularTime, spans: Collection[tuple[int, int]]) -> bool:
    """Does it begin in one of the spans, or is it open for an hour of it? True when there are none."""
    begins, ends = minutes(regular.starts_time), minutes(regular.ends_time)
    return not spans or any(
        low <= begins < high or min(ends, high) - max(begins, low) >= LONG_ENOUGH_MINUTES for low, high in spans
    )


def minutes(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute


def coming(times: Sequence[RegularTime], at: datetime, valid_from: date | None = None) -> Iterator[Opening]:
    """What is on at that moment or later, in order, for about two months; nothing before `valid_from`."""
    if not times:
        return
    first = max(at.date(), valid_from) if valid_from else at.date()
    weekdays = {regular.weekday for regular in times}
    for ahead in range(LOOK_AHEAD_DAYS):
        day = first + timedelta(days=ahead)
        if day.weekday() not in weekdays:
            continue
        for opening in openings_on(times, day):
            if day > at.date() or opening.ends_time > at.time():
                yield opening


def find_next(
    times: Sequence[RegularTime], at: datetime, valid_from: date | None = None, valid_until: date | None = None
) -> Opening | None:
    """The one that is on at that moment, or the next one; None when there is none or it would come after the end."""
    opening = next(coming(times, at, valid_from), None)
    if opening is None or (valid_until and opening.on > valid_until):
        return None
    return opening


def is_on(opening: Opening, at: datetime) -> bool:
    """Is that moment inside this opening?"""
    return opening.on == at.date() and opening.starts_time <= at.time() < opening.ends_time


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line of the printed timetable: a weekday (or "second Tuesday") and its times, in order."""

    weekday: int
    week_of_month: int | None
    times: tuple[tuple[time, time], ...]


def timetable(times: Iterable[RegularTime]) -> list[DayLine]:
    """The times grouped into lines, Monday first, weekly before monthly, each line's times in order and once."""
    lines: dict[tuple[int, int | None], set[tuple[time, time]]] = {}
    for regular in times:
        key = (regular.weekday, regular.week_of_month)
        lines.setdefault(key, set()).add((regular.starts_time, regular.ends_time))
    ordered = sorted(lines.items(), key=lambda item: (item[0][1] is not None, item[0][0], week_order(item[0][1])))
    return [DayLine(weekday, week, tuple(sorted(found))) for (weekday, week), found in ordered]


def week_order(week_of_month: int | None) -> int:
    """Where a week of the month stands in a list: the last one at the end."""
    if week_of_month is None:
        return 0
    return 6 if week_of_month == -1 else week_of_month
