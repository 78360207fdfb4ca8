"""The rule of a series as people say it: "Every 1st and 3rd Tuesday, 10am to 12 noon, in term time"."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Protocol

from assetreg.clock import LOCAL_ZONE
from assetreg.texts.dates import WEEKDAYS, say_day, say_times
from assetreg.texts.lists import joined
from assetreg.texts.translate import gettext, lazy_gettext, ngettext
from booking.queries.clashes import Clash
from booking.rules.recurrence import Pattern

NUMBERED = {
    1: lazy_gettext("1st"),
    2: lazy_gettext("2nd"),
    3: lazy_gettext("3rd"),
    4: lazy_gettext("4th"),
    5: lazy_gettext("5th"),
    -1: lazy_gettext("last"),
}
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
EVERY_DAY = (*MONDAY_TO_FRIDAY, 5, 6)


def in_words(pattern: Pattern) -> str:
    """The whole rule in one line, without what it is called and where it is."""
    parts = [say_days(pattern), say_times(pattern.starts_time, end_of(pattern))]
    if pattern.slot_minutes is not None:
        parts.append(gettext("in appointments of %(minutes)s minutes", minutes=pattern.slot_minutes))
    if pattern.term_time_only:
        parts.append(gettext("in term time"))
    if pattern.skips_bank_holidays:
        parts.append(gettext("not on bank holidays"))
    if pattern.sessions is not None:
        first = say_day(pattern.starts_on)
        parts.append(
            ngettext("%(num)s session from %(day)s", "%(num)s sessions from %(day)s", pattern.sessions, day=first)
        )
    elif pattern.ends_on is not None and pattern.frequency != "once":
        parts.append(gettext("until %(day)s", day=say_day(pattern.ends_on)))
    return ", ".join(parts)


def say_days(pattern: Pattern) -> str:
    """On which days: "Every Tuesday and Thursday", "Every 2 weeks on Monday", "Every last Friday of the month"."""
    if pattern.frequency == "once":
        return say_day(pattern.starts_on)
    chosen = tuple(sorted(pattern.weekdays))
    days = joined([str(WEEKDAYS[day]) for day in chosen])
    if pattern.frequency == "monthly":
        weeks = sorted(pattern.weeks_of_month, key=lambda week: (week < 0, week))
        said = joined([str(NUMBERED[week]) for week in weeks])
        if weeks[-1] == -1:
            return gettext("Every %(weeks)s %(days)s of the month", weeks=said, days=days)
        return gettext("Every %(weeks)s %(days)s", weeks=said, days=days)
    if chosen == MONDAY_TO_FRIDAY:
        days = gettext("Monday to Friday")
    if pattern.every_weeks > 1:
        return gettext("Every %(number)s weeks on %(days)s", number=pattern.every_weeks, days=days)
    if chosen == EVERY_DAY:
        return gettext("Every day")
    return gettext("Every %(days)s", days=days)


def end_of(pattern: Pattern) -> time:
    """The wall time at which a session is over, on a day when no clocks change."""
    return (
        datetime.combine(pattern.starts_on, pattern.starts_time) + timedelta(minutes=pattern.duration_minutes)
    ).time()


def say_when(starts_at: datetime, ends_at: datetime) -> str:
    """Tuesday 24 November, 10.30am to 12 noon."""
    starts, ends = starts_at.astimezone(LOCAL_ZONE), ends_at.astimezone(LOCAL_ZONE)
    return f"{say_day(starts.date())}, {say_times(starts.time(), ends.time())}"


class Timed(Protocol):
    """What begins and ends."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        ...

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        ...


def say_session_times(one: Timed) -> str:
    """10.30am to 12 noon, where the city is."""
    return say_times(one.starts_at.astimezone(LOCAL_ZONE).time(), one.ends_at.astimezone(LOCAL_ZONE).time())


def say_clash(clash: Clash) -> str:
    """What is in the way: which session, when, whose. A sensitive one is not named."""
    times = say_session_times(clash)
    what = gettext("“%(title)s” of %(group)s", title=clash.title, group=clash.organisation) if clash.title else ""
    what = what or gettext("another session")
    if clash.why == "space":
        return gettext("%(room)s is in use by %(what)s, %(times)s", room=clash.space, what=what, times=times)
    return gettext("%(leader)s leads %(what)s, %(times)s", leader=clash.leader, what=what, times=times)
