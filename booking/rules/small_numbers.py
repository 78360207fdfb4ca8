"""Small numbers of people in a small area could point at somebody: they are not told (care.md, "Personal data").

A number from 1 to 4 is left out. Where a total stands below, one gap alone could be worked out from it, so a second
number goes too: the smallest that is left (secondary suppression).
"""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 5


def told_numbers(numbers: Sequence[int], least: int = LEAST) -> list[int | None]:
    """The numbers of one column with what must not be told as None. Zero tells nothing of anybody and stays."""
    told: list[int | None] = [None if 0 < number < least else number for number in numbers]
    if told.count(None) == 1:
        left = [place for place, number in enumerate(told) if number]
        if left:
            told[min(left, key=lambda place: (numbers[place], place))] = None
    return told
