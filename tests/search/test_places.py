"""Places by name: what is offered while somebody types, which one a name means, and what is said of places outside."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetreg.models import Area
from assetreg.queries.area_index import AreaIndex, IndexedArea
from assetreg.queries.cards import Point
from search.index.writing import rebuild
from search.phrases.gazetteer import Gazetteer
from search.places.known import KnownPlace, Places
from search.places.outside import direction, find_far_postcode, looks_like_degrees, metres_between, read_towns
from search.places.suggesting import similar, suggest
from search.reader import index_root, reader_of
from search.requests import Somewhere
from tests.factories import register
from tests.inspecting_client import InspectingClient

MIDDLE = (52.48, -1.90)
AREAS = {
    "city": "Birmingham",
    "constituency": "Northfield; Sutton Coldfield; Hodge Hill and Solihull North",
    "ward": "Northfield; North Edgbaston; Erdington; Brandwood & King's Heath; Sutton Vesey; Sutton Trinity; Newtown",
    "locality": "North",
}


@pytest.fixture(scope="module")
def places() -> Places:
    """A few of Birmingham's areas, three parts of postcodes and three halls."""
    areas: list[IndexedArea] = []
    for kind, listed in AREAS.items():
        for name in listed.split("; "):
            key = len(areas) + 1
            middle = Point(MIDDLE[1] + key / 500, MIDDLE[0])
            parents = (2,) if kind == "ward" else ()
            areas.append(IndexedArea(key, kind, f"E{key}", f"{name}-{kind}".lower(), name, False, middle, parents))
    rows = [Somewhere(area.kind, area.code, area.name, MIDDLE) for area in areas]
    called = [("Boldmere", "Sutton Vesey"), ("Sutton", "Sutton Coldfield")]
    centres = [
        KnownPlace("sector" if " " in code else "outward", code, code, MIDDLE, lies_in="Northfield", ward_id=5)
        for code in ("B3", "B31", "B31 2", "B30")
    ]
    halls = [
        KnownPlace("location", name, f"{name}, {postcode}", (52.4, -1.9 - number / 100), ward_id=5)
        for number, (name, postcode) in enumerate(
            (("St Mary's Hall", "B31 1AA"), ("St Mary's Hall", "B30 1AA"), ("Northfield Library", "B31 2AB"))
        )
    ]
    gazetteer = Gazetteer.build(rows, also_called=called)
    return Places(AreaIndex(tuple(areas)), gazetteer, centres, halls, read_towns()).prepare()


def offered(typed: str, places: Places) -> list[str]:
    """What goes into the box for each suggestion."""
    return [place.said for place in suggest(typed, places)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("northf", ["Northfield (ward)", "Northfield (constituency)", "Northfield Library"]),
        ("NORTHFIELD", ["Northfield (ward)", "Northfield (constituency)", "Northfield Library"]),
        ("nrthfield", ["Northfield (ward)", "Northfield (constituency)"]),
        ("edgb", ["North Edgbaston"]),
        ("king’s h", ["Brandwood & King's Heath"]),
        ("kings heath", ["Brandwood & King's Heath"]),
        ("brandwood and k", ["Brandwood & King's Heath"]),
        ("boldm", ["Boldmere"]),
        ("st mary", ["St Mary's Hall, B30 1AA", "St Mary's Hall, B31 1AA"]),
        ("librar", ["Northfield Library"]),
        ("newt", ["Newtown", "Newtown, Powys"]),
        ("b3", ["B3", "B30", "B31", "B31 2"]),
        ("B31 2", ["B31 2"]),
        ("b31 2ab", ["B31 2AB"]),
        ("zzzzz", []),
        ("", []),
        ("  ", []),
        ("\0\ud83e🧶", []),
    ],
)
def test_what_is_offered_while_somebody_types(places: Places, typed: str, first: list[str]) -> None:
    assert offered(typed, places)[: len(first)] == first
    assert bool(first) or not offered(typed, places)


def test_never_more_than_eight_are_offered(places: Places) -> None:
    assert all(len(offered(letter, places)) <= 8 for letter in "abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("written", "meant", "is_sure"),
    [
        ("Northfield", ["Northfield (ward)", "Northfield (constituency)"], True),
        ("Northfield (constituency)", ["Northfield (constituency)"], True),
        ("northfield ward", ["Northfield (ward)"], True),
        ("Erdington ward", ["Erdington"], True),
        ("Newtown", ["Newtown", "Newtown, Powys"], True),
        ("Newtown, Powys", ["Newtown, Powys"], True),
        ("Solihull", ["Solihull", "Hodge Hill and Solihull North"], True),
        ("Sutton", ["Sutton Coldfield", "Sutton Trinity", "Sutton Vesey"], True),
        ("Kings Heath", ["Brandwood & King's Heath"], True),
        ("Boldmere", ["Sutton Vesey"], True),
        ("St Mary's Hall", ["St Mary's Hall, B30 1AA", "St Mary's Hall, B31 1AA"], True),
        ("St Mary's Hall, B30 1AA", ["St Mary's Hall, B30 1AA"], True),
        ("Hodge", ["Hodge Hill and Solihull North"], True),
        ("Atlantis", [], False),
    ],
)
def test_which_places_a_name_means(places: Places, written: str, meant: list[str], is_sure: bool) -> None:
    found, sure = places.meant(written)
    assert [place.said for place in found] == meant
    assert sure is is_sure


