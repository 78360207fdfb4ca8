"""References that can be read aloud, and whose sessions somebody may look after."""

from __future__ import annotations

import pytest

from booking.rules.references import ALPHABET, new_reference, tidy_reference
from booking.rules.standing import may_organise, may_organise_everywhere, may_see_report


def test_a_reference_has_no_look_alikes() -> None:
    drawn = {new_reference() for _ in range(500)}
    assert len(drawn) > 495
    assert all(len(reference) == 7 and reference[3] == "-" for reference in drawn)
    assert set("".join(drawn)) - {"-"} == set(ALPHABET)
    assert set(ALPHABET).isdisjoint("0O1IL5S2Z8BUVDQNG")


@pytest.mark.parametrize("typed", ["KX4-T9M", "kx4t9m", " kx4 t9m ", "K X 4 – T 9 M", "KX4-T9N", "KX4T9M", "kx4_t9m."])
def test_a_reference_is_known_however_it_is_typed(typed: str) -> None:
    assert tidy_reference(typed) == "KX4-T9M"


@pytest.mark.parametrize("typed", ["", "KX4-T9", "KX4-T9MM", "KX4-T90", "КХ4-T9M", "hello there", "\0"])
def test_what_cannot_be_a_reference_is_none(typed: str) -> None:
    assert tidy_reference(typed) is None


def test_every_reference_is_its_own_tidy_form() -> None:
    assert all(tidy_reference(reference) == reference for reference in (new_reference() for _ in range(200)))


@pytest.mark.parametrize(
    ("roles", "own", "others"),
    [
        (set(), False, False),
        ({"citizen"}, False, False),
        ({"citizen", "partner"}, True, False),
        ({"adviser"}, False, False),
        ({"commissioner"}, False, False),
        ({"connector"}, True, True),
        ({"steward"}, True, True),
        ({"administrator"}, True, True),
    ],
)
def test_partners_organise_their_own_and_staff_everybodys(roles: set[str], own: bool, others: bool) -> None:
    assert may_organise(roles, {7}, 7) is own
    assert may_organise(roles, {7}, 8) is others
    assert may_organise_everywhere(roles) is others


def test_commissioners_see_every_report_and_partners_their_own() -> None:
    assert may_see_report({"commissioner"}, set(), 8)
    assert may_see_report({"citizen", "partner"}, {8}, 8)
    assert not may_see_report({"citizen", "partner"}, {7}, 8)
    assert not may_see_report({"adviser"}, set(), 8)
