"""What people are told about places: how many are left, why there is none, and what to do then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Protocol

from assetreg.clock import LOCAL_ZONE
from assetreg.texts.amounts import say_ages
from assetreg.texts.dates import say_day, say_day_soon, say_time, say_times
from assetreg.texts.translate import gettext, lazy_gettext, ngettext
from booking.rules.bookable import Reason

ORDINALS = (
    lazy_gettext("first"),
    lazy_gettext("second"),
    lazy_gettext("third"),
    lazy_gettext("fourth"),
    lazy_gettext("fifth"),
    lazy_gettext("sixth"),
    lazy_gettext("seventh"),
    lazy_gettext("eighth"),
    lazy_gettext("ninth"),
    lazy_gettext("tenth"),
)

STATES = {
    "confirmed": lazy_gettext("Has a place"),
    "waiting": lazy_gettext("Is waiting"),
    "offered": lazy_gettext("Has to say yes or no"),
    "requested": lazy_gettext("Has asked"),
    "cancelled": lazy_gettext("Cancelled"),
    "session_cancelled": lazy_gettext("The session is cancelled"),
    "lapsed": lazy_gettext("Time ran out"),
    "declined": lazy_gettext("Was turned down, or said no"),
    "left": lazy_gettext("Left the waiting list"),
}
HAPPENINGS = {
    "booked": lazy_gettext("Booked"),
    "waiting": lazy_gettext("Began to wait, because it was full"),
    "requested": lazy_gettext("Asked for a place"),
    "request_confirmed": lazy_gettext("The organiser said yes"),
    "offered": lazy_gettext("Was offered a place, because it was their turn"),
    "accepted": lazy_gettext("Said yes to the place"),
    "late_place": lazy_gettext("Got a place on the last day, because they had asked for late places"),
    "passed_over_not_late": lazy_gettext(
        "Was not offered a place: it came free on the last day, and they had not asked for late places"
    ),
    "lapsed": lazy_gettext("The time to answer ran out"),
    "declined": lazy_gettext("Was turned down, or said no"),
    "cancelled": lazy_gettext("Cancelled"),
    "left": lazy_gettext("Left the waiting list"),
    "priority": lazy_gettext("Was put first in line"),
    "priority_ended": lazy_gettext("Is no longer first in line"),
    "opened_by_staff": lazy_gettext("Looked up by reference"),
    "late_places_wanted": lazy_gettext("Asked for late places by text"),
    "late_places_not_wanted": lazy_gettext("Does not want late places any more"),
    "party_changed": lazy_gettext("Changed how many come"),
}


class Spanned(Protocol):
    """What begins and ends at wall times."""

    @property
    def starts(self) -> datetime:
        """When it begins."""
        ...

    @property
    def ends(self) -> datetime:
        """When it ends."""
        ...


def clock_time(at: datetime) -> time:
    """The wall time of an instant, as it is spoken: to the minute, without a zone."""
    return at.time().replace(second=0, microsecond=0)


def say_session_day(one: Spanned) -> str:
    """Tuesday 24 November; with the year when it is another."""
    return say_day(one.starts.date())


def say_session_times(one: Spanned) -> str:
    """10am to 12 noon; with the day of the end when that is another."""
    if one.starts.date() == one.ends.date():
        return say_times(clock_time(one.starts), clock_time(one.ends))
    return gettext(
        "%(starts)s to %(ends)s on %(day)s",
        starts=say_time(clock_time(one.starts)),
        ends=say_time(clock_time(one.ends)),
        day=say_day(one.ends.date()),
    )


def say_session_when(one: Spanned) -> str:
    """Tuesday 24 November, 10am to 12 noon."""
    return f"{say_session_day(one)}, {say_session_times(one)}"


def say_instant(instant: datetime) -> str:
    """Today at 2.30pm; Tuesday 24 November at 10am."""
    local = instant.astimezone(LOCAL_ZONE)
    return gettext("%(day)s at %(time)s", day=say_day_soon(local.date()), time=say_time(clock_time(local)))


def say_in_sentence(instant: datetime) -> str:
    """The same within a sentence: "today at 2.30pm"."""
    said = say_instant(instant)
    for name in (gettext("Today"), gettext("Tomorrow")):
        if said.startswith(name):
            return name[:1].lower() + said[1:]
    return said


def say_places_left(free: int | None, takes_waiting: bool = False) -> str:
    """4 places left; Full – you can wait; Just turn up where nobody counts."""
    if free is None:
        return gettext("Just turn up")
    if free == 0:
        return gettext("Full – you can wait") if takes_waiting else gettext("Full")
    return ngettext("%(num)s place left", "%(num)s places left", free)


def say_party(size: int) -> str:
    """1 person; 3 people."""
    return ngettext("%(num)s person", "%(num)s people", size)


def say_place_in_line(number: int) -> str:
    """You are third in line."""
    if number == 1:
        return gettext("You are first in line")
    if number <= len(ORDINALS):
        return gettext("You are %(ordinal)s in line", ordinal=ORDINALS[number - 1])
    return gettext("You are number %(number)s in line", number=number)


def say_happening(kind: str, note: str) -> str:
    """One line of a booking's story, for staff."""
    if kind == "passed_over_too_large":
        return ngettext(
            "Was not offered a place: %(num)s was free, too few for their party",
            "Was not offered a place: %(num)s were free, too few for their party",
            int(note) if note.isdigit() else 1,
        )
    said = str(HAPPENINGS.get(kind, kind.replace("_", " ").capitalize()))
    return f"{said}: {note}" if note else said


