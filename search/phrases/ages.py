"""How old: "over 60s", "60+", "my 4 year old", "teenagers", "in my seventies", "year 9"."""

from __future__ import annotations

import re
from typing import Any

from search.phrases.line import SHARED, Line, Table
from search.phrases.words import listed

OLDEST = 120
OLDER = "older-people"
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_ONES_LISTED = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
"""
_ONES = {word: number for number, word in enumerate(_ONES_LISTED.split())}
_PLURALS = {f"{word[:-1]}ies": number for word, number in _TENS.items()} | {
    "threes": 3, "fours": 4, "fives": 5, "sixes": 6, "sevens": 7, "eights": 8, "tens": 10, "elevens": 11, "twelves": 12,
    "eighteens": 18, "sixteens": 16,
}  # fmt: skip
_SCHOOL_YEAR = re.compile(r"^\d{1,2}$", re.ASCII)
_NUMBER = re.compile(r"^(\d{1,3})(s|\+|yo|yr|yrs|yrold)?$", re.ASCII)

OVER = Table({"over|above|over the age of|above the age of|aged over|older than|past|at least": 1})
UNDER = Table({"under|below|under the age of|aged under|younger than|up to|up to age": 1})
AND_OVER = Table({"plus|and over|or over|and older|or older|and above|and up|upwards|onwards|years and over": 1})
AND_UNDER = Table({"and under|or under|and younger|or younger|and below": 1})
YEARS_OLD = Table(
    {
        "year old|yr old|yo|y o|year olds|yrs old|years of age|year of age|yearold|years old": 1,
        "month old|mth old|months of age|week old|day old": 0,
    }
)
IS = listed("im am hes shes is whos theyre turning turned were are almost nearly only")
SOMEBODY = listed(
    "son daughter lad lass boy girl kid child grandson granddaughter grandchild brother sister nephew niece mum dad"
    " nan gran grandad grandma mother father wife husband"
)
AGE_WORDS = listed("age aged ages")
# These are counted too: "over 5 miles", "im 3 months pregnant", "10 year old car".
NOT_YEARS = listed(
    "mile km metre minute min hour day week month people person pound quid grand percent time k stone kilo kg lb"
    " foot feet inch bedroom bed bag item step pence p am pm session lesson class debt loan kid child"
)
NOT_PEOPLE = listed("car laptop phone dog cat boiler house computer debt tv cooker fridge sofa mattress van")

WORDS: Table[tuple[int, int, str]] = Table(
    {
        "teenager|teen|teenage|adolescent|teenage boy|teenage girl": (13, 19, "teenagers"),
        "tween|pre teen|preteen": (9, 12, "aged 9 to 12"),
        "toddler|tot|todler": (1, 3, "toddlers"),
        "preschooler|pre schooler|preschool child|pre school child": (2, 4, "before school age"),
        "primary school age|primary age|primary school child": (4, 11, "primary school age"),
        "secondary school age|secondary age": (11, 16, "secondary school age"),
        "young adult": (18, 25, "young adults"),
        "pensioner|oap|old age pensioner|senior citizen|pensionable age|elderly|elderly people|elderly person"
        "|older people|old people|older person|old person|older adult|old folk|older folk|old dear|golden ager"
        "|retired people|retired person|oldie|wrinklie": (60, OLDEST, "older people"),
        "for adult|adult only|for grown up|grown up only|just adult": (18, OLDEST, "adults"),
    }
)
# "My teenager won't get up" is said by somebody who wants help for themselves as often as for the teenager.
TALKED_ABOUT = listed(
    "is has wont doesnt keeps cant isnt hates refuses got was been had gets keep are hits hit wouldnt says"
    " thinks didnt struggles struggling stays spends stopped started with"
)


def read_ages(line: Line) -> None:
    """The age of the person it is for, or the span of ages, into the request."""
    at = 0
    while at < len(line.words):
        found = _age_at(line, at) if line.is_free(at) and line.is_open(at, at + 1) else None
        if found is not None:
            first, after, low, high = found
            _take(line, first, after, low, high)
            at = max(after, at + 1)
        else:
            at += 1
    for first, after, (low, high, label) in WORDS.spans(line):
        value = f"{low}-{high}"
        if _is_talked_about(line, first, after):
            line.mark(first, after, SHARED)
        else:
            line.take(
                first, after, line.chip("age", value, label, first, after), state=SHARED, **_ages(line, low, high)
            )
        if low >= 60:
            hint_older(line, 0.6, first, after)


def _take(line: Line, first: int, after: int, low: int, high: int) -> None:
    while (
        line.is_free(first - 1)
        and line.word(first - 1) in ("the", "a", "my", "for", "between", "aged")
        and first - 1 not in line.guards
    ):
        first -= 1
    if low == high:
        value, label = str(low), f"{low} years old" if low != 1 else "1 year old"
        label = "under 1 year old" if low == 0 else label
    elif high == OLDEST:
        value, label = f"{low}-{high}", f"aged {low} and over"
    else:
        value, label = f"{low}-{high}", f"under {high + 1}" if low == 0 else f"aged {low} to {high}"
    if low == high and low < 18 and _is_talked_about(line, first, after):
        line.mark(first, after, SHARED)
    else:
        line.take(first, after, line.chip("age", value, label, first, after), **_ages(line, low, high))
    if (high == OLDEST and low >= 50) or low >= 60:
        hint_older(line, 0.5, first, after)


def _ages(line: Line, low: int, high: int) -> dict[str, Any]:
    """What goes into the request: one age alone as `age`, more than one (or a span) as `ages`."""
    age, ages = line.values.get("age"), line.values.get("ages")
    if age is None and ages is None:
        return {"age": low} if low == high else {"ages": (low, high)}
    if line.is_settled("age"):
        return {"age": low}
    line.values.pop("age", None)
    known: tuple[int, int] = ages if ages is not None else (age or 0, age or 0)
    return {"ages": (min(known[0], low), max(known[1], high))}


def hint_older(line: Line, weight: float, first: int, after: int) -> None:
    """Somebody older is meant: raise what is for them."""
    line.hint(OLDER, weight, line.chip("need", OLDER, "Older people", first, after))


def _is_talked_about(line: Line, first: int, after: int) -> bool:
    """Whether the person is the subject of a trouble, and not the one it is for."""
    if "for" in (line.word(first), line.word(first - 1), line.word(first - 2)):
        return False
    return line.word(after) in TALKED_ABOUT and line.word(after) not in ("with",)


def _age_at(line: Line, at: int) -> tuple[int, int, int, int] | None:
    """(first, after, youngest, oldest) for an age that begins with this word."""
    for table, low_high in ((OVER, "over"), (UNDER, "under")):
        led = table.at(line, at)
        number = _number_at(line, led[0]) if led else None
        if number is None or not _may_be_years(line, number[1], number[2] or number[0] >= 8 or low_high == "under"):
            continue
        if low_high == "over":
            return at, _after_years(line, number[1]), number[0], OLDEST
        if number[0] > 0:
            oldest = number[0] - (0 if line.word(at) == "up" else 1)
            return at, _after_years(line, number[1]), 0, oldest
    if line.word(at) == "in" and line.word(at + 1) in ("my", "his", "her", "their", "our", "your", "the"):
        number = _number_at(line, at + 2)
        if number and number[2] and number[0] >= 20 and number[0] % 10 == 0 and line.word(at + 1) != "the":
            return at, number[1], number[0], number[0] + 9
    if line.word(at) in ("year", "yr") and _SCHOOL_YEAR.match(line.word(at + 1)):
        school_year = int(line.word(at + 1))
        if 1 <= school_year <= 13 and line.is_free(at + 1) and line.word(at + 2) not in ("old", "olds"):
            return at, at + 2, school_year + 4, school_year + 5
    if line.word(at) in AGE_WORDS:
        led_at = at + 2 if line.word(at + 1) in ("of", "between", "from") else at + 1
        number = _number_at(line, led_at)
        if number is not None:
            return _span_at(line, at, number, is_led=True) or (at, _after_years(line, number[1]), number[0], number[0])
    number = _number_at(line, at)
    if number is None:
        return None
    return _numbered_age(line, at, number)


def _numbered_age(line: Line, at: int, number: tuple[int, int, bool]) -> tuple[int, int, int, int] | None:
    """An age that begins with its number: "60+", "4 year old", "5 to 11s", "im 72"."""
    value, after, _ = number
    open_end = AND_OVER.at(line, after) if line.is_free(after) else None
    if line.word(at).endswith("+") or open_end:
        after = open_end[0] if open_end else after
        return (at, after, value, OLDEST) if value >= 3 and _may_be_years(line, after, True) else None
    shut_end = AND_UNDER.at(line, after) if line.is_free(after) else None
    if shut_end:
        return at, shut_end[0], 0, value
    span = _span_at(line, at, number, is_led=False)
    if span is not None:
        return span
    if line.word(at).endswith(("yo", "yr", "yrs", "yrold")):
        return at, after, value, value
    years = YEARS_OLD.at(line, after) if line.is_free(after) else None
    if years is not None and line.is_open(after, years[0]):
        if _singular(line, years[0]) in NOT_PEOPLE:
            return None
        return at, years[0], value * years[1], value * years[1]
    is_somebody = line.word(at - 1) in SOMEBODY and line.word(at - 2) in ("my", "our", "his", "her", "their")
    said = (line.word(at - 1) in IS or is_somebody) and 3 <= value <= 110 and line.is_free(at - 1)
    ends = (
        after == len(line.words)
        or line.words[after].has_pause_before
        or line.word(after) in ("and", "now", "so", "but")
    )
    ends = ends or (is_somebody and line.word(after) in TALKED_ABOUT | {"loves", "likes", "wants", "needs", "to"})
    if said and (ends or line.word(after) in ("year", "years", "yr")) and _may_be_years(line, after, True):
        return at - 1, _after_years(line, after), value, value
    return None


def _span_at(line: Line, first: int, number: tuple[int, int, bool], is_led: bool) -> tuple[int, int, int, int] | None:
    """ "5 to 11 year olds", "18-25", "ages 8 and 12"."""
    low, after, _ = number
    if line.word(after) in ("to", "and", "til", "till", "or"):
        second = _number_at(line, after + 1)
    elif after < len(line.words) and line.words[after].has_hyphen_before:
        second = _number_at(line, after)
    else:
        return None
    if second is None or not low < second[0] <= OLDEST:
        return None
    high, after, is_plural = second
    years = YEARS_OLD.at(line, after) if line.is_free(after) else None
    is_plain = (high > 12 or low == 0) and _may_be_years(line, after, True) and line.word(after) not in ("am", "pm")
    if years is not None and years[1] == 0:
        return first, years[0], 0, max(high // 12, 0)
    if years is None and not is_plural and not is_led and not is_plain and _singular(line, after) not in ("year", "yr"):
        return None
    return first, years[0] if years else _after_years(line, after), low, high


def _after_years(line: Line, after: int) -> int:
    """The index after "years old" or "years", if they follow."""
    years = YEARS_OLD.at(line, after) if line.is_free(after) else None
    if years:
        return years[0]
    return after + 1 if line.word(after) in ("years", "year", "yrs") and line.is_free(after) else after


def _number_at(line: Line, at: int) -> tuple[int, int, bool] | None:
    """(number, index after it, whether it is a plural such as "60s")."""
    if not line.is_free(at):
        return None
    text = line.word(at)
    found = _NUMBER.match(text)
    if found:
        value = int(found[1])
        return (value, at + 1, found[2] == "s") if value <= OLDEST else None
    if text in _PLURALS:
        return _PLURALS[text], at + 1, True
    if text in _TENS:
        more = _ONES.get(line.word(at + 1), 0)
        return (_TENS[text] + more, at + 2, False) if 0 < more < 10 else (_TENS[text], at + 1, False)
    if text in _ONES:
        return _ONES[text], at + 1, False
    return None


def _may_be_years(line: Line, after: int, is_likely: bool) -> bool:
    """Whether the number before this word can count years of age."""
    following = _singular(line, after)
    if following in NOT_YEARS:
        return False
    if following == "year":
        return line.word(after + 1) in ("old", "olds", "of", "and") or line.word(after) == "years"
    return is_likely


def _singular(line: Line, at: int) -> str:
    return line.words[at].singular if at < len(line.words) else ""
