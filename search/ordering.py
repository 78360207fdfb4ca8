"""The first results of a long list, in a total order, without sorting the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.postings import Docs
from search.snapshot import Snapshot
from search.timetable import NEVER_MINUTES

Order = NDArray[np.int64]


def best_first(scores: NDArray[np.float32], keys: NDArray[np.int64], most: int) -> Order:
    """Highest score first; among equals the lower key. Returns places of at most `most` of them."""
    return lowest(~scores.view(np.uint32), keys, most)  # positive floats are ordered as their bits are


def nearest_first(distance_m: NDArray[Any], scores: NDArray[np.float32], keys: NDArray[np.int64], most: int) -> Order:
    """Nearest first, to ten centimetres; what has no place comes last, best first."""
    decimetres = np.minimum(np.nan_to_num(distance_m * 10, posinf=2**31), 2**31).astype(np.uint32)
    somewhere = np.isfinite(distance_m)
    rest = np.uint32(2**31) + (~scores.view(np.uint32) >> np.uint32(1))
    return lowest(np.where(somewhere, decimetres, rest).astype(np.uint32), keys, most)


def soonest_first(
    snapshot: Snapshot, docs: Docs, now: datetime, scores: NDArray[np.float32], keys: NDArray[np.int64], most: int
) -> Order:
    """What begins soonest first: the next session where there are sessions, else the next opening time.

    What says no time comes last.
    """
    waits = snapshot.timetable.wait_minutes(now)[snapshot.timetable.of[docs]]
    session = snapshot.columns.next_session[docs].astype(np.int64)
    until_session = session - int(now.timestamp() // 60)
    waits = np.where((session > 0) & (until_session >= 0), until_session, waits)
    rest = np.uint32(2**31) + (~scores.view(np.uint32) >> np.uint32(1))
    return lowest(np.where(waits < NEVER_MINUTES, waits, rest).astype(np.uint32), keys, most)


def by_name(names: NDArray[np.bytes_], keys: NDArray[np.int64], most: int) -> Order:
    """In alphabetical order."""
    return np.lexsort((keys, names))[:most]


def lowest(first: NDArray[np.uint32], keys: NDArray[np.int64], most: int) -> Order:
    """The places of the lowest numbers in order; the key (below 2³²) decides between equal ones."""
    together = first.astype(np.uint64) << np.uint64(32) | keys.astype(np.uint64)
    if most < len(together):
        nearest = np.argpartition(together, most - 1)[:most]
        return nearest[np.argsort(together[nearest])]
    return np.argsort(together)
