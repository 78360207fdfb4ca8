"""What is true of lists, without a database: order, notes, and the secrets that open them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.list_keys import is_key, key_hash, link_key, new_key, new_mark
from assetreg.rules.shortlists import LONGEST_NOTE, is_note_too_long, moved, tidy_note, without_links


@pytest.mark.parametrize(
    ("thing", "steps", "order"),
    [("b", -1, "bac"), ("b", 1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("c", -9, "cab"), ("x", 1, "abc")],
)
def test_moving_one_thing_leaves_the_others_in_their_order(thing: str, steps: int, order: str) -> None:
    assert "".join(moved("abc", thing, steps)) == order


@given(st.lists(st.integers(), unique=True, min_size=1), st.integers(-9, 9), st.data())
def test_moving_loses_and_doubles_nothing(things: list[int], steps: int, data: st.DataObject) -> None:
    thing = data.draw(st.sampled_from(things))
    order = moved(things, thing, steps)
    assert sorted(order) == sorted(things)
    assert [one for one in order if one != thing] == [one for one in things if one != thing]


def test_a_note_keeps_its_lines_and_loses_what_no_one_typed() -> None:
    assert tidy_note("  ask\r\nfor\rPat\x00\x07 \n") == "ask\nfor\nPat"
    assert tidy_note("👋🏽 مرحبا") == "👋🏽 مرحبا"


def test_a_note_may_be_as_long_as_we_say_and_no_longer() -> None:
    assert not is_note_too_long("é" * LONGEST_NOTE)
    assert is_note_too_long("é" * (LONGEST_NOTE + 1))


@pytest.mark.parametrize(
    ("note", "sent"),
    [
        ("Go to evil.example.com/x now", "Go to evil. example. com/x now"),
        ("https://evil.example", "https: //evil. example"),
        ("Come at 10.30am. Bring £2.50.", "Come at 10.30am. Bring £2.50."),
        ("Hm... (see Pat.) “Fine.” 22.11.2026", "Hm... (see Pat.) “Fine.” 22.11.2026"),
        ("evil\N{ZERO WIDTH SPACE}.example", "evil\N{ZERO WIDTH SPACE}. example"),
        ("evil.\N{WORD JOINER}example", "evil. \N{WORD JOINER}example"),
        ("evil\N{IDEOGRAPHIC FULL STOP}example", "evil\N{IDEOGRAPHIC FULL STOP} example"),
        ("evil\N{FULLWIDTH FULL STOP}example", "evil\N{FULLWIDTH FULL STOP} example"),
        ("http:\N{ZERO WIDTH SPACE}//localhost", "http: \N{ZERO WIDTH SPACE}//localhost"),
        ("http:\\\\localhost", "http: \\\\localhost"),
        ("192.0.2.7/log-in", "192. 0. 2. 7/log-in"),
    ],
)
def test_a_note_by_e_mail_holds_no_link_and_keeps_its_words(note: str, sent: str) -> None:
    assert without_links(note) == sent


def test_secrets_have_256_random_bits_and_never_the_same() -> None:
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(is_key(key) and len(key_hash(key)) == 32 for key in keys)


def test_a_links_secret_follows_from_the_owners_and_tells_nothing_of_it() -> None:
    owner, mark = new_key(), new_mark()
    assert is_key(link_key(owner, mark))
    assert link_key(owner, mark) == link_key(owner, mark)
    assert len({link_key(owner, mark), link_key(owner, new_mark()), link_key(new_key(), mark), owner}) == 4


@pytest.mark.parametrize("text", [None, "", "x", "a" * 42, "a" * 44, "a" * 42 + "!", "a" * 43 + "\n", "٣" * 43])
def test_what_has_not_the_shape_of_a_secret_is_none(text: str | None) -> None:
    assert not is_key(text)
