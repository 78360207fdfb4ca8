"""What may be written into the address of the search page: anything. What can be used is used, the rest is named."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from search.forms import LONGEST_WORDS, MOST_VALUES, NOTHING, PARAMETERS, Asked, Problem, read_asked


def ask(*pairs: tuple[str, str]) -> Asked:
    """The question in these parameters."""
    return read_asked(MultiDict(pairs))


def test_an_empty_address_asks_for_everything() -> None:
    asked = ask()
    assert asked == NOTHING
    assert not asked.is_narrowed
    assert asked.problems == ()
    assert asked.pairs() == []


def test_everything_that_can_be_asked_is_read() -> None:
    asked = ask(
        ("q", "  gas \n bill "),
        ("near", "B31 2AB"),
        ("within", "1600"),
        ("area", "northfield"),
        ("area", "E05011400"),
        ("need", "money,debt"),
        ("interest", "Music"),
        ("kind", "group"),
        ("day", "tue"),
        ("time", "evening"),
        ("free", "1"),
        ("online", "yes"),
        ("age", "0"),
        ("gender", "women"),
        ("access", "step-free"),
        ("language", "ur"),
        ("stage", "crisis"),
        ("taking_people", "on"),
        ("sort", "nearest"),
        ("page", "3"),
    )
    assert asked == Asked(
        q="gas bill",
        near="B31 2AB",
        within=1600,
        area=("northfield", "E05011400"),
        need=("money", "debt"),
        interest=("music",),
        kind=("group",),
        day=("tue",),
        time=("evening",),
        free=True,
        online=True,
        age=0,
        gender=("women",),
        access=("step-free",),
        language=("ur",),
        stage=("crisis",),
        taking_people=True,
        sort="nearest",
        page=3,
    )
    assert asked.problems == ()


def test_the_address_of_a_question_asks_the_same_question() -> None:
    asked = ask(("q", "a & b"), ("need", "money"), ("need", "food"), ("free", "yes"), ("age", "0"), ("sort", "name"))
    assert read_asked(MultiDict(asked.pairs())) == asked


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("kind", "nonsense", "unknown"),
        ("day", "someday", "unknown"),
        ("need", "no such/slug", "unknown"),
        ("language", "klingon!", "unknown"),
        ("free", "maybe", "unknown"),
        ("sort", "best-paid", "unknown"),
        ("age", "old", "not_a_number"),
        ("age", "-1", "not_a_number"),
        ("age", "121", "not_a_number"),
        ("age", "٣", "not_a_number"),
        ("within", "1e3", "not_a_number"),
        ("within", "99999999999999999999", "not_a_number"),
        ("page", "0", "not_a_number"),
    ],
)
def test_a_value_that_makes_no_sense_is_left_out_and_named(name: str, value: str, reason: str) -> None:
    asked = ask((name, value), ("q", "tea"))
    assert asked == Asked(q="tea")
    assert asked.problems == (Problem(name, value[:40], reason),)


def test_the_good_values_of_a_filter_stay_beside_a_bad_one() -> None:
    asked = ask(("kind", "group"), ("kind", "wrong"), ("kind", "place"))
    assert asked.kind == ("group", "place")


def test_too_many_words_are_cut_and_too_many_values_too() -> None:
    asked = ask(("q", "x" * 5000), *(("area", f"area-{number}") for number in range(500)))
    assert len(asked.q) == LONGEST_WORDS
    assert len(asked.area) == MOST_VALUES
    assert {problem.reason for problem in asked.problems} == {"too_long", "too_many"}


def test_what_no_person_types_and_no_database_takes_is_taken_out() -> None:
    asked = ask(("q", "gas\x00\x1b[31m\ud800bill"), ("near", "B31\x00"), ("area", "north\x00field"))
    assert (asked.q, asked.near, asked.area) == ("gas[31mbill", "B31", ("northfield",))


def test_what_is_taken_out_leaves_no_gap() -> None:
    assert ask(("q", "gas \x00 bill\n\x7f now"), ("near", " B31 \x00 2AB")).pairs() == [
        ("q", "gas bill now"),
        ("near", "B31 2AB"),
    ]


@pytest.mark.parametrize("words", ["🧶 knitting", "مساعدة", "<script>alert(1)</script>", "' OR 1=1 --", "%_\\"])
def test_words_stay_as_they_are_written(words: str) -> None:
    assert ask(("q", words)).q == words


def test_leaving_something_out_goes_back_to_the_first_page() -> None:
    asked = ask(("need", "money"), ("need", "food"), ("free", "1"), ("within", "800"), ("page", "4"))
    assert asked.without("need", "money").need == ("food",)
    assert asked.without("need").need == ()
    assert asked.without("free").free is False
    assert asked.without("within").within is None
    assert asked.without("need", "money").page == 1


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*PARAMETERS, "page", "other"]), st.text(max_size=400)), max_size=12))
def test_nothing_that_anybody_writes_breaks_the_reading(pairs: list[tuple[str, str]]) -> None:
    asked = read_asked(MultiDict(pairs))
    assert read_asked(MultiDict(asked.pairs())).pairs() == asked.pairs()
    written = asked.q + asked.near + "".join(asked.area)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in written)
