"""A postcode is a value: whatever people type, the same postcode is the same value, and nothing else becomes one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.postcodes import (
    _INWARD_LETTERS,
    AREAS,
    Outward,
    Postcode,
    PostcodeError,
    Sector,
    is_postcode,
    parse_any,
)

outwards = st.builds(
    lambda area, district: f"{area}{district}", st.sampled_from(sorted(AREAS)), st.integers(0, 99)
) | st.sampled_from(["W1A", "EC1A", "SW1A", "N1C", "E1W", "SE1P", "WC2H", "NW1W"])
letters = st.sampled_from(sorted(_INWARD_LETTERS))
inwards = st.builds(lambda digit, first, second: f"{digit}{first}{second}", st.integers(0, 9), letters, letters)
spaces = st.text(alphabet=" \t\u00a0\u2003\u200b.-–", max_size=4)


def full_width(text: str) -> str:
    """The text as a keyboard set to Chinese or Japanese types it."""
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("B31 2AB", "B31 2AB"),
        ("b312ab", "B31 2AB"),
        (" b31   2ab ", "B31 2AB"),
        ("B31\u00a02AB", "B31 2AB"),
        ("\u200bb31 2ab\ufeff", "B31 2AB"),
        ("Ｂ３１　２ＡＢ", "B31 2AB"),
        ("B31-2AB.", "B31 2AB"),
        ('"B31 2AB"', "B31 2AB"),
        ("B3 12AB", "B31 2AB"),
        ("m1 1ae", "M1 1AE"),
        ("cr2 6xh", "CR2 6XH"),
        ("dn55 1pt", "DN55 1PT"),
        ("w1a 0ax", "W1A 0AX"),
        ("ec1a1bb", "EC1A 1BB"),
        ("cr0 2yr", "CR0 2YR"),
        ("gir0aa", "GIR 0AA"),
        ("bf1 3aa", "BF1 3AA"),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    assert str(Postcode.parse(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("B31 OAB", "B31 0AB"),  # a digit must stand there
        ("B31 IAB", "B31 1AB"),
        ("B31 lAB", "B31 1AB"),
        ("B3I 2AB", "B31 2AB"),
        ("BI2 3AB", "B12 3AB"),  # no postcode begins with BI
        ("B1O 2AB", "B10 2AB"),
        ("CRO 2AB", "CR0 2AB"),
        ("0X1 1AA", "OX1 1AA"),
        ("1P1 1AA", "IP1 1AA"),
        ("LLII 1AA", "LL11 1AA"),
        ("SO1I 1AA", "SO11 1AA"),
    ],
)
def test_a_slip_is_put_right_where_only_one_postcode_can_be_meant(typed: str, meant: str) -> None:
    assert str(Postcode.parse(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "BlO 2AB",  # B10 or BL0: both are real
        "B31 2A0",  # no inward code has an O, so this 0 is no slip for one
        "B31 2A1",
        "B31 ZAB",
        "B31 2CB",
        "B01 2AB",
        "31 2AB",
        "B31",
        "B31 2",
        "B31 2AB 3",
        "not one",  # look-alikes all the way would make N0T 0NE of it
        "SOIL IAB",
        "BFPO 801",
        "QQ1 1AA",
        "V1 1AA",
        "ß1 1AA",  # its capital would be SS
        "В31 2AB",  # a Cyrillic letter
        "B31 ２AB👍",
        "BN1\x00 1AA",
        "<b>B31 2AB</b>",
        "",
        " \t",
        "B" * 5000,
    ],
)
def test_what_is_no_postcode_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(PostcodeError) as refused:
        Postcode.parse(typed)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert len(sentence) < 200
    assert not is_postcode(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("B" * 99, "too_long"),
        ("QQ1 1AA", "no_such_area"),
        ("BFPO 801", "forces_number"),
        ("hello", "not_a_postcode"),
    ],
)
def test_a_program_can_tell_why(typed: str, reason: str) -> None:
    with pytest.raises(PostcodeError) as refused:
        Postcode.parse(typed)
    assert refused.value.reason == reason
    assert isinstance(refused.value, ValueError)


def test_its_parts() -> None:
    postcode = Postcode.parse("sw1a1aa")
    assert (postcode.outward, postcode.inward, postcode.sector, postcode.area, postcode.compact) == (
        "SW1A",
        "1AA",
        "SW1A 1",
        "SW",
        "SW1A1AA",
    )


def test_equal_postcodes_are_one_value() -> None:
    assert Postcode.parse("b31 2ab") == Postcode.parse("B312AB")
    assert len({Postcode.parse("b31 2ab"), Postcode.parse("B312AB")}) == 1
    with pytest.raises(AttributeError):
        Postcode.parse("B31 2AB").outward = "B32"  # type: ignore[misc]


def test_real_postcodes_that_are_nowhere_on_the_map_say_so() -> None:
    assert not Postcode.parse("GIR 0AA").is_on_the_map
    assert not Postcode.parse("BF1 3AA").is_on_the_map
    assert not Outward.parse("BX1").is_on_the_map
    assert Postcode.parse("B31 2AB").is_on_the_map


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("b31", Outward("B31")),
        ("B3O", Outward("B30")),
        ("e1w", Outward("E1W")),
        ("B31 2", Sector("B31", "2")),
        ("b312", Sector("B31", "2")),
        ("B3 1", Sector("B3", "1")),  # the space makes the difference
        ("B 31", Outward("B31")),
        ("B31 2AB", Postcode("B31", "2AB")),
    ],
)
def test_a_part_of_a_postcode_is_told_from_a_whole_one(typed: str, meant: object) -> None:
    assert parse_any(typed) == meant


@pytest.mark.parametrize("typed", ["B", "31", "northfield", "GIR", "B31 2A", "", "BO"])
def test_a_part_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(PostcodeError):
        parse_any(typed)


@given(outwards, inwards)
def test_every_postcode_reads_back_as_itself(outward: str, inward: str) -> None:
    postcode = Postcode.parse(f"{outward} {inward}")
    assert str(postcode) == f"{outward} {inward}"
    assert Postcode.parse(postcode.compact) == postcode
    assert parse_any(str(postcode)) == postcode
    assert postcode.sector == str(Sector.parse(postcode.sector))
    assert postcode.outward == str(Outward.parse(outward))


@given(outwards, inwards, spaces, spaces, spaces, st.booleans(), st.booleans())
def test_case_spaces_and_width_do_not_matter(
    outward: str, inward: str, before: str, between: str, after: str, is_small: bool, is_wide: bool
) -> None:
    typed = f"{before}{outward}{between}{inward}{after}"
    typed = typed.lower() if is_small else typed
    typed = full_width(typed) if is_wide else typed
    assert Postcode.parse(typed) == Postcode(outward, inward)


@given(outwards, inwards, st.data())
def test_a_slip_never_gives_another_real_postcode_than_was_meant(
    outward: str, inward: str, data: st.DataObject
) -> None:
    """Swap O for 0 and I for 1 anywhere: the answer is the postcode itself, a refusal, or what was typed, if real."""
    swap = {"0": "O", "O": "0", "1": "I", "I": "1"}
    compact = outward + inward
    doubtful = [number for number, character in enumerate(compact) if character in swap]
    assume(doubtful)
    number = data.draw(st.sampled_from(doubtful))
    typed = compact[:number] + swap[compact[number]] + compact[number + 1 :]
    try:
        read = Postcode.parse(typed)
    except PostcodeError:
        return
    assert read.compact in (compact, typed)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    if is_postcode(text):
        postcode = Postcode.parse(text)
        assert postcode.compact.isascii()
        assert Postcode.parse(str(postcode)) == postcode


@pytest.mark.shared
def test_every_real_postcode_is_written_as_the_ordnance_survey_writes_it(shared_data: Path) -> None:
    for name in ("birmingham", "neighbours"):
        with (shared_data / "postcodes" / f"codepoint_open_{name}_2025.csv").open() as lines:
            for row in csv.DictReader(lines):
                assert str(Postcode.parse(row["postcode"].lower().replace(" ", ""))) == row["postcode"]
