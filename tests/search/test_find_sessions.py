"""The next session of each result, on the page and for programs; by the index, and by the database without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Service
from search import sessions_kept
from search.index.writing import rebuild
from search.reader import READERS, index_root, reader_of
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements

Build = Callable[[], None]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    sessions_kept.forget()
    yield
    sessions_kept.forget()


@pytest.fixture(params=["index", "database"])
def ready(request: pytest.FixtureRequest, session: Session, app: Flask) -> Iterator[Build]:
    """Makes what is in the register known to search: to the index, or there is none and the database answers."""
    assert app

    def build() -> None:
        session.flush()
        sessions_kept.forget()
        if request.param == "index":
            rebuild(session, index_root(), processes=1)
            reader_of(index_root()).look()

    yield build
    READERS.clear()


@pytest.fixture
def choir(app: Flask) -> Service:
    assert app
    return register.service("Choir", at=register.location("Village Hall"))


def test_a_result_names_its_next_session_with_places(client: InspectingClient, choir: Service, ready: Build) -> None:
    full = situations.full_occurrence(of=situations.series(choir), starts_in_hours=20)
    at = (clock.now() + timedelta(hours=44)).replace(second=0, microsecond=0)
    free = situations.occurrence(situations.series(choir), starts_at=at, places_taken=8)
    ready()
    found = client.get("/search.json?q=choir").get_json()["results"][0]
    assert found["next_session"] == {
        "id": str(free.public_id),
        "starts_at": free.starts_at.isoformat(),
        "places_left": 4,
        "url": f"/sessions/{free.public_id}",
    }
    page = client.get("/search?q=choir").text
    assert f'href="/sessions/{free.public_id}"' in page
    assert "4 places left" in page
    assert str(full.public_id) not in page


def test_a_drop_in_has_no_number_of_places(client: InspectingClient, choir: Service, ready: Build) -> None:
    situations.occurrence(capacity=None, of=situations.series(choir, kind="drop_in"))
    ready()
    found = client.get("/search.json?q=choir").get_json()["results"][0]
    assert found["next_session"]["places_left"] is None
    assert "just turn up" in client.get("/search?q=choir").text


def test_has_places_brings_only_what_has_room(client: InspectingClient, choir: Service, ready: Build) -> None:
    yoga = register.service("Yoga")
    situations.full_occurrence(of=situations.series(choir))
    situations.occurrence(situations.series(yoga))
    register.service("Library")
    ready()
    found = client.get("/search.json?has_places=1").get_json()
    assert [one["name"] for one in found["results"]] == ["Yoga"]


def test_a_day_brings_what_has_a_session_then(client: InspectingClient, choir: Service, ready: Build) -> None:
    one = situations.occurrence(situations.series(choir), starts_in_hours=50)
    ready()
    local = one.starts_at.astimezone(clock.LOCAL_ZONE)
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    day, other = days[local.weekday()], days[(local.weekday() + 1) % 7]
    part = "morning" if local.hour < 12 else "afternoon" if local.hour < 17 else "evening"
    assert client.get(f"/search.json?day={day}").get_json()["total"] == 1
    assert client.get(f"/search.json?day={day}&time={part}").get_json()["total"] == 1
    assert client.get(f"/search.json?day={other}").get_json()["total"] == 0


def test_searching_again_asks_the_database_nothing_about_sessions(
    client: InspectingClient, choir: Service, session: Session
) -> None:
    situations.occurrence(situations.series(choir))
    session.flush()
    rebuild(session, index_root(), processes=1)
    reader_of(index_root()).look()
    client.get("/search?q=choir")
    with count_statements() as statements:
        assert "12 places left" in client.get("/search?q=choir").text
    assert not [one for one in statements if "occurrence" in one]
    READERS.clear()
