"""What the floors above add to the sample city, and take out again first. `assetreg/app.py` fills the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class SamplePart:
    """One floor's share of the sample city.

    `make(seed, services)` is called when everything of this floor is in; it answers how many of what it made, by name.
    `take_out()` is called before anything of this floor goes; so does it. `locations` selects the keys of locations
    that the floor still leans on afterwards: they stay.
    """

    make: Callable[[int, int], dict[str, int]]
    take_out: Callable[[], dict[str, int]]
    locations: Callable[[], Select[Any]]


SAMPLE_PARTS: list[SamplePart] = []
