"""Lays the coming sessions over a snapshot of the index."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from search import ranking
from search.loading import coded_sets, day_names
from search.sessions import Coming, Sessions, bits_of
from search.sets import Table, side_by_side
from search.snapshot import Snapshot
from search.timetable import DAY_MINUTES, Bits


def lay_over(snapshot: Snapshot, sessions: Sessions, now: datetime, before: Snapshot | None = None) -> Snapshot:
    """The snapshot with its next sessions, free places and days as they are `now`.

    `before` is what this made last of the same snapshot: what has not changed since is taken from it.
    """
    minute = int(now.timestamp() // 60)
    keys = snapshot.columns.key[snapshot.living]
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], sessions.service)
    place[place == len(keys)] = 0
    rows = snapshot.living[order[place]] if len(keys) else np.zeros(len(sessions.service), np.int32)
    is_shown = (sessions.starts > minute) & (
        (snapshot.columns.key[rows] == sessions.service) if len(keys) else np.zeros(len(rows), np.bool_)
    )
    shown = np.flatnonzero(is_shown)
    row = rows[shown].astype(np.int32)
    is_bookable = (
        (sessions.left[shown] > 0)
        & ~sessions.is_referred[shown]
        & (sessions.opens[shown] <= minute)
        & (sessions.closes[shown] > minute)
    )
    first = np.full(snapshot.rows, -1, np.int32)
    first[row[::-1]] = shown[::-1]  # of several the last assignment holds: the soonest
    is_open = np.zeros(snapshot.rows, np.bool_)
    open_rows = row[is_bookable]
    first[open_rows[::-1]] = shown[is_bookable][::-1]
    is_open[open_rows] = True
    bits = bits_of(sessions.day[shown], row, snapshot.rows)
    coming = Coming(sessions, minute, first, is_open, shown, row, bits)
    has = first >= 0
    starts = np.where(has, sessions.starts[first] if len(sessions.starts) else 0, 0).astype(np.int32)
    left = np.where(is_open, sessions.left[first] if len(sessions.left) else 0, np.where(has, 0, -1))
    is_soon = is_open & (starts <= minute + ranking.SOON_DAYS * DAY_MINUTES)
    base = snapshot.base or snapshot
    quality = base.columns.quality * np.where(is_soon, 1 + ranking.FREE_PLACE_SOON, 1).astype(np.float32)
    is_alike = before is not None and has_same_days(coming, before, base)
    return replace(
        base,
        base=base,
        coming=coming,
        columns=replace(
            base.columns,
            next_session=starts,
            places_left=left.astype(np.int32),
            quality=quality,
        ),
        facets=before.facets if before is not None and is_alike else facets_with(base, bits),
    )


def has_same_days(coming: Coming, before: Snapshot, base: Snapshot) -> bool:
    """Are the days of every row what they were?"""
    if before.base is not base or before.coming is None:
        return False
    return bool(np.array_equal(before.coming.bits, coming.bits))


def facets_with(base: Snapshot, bits: Bits) -> Table:
    """The table of facets, with sessions' days beside opening days."""
    days = coded_sets((base.timetable.days()[base.timetable.of] | bits).astype(np.int32), day_names)
    return side_by_side((base.terms, base.areas, base.profiles, base.access, base.languages, days))
