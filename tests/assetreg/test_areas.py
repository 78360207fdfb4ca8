"""Pages of areas, the list of them, and the shapes of their map."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from assetreg.db import db
from assetreg.models import Area, AreaLink
from tests.assetreg.test_home import read, words
from tests.factories import register
from tests.inspecting_client import InspectingClient


def lying_in(session: Session, child: Area, parent: Area) -> None:
    """Put one area into another."""
    session.add(AreaLink(child_id=child.id, parent_id=parent.id))
    session.flush()


def constituency(name: str) -> Area:
    """A constituency without a shape."""
    area: Area = register.saved(
        Area(kind="constituency", code=f"E14{name}", name=name, slug=f"{name.lower()}-constituency")
    )
    return area


@pytest.mark.parametrize("slug", ["nowhere", "E0599", "%00", "x" * 3000, "%F0%9F%98%80", "..%2f"])
def test_an_area_that_is_none_is_not_found(client: InspectingClient, slug: str) -> None:
    register.ward("Northfield")
    assert client.get(f"/areas/{slug}").status_code == 404


def test_a_former_area_is_gone(client: InspectingClient) -> None:
    register.ward("Old ward", retired_at=datetime(2018, 5, 1, tzinfo=UTC))
    assert client.get("/areas/old-ward").status_code == 410


def test_a_ward_shows_what_there_is_by_need_and_by_interest(client: InspectingClient) -> None:
    register.ward("Northfield")
    register.ward("Aston", west=-1.9)
    hall = register.location()
    for number in range(6):
        register.service(f"Debt clinic {number}", at=hall, terms=("debt", "budgeting"))
    register.service("Choir", at=hall, terms=("music",))
    register.service("Elsewhere", at=register.location(longitude=-1.89), terms=("housing",))
    page = read(client, "/areas/northfield")
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == "Northfield"
    assert "We know of 7 things here." in words(page)
    assert [tag.get_text(strip=True) for tag in page.select(".app-group h3")] == ["Money and benefits"]
    assert [tag.get_text(strip=True) for tag in page.select(".app-group .app-line__name")] == [
        f"Debt clinic {number}" for number in range(4)
    ]
    link = page.select_one(".app-group__all a")
    assert link is not None
    assert link["href"] == "/search?area=northfield&need=money"
    assert "All 6 for money and benefits" in words(page)
    assert [tag.get_text(" ", strip=True) for tag in page.select(".app-tile")] == ["Music and singing 1"]
    assert "Elsewhere" not in words(page)


def test_what_serves_the_whole_city_is_on_every_wards_page(client: InspectingClient, session: Session) -> None:
    city = register.city()
    northfield = register.ward("Northfield")
    lying_in(session, northfield, city)
    register.service("Helpline", is_telephone=True, terms=("debt",))
    register.service("For the city", areas=(city,), terms=("debt",))
    register.service("Aston only", areas=(register.ward("Aston", west=-1.9),), terms=("debt",))
    page = read(client, "/areas/northfield")
    wide = page.select_one("section[aria-labelledby=wide]")
    assert wide is not None
    assert [tag.get_text(strip=True) for tag in wide.select(".app-line__name")] == ["For the city", "Helpline"]
    assert "Aston only" not in words(page)
    assert "We do not know of anything here yet." in words(page)


def test_a_ward_names_what_it_lies_in_and_who_is_next_door(client: InspectingClient, session: Session) -> None:
    northfield = register.ward("Northfield", west=-2.0)
    register.ward("Next door", west=-1.98)
    register.ward("Far away", west=-1.9)
    lying_in(session, northfield, constituency("Northfield"))
    lying_in(session, northfield, constituency("Edgbaston"))
    page = read(client, "/areas/northfield")
    parents = [tag["href"] for tag in page.select("h1 + p a")]
    assert sorted(parents) == ["/areas/edgbaston-constituency", "/areas/northfield-constituency"]
    assert [tag.get_text(strip=True) for tag in page.select("section[aria-labelledby=neighbours] a")] == ["Next door"]
    assert {tag["href"] for tag in page.select(".app-areamap a")} == {"/areas/next-door"}


def test_a_constituency_has_its_wards_with_their_counts(client: InspectingClient, session: Session) -> None:
    around = constituency("Northfield")
    for name, west in [("Northfield", -2.0), ("Allens Cross", -1.98)]:
        lying_in(session, register.ward(name, west=west), around)
    register.ward("Aston", west=-1.9)
    register.service("Choir", at=register.location(), terms=("music",))
    page = read(client, "/areas/northfield-constituency")
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == "Northfield constituency"
    assert [tag.get_text(" ", strip=True) for tag in page.select("section[aria-labelledby=wards] li")] == [
        "Allens Cross 0",
        "Northfield 1",
    ]
    assert "We know of one thing here." in words(page)


def test_the_city_has_every_ward(client: InspectingClient) -> None:
    register.city()
    register.ward("Northfield")
    register.ward("Aston", west=-1.9)
    page = read(client, "/areas/birmingham")
    assert [tag.get_text(strip=True) for tag in page.select("section[aria-labelledby=wards] a")] == [
        "Aston",
        "Northfield",
    ]


def test_approximate_outlines_say_that_they_are(client: InspectingClient) -> None:
    register.ward("Northfield", is_approximate=True)
    register.ward("Aston", west=-1.9)
    sentence = "load your council’s boundaries"
    assert sentence in words(read(client, "/areas/northfield"))
    assert sentence in words(read(client, "/areas"))
    assert sentence not in words(read(client, "/areas/aston"))


def test_an_area_without_boundaries_still_has_a_page(client: InspectingClient, session: Session) -> None:
    session.add(Area(kind="ward", code="E05", slug="paper", name="Paper ward"))
    session.flush()
    page = read(client, "/areas/paper")
    assert page.select("svg.app-areamap__svg") == []


def test_a_hidden_place_is_in_no_ward_and_offered_as_to_everybody(client: InspectingClient) -> None:
    northfield = register.ward("Northfield")
    register.ward("Aston", west=-1.9)
    register.service("Refuge", at=register.confidential_location(northfield, "hidden"), terms=("domestic-abuse",))
    register.service("Counselling", at=register.confidential_location(northfield), terms=("domestic-abuse",))
    page = read(client, "/areas/northfield")
    assert "We know of one thing here." in words(page)
    assert [tag.get_text(strip=True) for tag in page.select(".app-group .app-line__name")] == ["Counselling"]
    for slug in ("northfield", "aston"):
        wide = read(client, f"/areas/{slug}").select("section[aria-labelledby=wide] .app-line__name")
        assert [tag.get_text(strip=True) for tag in wide] == ["Refuge"]


def test_the_list_has_every_ward_and_all_larger_areas(client: InspectingClient, session: Session) -> None:
    register.city()
    lying_in(session, register.ward("Northfield"), constituency("Northfield"))
    register.ward("Aston", west=-1.9)
    page = read(client, "/areas")
    assert [tag.get_text(" ", strip=True) for tag in page.select("#ward-list li")] == ["Aston 0", "Northfield 0"]
    assert {tag["href"] for tag in page.select(".app-side__wards a")} == {
        "/areas/northfield-constituency",
        "/areas/birmingham",
    }


def test_the_list_says_when_there_are_no_wards(client: InspectingClient) -> None:
    assert "No wards have been loaded yet." in words(read(client, "/areas"))


def test_the_shapes_are_valid_geojson_of_the_present_wards(client: InspectingClient) -> None:
    register.ward("Northfield")
    register.ward("Old ward", west=-1.8, retired_at=datetime(2018, 5, 1, tzinfo=UTC))
    answer = client.get("/areas.geojson")
    assert answer.mimetype == "application/geo+json"
    shapes = json.loads(answer.get_data(as_text=True))
    assert [one["properties"] for one in shapes["features"]] == [{"slug": "northfield", "name": "Northfield"}]
    assert shapes["features"][0]["geometry"]["type"] == "MultiPolygon"


def test_no_wards_are_an_empty_collection(client: InspectingClient) -> None:
    assert client.get("/areas.geojson").get_json(force=True) == {"type": "FeatureCollection", "features": []}


def test_the_browser_keeps_the_shapes_until_a_boundary_changes(client: InspectingClient, session: Session) -> None:
    ward = register.ward("Northfield")
    first = client.get("/areas.geojson")
    again = client.get("/areas.geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    ward.boundary = register.square(-2.0, 52.4, 0.03)
    session.flush()
    changed = client.get("/areas.geojson", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert changed.get_data() != first.get_data()


@pytest.mark.parametrize("slug", ["northfield", "birmingham"])
def test_a_page_asks_few_questions_of_the_database(client: InspectingClient, slug: str) -> None:
    register.city()
    register.ward("Northfield")
    for number in range(30):
        register.service(f"S{number}", at=register.location(), terms=("debt", "music"))
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        client.get(f"/areas/{slug}")
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)
    assert len([one for one in sent if not one.startswith(("SAVEPOINT", "RELEASE"))]) <= 8
