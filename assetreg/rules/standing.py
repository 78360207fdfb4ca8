"""Whether an entry is shown, and what its dates and status say of it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from dateutil.relativedelta import relativedelta

STALE_AFTER_MONTHS = 6

Standing = Literal["running", "paused", "not_yet", "over"]
Freshness = Literal["unchecked", "fresh", "stale"]


def standing(status: str, valid_from: date | None, valid_until: date | None, today: date) -> Standing:
    """What an entry's status and dates amount to today. The first and last day themselves count as running."""
    if status == "closed" or (valid_until is not None and valid_until < today):
        return "over"
    if valid_from is not None and valid_from > today:
        return "not_yet"
    if status == "temporarily_closed":
        return "paused"
    return "running"


def freshness(assured_on: date | None, today: date) -> Freshness:
    """How far an entry can be trusted by when it was last checked: more than six months ago is stale."""
    if assured_on is None:
        return "unchecked"
    return "stale" if assured_on < stale_before(today) else "fresh"


@lru_cache(maxsize=8)
def stale_before(today: date) -> date:
    """What was last checked before this day is stale."""
    return today - relativedelta(months=STALE_AFTER_MONTHS)
