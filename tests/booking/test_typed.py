"""Days, times, money and numbers as people type them."""

from __future__ import annotations

from datetime import date, time

import pytest

from booking.rules.typed import read_date, read_hours, read_number, read_pence, read_time

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24/11/2026", date(2026, 11, 24)),
        (" 24 . 11 . 26 ", date(2026, 11, 24)),
        ("24-11-2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("24 November", date(2026, 11, 24)),
        ("Tuesday 24th of Nov 2026", date(2026, 11, 24)),
        ("Tue, 24 nov.", date(2026, 11, 24)),
        ("5/1", date(2027, 1, 5)),
        ("21 November", date(2027, 11, 21)),
        ("31/2/2027", None),
        ("24/13/2026", None),
        ("soon", None),
        ("", None),
        ("٢٤/١١/٢٠٢٦", date(2026, 11, 24)),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert read_date(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("10am", time(10)),
        ("10.30", time(10, 30)),
        ("10:30 p.m.", time(22, 30)),
        ("1400", time(14)),
        ("14h30", time(14, 30)),
        ("2", time(14)),
        ("02:00", time(2)),
        ("2am", time(2)),
        ("7", time(7)),
        ("12 noon", time(12)),
        ("noon", time(12)),
        ("midnight", time(0)),
        ("12am", time(0)),
        ("25:00", None),
        ("10:60", None),
        ("13pm", None),
        ("10 noon", None),
        ("ten", None),
        ("", None),
    ],
)
def test_times(text: str, at: time | None) -> None:
    assert read_time(text) == at


def test_money_hours_and_numbers() -> None:
    assert [read_pence(text) for text in ("2", "£2.50", "2.5", "50p", "free", "£12 pounds")] == [
        200,
        250,
        250,
        50,
        0,
        1200,
    ]
    assert [read_pence(text) for text in ("", "a lot", "-2", "1e3", "£")] == [None] * 5
    assert [read_hours(text) for text in ("2", "1.5", "0,25", "x", "-1")] == [120, 90, 15, None, None]
    assert [read_number(text) for text in ("12", "1,000", " 7 ", "10^6", "-1", "1.5", "")] == [
        12,
        1000,
        7,
        None,
        None,
        None,
        None,
    ]
