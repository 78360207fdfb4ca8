"""Whatever is typed, understanding answers, quickly, and takes nothing away that it cannot explain."""

from __future__ import annotations

import sys
import time
from dataclasses import fields

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from search.requests import Request, Understood
from tests.search.a_city import TODAY, understood
from tests.search.test_phrases_utterances import CRIES, UTTERANCES

WORDS = """
    something for my mum near B31 2AB on a tuesday morning not no nothing without between 2 and 4 year olds over under
    60s 60+ may sat sun in march 24/11 24 november 10.30am half past £5 , . ! ? " * - kings heath selly oak only area
    free wheelchair urdu speak polish women men dont want to sing cant pay gas bill he hits me nowhere sleep tonight
    first of the month until from after before by at 9-5 within miles walk minutes a couple next this week weekend age
    aged 7 plus or but any day can't do weekdays evenings lunchtime school online phone referral cheap food bnak
"""
PIECES = WORDS.split()
LINES = st.lists(st.sampled_from(PIECES), max_size=16).map(" ".join)
ANYTHING = st.text(st.characters(), max_size=300)
SETTINGS = settings(max_examples=300, deadline=None)


def promises(line: str, found: Understood) -> None:
    """What holds for every line."""
    request = found.request
    has_words = any(letter.isalnum() for letter in line)
    assert len(request.text) + len(request.extra_text) <= 2 * len(line) * 18 + 1000
    assert all(0 <= start < end <= 24 * 60 for start, end in request.times)
    assert all(0 <= day <= 6 for day in request.days)
    assert request.dates is None or request.dates[0] <= request.dates[1]
    assert request.dates is None or request.dates[1] >= TODAY or "/" in line
    assert request.age is None or 0 <= request.age <= 120
    assert request.ages is None or 0 <= request.ages[0] <= request.ages[1] <= 120
    assert request.within_m is None or 100 <= request.within_m <= 50_000
    assert all(0 < hint.weight <= 1.5 for hint in request.hinted)
    assert len({chip.key for chip in found.chips}) == len(found.chips)
    assert all(chip.label and chip.source for chip in found.chips)
    if not has_words:
        assert request == Request()


@given(LINES)
@example("between and")
@example("under over")
@example("not")
@example("in the")
@SETTINGS
def test_words_in_any_order_are_understood_somehow(line: str) -> None:
    promises(line, understood(line))


@given(ANYTHING)
@example("𐩀 year 𐩀 ² ① ٣")
@example("\ud800\udfff \x00\x1b[31m")
@example("‮ ‏مدد‏ ‮")
@example("ﷺ" * 200)
@example(".*(?:a+)+$ AND (OR NOT [\\")
@SETTINGS
def test_any_characters_are_understood_somehow(line: str) -> None:
    promises(line, understood(line))


@given(st.binary(max_size=300))
@SETTINGS
def test_any_bytes_are_understood_somehow(line: bytes) -> None:
    for text in (line.decode("utf-8", "surrogateescape"), line.decode("latin-1")):
        promises(text, understood(text))


@given(LINES)
@SETTINGS
def test_the_same_line_is_always_understood_the_same(line: str) -> None:
    assert understood(line) == understood(line)


@given(LINES)
@SETTINGS
def test_capitals_and_spaces_change_nothing(line: str) -> None:
    one, other = understood(line), understood(f"  {line.upper().replace(' ', '   ')} ")
    assert one.request == other.request
    assert one.urgent == other.urgent


@given(LINES, st.data())
@SETTINGS
def test_a_removed_chip_stays_away(line: str, data: st.DataObject) -> None:
    chips = understood(line).chips
    if chips:
        chip = data.draw(st.sampled_from(chips))
        again = understood(line, ignored=(chip.key,))
        assert chip.key not in {other.key for other in again.chips}


@given(LINES)
@SETTINGS
def test_a_line_with_content_never_becomes_an_empty_question(line: str) -> None:
    found = understood(line)
    asks = [getattr(found.request, field.name) for field in fields(Request)]
    is_empty = asks == [getattr(Request(), field.name) for field in fields(Request)]
    if any(letter.isalnum() for letter in line) and is_empty:
        assert found.chips or found.near_me or found.unplaced or found.urgent, line


FORM = Request(
    point=(52.4, -1.9), point_name="home", days=(2,), times=((600, 660),), age=30, gender="men", languages=("ar",),
    access=("bsl",), within_m=900, online=False, telephone=True, sort="name",
)  # fmt: skip


@given(LINES)
@SETTINGS
def test_what_the_form_says_no_word_changes(line: str) -> None:
    request = understood(line, FORM).request
    for name in ("point", "point_name", "point_areas", "areas", "days", "dates", "times", "age", "ages", "gender"):
        assert getattr(request, name) == getattr(FORM, name), name
    for name in ("languages", "access", "within_m", "online", "telephone", "sort"):
        assert getattr(request, name) == getattr(FORM, name), name


LONG = {
    "one long word": "a" * 10_000,
    "little words": "a " * 5_000,
    "nots": "not " * 2_500,
    "digits": "1 " * 5_000,
    "emoji": "🎉" * 10_000,
    "letters that become eighteen": "ﷺ" * 10_000,
    "brackets": "(((((.*)+)+)+)$" * 600,
    "cries": "no he hits my me dont want to " * 340,
    "all sorts": (" ".join(PIECES) + " ") * 20,
}


@pytest.mark.parametrize("line", LONG.values(), ids=LONG.keys())
def test_ten_thousand_characters_are_no_trouble(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    began = time.process_time()
    promises(line, understood(line[:10_000]))
    took = time.process_time() - began
    with capsys.disabled():
        sys.stdout.write(f" {took * 1000:.1f} ms ")


def test_a_cry_at_the_end_of_a_long_story_is_heard() -> None:
    story = "we went to the shops and then the bus did not come, " * 40
    assert understood(story + "and now he hits me").urgent


def test_how_long_understanding_takes(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [line for line, _ in (*UTTERANCES, *CRIES)]
    for line in lines:
        understood(line)
    times = []
    for line in lines:
        began = time.process_time()
        understood(line)
        times.append((time.process_time() - began) * 1000)
    times.sort()
    with capsys.disabled():
        sys.stdout.write(
            f"\nunderstanding {len(lines)} lines: p50 {times[len(times) // 2]:.2f} ms,"
            f" p95 {times[int(len(times) * 0.95)]:.2f} ms, longest {times[-1]:.2f} ms\n"
        )
