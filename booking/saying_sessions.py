"""Sessions as the organiser's pages say them: local day and times, and what came of each booking."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from assetreg.clock import LOCAL_ZONE, today
from assetreg.texts.dates import say_day, say_time, say_times
from assetreg.texts.translate import format_date, gettext, lazy_gettext
from booking.queries.registers import Guest, Told
from booking.rules.bookable import Reason

STATES = {
    "confirmed": lazy_gettext("Has a place"),
    "offered": lazy_gettext("Offered a place"),
    "requested": lazy_gettext("Asks for a place"),
    "waiting": lazy_gettext("Waiting"),
    "cancelled": lazy_gettext("Cancelled"),
    "lapsed": lazy_gettext("Did not answer in time"),
    "declined": lazy_gettext("Said no"),
    "left": lazy_gettext("Left the waiting list"),
}
ENDED_BY = {
    "guest": lazy_gettext("by themselves"),
    "organiser": lazy_gettext("by you or your group"),
    "staff": lazy_gettext("by the council"),
    "system": lazy_gettext("by itself"),
}


class Held(Protocol):
    """What begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins, aware."""
        ...

    @property
    def ends_at(self) -> datetime:
        """The instant at which it is over, aware."""
        ...


def say_clock(at: datetime) -> str:
    """The wall time of an instant where the city is: 10.30am."""
    return say_time(at.astimezone(LOCAL_ZONE).time())


def say_session_times(held: Held) -> str:
    """10.30am to 12 noon."""
    starts, ends = (at.astimezone(LOCAL_ZONE).time() for at in (held.starts_at, held.ends_at))
    return say_times(starts, ends)


def say_session_day(held: Held) -> str:
    """Tuesday 24 November."""
    return say_day(held.starts_at.astimezone(LOCAL_ZONE).date())


def say_session(held: Held) -> str:
    """Tuesday 24 November, 10.30am to 12 noon."""
    return f"{say_session_day(held)}, {say_session_times(held)}"


def say_moment(at: datetime) -> str:
    """today at 10.30am, tomorrow at 9am, Tuesday 24 November at 10am: for the middle of a sentence."""
    local = at.astimezone(LOCAL_ZONE)
    said, days = say_time(local.time()), (local.date() - today()).days
    if days in (0, 1):
        return gettext("today at %(time)s", time=said) if days == 0 else gettext("tomorrow at %(time)s", time=said)
    return gettext("%(day)s at %(time)s", day=say_day(local.date()), time=said)


def say_why_not(reason: Reason | None) -> str:
    """Why something could not be done to a session, to whoever organises it."""
    said = {
        "cancelled": gettext("This date was cancelled."),
        "started": gettext("This time is over. Choose one to come."),
        "not_asked": gettext("This was answered already, or they no longer ask."),
        "already_over": gettext("This booking has ended."),
        "space_in_use": gettext("The room is in use at that time. Choose another time."),
        "leader_busy": gettext("The leader has another session at that time. Choose another time."),
        "needs_a_reason": gettext("Say why there are more places than the room has."),
    }
    return said.get(reason.name if reason else "", gettext("That could not be done. Look at the session again."))


def say_event(line: Told) -> str:
    """A line of a booking's story in plain words."""
    said = {
        "waiting": gettext("Put on the waiting list."),
        "offered": gettext("Offered a place."),
        "late_place": gettext("Given a place that came free late."),
        "passed_over_too_large": gettext(
            "Not offered: only %(number)s free, too few for all of them.", number=line.note
        ),
        "passed_over_not_late": gettext("Not offered: it came free late, and they had not asked for late places."),
        "accepted": gettext("Said yes to the place."),
        "priority": gettext("Goes first, because: %(reason)s", reason=line.note),
        "priority_ended": gettext("No longer goes first."),
        "party_changed": gettext("Changed how many come: %(number)s", number=line.note),
        "lapsed": gettext("Did not answer in time."),
        "declined": gettext("Said no."),
        "request_confirmed": gettext("The organiser said yes."),
    }
    return said.get(line.kind, gettext("Changed."))


def say_why_waiting(guest: Guest, free: int, number: int) -> str:
    """Why somebody still waits, at this moment."""
    if free and guest.party_size > free:
        return gettext("%(free)s free now, but they need %(size)s.", free=free, size=guest.party_size)
    if number == 1:
        return gettext("Next in line.")
    return ""


def say_month(on: date) -> str:
    """November 2026."""
    return format_date(on, "MMMM y")
