"""Whether a hand-written text goes with the facts it is put beside: the kind of place, the day, the time of day.

The texts avoid such details as a rule. Where one slips in ("the librarian", "on Saturday mornings"), it is used only
where it is true. What is not recognised passes.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assetreg.rules.opening import RegularTime

WORSHIP = ("church-hall", "mosque", "gurdwara", "temple")
HALLS = (*WORSHIP, "community-centre", "school")
PLACES = (
    (r"librarian|returns trolley|library (?:counter|carpet|staff|desk)|the library is|bookshelves", ("library",)),
    (r"\bvicar\b|\bpews?\b|vestry|our church|the church\b|\bchapel\b|lychgate|hymn", ("church-hall",)),
    (r"\b(?:the|our) mosque|imam\b", ("mosque",)),
    (r"\b(?:the|our) gurdwara", ("gurdwara",)),
    (r"\b(?:the|our) temple", ("temple",)),
    (r"school (?:hall|gate|reception|kitchen|office) (?:is|has|door)|caretaker|our playground", ("school",)),
    (r"the leisure centre|\bthe sports hall|turnstile", ("leisure-centre",)),
    (r"the arts centre|box office|our foyer", ("arts-centre",)),
    (r"the community centre|\bthe centre\b", ("community-centre", "hub", "arts-centre")),
    (r"\bthe stage\b|under the stage|\bthe hall\b|\bour hall\b", HALLS),
    (r"caf[eé] (?:owner|staff|counter)|\bthe barista", ("cafe",)),
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = (
    (r"\bmornings?\b", range(6, 12)),
    (r"\bafternoons?\b", range(12, 17)),
    (r"\bevenings?\b|\bafter tea\b|\bbedtime\b|\bafter dark\b|\bdusk\b|\bat night\b", range(17, 24)),
)
PLACE_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), kinds) for pattern, kinds in PLACES)
HOUR_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), hours) for pattern, hours in HOURS)
DAY_PATTERN = re.compile(r"\b(" + "|".join(DAYS) + r")s?\b|\b(weekends?)\b", re.IGNORECASE)


@lru_cache(maxsize=100_000)
def goes_with(text: str, place: str, times: tuple[RegularTime, ...]) -> bool:
    """Does nothing in the text contradict this kind of place ("" for none) and these times (empty for none given)?"""
    if place and any(pattern.search(text) and place not in kinds for pattern, kinds in PLACE_PATTERNS):
        return False
    if not times:
        return True
    days = {time.weekday for time in times}
    for day, weekend in DAY_PATTERN.findall(text):
        if (weekend and not days & {5, 6}) or (day and DAYS.index(day.lower()) not in days):
            return False
    spans = [range(time.starts_time.hour, max(time.ends_time.hour, time.starts_time.hour + 1)) for time in times]
    return all(
        any(set(span) & set(hours) for span in spans) for pattern, hours in HOUR_PATTERNS if pattern.search(text)
    )
