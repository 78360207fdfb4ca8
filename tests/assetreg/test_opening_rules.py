"""Regular times: what is on now, what comes next, how a timetable is put together."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from assetreg.clock import LOCAL_ZONE
from assetreg.rules.opening import (
    LOOK_AHEAD_DAYS,
    DayLine,
    Opening,
    RegularTime,
    coming,
    falls_on,
    find_next,
    is_on,
    openings_on,
    times_meant,
    timetable,
)


def local(*parts: int) -> datetime:
    """A moment by the city's clocks."""
    return datetime(*parts, tzinfo=LOCAL_ZONE)  # type: ignore[arg-type,misc]


TUESDAY = RegularTime(1, time(10, 30), time(12))
TUE_24 = Opening(date(2026, 11, 24), time(10, 30), time(12))
TUE_1_DEC = Opening(date(2026, 12, 1), time(10, 30), time(12))


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (local(2026, 11, 23, 9), TUE_24),
        (local(2026, 11, 24, 10, 29), TUE_24),
        (local(2026, 11, 24, 11, 59), TUE_24),
        (local(2026, 11, 24, 12), TUE_1_DEC),
        (local(2026, 11, 24, 23, 59), TUE_1_DEC),
    ],
)
def test_the_one_that_is_on_counts_until_it_ends(at: datetime, expected: Opening) -> None:
    assert find_next([TUESDAY], at) == expected


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (1, date(2026, 12, 1)),
        (2, date(2026, 12, 8)),
        (4, date(2026, 11, 24)),
        (5, date(2026, 12, 29)),
        (-1, date(2026, 11, 24)),
    ],
)
def test_monthly_times_fall_in_their_week(week: int, expected: date) -> None:
    found = find_next([RegularTime(1, time(10), time(12), week)], local(2026, 11, 20, 9))
    assert found is not None
    assert found.on == expected


def test_a_fifth_week_that_a_month_lacks_is_not_made_up() -> None:
    fifth_monday = RegularTime(0, time(10), time(11), 5)
    assert not any(falls_on(fifth_monday, date(2026, 12, day)) for day in range(1, 32))
    assert falls_on(fifth_monday, date(2026, 11, 30))


def test_the_last_friday_is_the_last_even_when_it_is_the_fourth() -> None:
    last_friday = RegularTime(4, time(19), time(21), -1)
    assert [day for day in range(1, 32) if falls_on(last_friday, date(2026, 12, day))] == [25]
    assert [day for day in range(1, 31) if falls_on(last_friday, date(2026, 11, day))] == [27]


def test_nothing_comes_before_it_starts_or_after_it_ends() -> None:
    at = local(2026, 11, 23, 9)
    assert find_next([TUESDAY], at, valid_from=date(2026, 11, 25)) == TUE_1_DEC
    assert find_next([TUESDAY], at, valid_until=date(2026, 11, 24)) == TUE_24
    assert find_next([TUESDAY], at, valid_until=date(2026, 11, 23)) is None


def test_a_start_in_the_far_future_is_still_found() -> None:
    found = find_next([TUESDAY], local(2026, 11, 23, 9), valid_from=date(2027, 11, 1))
    assert found == Opening(date(2027, 11, 2), time(10, 30), time(12))


def test_no_times_have_no_next() -> None:
    assert find_next([], local(2026, 11, 23, 9)) is None
    assert list(coming([], local(2026, 11, 23, 9))) == []


def test_two_times_of_one_day_come_in_order_and_the_same_time_once() -> None:
    times = [RegularTime(1, time(14), time(16)), TUESDAY, TUESDAY]
    assert openings_on(times, date(2026, 11, 24)) == [TUE_24, Opening(date(2026, 11, 24), time(14), time(16))]


def test_what_comes_is_in_order_and_ends_somewhere() -> None:
    found = list(coming([TUESDAY], local(2026, 11, 23, 9)))
    assert found == sorted(found)
    assert len(found) == LOOK_AHEAD_DAYS // 7 + 1


@pytest.mark.parametrize(("at", "on"), [((10, 29), False), ((10, 30), True), ((11, 59), True), ((12, 0), False)])
def test_on_from_the_first_minute_to_before_the_last(at: tuple[int, int], on: bool) -> None:
    assert is_on(TUE_24, local(2026, 11, 24, *at)) is on


def test_the_timetable_has_weekly_days_first_and_each_time_once() -> None:
    times = [
        RegularTime(4, time(9), time(10), -1),
        RegularTime(4, time(9), time(10), 2),
        RegularTime(2, time(18), time(20)),
        RegularTime(0, time(14), time(16)),
        RegularTime(0, time(9), time(12)),
        RegularTime(0, time(9), time(12), location_id=7),
    ]
    assert timetable(times) == [
        DayLine(0, None, ((time(9), time(12)), (time(14), time(16)))),
        DayLine(2, None, ((time(18), time(20)),)),
        DayLine(4, 2, ((time(9), time(10)),)),
        DayLine(4, -1, ((time(9), time(10)),)),
    ]


def test_of_the_days_and_times_asked_for_the_fitting_ones_are_meant() -> None:
    early = RegularTime(0, time(9), time(10))
    class_till_half_past = RegularTime(1, time(10), time(12, 30))
    cafe = RegularTime(1, time(9), time(17))
    times = [early, class_till_half_past, cafe]
    afternoon = (720, 1020)
    assert times_meant(times, (), ()) == times
    assert times_meant(times, (0,), ()) == [early]
    assert times_meant(times, (0, 1), (afternoon,)) == [cafe]
    assert times_meant(times, (), ((540, 600),)) == [early, cafe]
    assert times_meant(times, (5,), ()) == times, "nothing fits, so the next time is better than none"
