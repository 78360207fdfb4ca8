"""The map of a search: all that is found in at most 200 marks, nothing that must stay secret, and no nonsense in."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from assetreg.db import db
from assetreg.models import Area, AreaLink, Service
from search.index.writing import rebuild
from search.reader import READERS, index_root, reader_of
from tests.factories import register
from tests.inspecting_client import InspectingClient

Build = Callable[[], None]
CITY = "bbox=-2.2,52.2,-1.6,52.9"
HERE = (-1.99, 52.41)


@pytest.fixture
def city(session: Session) -> dict[str, Area]:
    """Northfield in the west and Aston in the east, in one city."""
    whole = register.city()
    wards = {"northfield": register.ward("Northfield", west=-2.0), "aston": register.ward("Aston", west=-1.9)}
    session.add_all([AreaLink(child_id=ward.id, parent_id=whole.id) for ward in wards.values()])
    session.flush()
    return {"city": whole, **wards}


@pytest.fixture
def build(session: Session, app: Flask) -> Build:
    """Builds the index of what is in the register now, and has it read."""
    assert app is not None

    def build_now() -> None:
        session.flush()
        rebuild(session, index_root(), processes=1)
        assert reader_of(index_root()).look()

    return build_now


@pytest.fixture(params=[True, False], ids=["index", "database"])
def answering(request: pytest.FixtureRequest, build: Build) -> Build:
    """Makes ready whoever answers: the index, or the database while there is none."""

    def make_ready() -> None:
        db.session.flush()
        if request.param:
            build()

    return make_ready


def at(name: str, longitude: float, latitude: float = 52.41, **values: Any) -> Service:
    """A service at a place of its own."""
    return register.service(name, at=register.location(f"{name} Hall", longitude, latitude), **values)


def ask(client: InspectingClient, query: str = "") -> Any:
    """What the map is told."""
    answer = client.get(f"/search/map.json?{query}")
    assert answer.status_code == 200, answer.get_json()
    assert answer.mimetype == "application/geo+json"
    return answer.get_json()


def marks(answer: Any) -> dict[str, Any]:
    """Single marks by the name of their service."""
    return {each["properties"]["name"]: each for each in answer["features"] if "id" in each}


def counted(answer: Any) -> int:
    """How many services all marks together stand for."""
    return sum(each["properties"].get("count", 1) for each in answer["features"])


def test_a_service_alone_says_who_it_is_and_where(
    client: InspectingClient, city: dict[str, Area], answering: Build
) -> None:
    yoga = at("Chair yoga", *HERE, cost_pence=0)
    register.service("Phone friends", is_telephone=True)
    answering()
    answer = ask(client, f"{CITY}&zoom=16")
    mark = marks(answer)["Chair yoga"]
    assert mark["geometry"] == {"type": "Point", "coordinates": list(HERE)}
    assert UUID(mark["id"]) == yoga.public_id
    properties = mark["properties"]
    assert properties["id"] == mark["id"]
    assert properties["url"] == f"/services/{yoga.public_id}"
    assert properties["ward"] == {"code": city["northfield"].code, "name": "Northfield"}
    assert properties["exactness"] == "exact"
    assert properties["cost"] == "Free"
    assert properties["when"]
    assert (answer["total"], answer["placed"]) == (2, 1)
    assert answer["listed"] == {mark["id"]: [[*HERE, "exact"]]}


def test_secret_places_are_never_told(client: InspectingClient, city: dict[str, Area], answering: Build) -> None:
    roughly = register.location("About here", -1.995, 52.415, is_approximate=True)
    register.service("Food bank", at=roughly)
    register.service("Rose refuge", at=register.confidential_location(city["aston"]))
    hidden = register.service("Hidden refuge", at=register.confidential_location(city["aston"], "hidden"))
    answering()
    answer = client.get(f"/search/map.json?{CITY}&zoom=16")
    found = marks(answer.get_json())
    assert set(found) == {"Food bank", "Rose refuge"}
    assert found["Food bank"]["properties"]["exactness"] == "approximate"
    assert found["Rose refuge"]["properties"]["exactness"] == "ward"
    assert found["Rose refuge"]["geometry"]["coordinates"] == [-1.89, 52.41], "the middle of its ward"
    assert str(hidden.public_id) not in answer.get_data(as_text=True)
    assert "Hidden" not in answer.get_data(as_text=True)


def test_marks_are_few_and_nobody_is_forgotten(
    client: InspectingClient, city: dict[str, Area], answering: Build
) -> None:
    assert city
    chance = np.random.default_rng(7)
    group = register.organisation()
    spots = zip(chance.uniform(-2.1, -1.7, 260), chance.uniform(52.3, 52.8, 260), strict=True)
    for number, (lon, lat) in enumerate(spots):
        place = register.location(f"Hall {number}", float(lon), float(lat))
        register.service(f"Choir {number}", at=place, organisation=group, terms=())
    register.service("Nowhere", organisation=group, terms=())
    answering()
    for zoom in (0, 9, 11, 13, 15, 18, 22):
        answer = ask(client, f"{CITY}&zoom={zoom}")
        assert 0 < len(answer["features"]) <= 200
        assert counted(answer) == answer["placed"] == answer["total"] - 1 == 260


def test_a_group_says_how_many_and_where_to_look(
    client: InspectingClient, city: dict[str, Area], answering: Build
) -> None:
    assert city
    for name, lon in (("Choir", -1.99), ("Chess", -1.988), ("Yoga", -1.986)):
        at(name, lon)
    answering()
    (group,) = ask(client, f"{CITY}&zoom=10")["features"]
    assert group["properties"] == {
        "count": 3,
        "bounds": [-1.99, 52.41, -1.986, 52.41],
        "exactness": "exact",
    }
    assert len(marks(ask(client, f"{CITY}&zoom=18"))) == 3
    assert len(marks(ask(client, "bbox=-1.9901,52.4,-1.9879,52.5&zoom=18"))) == 2, "only what is in the box"


def test_one_building_is_one_mark_that_names_what_is_there(
    client: InspectingClient, city: dict[str, Area], answering: Build
) -> None:
    assert city
    hall = register.location("The Hall", *HERE)
    for number in range(14):
        register.service(f"Class {number}", at=hall)
    answering()
    (mark,) = ask(client, f"{CITY}&zoom=18")["features"]
    assert mark["geometry"]["coordinates"] == list(HERE)
    assert mark["properties"]["count"] == 14
    named = mark["properties"]["services"]
    assert len(named) == 12
    assert all(one["url"].startswith("/services/") and one["name"].startswith("Class") for one in named)
    everything = client.get(mark["properties"]["url"])
    assert "14 found" in everything.get_data(as_text=True)


def test_the_map_answers_the_same_question_as_the_list(
    client: InspectingClient, city: dict[str, Area], answering: Build
) -> None:
    assert city
    at("Chair yoga", -1.99, cost_pence=0)
    at("Paid yoga", -1.985, cost_pence=300)
    at("Choir", -1.89, cost_pence=0, terms=("music",))
    answering()
    for question in ("q=yoga&free=1", "q=choir", "area=aston", "interest=music", "free=1"):
        listed = {one["name"] for one in client.get(f"/search.json?{question}").get_json()["results"]}
        assert set(marks(ask(client, f"{question}&{CITY}&zoom=18"))) == listed
    assert set(marks(ask(client, f"interest=music&{CITY}&zoom=18"))) == {"Choir"}
    near = ask(client, f"near=Northfield&within=3000&{CITY}&zoom=18")
    assert set(marks(near)) == {"Chair yoga", "Paid yoga"}
    assert near["near"]["label"] == "Northfield"


def test_without_a_box_everything_is_shown(client: InspectingClient, city: dict[str, Area], answering: Build) -> None:
    assert city
    at("Chair yoga", -1.99)
    at("Choir", -1.89, 52.45)
    at("Chess", -1.89, 52.41)
    answering()
    answer = ask(client)
    assert answer["bbox"] == [-1.99, 52.41, -1.89, 52.45]
    assert 8 < answer["zoom"] < 16
    assert counted(answer) == 3
    there = ask(client, "area=aston")
    assert (there["bbox"], there["wards"]) == ([-1.89, 52.41, -1.89, 52.41], ["aston"])
    assert ask(client, "area=city")["wards"] == []
    nothing = ask(client, "q=zzzzqqqq")
    assert (nothing["features"], nothing["placed"]) == ([], 0)
    assert "bbox" not in nothing


BAD_BOXES = (
    "nan,52,-1,53",
    "-2,inf,-1,53",
    "-2,52,-1,1e999",
    "-1,52,-2,53",
    "-2,53,-1,52",
    "-2,52,-2,53",
    "-181,52,-1,53",
    "-2,52,-1,91",
    "-2,52,-1",
    "-2,52,-1,53,1",
    "a,b,c,d",
    "here",
    ",,,",
    "x" * 5000,
    "-2,52,-1,53;drop table service",
    "<script>",
)
BAD_ZOOMS = ("-1", "23", "99999999999999999999", "nan", "inf", "11.5", "1e1", "close", "²", "🧶")


@pytest.mark.parametrize("given", BAD_BOXES)
def test_a_bad_box_is_refused_with_a_sentence(client: InspectingClient, city: dict[str, Area], given: str) -> None:
    assert city
    answer = client.get("/search/map.json", query_string={"bbox": given, "zoom": "11"})
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"errors"}
    assert set(answer.get_json()["errors"]) == {"bbox"}


@pytest.mark.parametrize("given", BAD_ZOOMS)
def test_a_bad_zoom_is_refused_with_a_sentence(client: InspectingClient, city: dict[str, Area], given: str) -> None:
    assert city
    answer = client.get("/search/map.json", query_string={"bbox": "-2,52,-1,53", "zoom": given})
    assert answer.status_code == 400
    assert set(answer.get_json()["errors"]) == {"zoom"}


@pytest.mark.parametrize("given", ["within=-1", "near=nowhere-at-all", "near=48.85,2.35", "age=x", "kind=nonsense"])
def test_the_map_of_a_page_that_forgives_is_drawn(
    client: InspectingClient, city: dict[str, Area], build: Build, given: str
) -> None:
    """Programs are told what was wrong; the page asks its map without that part."""
    assert city
    at("Chair yoga", *HERE)
    build()
    refused = client.get(f"/search/map.json?{given}")
    assert refused.status_code == 400
    page = client.get(f"/search?{given}&within=500&sort=nearest").get_data(as_text=True)
    address = page.partition('data-url="')[2].partition('"')[0].replace("&amp;", "&")
    assert address.startswith("/search/map.json")
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_json()
    assert set(marks(answer.get_json())) == {"Chair yoga"}


def test_the_map_goes_on_while_the_index_is_gone(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    at("Chair yoga", *HERE)
    register.service("Rose refuge", at=register.confidential_location(city["aston"]))
    build()
    before = ask(client, f"{CITY}&zoom=16")
    shutil.rmtree(index_root())
    READERS.pop(index_root()).stop()  # as in a process that starts now
    assert ask(client, f"{CITY}&zoom=16") == before


def test_a_map_asks_at_most_six_questions_of_the_database(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    assert city
    for name, lon in (("Choir", -1.99), ("Chess", -1.988), ("Yoga", -1.95)):
        at(name, lon)
    build()
    address = f"/search/map.json?q=choir+near+B31+2AB&near=Choir+Hall&{CITY}&zoom=14"
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    client.get(address)
    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        client.get(address)
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)
    assert 0 < len(sent) <= 6, sent


def test_a_map_is_kept_for_a_moment_but_not_on_a_shared_computer(
    client: InspectingClient, city: dict[str, Area]
) -> None:
    assert city
    kept = client.get("/search/map.json").headers["Cache-Control"]
    assert "private" in kept
    assert "max-age=30" in kept
    client.set_cookie("shared", "yes")
    assert client.get("/search/map.json").headers["Cache-Control"] == "no-store"


def test_near_me_is_said_in_words_and_kept_nowhere(
    client: InspectingClient, city: dict[str, Area], build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    assert city
    at("Chair yoga", *HERE)
    build()
    with caplog.at_level("INFO"):
        answer = client.get("/search?near=52.412,-1.987")
        page = " ".join(answer.get_data(as_text=True).split())
        client.get("/search/map.json?near=52.412,-1.987")
    assert "Near where you are" in page
    assert "How far from where you are" in page
    with client.session_transaction() as kept:
        assert "52.4" not in str(dict(kept))
    assert not any("52.412" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert not any("52.412" in f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "Near a place on the map" in client.get("/search?near=52.41234,-1.98765").get_data(as_text=True)


def test_near_me_abroad_says_so(client: InspectingClient, city: dict[str, Area], answering: Build) -> None:
    assert city
    at("Chair yoga", *HERE)
    answering()
    page = client.get("/search?q=yoga&near=48.853,2.349").get_data(as_text=True)
    assert "not a point in or near this country" in page
    assert "Chair yoga" in page, "nothing is lost"
