"""The sessions that a calendar file says: every event of the coming weeks, repeated ones spelled out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from booking.feeds import FeedTrouble

MOST_EVENTS = 1000
MOST_SOURCES = 5000
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
LONGEST_KEY = 400


@dataclass(frozen=True, order=True)
class FedEvent:
    """One event. `uid` stays the same when it is moved."""

    starts_at: datetime
    ends_at: datetime
    uid: str
    summary: str = ""


def read_events(body: bytes, since: datetime, until: datetime, zone: str = "Europe/London") -> list[FedEvent]:
    """Events that begin in between, in order; cancelled ones and whole days are left out. Raises FeedTrouble."""
    try:
        calendar = Calendar.from_ical(body)
        sources = list(calendar.walk("VEVENT"))
        refuse_too_much(sources)
        found = recurring_ical_events.of(calendar, keep_recurrence_attributes=True).between(since, until)
    except FeedTrouble:
        raise
    except Exception:  # noqa: BLE001  (whatever a stranger's file does to the parser, it cannot be read)
        raise FeedTrouble("not_a_calendar") from None
    repeated = {str(one.get("UID", "")) for one in sources if "RRULE" in one or "RDATE" in one}
    events: dict[str, FedEvent] = {}
    for one in found:
        if str(one.get("STATUS", "")).upper() == "CANCELLED" or not isinstance(one.start, datetime):
            continue
        starts_at, ends_at = aware(one.start, zone), aware(one.end, zone)
        if starts_at < since or ends_at - starts_at > timedelta(hours=24):
            continue
        if ends_at <= starts_at:
            ends_at = starts_at + timedelta(hours=1)
        uid = uid_of(one, starts_at, repeated)
        events[uid] = FedEvent(starts_at, ends_at, uid, str(one.get("SUMMARY", ""))[:200])
        if len(events) > MOST_EVENTS:
            raise FeedTrouble("too_many")
    return sorted(events.values())


def refuse_too_much(sources: list[Any]) -> None:
    """A file that would keep us busy for ever is not read. Raises FeedTrouble."""
    if len(sources) > MOST_SOURCES:
        raise FeedTrouble("too_many")
    for one in sources:
        rules = one.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            if {str(often).upper() for often in rule.get("FREQ", [])} & TOO_OFTEN:
                raise FeedTrouble("too_many")


def uid_of(one: Any, starts_at: datetime, repeated: set[str]) -> str:
    """The name of one event: its UID, and of a repeated one which of its times this is."""
    uid = str(one.get("UID", ""))
    again = one.get("RECURRENCE-ID")
    if uid and (uid not in repeated or again is None):
        return uid[:LONGEST_KEY]
    return f"{uid[:LONGEST_KEY]}/{(again.dt if again is not None else starts_at).isoformat()}"


def aware(moment: date, zone: str) -> datetime:
    """A moment with a zone; times without one are the city's."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(0), tzinfo=ZoneInfo(zone))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone))
