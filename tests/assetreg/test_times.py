"""The times cell of the spreadsheet contract: read, written, and read again as the same."""

from __future__ import annotations

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.opening import RegularTime
from assetreg.rules.times import TimesError, format_times, in_order, read_times

clocks = st.times(max_value=time(23, 59)).map(lambda moment: moment.replace(second=0, microsecond=0))
pairs = st.tuples(clocks, clocks).map(sorted).filter(lambda pair: pair[0] < pair[1])
weeks = st.none() | st.sampled_from([1, 2, 3, 4, 5, -1])
regular_times = st.builds(
    lambda day, pair, week: RegularTime(day, pair[0], pair[1], week), st.integers(0, 6), pairs, weeks
)


def test_the_contracts_own_example() -> None:
    cell = "Mon 10:00-12:00; Wed 18:30-20:00; 1st Tue 14:00-16:00; last Sat 11:00-13:00"
    found = read_times(cell)
    assert found.times == (
        RegularTime(0, time(10), time(12)),
        RegularTime(2, time(18, 30), time(20)),
        RegularTime(1, time(14), time(16), 1),
        RegularTime(5, time(11), time(13), -1),
    )
    assert found.note == ""
    assert format_times(found.times) == cell


@given(st.lists(regular_times, max_size=8))
def test_what_is_written_reads_back_as_the_same(times: list[RegularTime]) -> None:
    found = read_times(format_times(times))
    assert found.times == in_order(times)
    assert found.note == ""


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    with suppress(TimesError):
        found = read_times(text)
        assert read_times(format_times(found.times)).times == found.times
        says_something = any(not letter.isspace() and letter not in ";," for letter in text)
        assert found.times or found.note or not says_something


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("mon 9.30–12.00", "Mon 09:30-12:00"),
        ("Monday 09:30 to 12:00", "Mon 09:30-12:00"),
        ("Mon 10:00-12:00, 13:00-15:00", "Mon 10:00-12:00; Mon 13:00-15:00"),
        ("Mon 10:00-12:00, Wed 10:00-11:00", "Mon 10:00-12:00; Wed 10:00-11:00"),
        ("Mon 10:00-12:00\nWed 10:00-11:00;", "Mon 10:00-12:00; Wed 10:00-11:00"),
        ("Mon-Wed 09:00-17:00", "Mon 09:00-17:00; Tue 09:00-17:00; Wed 09:00-17:00"),
        ("Tue, Thu & Sat 09:00-10:00", "Tue 09:00-10:00; Thu 09:00-10:00; Sat 09:00-10:00"),
        ("first Monday 10:00-11:00", "1st Mon 10:00-11:00"),
        ("1st Tue 10:00-11:00, 3rd Tue 10:00-11:00", "1st Tue 10:00-11:00; 3rd Tue 10:00-11:00"),
        ("Wed 10:00-11:00; Mon 10:00-11:00; Wed 10:00-11:00", "Mon 10:00-11:00; Wed 10:00-11:00"),
        ("", ""),
    ],
)
def test_people_write_the_same_in_several_ways(cell: str, written: str) -> None:
    found = read_times(cell)
    assert (format_times(found.times), found.note) == (written, "")


@pytest.mark.parametrize(
    ("cell", "times", "note"),
    [
        ("Most mornings, ring first", "", "Most mornings, ring first"),
        ("Mon 10:00-12:00; term time only", "Mon 10:00-12:00", "term time only"),
        ("Hall Mon 10:00-12:00", "", "Hall Mon 10:00-12:00"),
        ("Open 10:00-12:00", "", "Open 10:00-12:00"),
        ("Mon 10:00-12:00, by appointment", "", "Mon 10:00-12:00, by appointment"),
    ],
)
def test_free_text_becomes_the_note_and_none_of_it_is_lost(cell: str, times: str, note: str) -> None:
    found = read_times(cell)
    assert (format_times(found.times), found.note) == (times, note)


@pytest.mark.parametrize(
    ("cell", "part_of_sentence"),
    [
        ("Mon 12:00-10:00", "ends before it starts"),
        ("Mon 10:00-10:00", "ends before it starts"),
        ("Mon 25:00-26:00", "not a time of day"),
        ("Mon 20:00-24:00", "23:59"),
        ("6th Mon 10:00-11:00", "not a week of the month"),
        ("Wensday 10:00-11:00", "not a day we know"),
        ("Mun 10:00-11:00", "not a day we know"),
        ("Sat-Mon 10:00-11:00", "List the days one by one"),
    ],
)
def test_a_slip_is_refused_with_what_to_write(cell: str, part_of_sentence: str) -> None:
    with pytest.raises(TimesError, match=part_of_sentence):
        read_times(cell)
