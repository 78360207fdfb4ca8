"""What is true of areas and of tables of postcodes, without a database."""

from __future__ import annotations

import pytest

from assetreg.rules.areas import code_of, free_slug, likeness, listed, share_of, slug_of, why_not_replace
from assetreg.rules.postcode_layouts import layout_of


@pytest.mark.parametrize(
    ("kind", "name", "slug"),
    [
        ("ward", "Northfield", "northfield"),
        ("ward", "Brandwood & King's Heath", "brandwood-and-kings-heath"),
        ("ward", "Ynys Môn", "ynys-mon"),
        ("ward", "St. Mary’s (Upper)", "st-marys-upper"),
        ("constituency", "Northfield", "northfield-constituency"),
        ("locality", "South", "south-locality"),
        ("locality", "South Locality", "south-locality"),
        ("city", "Birmingham", "birmingham"),
        ("ward", "مركز", "ward"),
    ],
)
def test_addresses(kind: str, name: str, slug: str) -> None:
    assert slug_of(kind, name) == slug


def test_a_taken_address_gets_the_kind_and_then_a_number() -> None:
    taken: set[str] = set()
    for expected in ("aston", "aston-ward", "aston-ward-2", "aston-ward-3"):
        assert free_slug("ward", "Aston", taken) == expected
        taken.add(expected)


def test_official_codes_stay_and_names_become_codes() -> None:
    assert code_of("ward", "E05011118") == "E05011118"
    assert code_of("locality", "South") == "locality-south"
    assert code_of("locality", "Kings Norton") == "locality-kings-norton"


@pytest.mark.parametrize(
    ("present", "incoming", "is_close"),
    [
        (set(), set("abc"), True),
        (set("abcdefghij"), set("abcdefghij"), True),
        (set("abcdefghij"), set("abcdefghi"), True),  # nine of ten
        (set("abcdefghij"), set("abcdefghx"), False),
        (set("abc"), set("abcdefghij"), False),  # all of ours, and much more
        (set("abcdefghij"), set("abc"), False),
        (set("abc"), set("xyz"), False),
    ],
)
def test_nine_in_ten_codes_must_be_the_same_both_ways(present: set[str], incoming: set[str], is_close: bool) -> None:
    alike = likeness(present, incoming)
    assert alike.is_close == is_close
    assert (why_not_replace("ward", alike) is None) == is_close


@pytest.mark.parametrize(
    ("text", "share"),
    [
        *(("1", 1.0), ("1.0", 1.0), ("0.61", 0.61), ("61%", 0.61), (" 61.29 % ", 0.6129), ("0,5", 0.5)),
        *((wrong, None) for wrong in ("0", "2", "-1", "nan", "", "half", "150%")),
    ],
)
def test_shares_as_spreadsheets_write_them(text: str, share: float | None) -> None:
    assert share_of(text) == (share if share is None else pytest.approx(share))


def test_names_in_a_sentence() -> None:
    assert listed([]) == "none"
    assert listed(["A"]) == "A"
    assert listed(["A", "B", "C"]) == "A, B and C"
    assert listed("ABCDEFG", 5) == "A, B, C, D, E and 2 more"


def test_layouts_are_known_by_their_first_row() -> None:
    official = layout_of(["AB101AB", "10", "394235", "806529", "S92000003", "", "S08", "", "S12", "S13"])
    assert official is not None
    assert (official.has_header, official.is_grid, official.postcode, official.x, official.y) == (False, True, 0, 2, 3)
    ours = layout_of(["postcode", "pq", "e", "n", "lat", "lon", "district", "ward"])
    assert ours is not None
    assert (ours.has_header, ours.is_grid, ours.x, ours.y, ours.quality) == (True, False, 5, 4, 1)
    directory = layout_of(
        ["pcd", "pcd2", "pcds", "dointr", "doterm", "oseast1m", "osnrth1m", "osgrdind", "lat", "long"]
    )
    assert directory is not None
    assert (directory.postcode, directory.x, directory.y, directory.quality, directory.terminated) == (2, 9, 8, 7, 4)
    assert layout_of(["WD24CD", "WD24NM"]) is None
    assert layout_of([]) is None
