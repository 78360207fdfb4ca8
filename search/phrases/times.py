"""When, by the clock: mornings, after school, at 10am, between 2 and 4. Minutes of the day, local time."""

from __future__ import annotations

import re
from typing import Any

from search.phrases.line import SHARED, TAKEN, Line, Table
from search.phrases.words import listed
from search.requests import MIDNIGHT

MORNING, AFTERNOON, EVENING = (6 * 60, 12 * 60), (12 * 60, 17 * 60), (17 * 60, MIDNIGHT)
WEEKDAYS = (0, 1, 2, 3, 4)

# name → (label, spans, whether only on weekdays, whether the words also say what it is)
PARTS: Table[tuple[str, str, tuple[tuple[int, int], ...], bool, bool]] = Table(
    {
        "morning|in the morning|of a morning|morn|am|in the am|first thing": (
            "morning", "in the morning", (MORNING,), False, False),
        "early morning"
        "|early in the morning|early doors": ("early", "early in the morning", ((300, 570),), False, False),
        "afternoon|in the afternoon|of an afternoon|aft|arvo|afternoons": (
            "afternoon", "in the afternoon", (AFTERNOON,), False, False),
        "late afternoon": ("late-afternoon", "late in the afternoon", ((900, 1080),), False, False),
        "evening|in the evening|of an evening|eve|evenin|at night|at nights|of a night|nighttime|night time"
        "|late at night|night|nights|late on": ("evening", "in the evening", (EVENING,), False, False),
        "early evening": ("early-evening", "early in the evening", ((1020, 1170),), False, False),
        "pm|in the pm": ("pm", "in the afternoon or evening", ((720, MIDNIGHT),), False, False),
        "lunchtime|lunch time|at lunch|lunch break|lunch hour|dinner hour": (
            "lunchtime", "at lunchtime", ((690, 840),), False, False),
        "after school|afterschool|after skool|after college": (
            "after-school", "after school", ((900, 1110),), True, True),
        "before school": ("before-school", "before school", ((420, 540),), True, True),
        "after work|once i finish work|when i finish work|after i finish work": (
            "after-work", "after work", ((1020, 1320),), False, False),
        "before work": ("before-work", "before work", ((360, 540),), False, False),
        "during the day|daytime|day time|in the day|in the daytime|of a day|through the day": (
            "daytime", "in the daytime", ((540, 1020),), False, False),
        "school hour|in school hours|while the kids are at school|while kids are at school"
        "|while the kids are in school|while my kids are at school|when the kids are at school"
        "|when my kids are at school"
        "|while hes at school|while shes at school|during school": (
            "school-hours", "in school hours", ((540, 900),), True, False),
        "teatime|tea time": ("teatime", "at teatime", ((960, 1110),), False, False),
        "midday|noon|at noon|around noon": ("midday", "around midday", ((690, 810),), False, False),
    }
)  # fmt: skip
# "Night" and "am" are times only beside a day or another time, or several at once ("nights").
DOUBTFUL = frozenset({"am", "night", "eve", "aft", "pm", "nights"})
DAY_WORDS = re.compile(r"^(mon|tue|wed|thu|fri|sat|sun)|^(weekday|weekend|week|midweek|today|tomorrow)s?$")

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?\s?([ap]m?)?\.?m?\.?$", re.ASCII)
_HOURS_LISTED = "one two three four five six seven eight nine ten eleven twelve"
_HOURS = {word: number for number, word in enumerate(_HOURS_LISTED.split(), start=1)}
_UNITS = listed(
    "year yr yo month week day people mile km minute min hour kid child pound quid old person adult time session class"
    " percent bedroom bed of in"
)
_TO = frozenset(("to", "til", "till", "until", "and", "untill"))
Clock = tuple[int, str, int]  # minutes, "a", "p" or "" as said, index after it


def read_times(line: Line) -> None:
    """Times of day into the request."""
    _read_clock(line)
    for first, after, part in PARTS.spans(line, through_guards=False):
        _take_part(line, first, after, part)
    for first, after, part in PARTS.spans(line, through_guards=True):
        if part[4]:  # "after school club": the words also name what it is
            _take_part(line, first, after, part)
    _read_denied_parts(line)


def _take_part(
    line: Line, first: int, after: int, part: tuple[str, str, tuple[tuple[int, int], ...], bool, bool]
) -> None:
    name, label, spans, only_weekdays, is_shared = part
    if after - first == 1 and line.word(first) in DOUBTFUL and not _is_beside_a_day(line, first):
        return
    while line.is_free(first - 1) and line.word(first - 1) in ("in", "the", "on", "at", "of", "during", "around"):
        first -= 1
    if any(span[0] <= known[0] and known[1] <= span[1] for span in spans for known in line.values.get("times", ())):
        line.mark(first, after, SHARED if is_shared else TAKEN)  # "evenings after 6": the clock says it closer
        return
    values: dict[str, Any] = {"times": spans}
    if only_weekdays and not line.values.get("days") and not line.is_settled("days"):
        values["days"] = WEEKDAYS
    line.take(
        first, after, line.chip("time", name, label, first, after), state=SHARED if is_shared else TAKEN, **values
    )


def _is_beside_a_day(line: Line, at: int) -> bool:
    before, following = line.word(at - 1), line.word(at + 1)
    return (
        bool(DAY_WORDS.match(before))
        or (line.word(at) == "nights" and following not in ("out",))
        or before in ("late", "early")
        or (line.word(at) in ("pm", "am") and before in ("the", "or", "and", "in"))
    )