def say_reason(reason: Reason, phone: str) -> str:
    """Why somebody cannot have this place, and what to do: one or two sentences. `phone` is whom to call."""
    facts = reason.facts
    say = SAYINGS.get(reason.name)
    return say(facts, phone) if say else gettext("This cannot be booked just now. Call us on %(phone)s.", phone=phone)


def say_full(facts: Mapping[str, Any], _phone: str) -> str:
    """How many are left when they are too few."""
    free = facts.get("free") or 0
    if free:
        return ngettext(
            "Only %(num)s place is left, and you asked for more.",
            "Only %(num)s places are left, and you asked for more.",
            free,
        )
    return gettext("The last place has just gone.")


def say_not_open(facts: Mapping[str, Any], _phone: str) -> str:
    """When booking opens."""
    return gettext("You can book from %(when)s.", when=say_in_sentence(facts["opens_at"]))


def say_wrong_age(facts: Mapping[str, Any], phone: str) -> str:
    """Which ages it is for."""
    ages = say_ages(facts.get("min_age"), facts.get("max_age")).lower()
    return gettext(
        "This session is for these ages: %(ages)s. Call us on %(phone)s, and we look for another one with you.",
        ages=ages,
        phone=phone,
    )


SAYINGS: dict[str, Any] = {
    "cancelled": lambda _facts, _phone: gettext("This session is cancelled."),
    "started": lambda _facts, _phone: gettext("This session has begun or is over."),
    "just_turn_up": lambda _facts, _phone: gettext("You do not need to book. Just turn up."),
    "staff_only": lambda _facts, _phone: gettext(
        "Somebody who works with you has to book this: a doctor, teacher, support worker or Community Connector."
    ),
    "not_open_yet": say_not_open,
    "closed": lambda _facts, phone: gettext(
        "Booking for this session has closed. Call us on %(phone)s to ask whether you can still come.", phone=phone
    ),
    "paused": lambda _facts, phone: gettext(
        "Nobody can book this just now. Look again in a few days, or call us on %(phone)s.", phone=phone
    ),
    "whole_run_only": lambda _facts, _phone: gettext("This is a course. You book all its dates together."),
    "single_only": lambda _facts, _phone: gettext("You book each date of this by itself."),
    "party_too_large": lambda facts, phone: gettext(
        "One booking here is for at most %(most)s people. For a bigger group, call us on %(phone)s.",
        most=facts.get("largest"),
        phone=phone,
    ),
    "age_needed": lambda _facts, _phone: gettext("Enter the age of the person who is coming"),
    "not_for_this_age": say_wrong_age,
    "already_booked": lambda _facts, phone: gettext(
        "There is a booking for this session with this e-mail or phone number already. You can change how many people"
        " come with its link, or call us on %(phone)s.",
        phone=phone,
    ),
    "full": say_full,
    "offer_over": lambda _facts, _phone: gettext("The time to take this place is over."),
    "no_offer": lambda _facts, _phone: gettext("There is no place to take just now."),
    "already_over": lambda _facts, _phone: gettext("This booking has ended already."),
    "not_waiting": lambda _facts, _phone: gettext("You are not on the waiting list any more."),
}