def test_what_a_suggestion_puts_into_the_box_means_that_place_alone(places: Places) -> None:
    for place in (*places.areas, *places.towns, *places.buildings):
        found, is_sure = places.meant(place.said)
        assert is_sure
        assert (found[0].kind, found[0].point) == (place.kind, place.point), place.said
        assert len(found) == 1 or place.said == place.name, "only a bare name may mean others too"


def test_names_like_an_unknown_one(places: Places) -> None:
    assert [place.name for place in similar("Erdingtn", places)] == ["Erdington"]
    assert similar("Paris", places) == ()
    assert similar("x", places) == ()


def test_a_postcode_far_away_is_at_its_town(places: Places) -> None:
    glasgow = find_far_postcode("G1 1AA", places)
    assert glasgow is not None
    assert glasgow.lies_in == "Glasgow"
    assert 240 < metres_between(MIDDLE, glasgow.point or MIDDLE) / 1609.344 < 260
    assert find_far_postcode("B99 9ZZ", places) is None, "ours, and not known: not to be guessed"
    assert find_far_postcode("not one", places) is None


def test_directions_and_degrees() -> None:
    assert [direction(MIDDLE, to) for to in ((53, -1.9), (52.48, -1), (52, -1.9), (52.48, -3))] == [0, 2, 4, 6]
    assert looks_like_degrees("nan, nan")
    assert looks_like_degrees("1e308,1")
    assert not looks_like_degrees("Kings Heath, Birmingham")


@pytest.fixture(params=[True, False], ids=["index", "database"])
def city(request: pytest.FixtureRequest, session: Session) -> None:
    """Northfield, twice; a postcode in the next town; answered from the index, and from the database."""
    register.city(centre="SRID=4326;POINT(-1.90 52.48)")
    register.ward("Northfield", west=-2.0, centre="SRID=4326;POINT(-1.99 52.41)")
    session.add(
        Area(
            kind="constituency",
            name="Northfield",
            slug="northfield-constituency",
            code="E14000001",
            boundary=register.square(-2.0, 52.4, 0.05),
            centre=register.point(-1.97, 52.42),
        )
    )
    register.service("Chess club", at=register.location("Northfield Hall"))
    for code, longitude in (("B312AB", -1.99), ("B911AA", -1.778)):
        session.execute(
            text("INSERT INTO postcode (code, point) VALUES (:code, ST_SetSRID(ST_MakePoint(:x, 52.41), 4326))"),
            {"code": code, "x": longitude},
        )
    session.flush()
    if request.param:
        rebuild(session, index_root(), processes=1)
        assert reader_of(index_root()).look()


def page(client: InspectingClient, query: str) -> str:
    """The words of the page."""
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 200
    found = BeautifulSoup(answer.get_data(as_text=True), "html.parser").find("main")
    assert found is not None
    return " ".join(found.get_text(" ").split())


@pytest.mark.usefixtures("city")
def test_a_page_asks_which_one_and_keeps_the_question(client: InspectingClient) -> None:
    answer = client.get("/search?q=chess&near=Northfield&free=0&day=tue&sort=name")
    section = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one(".app-which")
    assert section is not None
    links = [str(link["href"]) for link in section.select("a")]
    assert links == ["/search?q=chess&near=Northfield+(constituency)&day=tue&sort=name"]
    assert "Which “Northfield” did you mean?" not in page(client, "near=Northfield+(ward)")


@pytest.mark.usefixtures("city")
def test_a_place_outside_is_answered_with_how_far_it_is(client: InspectingClient) -> None:
    for query, said in (
        ("near=Solihull", "Solihull is about 7 miles from the middle of Birmingham. These are the nearest services"),
        ("near=B91+1AA", "B91 1AA is about 7 miles from the middle of Birmingham."),
        ("near=52.410,-1.778", "Where you are is about 7 miles from the middle of Birmingham."),
        ("near=52.41,-1.7781", "A place on the map is about 7 miles from the middle of Birmingham."),
        ("near=G1+1AA&q=chess", "G1 1AA (Glasgow) is about 250 miles from the middle of Birmingham. We know of things"),
    ):
        shown = page(client, query)
        assert said in shown
        assert "Chess club" in shown
    assert "Chess club" in page(client, "near=Paris")
    assert "We do not know a place called “Paris”" in page(client, "near=Paris")


@pytest.mark.usefixtures("city")
def test_the_ward_of_a_postcode_is_named(client: InspectingClient) -> None:
    assert "B31 2AB is in Northfield ." in page(client, "near=B31+2AB")
    for written, said in (
        ("B31 2AB", "B31 2AB is in Northfield"),
        ("B91 1AA", "outside the city"),
        ("Solihull", "outside the city"),
        ("Atlantis", "We do not know that place"),
    ):
        shown = client.get("/areas", query_string={"near": written}).get_data(as_text=True)
        assert said in " ".join(BeautifulSoup(shown, "html.parser").get_text(" ").split())


@pytest.mark.usefixtures("city")
def test_places_are_offered_as_json(client: InspectingClient) -> None:
    found = client.get("/places.json?q=northf").get_json()["places"]
    assert [place["label"] for place in found[:2]] == ["Northfield (ward)", "Northfield (constituency)"]
    assert set(found[0]) == {"name", "kind", "label", "detail", "value"}
    assert client.get("/places.json").get_json() == {"places": []}


@pytest.mark.usefixtures("city")
def test_a_private_place_is_never_offered(client: InspectingClient, session: Session) -> None:
    register.confidential_location(None, "hidden", name="Rose Refuge House")
    session.flush()
    rebuild(session, index_root(), processes=1)
    assert client.get("/places.json?q=rose+ref").get_json() == {"places": []}
    assert client.get("/search.json?near=Rose+Refuge+House").status_code == 400
