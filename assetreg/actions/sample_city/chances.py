"""Chance that is the same every time: whatever is drawn for one thing does not depend on what else is drawn."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from random import Random
from typing import Generic, TypeVar

Item = TypeVar("Item")


def chance(seed: int, *what: object) -> Random:
    """A source of chance for one thing, such as `chance(1, "service", 17)`; the same for the same seed and thing."""
    return Random("/".join(map(str, (seed, *what))))  # noqa: S311 - for a made-up city, not for secrets


def uuid_from(draw: Random) -> uuid.UUID:
    """A random-looking identifier (version 4)."""
    return uuid.UUID(int=draw.getrandbits(128), version=4)


class Deck(Generic[Item]):
    """A shuffled pack: every card comes once before any comes again. `more` cards join when the first are used up."""

    def __init__(self, cards: Sequence[Item], draw: Random, more: Sequence[Item] = ()) -> None:
        """Shuffle a copy of the cards."""
        self._cards = list(cards)
        self._more = list(more)
        self._draw = draw
        self._next = 0
        draw.shuffle(self._cards)

    def deal(self) -> Item:
        """The next card."""
        if self._next >= len(self._cards):
            if self._more:
                self._cards, self._more = [*self._more, *self._cards], []
            self._draw.shuffle(self._cards)
            self._next = 0
        self._next += 1
        return self._cards[self._next - 1]


def shares(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """`total` divided in proportion to the weights (largest remainders), each at least `least` while that is enough."""
    if not weights:
        return []
    least = min(least, total // len(weights))
    rest, whole = total - least * len(weights), sum(weights)
    exact = [rest * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: rest - sum(parts)]:
        parts[i] += 1
    return [least + part for part in parts]
