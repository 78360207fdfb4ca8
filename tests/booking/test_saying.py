"""A rule is said as people say it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from flask import Flask

from booking.rules.recurrence import Pattern
from booking.saying import in_words
from tests.stopped_clock import StoppedClock

FIRST = date(2026, 9, 1)


def pattern(**values: object) -> Pattern:
    """Tuesdays from 1 September 2026, 10am to 12 noon, unless said otherwise."""
    return Pattern(**{"starts_on": FIRST, "starts_time": time(10), "duration_minutes": 120, "weekdays": (1,), **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (pattern(), "Every Tuesday, 10am to 12 noon"),
        (pattern(weekdays=(3, 1)), "Every Tuesday and Thursday, 10am to 12 noon"),
        (pattern(weekdays=(0, 1, 2, 3, 4)), "Every Monday to Friday, 10am to 12 noon"),
        (pattern(weekdays=(0, 1, 2, 3, 4, 5, 6)), "Every day, 10am to 12 noon"),
        (pattern(every_weeks=2), "Every 2 weeks on Tuesday, 10am to 12 noon"),
        (
            pattern(frequency="monthly", weeks_of_month=(3, 1), term_time_only=True),
            "Every 1st and 3rd Tuesday, 10am to 12 noon, in term time",
        ),
        (
            pattern(frequency="monthly", weekdays=(4,), weeks_of_month=(-1,), skips_bank_holidays=True),
            "Every last Friday of the month, 10am to 12 noon, not on bank holidays",
        ),
        (pattern(frequency="once", weekdays=(), ends_on=FIRST), "Tuesday 1 September, 10am to 12 noon"),
        (pattern(sessions=6), "Every Tuesday, 10am to 12 noon, 6 sessions from Tuesday 1 September"),
        (pattern(sessions=1), "Every Tuesday, 10am to 12 noon, 1 session from Tuesday 1 September"),
        (pattern(ends_on=date(2027, 3, 2)), "Every Tuesday, 10am to 12 noon, until Tuesday 2 March 2027"),
        (pattern(slot_minutes=20), "Every Tuesday, 10am to 12 noon, in appointments of 20 minutes"),
        (pattern(starts_time=time(22), duration_minutes=120), "Every Tuesday, 10pm to midnight"),
    ],
)
def test_a_rule_in_words(app: Flask, monkeypatch: pytest.MonkeyPatch, rule: Pattern, said: str) -> None:
    StoppedClock(monkeypatch, datetime(2026, 8, 1, 9, tzinfo=UTC))
    with app.test_request_context():
        assert in_words(rule) == said
