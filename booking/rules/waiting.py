"""Who is next when a place is free, and until when an offer or a request holds its places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

OFFER_LASTS = timedelta(hours=24)
OFFERS_END_BEFORE = timedelta(hours=2)
LATE = timedelta(hours=24)
REQUEST_LASTS = timedelta(days=3)


@dataclass(frozen=True)
class Waiter:
    """One party in the queue; `id` is its booking's."""

    id: int
    party_size: int
    waits_since: datetime
    is_priority: bool = False
    wants_late: bool = False


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, how, and who was passed over and why (`too_large`, or `not_late`: had not asked for that)."""

    waiter: Waiter | None
    how: Literal["offer", "straight", "nobody"]
    passed_over: tuple[tuple[Waiter, Literal["too_large", "not_late"]], ...] = ()


def in_line(waiting: Iterable[Waiter]) -> list[Waiter]:
    """The queue in its order: priority first, then who has waited longest."""
    return sorted(waiting, key=lambda one: (not one.is_priority, one.waits_since, one.id))


def is_late(now: datetime, starts_at: datetime) -> bool:
    """Is it too late for an offer that somebody may think about?"""
    return starts_at - now <= LATE


def next_in_line(waiting: Iterable[Waiter], free: int, now: datetime, starts_at: datetime) -> Turn:
    """The first party that fits into the free places; nobody once the session has begun.

    In the last 24 hours the places go straight to the first that asked for late places; the others are passed over,
    and what is left is open to everybody.
    """
    if free < 1 or starts_at <= now:
        return Turn(None, "nobody")
    late = is_late(now, starts_at)
    passed: list[tuple[Waiter, Literal["too_large", "not_late"]]] = []
    for one in in_line(waiting):
        if late and not one.wants_late:
            passed.append((one, "not_late"))
        elif one.party_size > free:
            passed.append((one, "too_large"))
        else:
            return Turn(one, "straight" if late else "offer", tuple(passed))
    return Turn(None, "nobody", tuple(passed))


def offer_expires_at(now: datetime, starts_at: datetime) -> datetime:
    """24 hours, or until 2 hours before the start, whichever is sooner."""
    return min(now + OFFER_LASTS, starts_at - OFFERS_END_BEFORE)


def request_expires_at(now: datetime, starts_at: datetime) -> datetime:
    """Until when an organiser may answer: 3 days, or until 2 hours before the start; in those 2 hours the start."""
    soonest = min(now + REQUEST_LASTS, starts_at - OFFERS_END_BEFORE)
    return soonest if soonest > now else starts_at


def place_in_line(waiting: Sequence[Waiter], waiter_id: int) -> int | None:
    """Which place in the queue somebody has, from 1; None when they do not wait."""
    order = [one.id for one in in_line(waiting)]
    return order.index(waiter_id) + 1 if waiter_id in order else None