def _read_denied_parts(line: Line) -> None:
    """ "Not mornings": the rest of the day."""
    for at in range(len(line.words)):
        cue = line.denied.get(at)
        found = PARTS.at(line, at) if cue is not None and line.is_free(at) else None
        if found is None or cue is None or len(found[1][2]) != 1:
            continue
        after, (name, label, ((starts, ends),), _, _) = found
        rest = tuple(span for span in ((6 * 60, starts), (ends, MIDNIGHT)) if span[0] < span[1])
        line.take(cue, after, line.chip("time", f"not-{name}", f"not {label}", cue, after), times=rest)


def _read_clock(line: Line) -> None:
    at = 0
    while at < len(line.words):
        found = _span_at(line, at) if line.is_free(at) and line.is_open(at, at + 1) else None
        if found is None:
            at += 1
            continue
        starts, ends, after = found
        first = at
        while line.is_free(first - 1) and line.word(first - 1) in ("at", "around", "about", "from", "between", "on"):
            first -= 1
        value = f"{_said(starts)}-{_said(ends)}"
        line.take(first, after, line.chip("time", value, _label(starts, ends), first, after), times=((starts, ends),))
        at = after


def _span_at(line: Line, at: int) -> tuple[int, int, int] | None:
    """A span of the day that begins with this word: from, to, and the index after it."""
    word = line.word(at)
    if word in ("after", "before", "until", "till", "til", "by", "past", "from", "since"):
        clock = _clock_at(line, at + 1, is_led=word in ("after", "before", "from"))
        if clock is None:
            return None
        if word == "from":
            return _from_to(line, clock) or (clock[0], MIDNIGHT, clock[2])
        if word in ("after", "past", "since"):
            return (clock[0], MIDNIGHT, clock[2]) if clock[0] < MIDNIGHT else None
        return (0, clock[0], clock[2]) if clock[0] else None
    if line.word(at - 1) in ("age", "aged", "ages") or line.word(at - 2) in ("age", "aged", "ages"):
        return None
    if word == "between":
        clock = _clock_at(line, at + 1, is_led=True)
        return _from_to(line, clock) if clock else None
    if word == "half" and (line.word(at + 1) == "past" or line.word(at + 1) in _HOURS):
        clock = _clock_at(line, at + (2 if line.word(at + 1) == "past" else 1), is_led=True)
        return (clock[0] + 30, min(clock[0] + 90, MIDNIGHT), clock[2]) if clock else None
    clock = _clock_at(line, at, is_led=line.word(at - 1) == "at")
    if clock is not None:
        return _from_to(line, clock) or (clock[0], min(clock[0] + 60, MIDNIGHT), clock[2])
    loose = _clock_at(line, at, is_led=True)  # "9-5", "10 to 12pm": only the end says that they are times
    if loose is not None and not line.word(at).endswith("s"):
        ends = _end_at(line, loose)
        is_said = ends is not None and (ends[1] or "days" in line.values or line.word(at - 1) == "at")
        return _from_to(line, loose) if is_said else None
    return None


def _end_at(line: Line, starts: Clock) -> Clock | None:
    after = starts[2]
    if line.word(after) in _TO:
        return _clock_at(line, after + 1, is_led=True)
    if after < len(line.words) and line.words[after].has_hyphen_before:
        return _clock_at(line, after, is_led=True)
    return None


def _from_to(line: Line, starts: Clock) -> tuple[int, int, int] | None:
    ends = _end_at(line, starts)
    if ends is None:
        return None
    first, last = starts[0], ends[0]
    if not starts[1] and ends[1] == "p" and first < 12 * 60 and first + 12 * 60 < last:
        first += 12 * 60
    if not starts[1] and first >= last:
        first -= 12 * 60
    if first >= last and not ends[1]:
        last += 12 * 60
    return (first, last, ends[2]) if 0 <= first < last <= MIDNIGHT else None


def _clock_at(line: Line, at: int, is_led: bool) -> Clock | None:
    """A time of day at this word; a bare number only where `is_led` says that a time must come."""
    if not line.is_free(at):
        return None
    text, after = line.word(at), at + 1
    found = _CLOCK.match(text)
    if found:
        hour, minutes, mark = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    elif text in _HOURS:
        hour, minutes, mark = _HOURS[text], 0, ""
    else:
        return None
    following = line.word(after)
    if not mark and following in ("am", "pm") and not line.words[after].has_pause_before:
        mark, after = following[0], after + 1
    elif following == "oclock":
        is_led, after = True, after + 1
        if line.word(after) in ("am", "pm"):
            mark, after = line.word(after)[0], after + 1
    is_time = bool(mark) or (found is not None and ":" in text) or is_led
    if not is_time or hour > 23 or minutes > 59 or (not mark and line.singulars[after : after + 1] and
                                                     line.singulars[after] in _UNITS):  # fmt: skip
        return None
    if mark and hour > 12:
        return None
    if mark:
        hour = hour % 12 + (12 if mark == "p" else 0)
    elif 1 <= hour <= 7:
        hour += 12  # nobody meets at 2 in the night
    return hour * 60 + minutes, mark, after


def _said(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _label(starts: int, ends: int) -> str:
    if starts == 0:
        return f"before {_clock(ends)}"
    if ends == MIDNIGHT:
        return f"after {_clock(starts)}"
    return f"at {_clock(starts)}" if ends - starts == 60 else f"{_clock(starts)} to {_clock(ends)}"


def _clock(minutes: int) -> str:
    hour, rest = divmod(minutes, 60)
    return f"{(hour - 1) % 12 + 1}{f'.{rest:02d}' if rest else ''}{'am' if hour % 24 < 12 else 'pm'}"
