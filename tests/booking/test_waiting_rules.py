"""Who is next, and until when: the queue keeps its order, larger parties are passed over, late places go straight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.clock import LOCAL_ZONE
from booking.rules.waiting import (
    Waiter,
    in_line,
    is_late,
    next_in_line,
    offer_expires_at,
    place_in_line,
    request_expires_at,
)

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SOON, LATER = NOW + timedelta(hours=20), NOW + timedelta(days=5)


def waiter(number: int, size: int = 1, **values: bool) -> Waiter:
    """Who came as the number-th."""
    return Waiter(number, size, NOW - timedelta(days=10) + timedelta(hours=number), **values)


@pytest.mark.parametrize(
    ("start", "a_day_before"),
    [
        (datetime(2026, 10, 25, 10, tzinfo=LOCAL_ZONE), datetime(2026, 10, 24, 11, tzinfo=LOCAL_ZONE)),
        (datetime(2027, 3, 28, 10, tzinfo=LOCAL_ZONE), datetime(2027, 3, 27, 9, tzinfo=LOCAL_ZONE)),
    ],
)
def test_the_last_24_hours_are_24_hours_when_the_clocks_change(start: datetime, a_day_before: datetime) -> None:
    starts_at, now = start.astimezone(UTC), a_day_before.astimezone(UTC)
    assert is_late(now, starts_at)
    assert not is_late(now - timedelta(seconds=1), starts_at)
    assert offer_expires_at(now - timedelta(hours=1), starts_at) == starts_at - timedelta(hours=2)


def test_the_first_that_fits_is_offered_and_who_was_passed_over_is_known() -> None:
    turn = next_in_line([waiter(3), waiter(1, 4), waiter(2, 2)], 2, NOW, LATER)
    assert turn.waiter == waiter(2, 2)
    assert turn.how == "offer"
    assert [(one.id, why) for one, why in turn.passed_over] == [(1, "too_large")]


def test_priority_comes_before_everybody_else() -> None:
    turn = next_in_line([waiter(1), waiter(2, is_priority=True)], 1, NOW, LATER)
    assert turn.waiter is not None
    assert turn.waiter.id == 2
    assert place_in_line([waiter(1), waiter(2, is_priority=True)], 1) == 2
    assert place_in_line([waiter(1)], 7) is None


def test_in_the_last_24_hours_it_goes_straight_to_the_first_who_asked_for_that() -> None:
    turn = next_in_line([waiter(1), waiter(2, wants_late=True)], 1, NOW, SOON)
    assert (turn.waiter and turn.waiter.id, turn.how) == (2, "straight")
    assert [(one.id, why) for one, why in turn.passed_over] == [(1, "not_late")]
    assert next_in_line([waiter(1)], 1, NOW, SOON).how == "nobody"


def test_nobody_is_next_without_places_or_after_the_start() -> None:
    assert next_in_line([waiter(1)], 0, NOW, LATER).waiter is None
    assert next_in_line([waiter(1, wants_late=True)], 1, NOW, NOW).waiter is None


def test_an_offer_lasts_24_hours_or_until_2_hours_before_the_start() -> None:
    assert offer_expires_at(NOW, LATER) == NOW + timedelta(hours=24)
    assert offer_expires_at(NOW, NOW + timedelta(hours=25)) == NOW + timedelta(hours=23)


def test_a_request_holds_its_places_for_three_days_at_most_and_never_past_the_start() -> None:
    assert request_expires_at(NOW, LATER) == NOW + timedelta(days=3)
    assert request_expires_at(NOW, SOON) == SOON - timedelta(hours=2)
    assert request_expires_at(NOW, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


waiters = st.lists(
    st.builds(
        Waiter,
        id=st.integers(1, 1000),
        party_size=st.integers(1, 6),
        waits_since=st.integers(0, 50).map(lambda hours: NOW - timedelta(hours=hours)),
        is_priority=st.booleans(),
        wants_late=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(waiters, st.integers(0, 8), st.sampled_from([SOON, LATER]))
def test_nobody_who_fits_is_overtaken(waiting: list[Waiter], free: int, starts_at: datetime) -> None:
    turn = next_in_line(waiting, free, NOW, starts_at)
    may = [one for one in in_line(waiting) if one.party_size <= free and (starts_at == LATER or one.wants_late)]
    assert turn.waiter == (may[0] if may and free else None)
