"""How days, times, money, miles, ages and phone numbers are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from assetreg.rules.opening import DayLine, Opening
from assetreg.texts import amounts, dates
from tests.stopped_clock import StoppedClock


@pytest.fixture(autouse=True)
def english_tuesday(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Tuesday 24 November 2026, half past ten, where the city is."""
    assert app is not None
    return StoppedClock(monkeypatch)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(10), "10am"),
        (time(10, 30), "10.30am"),
        (time(12), "12 noon"),
        (time(12, 5), "12.05pm"),
        (time(13), "1pm"),
        (time(0), "midnight"),
        (time(0, 30), "12.30am"),
        (time(23, 59), "midnight"),
    ],
)
def test_times(at: time, said: str) -> None:
    assert dates.say_time(at) == said


def test_days() -> None:
    assert dates.say_day(date(2026, 12, 1)) == "Tuesday 1 December"
    assert dates.say_day(date(2027, 1, 5)) == "Tuesday 5 January 2027"
    assert dates.say_day_with_year(date(2026, 12, 1)) == "1 December 2026"
    assert [dates.say_day_short(date(2026, 11, day)) for day in (24, 25, 26, 30)] == [
        "Today",
        "Tomorrow",
        "Thursday",
        "Monday",
    ]
    assert dates.say_day_short(date(2026, 12, 1)) == "Tue 1 December"


def test_openings() -> None:
    assert dates.say_opening(Opening(date(2026, 12, 1), time(10, 30), time(12))) == (
        "Tuesday 1 December, 10.30am to 12 noon"
    )
    assert dates.say_next(Opening(date(2026, 11, 24), time(10), time(12))) == "On now, until 12 noon"
    assert dates.say_next(Opening(date(2026, 11, 24), time(14), time(16))) == "Today, 2pm to 4pm"


def test_now_is_the_citys_now_in_summer_too(english_tuesday: StoppedClock) -> None:
    english_tuesday.at = datetime(2026, 7, 7, 9, 45, tzinfo=UTC)
    assert dates.say_next(Opening(date(2026, 7, 7), time(10, 30), time(12))) == "On now, until 12 noon"


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 24), "today"),
        (date(2026, 11, 25), "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 19), "5 days ago"),
        (date(2026, 11, 3), "3 weeks ago"),
        (date(2026, 7, 24), "4 months ago"),
        (date(2024, 11, 1), "2 years ago"),
    ],
)
def test_how_long_ago(on: date, said: str) -> None:
    assert dates.say_ago(on) == said


def test_lines_of_a_timetable() -> None:
    assert dates.say_line_day(DayLine(1, None, ())) == "Tuesday"
    assert dates.say_line_day(DayLine(1, 1, ())) == "First Tuesday of the month"
    assert dates.say_line_day(DayLine(4, -1, ())) == "Last Friday of the month"


@pytest.mark.parametrize(
    ("pence", "said"), [(0, "Free"), (200, "£2"), (250, "£2.50"), (123456, "£1,234.56"), (None, "Ask about the cost")]
)
def test_money(pence: int | None, said: str) -> None:
    assert amounts.say_cost(pence) == said


@pytest.mark.parametrize(
    ("metres", "said", "walk"),
    [
        (0, "0.1 miles", "1 minute’s walk"),
        (966, "0.6 miles", "16 minutes’ walk"),
        (1609.344, "1 mile", ""),
        (1770, "1.1 miles", ""),
        (20000, "12 miles", ""),
    ],
)
def test_miles_and_minutes(metres: float, said: str, walk: str) -> None:
    assert (amounts.say_miles(metres), amounts.say_walk(metres)) == (said, walk)


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [
        (None, None, "All ages"),
        (0, None, "All ages"),
        (18, None, "18 and over"),
        (None, 11, "Up to 11"),
        (5, 11, "5 to 11"),
        (16, 16, "Age 16"),
    ],
)
def test_ages(lowest: int | None, highest: int | None, said: str) -> None:
    assert amounts.say_ages(lowest, highest) == said


def test_phone_numbers_are_said_as_they_are_dialled() -> None:
    assert amounts.say_phone("+441214960123") == "0121 496 0123"
    assert amounts.tel_link("0121 496 0123") == "tel:+441214960123"
    assert amounts.say_phone("+33123456789") == "+33 1 23 45 67 89"
    assert amounts.say_phone("ring the bell") == "ring the bell"
    assert amounts.tel_link("+44 (0)121 496 0123") == "tel:+441214960123"


def test_short_numbers_are_never_given_the_country_in_front() -> None:
    assert (amounts.say_phone("999"), amounts.tel_link("999")) == ("999", "tel:999")
    assert (amounts.say_phone("116 123"), amounts.tel_link("116 123")) == ("116 123", "tel:116123")


def test_languages_have_names() -> None:
    assert [amounts.say_language(code) for code in ("ur", "bfi", "qqq")] == ["Urdu", "British Sign Language", "qqq"]
