"""The ladder: every rule stands in the way of what it is about, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.rules.bookable import LADDER, Sitting, Wish, overbooked_after, warnings_about, why_not_bookable

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SITTING = Sitting(starts_at=NOW + timedelta(days=3), capacity=10, places_taken=4)
WISH = Wish(party_size=2)
STAFF = {"by_staff": True}
ORGANISER = {"by_organiser": True}

CASES: list[tuple[str | None, dict[str, Any], dict[str, Any]]] = [
    (None, {}, {}),
    ("cancelled", {"status": "cancelled"}, ORGANISER),
    ("started", {"starts_at": NOW}, ORGANISER),
    (None, {"starts_at": NOW + timedelta(seconds=1)}, {}),
    ("not_published", {"series_status": "draft"}, {}),
    ("just_turn_up", {"capacity": None, "kind": "drop_in"}, {}),
    ("staff_only", {"kind": "referred"}, {}),
    (None, {"kind": "referred"}, STAFF),
    ("not_open_yet", {"opens_days": 2}, STAFF),
    (None, {"opens_days": 3}, {}),
    (None, {"opens_days": 2}, ORGANISER),
    ("closed", {"closes_minutes": 3 * 24 * 60}, {}),
    (None, {"closes_minutes": 3 * 24 * 60 - 1}, {}),
    (None, {"closes_minutes": 3 * 24 * 60}, ORGANISER),
    ("paused", {"is_paused": True}, STAFF),
    (None, {"is_paused": True}, ORGANISER),
    ("whole_run_only", {"kind": "course", "course_booking": "whole"}, {}),
    (None, {"kind": "course", "course_booking": "whole"}, {"is_whole_run": True}),
    ("single_only", {"kind": "course", "course_booking": "single"}, {"is_whole_run": True}),
    ("single_only", {}, {"is_whole_run": True}),
    (None, {"kind": "course", "course_booking": "either"}, {"is_whole_run": True}),
    (None, {"kind": "course", "course_booking": "either"}, {}),
    ("party_too_small", {}, {"party_size": 0}),
    ("party_too_large", {"capacity": 1000}, {"party_size": 7}),
    (None, {"capacity": 1000}, {"party_size": 7, **ORGANISER}),
    ("party_too_large", {"capacity": 4}, {"party_size": 5}),
    ("full", {"capacity": 4}, {"party_size": 5, **ORGANISER}),
    (None, {"capacity": 4}, {"party_size": 5, "overbook_reason": "Please", **STAFF}),
    ("age_needed", {"age_rule": "refuse", "min_age": 18}, {}),
    ("not_for_this_age", {"age_rule": "refuse", "min_age": 18}, {"age": 17}),
    ("not_for_this_age", {"age_rule": "refuse", "max_age": 11}, {"age": 12}),
    (None, {"age_rule": "refuse", "min_age": 18, "max_age": 30}, {"age": 30}),
    (None, {"age_rule": "warn", "min_age": 18}, {"age": 17}),
    ("already_booked", {}, {"is_already_booked": True}),
    ("full", {}, {"party_size": 7, **ORGANISER}),
    (None, {}, {"party_size": 6}),
    ("full", {"places_taken": 10}, {"party_size": 1}),
    ("full", {"places_taken": 12, "overbooked": 3}, {"party_size": 1}),
    ("full", {"places_taken": 10}, {"overbook_reason": "Please"}),
    (None, {"places_taken": 10}, {"overbook_reason": "Please", **STAFF}),
]


@pytest.mark.parametrize(("name", "sitting", "wish"), CASES)
def test_a_rule_stands_in_the_way_of_what_it_is_about(
    name: str | None, sitting: dict[str, Any], wish: dict[str, Any]
) -> None:
    reason = why_not_bookable(replace(SITTING, **sitting), replace(WISH, **wish), NOW)
    assert (reason.name if reason else None) == name


def test_every_rule_has_a_case() -> None:
    assert {name for name, _, _ in LADDER} <= {name for name, _, _ in CASES}


def test_what_nobody_can_change_is_said_first() -> None:
    hopeless = replace(SITTING, status="cancelled", places_taken=10, is_paused=True)
    reason = why_not_bookable(hopeless, WISH, NOW)
    assert reason is not None
    assert reason.name == "cancelled"


def test_a_reason_brings_what_its_sentence_needs() -> None:
    full = why_not_bookable(replace(SITTING, places_taken=9), WISH, NOW)
    early = why_not_bookable(replace(SITTING, opens_days=1), WISH, NOW)
    assert full is not None
    assert full.facts == {"free": 1}
    assert early is not None
    assert early.facts == {"opens_at": NOW + timedelta(days=2)}


def test_an_age_that_only_warns_is_said() -> None:
    sitting = replace(SITTING, age_rule="warn", min_age=18)
    assert [one.name for one in warnings_about(sitting, replace(WISH, age=17))] == ["not_for_this_age"]
    assert warnings_about(sitting, replace(WISH, age=18)) == ()
    assert warnings_about(sitting, WISH) == ()


def test_only_as_much_is_overbooked_as_is_needed() -> None:
    assert overbooked_after(replace(SITTING, places_taken=9), 3) == 2
    assert overbooked_after(replace(SITTING, places_taken=12, overbooked=2), 1) == 3
    assert overbooked_after(SITTING, 2) == 0
