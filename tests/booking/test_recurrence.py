"""On which days and at which instants sessions are: weeks, months, runs, holidays, terms, and both clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.bank_holidays import bank_holidays
from booking.rules.recurrence import Calendar, Days, Pattern, PlannedDate, planned_dates, to_utc

LONDON = "Europe/London"
NOTHING = Calendar()
TUESDAY_GROUP = Pattern(date(2026, 9, 1), time(10), 120, weekdays=(1,))  # 1 September 2026 is a Tuesday
TERMS = (Days(date(2026, 9, 1), date(2026, 10, 23), "first"), Days(date(2026, 11, 2), date(2026, 12, 18), "second"))


def plan(pattern: Pattern, from_on: date, to_on: date, calendar: Calendar = NOTHING) -> list[PlannedDate]:
    return planned_dates(pattern, from_on, to_on, calendar)


def held(planned: list[PlannedDate]) -> list[date]:
    return [entry.on for entry in planned if entry.left_out is None]


def left_out(planned: list[PlannedDate]) -> list[tuple[date, str | None, str]]:
    return [(entry.on, entry.left_out, entry.detail) for entry in planned if entry.left_out is not None]


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_every_week_on_chosen_days() -> None:
    pattern = replace(TUESDAY_GROUP, weekdays=(3, 1))
    found = held(plan(pattern, date(2026, 9, 1), date(2026, 9, 11)))
    assert found == days("2026-09-01", "2026-09-03", "2026-09-08", "2026-09-10")


def test_a_series_may_start_on_a_day_that_is_not_one_of_its_days() -> None:
    pattern = replace(TUESDAY_GROUP, starts_on=date(2026, 9, 2))
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 9, 8))) == days("2026-09-08")


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (2, ("2026-09-01", "2026-09-15", "2026-09-29")),
        (3, ("2026-09-01", "2026-09-22")),
        (5, ("2026-09-01",)),
    ],
)
def test_every_n_weeks(every: int, expected: tuple[str, ...]) -> None:
    pattern = replace(TUESDAY_GROUP, every_weeks=every)
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 10, 1))) == days(*expected)


def test_every_two_weeks_counts_weeks_from_monday() -> None:
    """Begun on a Thursday, with Mondays too: the Monday after belongs to the week between."""
    pattern = replace(TUESDAY_GROUP, starts_on=date(2026, 9, 3), weekdays=(0, 3), every_weeks=2)
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 9, 18))) == days("2026-09-03", "2026-09-14", "2026-09-17")


def test_where_one_looks_from_does_not_move_the_weeks() -> None:
    pattern = replace(TUESDAY_GROUP, every_weeks=2)
    whole = held(plan(pattern, date(2026, 9, 1), date(2027, 3, 1)))
    assert held(plan(pattern, date(2026, 11, 9), date(2027, 3, 1))) == [on for on in whole if on >= date(2026, 11, 9)]


def test_first_and_third_tuesday() -> None:
    pattern = replace(TUESDAY_GROUP, frequency="monthly", weeks_of_month=(3, 1))
    found = held(plan(pattern, date(2026, 9, 1), date(2026, 11, 30)))
    assert found == days("2026-09-01", "2026-09-15", "2026-10-06", "2026-10-20", "2026-11-03", "2026-11-17")


def test_last_friday() -> None:
    pattern = replace(TUESDAY_GROUP, frequency="monthly", weekdays=(4,), weeks_of_month=(-1,))
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 12, 31))) == days(
        "2026-09-25", "2026-10-30", "2026-11-27", "2026-12-25"
    )


def test_a_fifth_tuesday_is_only_in_months_that_have_one() -> None:
    pattern = replace(TUESDAY_GROUP, frequency="monthly", weeks_of_month=(5,))
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 12, 31))) == days("2026-09-29", "2026-12-29")


def test_the_fifth_and_the_last_are_one_session_when_they_are_one_day() -> None:
    pattern = replace(TUESDAY_GROUP, frequency="monthly", weeks_of_month=(5, -1))
    assert held(plan(pattern, date(2026, 9, 1), date(2026, 10, 31))) == days("2026-09-29", "2026-10-27")


def test_once() -> None:
    pattern = Pattern(date(2026, 9, 5), time(14), 60, frequency="once")
    assert held(plan(pattern, date(2026, 9, 1), date(2027, 9, 1))) == days("2026-09-05")
    assert plan(pattern, date(2026, 9, 6), date(2027, 9, 1)) == []
    assert plan(pattern, date(2026, 8, 1), date(2026, 9, 4)) == []


def test_the_last_day_counts() -> None:
    pattern = replace(TUESDAY_GROUP, ends_on=date(2026, 9, 15))
    assert held(plan(pattern, date(2026, 9, 1), date(2027, 1, 1))) == days("2026-09-01", "2026-09-08", "2026-09-15")


def test_a_run_has_as_many_sessions_as_it_says() -> None:
    pattern = replace(TUESDAY_GROUP, sessions=3)
    assert held(plan(pattern, date(2026, 9, 1), date(2027, 1, 1))) == days("2026-09-01", "2026-09-08", "2026-09-15")


def test_a_run_is_counted_from_its_first_session_wherever_one_looks_from() -> None:
    pattern = replace(TUESDAY_GROUP, sessions=3)
    assert held(plan(pattern, date(2026, 9, 10), date(2027, 1, 1))) == days("2026-09-15")
    assert plan(pattern, date(2026, 9, 16), date(2027, 1, 1)) == []


def test_a_run_goes_on_for_a_day_that_falls_out() -> None:
    pattern = replace(TUESDAY_GROUP, sessions=3)
    calendar = Calendar(skips={date(2026, 9, 8): "Hall painted"})
    planned = plan(pattern, date(2026, 9, 1), date(2027, 1, 1), calendar)
    assert held(planned) == days("2026-09-01", "2026-09-15", "2026-09-22")
    assert left_out(planned) == [(date(2026, 9, 8), "skipped", "Hall painted")]


def test_a_run_with_a_last_day_ends_with_whichever_comes_first() -> None:
    pattern = replace(TUESDAY_GROUP, sessions=5, ends_on=date(2026, 9, 10))
    assert held(plan(pattern, date(2026, 9, 1), date(2027, 1, 1))) == days("2026-09-01", "2026-09-08")


def test_bank_holidays_fall_out_by_name_where_the_series_says_so() -> None:
    calendar = Calendar(bank_holidays=bank_holidays(date(2027, 4, 1), date(2027, 6, 30)))
    pattern = Pattern(date(2027, 4, 19), time(10), 60, weekdays=(0,), skips_bank_holidays=True)
    planned = plan(pattern, date(2027, 4, 19), date(2027, 6, 1), calendar)
    assert held(planned) == days("2027-04-19", "2027-04-26", "2027-05-10", "2027-05-17", "2027-05-24")
    assert left_out(planned) == [
        (date(2027, 5, 3), "bank_holiday", "May Day"),
        (date(2027, 5, 31), "bank_holiday", "Spring Bank Holiday"),
    ]
    heedless = replace(pattern, skips_bank_holidays=False)
    assert date(2027, 5, 3) in held(plan(heedless, date(2027, 4, 19), date(2027, 6, 1), calendar))


def test_bank_holidays_are_englands() -> None:
    names = bank_holidays(date(2026, 1, 1), date(2027, 12, 31))
    assert date(2026, 12, 25) in names
    assert names[date(2026, 12, 28)].startswith("Boxing Day")  # the 26th is a Saturday
    assert date(2026, 11, 30) not in names  # Saint Andrew's Day is Scotland's
    assert date(2026, 3, 17) not in names
    assert list(bank_holidays(date(2027, 5, 4), date(2027, 5, 31))) == [date(2027, 5, 31)]


def test_term_time_only() -> None:
    pattern = replace(TUESDAY_GROUP, term_time_only=True)
    planned = plan(pattern, date(2026, 10, 20), date(2027, 1, 5), Calendar(terms=TERMS))
    assert held(planned)[:2] == days("2026-10-20", "2026-11-03")
    assert held(planned)[-1] == date(2026, 12, 15)
    assert left_out(planned)[0] == (date(2026, 10, 27), "outside_term", "")


def test_after_the_last_known_term_nobody_can_say() -> None:
    pattern = replace(TUESDAY_GROUP, term_time_only=True)
    planned = plan(pattern, date(2026, 12, 20), date(2027, 1, 5), Calendar(terms=TERMS))
    assert {entry.left_out for entry in planned} == {"terms_unknown"}


def test_first_and_last_day_of_term_are_in_it() -> None:
    friday = replace(TUESDAY_GROUP, weekdays=(4,), term_time_only=True)
    assert date(2026, 12, 18) in held(plan(friday, date(2026, 9, 1), date(2027, 1, 5), Calendar(terms=TERMS)))
    tuesday, first = replace(TUESDAY_GROUP, term_time_only=True), date(2026, 9, 1)
    assert held(plan(tuesday, first, first, Calendar(terms=TERMS))) == [first]


def test_a_closed_hall_has_no_session() -> None:
    calendar = Calendar(closures=[Days(date(2026, 9, 8), date(2026, 9, 15), "New floor")])
    planned = plan(TUESDAY_GROUP, date(2026, 9, 1), date(2026, 9, 22), calendar)
    assert held(planned) == days("2026-09-01", "2026-09-22")
    assert left_out(planned) == [(on, "closed", "New floor") for on in days("2026-09-08", "2026-09-15")]


def test_a_session_is_cut_into_slots() -> None:
    pattern = replace(TUESDAY_GROUP, duration_minutes=70, slot_minutes=20)
    planned = plan(pattern, date(2026, 9, 1), date(2026, 9, 1))
    assert [(entry.slot, f"{entry.starts_at:%H:%M}", f"{entry.ends_at:%H:%M}") for entry in planned] == [
        (0, "09:00", "09:20"),
        (1, "09:20", "09:40"),
        (2, "09:40", "10:00"),
    ]


def test_a_day_of_slots_that_falls_out_is_one_entry() -> None:
    pattern = replace(TUESDAY_GROUP, slot_minutes=20)
    calendar = Calendar(skips={date(2026, 9, 1): ""})
    [entry] = plan(pattern, date(2026, 9, 1), date(2026, 9, 1), calendar)
    assert (entry.slot, entry.ends_at - entry.starts_at) == (0, timedelta(hours=2))


def test_ten_in_the_morning_stays_ten_in_the_morning_when_clocks_change() -> None:
    sunday = Pattern(date(2026, 3, 22), time(10), 60, weekdays=(6,))
    planned = plan(sunday, date(2026, 3, 22), date(2026, 4, 5)) + plan(sunday, date(2026, 10, 18), date(2026, 11, 1))
    assert [f"{entry.starts_at:%d %H}" for entry in planned] == ["22 10", "29 09", "05 09", "18 09", "25 10", "01 10"]
    assert {entry.starts_at.astimezone(ZoneInfo(LONDON)).time() for entry in planned} == {time(10)}
    assert {entry.ends_at - entry.starts_at for entry in planned} == {timedelta(hours=1)}


@pytest.mark.parametrize(
    ("on", "at", "expected"),
    [
        (date(2026, 3, 29), time(0, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 59), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 0), datetime(2026, 10, 25, 0, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_an_hour_that_is_missing_or_comes_twice(on: date, at: time, expected: datetime) -> None:
    """Missing: the next minute there is. Twice: the first."""
    assert to_utc(on, at, LONDON) == expected


def test_a_session_at_half_past_one_on_both_sundays() -> None:
    night = Pattern(date(2026, 3, 22), time(1, 30), 60, weekdays=(6,))
    spring = plan(night, date(2026, 3, 29), date(2026, 3, 29))[0]
    autumn = plan(night, date(2026, 10, 25), date(2026, 10, 25))[0]
    local = ZoneInfo(LONDON)
    assert spring.starts_at.astimezone(local).time() == time(2)
    assert (autumn.starts_at.astimezone(local).time(), autumn.starts_at.astimezone(local).utcoffset()) == (
        time(1, 30),
        timedelta(hours=1),
    )
    assert spring.ends_at - spring.starts_at == autumn.ends_at - autumn.starts_at == timedelta(hours=1)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 1439))
def test_an_instant_shows_its_wall_time_or_the_next_there_is(on: date, minute: int) -> None:
    at = time(minute // 60, minute % 60)
    shown = to_utc(on, at, LONDON).astimezone(ZoneInfo(LONDON)).replace(tzinfo=None)
    wanted = datetime.combine(on, at)
    assert wanted <= shown <= wanted + timedelta(hours=1)
    assert shown == wanted or (shown.hour, shown.minute) == (2, 0)
