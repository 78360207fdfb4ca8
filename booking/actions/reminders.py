"""Reminders: each once for every booking and time; a session that is moved is reminded of at its new time."""

from __future__ import annotations

from datetime import datetime

from booking.actions.telling import tell
from booking.queries.reminders import DUES, list_reminded


def remind_due(now: datetime) -> int:
    """Have everybody told who is to be reminded by now; returns how many that were."""
    told = 0
    for event in DUES:
        for booking in list_reminded(event, now):
            at = int(booking.starts_at.timestamp())
            told += tell(event, booking, now, sequence=at, starts_at=booking.starts_at)
    return told
