"""The bank holidays of England, from the library `holidays`, which knows moved and extra ones too."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


def bank_holidays(from_on: date, to_on: date) -> dict[date, str]:
    """Date → name of every bank holiday from one day to the other, both included."""
    found: dict[date, str] = {}
    for year in range(from_on.year, to_on.year + 1):
        found.update((on, name) for on, name in bank_holidays_of(year) if from_on <= on <= to_on)
    return found


@lru_cache(maxsize=16)
def bank_holidays_of(year: int) -> tuple[tuple[date, str], ...]:
    """The bank holidays of one year, in order."""
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return tuple(sorted(found.items()))
