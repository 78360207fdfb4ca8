"""How many services there are under each term, in each ward and for each value of a filter, counted over arrays.

`failed` has one number for each service with one bit for each filter that the service does not pass. 0 is found. A
single bit means that only this filter stands in the way: such services belong in the counts of the filter's own values
(within one filter the values are alternatives), and they are what dropping the filter would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.int64]
Failed = NDArray[np.int64]
Chosen = NDArray[np.bool_]


def could_be(failed: Failed, bit: int) -> Chosen:
    """The services that pass every filter but perhaps this one; `bit` is 0 for a filter that is not in use."""
    passes: Chosen = (failed & ~np.int64(bit)) == 0
    return passes


def count_values(values: NDArray[np.int64], among: Chosen, names: Sequence[str]) -> dict[str, int]:
    """How often each name occurs among the chosen services; `values` are places in `names` from 1, 0 is unknown."""
    counts = np.bincount(values[among], minlength=len(names) + 1)
    return {name: int(counts[place]) for place, name in enumerate(names, start=1) if counts[place]}


def fewest_dropped(failed: Failed, bits: Mapping[str, int], most: int = 3) -> dict[tuple[str, ...], int]:
    """Which filters to leave out so that something is found, and how much: as few as possible, the most helpful first.

    At most `most` filters together, and at most `most` ways; nothing when even that brings nothing.
    """
    for together in range(1, most + 1):
        ways = {
            names: int(np.count_nonzero(could_be(failed, sum(bits[name] for name in names))))
            for names in combinations(bits, together)
        }
        helpful = sorted(((number, names) for names, number in ways.items() if number), key=lambda way: -way[0])
        if helpful:
            return {names: number for number, names in helpful[:most]}
    return {}


class SortedPairs:
    """Which service has which keys (terms, areas), in the order of the keys."""

    def __init__(self, services: Keys, keys: Keys) -> None:
        """The pairs in any order."""
        is_small = len(keys) > 0 and keys.min() >= 0 and keys.max() < 2**16
        by_key = np.argsort(keys.astype(np.uint16) if is_small else keys, kind="stable")  # small numbers sort faster
        self.services, self.keys = services[by_key], keys[by_key]


class Pairs:
    """The pairs of some services, ready to be counted in groups of keys."""

    def __init__(self, services: Keys, pairs: SortedPairs) -> None:
        """`services` are all that can be counted; pairs of others are left out."""
        self.in_order = np.argsort(services)
        ordered = services[self.in_order]
        places = np.searchsorted(ordered, pairs.services)
        places[places == len(ordered)] = 0
        is_known = ordered[places] == pairs.services if len(ordered) else np.zeros(len(places), dtype=bool)
        self.keys, self.places = pairs.keys[is_known], places[is_known]

    def having(self, members: Sequence[int]) -> Chosen:
        """Which services have one of these keys, in the order of the services."""
        has_it = np.zeros(len(self.in_order), dtype=bool)
        has_it[self.in_order] = self.places_of(members)
        return has_it

    def places_of(self, members: Sequence[int]) -> Chosen:
        """Which services have one of these keys, in the order of their ids."""
        starts, ends = np.searchsorted(self.keys, members, "left"), np.searchsorted(self.keys, members, "right")
        has_it = np.zeros(len(self.in_order), dtype=bool)
        for start, end in zip(starts, ends, strict=True):
            has_it[self.places[start:end]] = True
        return has_it

    def count(self, among: Chosen, groups: Mapping[str, Sequence[int]]) -> dict[str, int]:
        """How many of the chosen services each group has, each service once; groups without any are left out.

        A group is a name and the keys that count for it.
        """
        chosen = among[self.in_order]
        counts = {}
        for name, members in groups.items():
            number = int(np.count_nonzero(self.places_of(members) & chosen))
            if number:
                counts[name] = number
        return counts
