"""How many services there are under each term, in each ward and for each value of a filter, counted over arrays.

`failed` has one number for each service with one bit for each filter that the service does not pass. 0 is found. A
single bit means that only this filter stands in the way: such services belong in the counts of the filter's own values
(within one filter the values are alternatives), and they are what dropping the filter would bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


class Pairs:
    """Which service has which keys (terms, wards), ready to be counted in groups of keys."""

    def __init__(self, services: Keys, having: Keys, keys: Keys) -> None:
        """`services` are all that can be counted; `having` and `keys` are the pairs, in any order."""
        is_small = len(keys) > 0 and keys.min() >= 0 and keys.max() < 2**16
        by_key = np.argsort(keys.astype(np.uint16) if is_small else keys, kind="stable")  # small numbers sort faster
        self.keys, having = keys[by_key], having[by_key]
        self.in_order = np.argsort(services)
        ordered = services[self.in_order]
        places = np.searchsorted(ordered, having)
        places[places == len(ordered)] = 0
        is_known = ordered[places] == having if len(ordered) else np.zeros(len(having), dtype=bool)
        self.keys, self.places = self.keys[is_known], places[is_known]

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
