"""Where: names with many spellings, several places of one name, postcodes, and how far is near."""

from __future__ import annotations

import pytest

from search.phrases.gazetteer import Gazetteer, neighbourhoods
from search.requests import Request, Somewhere
from tests.search.a_city import WARDS as WARD_NAMES
from tests.search.a_city import gazetteer, names, understood


def ward(code: str, name: str, lat: float = 52.4) -> Somewhere:
    """A ward."""
    return Somewhere("ward", code, name, (lat, -1.9))


def test_a_ward_is_found_by_every_part_of_its_name() -> None:
    places = Gazetteer.build(
        [ward("W", "Brandwood & King's Heath")], also_called=[("Alcester Lanes End", "brandwood & kings heath")]
    )
    for name in ("Brandwood & King's Heath", "brandwood and kings heath", "Kings Heath", "KINGS HEATH", "brandwood",
                 "kingsheath", "Alcester Lanes End"):  # fmt: skip
        assert [place.code for place in places.where_is(name)] == ["W"], name
    assert places.where_is("heath") == ()


def test_wards_that_share_a_name_come_as_one_family_with_its_members() -> None:
    places = Gazetteer.build([ward("N", "Hall Green North", 52.0), ward("S", "Hall Green South", 53.0)])
    found = places.where_is("hall green")
    assert [place.kind for place in found] == ["family", "ward", "ward"]
    assert found[0].code == "N,S"
    assert found[0].point == (52.5, -1.9)


def test_the_ward_is_meant_before_the_constituency_unless_it_is_said() -> None:
    found = understood("yoga in northfield")
    assert found.request.point_name == "Northfield"
    assert [place.kind for place in found.places] == ["ward", "constituency"]
    assert found.request.areas == ()
    said = understood("yoga in northfield constituency")
    assert [place.kind for place in said.places] == []
    assert said.request.areas == ("C5",)


def test_only_in_an_area_leaves_the_others_out() -> None:
    for line in ("only in harborne", "harborne only", "harborne ward"):
        assert understood(line).request.areas, line
    for line in ("harborne", "near harborne", "in harborne"):
        request = understood(line).request
        assert request.areas == (), line
        assert request.point is not None, line
        assert len(request.point_areas) == 1, line


def test_every_ward_is_understood_by_its_name() -> None:
    for name in names(WARD_NAMES):
        found = understood(f"coffee morning {name}")
        assert found.request.point is not None, name
        assert {hint.term for hint in found.request.hinted} == {"coffee-and-chat"}, name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harbourne", "Harborne"),
        ("erdingon", "Erdington"),
        ("sparkhil", "Sparkhill"),
        ("mosely", "Moseley"),
        ("ladywoood", "Ladywood"),
        ("kingstandin", "Kingstanding"),
        ("nothfield", "Northfield"),
        ("stirchly", "Stirchley"),
    ],
)
def test_a_misspelt_ward_is_understood(typed: str, meant: str) -> None:
    assert understood(f"bingo {typed}").request.point_name == meant


@pytest.mark.parametrize(
    "word",
    ["north", "heath", "green", "aston martin", "sheldon cooper", "actor", "stretch", "holding", "quilting", "asthma"],
)
def test_an_ordinary_word_is_no_misspelt_ward(word: str) -> None:
    assert understood(f"{word} group").request.point is None


def test_postcodes_are_found_as_nearly_as_we_know() -> None:
    assert understood("B31 2AB").request.point == (52.411, -1.971)
    assert understood("b312ab").request.point_name == "B31 2AB"
    assert understood("near B31 9ZZ").request.point == gazetteer().where_is("B31")[0].point
    elsewhere = understood("choir near SY1 1AA")
    assert elsewhere.unplaced == ("SY1 1AA",)
    assert elsewhere.request.point is None
    assert elsewhere.request.text == ""


@pytest.mark.parametrize("line", ["vitamin b12", "esol b1", "b1 english exam", "m6 traffic", "a4 paper", "e5 2"])
def test_what_looks_like_a_postcode_may_be_none(line: str) -> None:
    assert understood(line).request.point is None


def test_a_building_is_a_place_only_after_near() -> None:
    assert understood("near northfield library").request.point_name == "Northfield Library"
    assert understood("northfield library").request.point_name == "Northfield"


def test_the_form_decides_about_the_place() -> None:
    form = Request(point=(52.0, -1.0), point_name="home")
    found = understood("bingo near harborne", form)
    assert found.request.point_name == "home"
    assert all(chip.kind != "near" for chip in found.chips)
    assert found.request.text == ""


def test_near_me_is_left_to_the_page() -> None:
    found = understood("bingo near me")
    assert found.near_me
    assert found.request.text == ""
    assert not understood("bingo near me", Request(point=(52.0, -1.0))).near_me
    assert not understood("bingo near harborne round here").near_me


def test_a_removed_place_is_searched_as_words() -> None:
    chip = next(chip for chip in understood("heartlands choir").chips if chip.kind == "near")
    assert understood("heartlands choir", ignored=(chip.key,)).request.text == "heartlands"


def test_distances_are_metres() -> None:
    for line, metres in (("within 2 miles of B31", 3218), ("up to 5km from B31", 5000), ("half a mile from B31", 804),
                         ("10 minutes walk from B31", 800), ("walking distance of B31", 1500)):  # fmt: skip
        assert understood(line).request.within_m == metres, line
    for line in ("couch to 5k", "over 2 miles run", "5 miles"):
        assert understood(line).request.within_m is None, line


def test_neighbourhoods_are_those_of_wards_we_know() -> None:
    assert len(neighbourhoods()) > 50
    assert understood("jazz in digbeth").request.point_name == "Digbeth"
    assert Gazetteer.build([ward("W", "Elsewhere")]).where_is("Digbeth") == ()


def test_the_whole_city_narrows_nothing() -> None:
    found = understood("choir in birmingham")
    assert found.request.areas == ()
    assert found.request.point is None
    assert next(chip.kind for chip in found.chips) == "area"
