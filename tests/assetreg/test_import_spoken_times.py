"""Opening times in everyday English are read where they are clear, and kept as words where they are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.spoken_times import read_spoken_times
from assetreg.rules.times import format_times, read_times

CLEAR = {
    "Monday 12noon - 2pm": "Mon 12:00-14:00",
    "Tuesday - Friday 12noon - 2pm": "Tue 12:00-14:00; Wed 12:00-14:00; Thu 12:00-14:00; Fri 12:00-14:00",
    "Monday 10.30am to 1pm": "Mon 10:30-13:00",
    "Weds 12-2pm": "Wed 12:00-14:00",
    "Thur 1-3pm": "Thu 13:00-15:00",
    "Friday 11.30am -1.30pm": "Fri 11:30-13:30",
    "Friday 10 - 11.30am": "Fri 10:00-11:30",
    "Wednesday 10 - 2pm": "Wed 10:00-14:00",
    "Wednesday 10 - 12": "Wed 10:00-12:00",
    "Mon - Sat 10.00 - 4.00": "; ".join(f"{day} 10:00-16:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")),
    "Monday 13:00-15:30": "Mon 13:00-15:30",
    "Tuesday and Thursday 9:30am – 12:30pm": "Tue 09:30-12:30; Thu 09:30-12:30",
    "Tues , Wed, Thursday, 11am - 2pm and Friday 11am - 4pm": (
        "Tue 11:00-14:00; Wed 11:00-14:00; Thu 11:00-14:00; Fri 11:00-16:00"
    ),
    "Tues/Weds 10am - 12pm. Thurs 10am - 2pm": "Tue 10:00-12:00; Wed 10:00-12:00; Thu 10:00-14:00",
    "Fri 4.30 - 5.30pm Sat 10 - 11am": "Fri 16:30-17:30; Sat 10:00-11:00",
    "Tuesdays & Fridays 12pm - 3pm; 1st Saturday of month 10am - 12noon": (
        "Tue 12:00-15:00; Fri 12:00-15:00; 1st Sat 10:00-12:00"
    ),
    "Monday - Thursday 11:30am - 2pm and Monday - Thursday 5pm - 8pm": "; ".join(
        f"{day} 11:30-14:00; {day} 17:00-20:00" for day in ("Mon", "Tue", "Wed", "Thu")
    ),
    "9 - 4 Monday - Tuesday": "Mon 09:00-16:00; Tue 09:00-16:00",
    "Weekends 7am - 9am": "Sat 07:00-09:00; Sun 07:00-09:00",
}
NOT_CLEAR = (
    "Not known",
    "By appointment",
    "Wednesday 7:30pm",
    "Tuesday from 11am",
    "Thursday 7 - 9",
    "24/7 upon request",
    "One morning per week",
    "Friday - Monday 10am - 2pm",
    "Monday 12 - 30pm",
    "Monday - Friday 10am - 4pm except Thursday 10 - 12 only",
    "Monday - Friday via referral and Saturdays 10am -2pm",
    "Daily (except Tues & Sat) 10:30am - 12pm",
    "Monday - Friday 10am - 4pm Free hot meal on Tuesday evening, 7.30 - 9.30pm",
    "Closed during August. Mon - Thursday 10 - 12noon (term-time only)",
)


@pytest.mark.parametrize(("text", "times"), CLEAR.items())
def test_clear_times_are_read_whole(text: str, times: str) -> None:
    found = read_spoken_times(text)
    assert (format_times(found.times), found.note) == (times, "")


@pytest.mark.parametrize("text", NOT_CLEAR)
def test_what_leaves_a_doubt_stays_in_words(text: str) -> None:
    found = read_spoken_times(text)
    assert (found.times, found.note) == ((), text)


@pytest.mark.parametrize(
    "text",
    [
        "Mon & Thur 1-3pm (except bank holidays)",
        "Open Monday 1-3pm, Thursday 1-3pm\nNot open on Bank Holidays",
        "Mondays and Thursdays 1pm - 3pm. Please ring.",
    ],
)
def test_a_harmless_remark_keeps_the_times_and_the_words(text: str) -> None:
    found = read_spoken_times(text)
    assert (format_times(found.times), found.note) == ("Mon 13:00-15:00; Thu 13:00-15:00", text)


@given(st.text(alphabet="Mon Tue-Fri, 0129:.apmnoon&/;\n", max_size=60))
def test_nothing_is_ever_lost(text: str) -> None:
    found = read_spoken_times(text)
    assert found.times or found.note == text.strip()


@pytest.mark.parametrize("gap", [" ", "\t", "\xa0"])
def test_a_gap_of_any_length_is_a_gap(gap: str) -> None:
    """Without care a cell of a hundred thousand spaces keeps the computer busy for half an hour."""
    assert format_times(read_spoken_times(f"Monday{gap * 100_000}10am to 12 noon").times) == "Mon 10:00-12:00"
    assert format_times(read_times(f"Mon{gap * 100_000}10:00-12:00").times) == "Mon 10:00-12:00"
    hopeless = f"Mon{gap * 100_000}x"
    assert read_spoken_times(hopeless).note == read_times(hopeless).note == hopeless
