"""Coming sessions as arrays beside the index: who has one next, with how many places, and on which days.

The index knows what a service is and changes with the register; places change with every booking. So sessions are read
for themselves, every few seconds, and laid over the snapshot: one row of numbers for each of its documents.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from assetreg.clock import LOCAL_ZONE
from search.records import EPOCH
from search.timetable import BIT_OF_DAY, DAY_MINUTES, LONG_ENOUGH_MINUTES, MOST_REMEMBERED, Bits, Dates, Spans

UNCOUNTED = 32_767  # places of a session that counts none: just turn up
SESSION = np.dtype(
    [
        ("service", ">i8"),  # the database's number
        ("starts", ">i8"),  # microseconds since 2000, as PostgreSQL keeps instants
        ("ends", ">i8"),
        ("run_starts", ">i8"),  # of a course that is booked whole; of everything else its own start
        ("left", ">i4"),  # free places
        ("terms", ">i8"),  # days before it that booking opens and 1 more, or 0; minutes before that it closes; referred
        ("public_id", "V16"),
    ]
)
SessionColumns = dict[str, NDArray[Any]]  # one array for each field of SESSION
MINUTE_US = 60_000_000
MINUTES_TO_2000 = 946_684_800 // 60


class NextSession(NamedTuple):
    """The session that a result shows. `places_left` is None where they are not counted."""

    public_id: UUID
    starts_at: datetime
    places_left: int | None
    is_referred: bool


@dataclass(frozen=True)
class Sessions:
    """All coming sessions in the order of service and start. Local times are those of the city."""

    service: NDArray[np.int64]
    starts: NDArray[np.int32]
    left: NDArray[np.int32]
    opens: NDArray[np.int32]
    closes: NDArray[np.int32]
    is_referred: NDArray[np.bool_]
    public_id: NDArray[np.void]
    day: NDArray[np.int32]  # local date, days since 1970
    begins: NDArray[np.int32]  # local minute of the day
    ends: NDArray[np.int32]


@dataclass(frozen=True)
class Coming:
    """Sessions laid over the rows of one snapshot, at one minute.

    `first` is each row's next session: the first that has a place for anybody, otherwise the first at all, -1 for
    none. `shown` are the sessions that lie ahead and belong to a living row, and `row` that row.
    """

    sessions: Sessions
    minute: int
    first: NDArray[np.int32]
    is_open: NDArray[np.bool_]  # each row: has its next session a place for anybody?
    shown: NDArray[np.int64]
    row: NDArray[np.int32]
    bits: Bits
    _remembered: dict[tuple[Spans, Dates | None], Bits] = field(default_factory=dict)

    def days(self, spans: Spans = (), dates: Dates | None = None) -> Bits:
        """For each row the weekdays (bit 0 is Monday) of its sessions that fit, as `Timetable.days` says it."""
        if not spans and dates is None:
            return self.bits
        known = self._remembered.get((spans, dates))
        if known is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            known = self._remembered[spans, dates] = self._days(spans, dates)
        return known

    def _days(self, spans: Spans, dates: Dates | None) -> Bits:
        shown, row = self.shown, self.row
        if dates is not None:
            low, high = (days_since_epoch(day) for day in dates)
            day = self.sessions.day[shown]
            kept = (day >= low) & (day <= high)
            shown, row = shown[kept], row[kept]
        if spans:
            begins, ends = self.sessions.begins[shown], self.sessions.ends[shown]
            kept = np.zeros(len(shown), np.bool_)
            for begin, end in spans:
                kept |= (begins >= begin) & (begins < end)
                kept |= np.minimum(ends, end) - np.maximum(begins, begin) >= LONG_ENOUGH_MINUTES
            shown, row = shown[kept], row[kept]
        return bits_of(self.sessions.day[shown], row, len(self.first))

    def next_of(self, row: int) -> NextSession | None:
        """The session that a result shows."""
        number = int(self.first[row])
        if number < 0:
            return None
        sessions = self.sessions
        left = int(sessions.left[number])
        return NextSession(
            UUID(bytes=sessions.public_id[number].tobytes()),
            datetime.fromtimestamp(int(sessions.starts[number]) * 60, UTC),
            None if left >= UNCOUNTED else left,
            bool(sessions.is_referred[number]),
        )


def sessions_of(read: SessionColumns) -> Sessions:
    """Put sessions as they were read (`SESSION`) in order."""
    service, starts = read["service"].astype(np.int64), minutes_of(read["starts"])
    order = np.argsort((service << np.int64(32)) | starts, kind="stable")
    length = np.minimum(minutes_of(read["ends"]) - starts, DAY_MINUTES).astype(np.int32)[order]
    service, starts, terms = service[order], starts[order], read["terms"].astype(np.int64)[order]
    opens_days = (terms >> 17) - 1
    hours, hour_of = np.unique(starts // 60, return_inverse=True)
    shifts = np.array([shift_minutes(int(hour)) for hour in hours], np.int32)
    local = starts + (shifts[hour_of] if len(hours) else np.int32(0))
    day, begins = np.divmod(local, np.int32(DAY_MINUTES))
    return Sessions(
        service,
        starts,
        np.maximum(read["left"].astype(np.int32), 0)[order],
        np.where(opens_days < 0, 0, starts - opens_days * DAY_MINUTES).astype(np.int32),
        (minutes_of(read["run_starts"])[order] - (terms >> 1 & 0xFFFF)).astype(np.int32),
        (terms & 1) > 0,
        read["public_id"][order],
        day.astype(np.int32),
        begins.astype(np.int32),
        (begins + length).astype(np.int32),
    )


def minutes_of(instants: NDArray[Any]) -> NDArray[np.int32]:
    """Minutes since 1970 of PostgreSQL's instants."""
    return (instants.astype(np.int64) // MINUTE_US + MINUTES_TO_2000).astype(np.int32)


def shift_minutes(hour: int) -> int:
    """How far the city's clocks are ahead of UTC in an hour since 1970."""
    shift = datetime.fromtimestamp(hour * 3600, UTC).astimezone(LOCAL_ZONE).utcoffset()
    return int(shift.total_seconds()) // 60 if shift else 0


def days_since_epoch(day: date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def bits_of(day: NDArray[np.int32], row: NDArray[np.int32], rows: int) -> Bits:
    """For each row one bit for every weekday among these days."""
    weekday = (day + 3) % 7  # 1 January 1970 was a Thursday
    found = np.zeros(rows * 7, np.bool_)
    found[row.astype(np.int64) * 7 + weekday] = True
    return (found.reshape(rows, 7) @ BIT_OF_DAY).astype(np.uint8)
