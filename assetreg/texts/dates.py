"""Days and times as people say them: "Tuesday 24 November, 10.30am to 12 noon", "3 weeks ago"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, time, timedelta
from typing import Protocol

from assetreg.clock import local_now, today
from assetreg.rules.opening import DayLine, Opening, RegularTime, find_next, is_on, times_meant
from assetreg.rules.standing import Freshness, freshness
from assetreg.texts.translate import format_date, format_time, gettext, lazy_gettext, locale, ngettext

WEEKDAYS = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)
WEEKS_OF_MONTH = {
    1: lazy_gettext("First %(day)s of the month"),
    2: lazy_gettext("Second %(day)s of the month"),
    3: lazy_gettext("Third %(day)s of the month"),
    4: lazy_gettext("Fourth %(day)s of the month"),
    5: lazy_gettext("Fifth %(day)s of the month"),
    -1: lazy_gettext("Last %(day)s of the month"),
}


def say_day(on: date) -> str:
    """The day with its weekday; the year only when it is not this one."""
    return format_date(on, "EEEE d MMMM" if on.year == today().year else "EEEE d MMMM y")


def say_day_with_year(on: date) -> str:
    """The day with its year, for paper that is kept."""
    return format_date(on, "d MMMM y")


def say_day_soon(on: date) -> str:
    """As `say_day`, but today and tomorrow by name."""
    if on == today():
        return gettext("Today")
    if on == today() + timedelta(days=1):
        return gettext("Tomorrow")
    return say_day(on)


def say_day_short(on: date) -> str:
    """Today, tomorrow, the weekday within a week, else "Tue 24 November"."""
    ahead = (on - today()).days
    if ahead < 2:
        return say_day_soon(on)
    return format_date(on, "EEEE" if ahead < 7 else "EEE d MMMM")


def say_time(at: time) -> str:
    """10am, 10.30am, 12 noon, midnight."""
    if locale().language != "en":
        return format_time(at)
    if at == time(12):
        return gettext("12 noon")
    if at in (time(0), time(23, 59)):
        return gettext("midnight")
    minutes = f".{at.minute:02d}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def say_times(starts: time, ends: time) -> str:
    """10.30am to 12 noon."""
    return gettext("%(starts)s to %(ends)s", starts=say_time(starts), ends=say_time(ends))


def say_opening(opening: Opening) -> str:
    """Tuesday 24 November, 10.30am to 12 noon."""
    return f"{say_day_soon(opening.on)}, {say_times(opening.starts_time, opening.ends_time)}"


class Timed(Protocol):
    """What has regular times and perhaps a first and a last day."""

    @property
    def times(self) -> Sequence[RegularTime]:
        """Its regular times."""
        ...

    @property
    def valid_from(self) -> date | None:
        """Its first day; None when it has always been."""
        ...

    @property
    def valid_until(self) -> date | None:
        """Its last day; None when no end is known."""
        ...


def next_opening(timed: Timed, days: Collection[int] = (), spans: Collection[tuple[int, int]] = ()) -> Opening | None:
    """What is on now or comes next, seen from this moment; on these weekdays, within these spans of minutes."""
    times = times_meant(timed.times, days, spans) if days or spans else timed.times
    return find_next(times, local_now(), timed.valid_from, timed.valid_until)


def say_next(opening: Opening) -> str:
    """The next time in few words: "On now, until 5pm", "Tomorrow, 10.30am to 12 noon"."""
    if is_on(opening, local_now()):
        return gettext("On now, until %(time)s", time=say_time(opening.ends_time))
    return f"{say_day_short(opening.on)}, {say_times(opening.starts_time, opening.ends_time)}"


def say_line_day(line: DayLine | RegularTime) -> str:
    """The day of a timetable's line: "Tuesday" or "First Tuesday of the month"."""
    if line.week_of_month is None:
        return str(WEEKDAYS[line.weekday])
    return str(WEEKS_OF_MONTH[line.week_of_month]) % {"day": WEEKDAYS[line.weekday]}


def say_ago(on: date) -> str:
    """How long ago a day was: today, yesterday, 5 days ago, 3 weeks ago, 4 months ago, 2 years ago."""
    days = (today() - on).days
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("yesterday")
    if days < 14:
        return ngettext("%(num)s day ago", "%(num)s days ago", days)
    if days < 60:
        return ngettext("%(num)s week ago", "%(num)s weeks ago", days // 7)
    if days < 730:
        return ngettext("%(num)s month ago", "%(num)s months ago", int(days / 30.44))
    return ngettext("%(num)s year ago", "%(num)s years ago", int(days / 365.25))


def freshness_today(assured_on: date | None) -> Freshness:
    """How far an entry that was last checked then can be trusted today."""
    return freshness(assured_on, today())
