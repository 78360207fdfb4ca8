"""Whether an entry is shown, how far it can be trusted, and what the main thing to do is."""

from __future__ import annotations

from datetime import date

import pytest

from assetreg.rules.joining import Contact, Way, main_way
from assetreg.rules.standing import freshness, standing

TODAY = date(2026, 11, 24)
PHONE = Contact("phone", "+441214960001")
MAIL = Contact("email", "hello@example.org")
SITE = Contact("url", "https://example.org")


@pytest.mark.parametrize(
    ("status", "valid_from", "valid_until", "expected"),
    [
        ("active", None, None, "running"),
        ("active", TODAY, TODAY, "running"),
        ("active", date(2026, 11, 25), None, "not_yet"),
        ("active", None, date(2026, 11, 23), "over"),
        ("temporarily_closed", None, None, "paused"),
        ("temporarily_closed", date(2026, 11, 25), None, "not_yet"),
        ("temporarily_closed", None, date(2026, 11, 23), "over"),
        ("closed", date(2026, 11, 25), None, "over"),
    ],
)
def test_status_and_dates_say_where_an_entry_stands(
    status: str, valid_from: date | None, valid_until: date | None, expected: str
) -> None:
    assert standing(status, valid_from, valid_until, TODAY) == expected


@pytest.mark.parametrize(
    ("assured_on", "expected"),
    [
        (None, "unchecked"),
        (TODAY, "fresh"),
        (date(2026, 5, 24), "fresh"),
        (date(2026, 5, 23), "stale"),
        (date(2020, 1, 1), "stale"),
        (date(2026, 12, 1), "fresh"),
    ],
)
def test_checked_more_than_six_months_ago_is_stale(assured_on: date | None, expected: str) -> None:
    assert freshness(assured_on, TODAY) == expected


def test_six_months_are_counted_by_the_calendar() -> None:
    assert freshness(date(2026, 2, 28), date(2026, 8, 31)) == "fresh"
    assert freshness(date(2026, 2, 27), date(2026, 8, 31)) == "stale"


def way(**changed: object) -> Way:
    """The main way into a running drop-in with a phone, an e-mail and a website, but for what is changed."""
    values = {
        "referral": "none",
        "is_reachable_only": False,
        "is_running": True,
        "taking_people": None,
        "has_times": True,
        "contacts": (SITE, MAIL, PHONE),
    }
    return main_way(**{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, Way("turn_up")),
        ({"taking_people": "yes"}, Way("turn_up")),
        ({"taking_people": "waiting_list"}, Way("call", PHONE)),
        ({"taking_people": "no"}, Way("call", PHONE)),
        ({"has_times": False}, Way("call", PHONE)),
        ({"is_reachable_only": True}, Way("call", PHONE)),
        ({"is_running": False}, Way("call", PHONE)),
        ({"referral": "self"}, Way("call", PHONE)),
        ({"referral": "self", "contacts": (SITE, MAIL)}, Way("email", MAIL)),
        ({"referral": "self", "contacts": (SITE,)}, Way("website", SITE)),
        ({"referral": "self", "contacts": ()}, Way("ask_us")),
        ({"referral": "professional"}, Way("refer", PHONE)),
        ({"referral": "professional", "contacts": ()}, Way("refer")),
    ],
)
def test_there_is_one_main_thing_to_do(changed: dict[str, object], expected: Way) -> None:
    assert way(**changed) == expected


def test_the_first_phone_is_the_one_to_call() -> None:
    second = Contact("phone", "+441214960002")
    assert way(referral="self", contacts=(PHONE, second)) == Way("call", PHONE)
