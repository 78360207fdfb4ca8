"""What lists of sessions say in few words: when one starts, whether there is room, and what to press."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask_babel import format_date

from assetreg.clock import LOCAL_ZONE
from assetreg.texts.dates import say_time
from assetreg.texts.translate import gettext, lazy_gettext
from booking.queries.listed_sessions import ListedSession
from booking.saying_places import clock_time, say_places_left

OTHERWISE = {
    "paused": lazy_gettext("No booking just now"),
    "staff_only": lazy_gettext("A worker has to book it"),
    "closed": lazy_gettext("Booking has closed"),
    "not_open_yet": lazy_gettext("Not open for booking yet"),
}


class Next(Protocol):
    """The session that a search result shows."""

    @property
    def places_left(self) -> int | None:
        """None where they are not counted."""
        ...

    @property
    def is_referred(self) -> bool:
        """Do only staff book it?"""
        ...


def say_start(instant: datetime) -> str:
    """Tue 24 Nov 10am."""
    local = instant.astimezone(LOCAL_ZONE)
    return f"{format_date(local.date(), 'EEE d MMM')} {say_time(clock_time(local))}"


def say_next_room(session: Next) -> str:
    """4 places left; just turn up; full; through a worker."""
    if session.is_referred:
        return gettext("a worker has to book it")
    said = say_places_left(session.places_left)
    return said[:1].lower() + said[1:]


def say_room(session: ListedSession) -> str:
    """Whether somebody can come, for a list: 4 places left, Full – you can wait, Just turn up, Not open yet."""
    reason = session.why_not.name if session.why_not else ""
    if reason in OTHERWISE:
        return str(OTHERWISE[reason])
    return say_places_left(session.free, session.takes_waiting and reason == "full")


def say_press(session: ListedSession) -> str:
    """What the link to it says."""
    reason = session.why_not.name if session.why_not else ""
    if not reason:
        return gettext("Ask for a place") if session.kind == "ask_first" else gettext("Book")
    if reason == "whole_run_only":
        return gettext("Book the course")
    if reason == "full" and session.takes_waiting:
        return gettext("Wait for a place")
    return gettext("More about it")
