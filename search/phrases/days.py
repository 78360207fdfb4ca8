"""When, by the calendar: weekdays, "this weekend", "tomorrow", months and dates.

Short words that are also something else ("sat", "sun", "may", "march") are days or months only where the words around
them say so.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from search.phrases.line import TAKEN, Line, Table
from search.phrases.words import listed

DAY_VALUES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_LABELS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)

DAYS = Table(
    {
        "monday|mondy|munday|mondey|moday|mon": 0,
        "tuesday|tuesdy|tuseday|teusday|tusday|tuesdey|tueday|tue|tues": 1,
        "wednesday|wensday|wednsday|wedneday|wednesdy|wendsday|wensdy|weds|wed": 2,
        "thursday|thursdy|thrusday|thurday|thursdey|thu|thur|thurs": 3,
        "friday|fridy|firday|friyay|frday|fri": 4,
        "saturday|saterday|satuday|saturdy|satday|sat": 5,
        "sunday|sundy|sumday|sun": 6,
    }
)
SPANS: Table[tuple[int, ...]] = Table(
    {
        "weekday|week day|working day|in the week|during the week|in the working week|on a weekday": WEEKDAYS,
        "weekend|week end|wkend|wknd|at the weekend|weekend only": WEEKEND,
        "midweek|mid week": (1, 2, 3),
    }
)
RELATIVE = Table(
    {
        "today|2day": "today",
        "tonight|tonite|2nite|2night|this evening|this eve": "tonight",
        "this morning": "this morning",
        "this afternoon|this aft": "this afternoon",
        "tomorrow|tomorow|tommorow|tommorrow|tomoz|tomo|tmrw|tmr|2moro|2morrow|tomorro": "tomorrow",
        "day after tomorrow|the day after tomorrow": "day after tomorrow",
        "this weekend|this wkend|this week end|the weekend coming|this coming weekend": "this weekend",
        "next weekend|the weekend after": "next weekend",
        "this week|later this week|in this week": "this week",
        "next week": "next week",
        "this month": "this month",
        "next month": "next month",
    }
)
MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
# These are words, names or sounds as well; they need a little word or a number beside them.
DOUBTFUL_MONTHS = listed("march mar may april apr june jun august aug jan dec sep oct nov feb jul")
MONTH_LED_BY = listed("in this next during until till since by early late mid from end of for before")
_DAY_OF_MONTH = re.compile(r"^(\d{1,2})(st|nd|rd|th)?$", re.ASCII)
_WRITTEN_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})(?:/(\d{2}|\d{4}))?$", re.ASCII)

# "My visa expires in March" says when the trouble comes, not when somebody is free.
HAPPENS = listed(
    "came comes come arrived arrives expires expire expired ends ended runs due started starts moved moving died passed"
    " evicted eviction leaving leave left lost court hearing exam interview deadline born said told happened happens"
    " stopped stops until since"
)
DAY_LED_BY = listed(
    "on this next every each any last first second third fourth by until till from for or and a to not except but"
    " most some alternate mon tue tues wed weds thu thurs fri sat sun monday tuesday wednesday thursday friday"
    " saturday sunday nearest"
)
DAY_GOES_BEFORE = listed(
    "morning mornings morn afternoon afternoons aft evening evenings eve eves night nights am pm lunchtime and or to"
    " noon daytime mon tue tues wed weds thu thurs fri sat sun saturday sunday only after before between from"
)
NOT_SAT = listed("i im ive am been being just is he she was are all we were who having have get")
SITTING = listed("at in on here around alone by down indoors with watching doing there outside staring")


def read_days(line: Line, today: date) -> None:
    """Days and dates into the request; "not mondays" leaves the other six."""
    _read_denied_days(line)
    _read_dates(line, today)
    for first, after, what in RELATIVE.spans(line):
        _take_relative(line, first, after, what, today)
    for first, after, days in SPANS.spans(line):
        label = {WEEKDAYS: "on weekdays", WEEKEND: "at weekends"}.get(days, "in the middle of the week")
        _take_days(line, _with_little_words(line, first), after, days, label)
    _read_weekdays(line, today)


def next_on(today: date, weekday: int) -> date:
    """The first such weekday from today on, today included."""
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _take_relative(line: Line, first: int, after: int, what: str, today: date) -> None:
    last_of_week = today + timedelta(days=6 - today.weekday())
    if what in ("today", "tonight", "this morning", "this afternoon"):
        span = (today, today)
    elif what in ("tomorrow", "day after tomorrow"):
        span = (today + timedelta(days=1 if what == "tomorrow" else 2),) * 2
    elif what == "this weekend":
        span = (max(last_of_week - timedelta(days=1), today), last_of_week)
    elif what == "next weekend":
        span = (last_of_week + timedelta(days=6), last_of_week + timedelta(days=7))
    elif what == "this week":
        span = (today, last_of_week)
    elif what == "next week":
        span = (last_of_week + timedelta(days=1), last_of_week + timedelta(days=7))
    else:
        month = today if what == "this month" else today.replace(day=1) + timedelta(days=32)
        span = _month(month.year, month.month)
        span = (max(span[0], today), span[1])
    times = {"tonight": (17 * 60, 24 * 60), "this morning": (0, 12 * 60), "this afternoon": (12 * 60, 17 * 60)}
    _take_dates(line, first, after, span, what, **({"times": (times[what],)} if what in times else {}))


def _take_dates(line: Line, first: int, after: int, span: tuple[date, date], label: str, **values: Any) -> None:
    """Dates, and the weekdays they fall on when they are fewer than a week."""
    if any(line.word(at) in HAPPENS for at in (first - 1, first - 2, first - 3)):
        line.mark(first, after, TAKEN)
        return
    length = (span[1] - span[0]).days + 1
    days = tuple(sorted({(span[0] + timedelta(days=n)).weekday() for n in range(length)})) if length < 7 else ()
    chip = line.chip("date", f"{span[0].isoformat()}/{span[1].isoformat()}", label, first, after)
    if "dates" in line.values:
        before = line.values["dates"]
        span = (min(before[0], span[0]), max(before[1], span[1]))
    line.take(first, after, chip, dates=span, days=days, **values)


def _take_days(line: Line, first: int, after: int, days: tuple[int, ...], label: str) -> None:
    if line.word(first - 1) == "since":  # "off work since Monday"
        line.mark(first, after, TAKEN)
        return
    value = ",".join(DAY_VALUES[day] for day in days)
    line.take(first, after, line.chip("day", value, label, first, after), days=days)


def _read_weekdays(line: Line, today: date) -> None:
    for at in range(len(line.words)):
        if not line.is_free(at) or not line.is_open(at, at + 1):
            continue
        day = _day_at(line, at)
        if day is None:
            continue
        first, after = _with_little_words(line, at), at + 1
        until = (
            _day_at(line, at + 2) if line.word(at + 1) in ("to", "till", "til", "until", "through", "thru") else None
        )
        if until is None and at + 1 < len(line.words) and line.words[at + 1].has_hyphen_before:
            until = _day_at(line, at + 1)
            after = at + 2 if until is not None else after
        elif until is not None:
            after = at + 3
        if until is not None and until != day:
            days = tuple((day + n) % 7 for n in range((until - day) % 7 + 1))
            label = f"{DAY_LABELS[day][:-1]} to {DAY_LABELS[until][:-1]}"
            _take_days(line, first, after, tuple(sorted(days)), label)
        elif line.word(at - 1) in ("this", "next", "coming") and line.is_free(at - 1):
            on = next_on(today, day)
            if line.word(at - 1) == "next":
                on = today + timedelta(days=7 - today.weekday() + day)
            _take_dates(line, first, after, (on, on), f"{line.word(at - 1)} {DAY_LABELS[day][:-1]}")
        else:
            if line.word(after) == "of" and "month" in (line.word(after + 1), line.word(after + 2)):
                after += 2 if line.word(after + 1) == "month" else 3
            _take_days(line, first, after, (day,), f"on {DAY_LABELS[day]}")


def _day_at(line: Line, at: int) -> int | None:
    """The weekday this word names, if it is one here."""
    found = DAYS.at(line, at) if 0 <= at < len(line.words) else None
    if found is None:
        return None
    text, before, following = line.word(at), line.word(at - 1), line.word(at + 1)
    is_last = at + 1 == len(line.words) or line.words[at + 1].has_pause_before
    if text == "sat":
        is_seat = before in NOT_SAT or (following in SITTING and before not in DAY_LED_BY)
        return None if is_seat else found[1]
    if text == "sun":
        is_day = before in DAY_LED_BY or following in DAY_GOES_BEFORE or (is_last and before not in ("the", "in", ""))
        return found[1] if is_day else None
    if text == "wed":
        return None if before in ("newly", "to", "be", "get", "getting", "just") or following == "to" else found[1]
    return found[1]


def _with_little_words(line: Line, at: int) -> int:
    """The index of the first little word that belongs to a day: "on a", "every other", "first"."""
    first = at
    little = ("on", "a", "every", "each", "this", "next", "coming", "any", "the", "first", "second", "third", "fourth",
              "last", "alternate", "other", "at", "or", "most", "by", "of", "only")  # fmt: skip
    while first > 0 and at - first < 3 and line.is_free(first - 1) and line.word(first - 1) in little:
        if line.words[first].has_pause_before or first - 1 in line.guards:
            break
        first -= 1
    return first


def _read_denied_days(line: Line) -> None:
    """ "Not mondays", "any day but friday", "can't do tuesdays"."""
    unwanted: set[int] = set()
    words: list[int] = []
    for at in range(len(line.words)):
        if not line.is_free(at):
            continue
        is_denied = at in line.denied or line.word(at - 1) in ("but", "cant") or (
            line.word(at - 1) in ("do", "make", "on") and line.word(at - 2) == "cant"
        )  # fmt: skip
        days = _days_of(line, at) if is_denied or (words and words[-1] in (at - 1, at - 2)) else ()
        if days:
            unwanted.update(days)
            words.append(at)
    if not unwanted or len(unwanted) == 7:
        return
    first = line.denied.get(words[0], words[0])
    while line.word(first - 1) in ("any", "day", "but", "cant", "do", "make", "on") and line.is_free(first - 1):
        first -= 1
    after = words[-1] + 1
    label = "not on " + " or ".join(DAY_LABELS[day] for day in sorted(unwanted))
    value = ",".join(DAY_VALUES[day] for day in range(7) if day not in unwanted)
    kept = tuple(day for day in range(7) if day not in unwanted)
    line.take(first, after, line.chip("day", value, label, first, after), days=kept)


def _days_of(line: Line, at: int) -> Iterable[int]:
    day = _day_at(line, at)
    if day is not None:
        return (day,)
    span = SPANS.at(line, at)
    return span[1] if span else ()


def _read_dates(line: Line, today: date) -> None:
    """ "24 November", "Nov 24th", "24/11", "in March"."""
    for at in range(len(line.words)):
        if not line.is_free(at) or not line.is_open(at, at + 1):
            continue
        text = line.word(at)
        written = _WRITTEN_DATE.match(text)
        if written and (written[3] or line.word(at - 1) == "on") and text != "24/7":
            year = int(written[3]) + (2000 if len(written[3]) == 2 else 0) if written[3] else None
            on = _on(today, int(written[2]), int(written[1]), year)
            if on is not None:
                _take_dates(line, _with_little_words(line, at), at + 1, (on, on), _said(on))
            continue
        if text in MONTHS:
            _read_month(line, at, today)


def _read_month(line: Line, at: int, today: date) -> None:
    month, text = MONTHS[line.word(at)], line.word(at)
    before, following = line.word(at - 1), line.word(at + 1)
    day_at = at - 2 if before == "of" else at - 1
    for number_at in (day_at, at + 1):
        number = _DAY_OF_MONTH.match(line.word(number_at))
        if number and line.is_free(number_at) and not (number_at == at + 1 and line.word(at + 2) in ("year", "years")):
            on = _on(today, month, int(number[1]), None)
            if on is None:
                continue
            first, after = min(number_at, at), max(number_at, at) + 1
            _take_dates(line, _with_little_words(line, first), after, (on, on), _said(on))
            return
    is_month = text not in DOUBTFUL_MONTHS or before in MONTH_LED_BY or following in ("half", "bank", "2026", "2027")
    if text in ("may", "march") and before in ("of", "for", "from", "by"):
        is_month = False
    if not is_month:
        return
    year = today.year + (month < today.month)
    span = _month(year, month)
    first = at
    while line.is_free(first - 1) and line.word(first - 1) in MONTH_LED_BY | {"the"} and at - first < 3:
        first -= 1
    span = (max(span[0], today), span[1])
    _take_dates(line, first, at + 1, span, f"in {calendar.month_name[month]}")


def _month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _on(today: date, month: int, day: int, year: int | None) -> date | None:
    """The day meant, in this year or, when it has passed and no year was said, the next."""
    try:
        on = date(year or today.year, month, day)
        return on.replace(year=on.year + 1) if year is None and on < today else on
    except ValueError:
        return None


def _said(on: date) -> str:
    return f"on {on.day} {calendar.month_name[on.month]}"
