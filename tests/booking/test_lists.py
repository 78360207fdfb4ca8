"""Sessions in lists: on the register's pages, on paper, and on other websites."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from assetreg import clock
from assetreg.db import db
from assetreg.models import Service
from booking.models import Occurrence
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def choir(app: Flask) -> Service:
    assert app
    register.city()
    register.ward("Northfield")
    return register.service("Choir", at=register.location("Village Hall"), terms=("loneliness",))


def held(of: Service, days: float = 1, capacity: int | None = 4, taken: int = 0, **values: Any) -> Occurrence:
    """A session at the service's place so many days from Monday morning, of a series of its own."""
    place = of.at_locations[0].location
    own = values.pop("occurrence", {})
    kind = values.pop("kind", "drop_in" if capacity is None else "bookable")
    series = situations.series(of, at=place, kind=kind, capacity=capacity, **values)
    return situations.occurrence(series, capacity, starts_at=MONDAY + timedelta(days=days), places_taken=taken, **own)


def words(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_service_shows_its_next_sessions_and_the_one_button(client: InspectingClient, choir: Service) -> None:
    held(choir, days=1, taken=4)
    free = held(choir, days=3, taken=1)
    page = client.get(f"/services/{choir.public_id}")
    said = words(page.text)
    assert "Next sessions" in said
    assert "3 places left" in said
    assert "Full – you can wait" in said
    assert f'href="/sessions/{free.public_id}/book"' in page.text


def test_a_service_without_sessions_says_what_it_always_said(client: InspectingClient, choir: Service) -> None:
    page = client.get(f"/services/{choir.public_id}")
    assert "Next sessions" not in page.text
    assert "What to do" in page.text


def test_a_paused_service_shows_no_button_for_its_sessions(client: InspectingClient, choir: Service) -> None:
    free = held(choir)
    choir.status = "temporarily_closed"
    db.session.flush()
    page = client.get(f"/services/{choir.public_id}")
    assert f"/sessions/{free.public_id}/book" not in page.text


def test_all_dates_come_in_pages(client: InspectingClient, choir: Service) -> None:
    series = situations.series(choir, at=choir.at_locations[0].location)
    for week in range(60):
        situations.occurrence(series, starts_at=MONDAY + timedelta(weeks=week, hours=1))
    address = f"/services/{choir.public_id}/sessions"
    assert "All 60 dates" in words(client.get(f"/services/{choir.public_id}").text)
    first = client.get(address)
    assert "60 dates to come" in words(first.text)
    assert first.text.count('class="app-days__one"') == 50
    assert client.get(f"{address}?page=2").text.count('class="app-days__one"') == 10
    assert client.get(f"{address}?page=3").status_code == 404


@pytest.mark.parametrize(
    "what",
    [
        {"status": "draft"},
        {"status": "ended"},
        {"kind": "referred", "is_listed": False},
        {"occurrence": {"status": "cancelled"}},
        {"days": -1},
    ],
    ids=str,
)
def test_what_is_not_on_is_on_no_page(client: InspectingClient, choir: Service, what: dict[str, Any]) -> None:
    one = held(choir, **what)
    group = choir.organisation.public_id
    for address in (
        "/",
        "/areas/northfield",
        "/areas/northfield/week",
        f"/services/{choir.public_id}",
        f"/services/{choir.public_id}/sessions",
        f"/organisations/{group}",
        f"/embed/organisations/{group}",
    ):
        assert str(one.public_id) not in client.get(address).text, address


def test_this_week_names_what_has_room_by_day(client: InspectingClient, choir: Service) -> None:
    free, full, later = held(choir, days=1), held(choir, days=2, taken=4), held(choir, days=9)
    for address in ("/", "/areas/northfield", "/areas/northfield/week"):
        page = client.get(address)
        assert str(free.public_id) in page.text, address
        assert "Tomorrow" in words(page.text), address
        assert str(full.public_id) not in page.text, address
        assert str(later.public_id) not in page.text, address


def test_without_sessions_nobody_is_told_of_an_empty_week(client: InspectingClient, choir: Service) -> None:
    for address in ("/", "/areas/northfield", f"/organisations/{choir.organisation.public_id}"):
        assert "On this week" not in client.get(address).text, address
    assert "We know of nothing on in Northfield this week" in words(client.get("/areas/northfield/week").text)


def test_a_sensitive_service_is_in_no_list_but_its_own(client: InspectingClient, choir: Service) -> None:
    one = held(choir)
    choir.is_sensitive = True
    db.session.flush()
    group = choir.organisation.public_id
    for address in ("/", "/areas/northfield", "/areas/northfield/week", f"/embed/organisations/{group}"):
        assert str(one.public_id) not in client.get(address).text, address
    assert str(one.public_id) in client.get(f"/services/{choir.public_id}").text


def test_a_wards_week_has_regular_times_of_what_has_no_sessions(client: InspectingClient, choir: Service) -> None:
    lunch = register.service("Lunch club", at=register.location("Church"))
    register.opening_time(lunch, weekday=3)
    register.opening_time(choir, weekday=4)
    held(choir, days=1)
    said = words(client.get("/areas/northfield/week").text)
    assert said.index("Tomorrow") < said.index("Choir") < said.index("Thursday 26 November") < said.index("Lunch club")
    assert said.count("Choir") == 1


def test_only_a_ward_has_a_week_on_paper(client: InspectingClient, choir: Service) -> None:
    assert choir
    assert client.get("/areas/birmingham/week").status_code == 404
    assert client.get("/areas/nowhere/week").status_code == 404


def test_the_poster_has_dates_place_and_code(client: InspectingClient, choir: Service) -> None:
    held(choir, days=1)
    page = client.get(f"/services/{choir.public_id}/poster")
    said = words(page.text)
    assert "Tuesday 24 November" in said
    assert "Village Hall" in said
    assert f"/s/{choir.short_code}" in said
    assert "<svg" in page.text


def test_a_poster_of_a_confidential_place_does_not_tell_where(client: InspectingClient, app: Flask) -> None:
    assert app
    ward = register.ward("Northfield")
    refuge = register.service("Women's group", at=register.confidential_location(ward, name="Canary House"))
    for address in ("poster", "sessions"):
        assert "Canary" not in client.get(f"/services/{refuge.public_id}/{address}").text


def test_only_the_list_for_other_websites_may_be_framed(client: InspectingClient, choir: Service) -> None:
    held(choir)
    group = choir.organisation.public_id
    framed = client.get(f"/embed/organisations/{group}")
    assert "frame-ancestors *" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
    assert "<form" not in framed.text
    for address in ("/", f"/organisations/{group}", f"/organisations/{group}/embed", f"/services/{choir.public_id}"):
        other = client.get(address)
        assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"], address
        assert other.headers["X-Frame-Options"] == "DENY", address


def test_the_line_to_copy_leads_to_the_list(client: InspectingClient, choir: Service) -> None:
    group = choir.organisation.public_id
    page = client.get(f"/organisations/{group}/embed")
    assert f"/embed/organisations/{group}" in page.text
    assert "&lt;iframe" in page.text


def test_pages_with_sessions_ask_at_most_eight_statements(app: Flask, client: InspectingClient, choir: Service) -> None:
    assert app
    for day in range(1, 6):
        held(choir, days=day)
    for address in (
        "/",
        "/areas/northfield",
        "/areas/northfield/week",
        f"/services/{choir.public_id}",
        f"/services/{choir.public_id}/sessions",
        f"/organisations/{choir.organisation.public_id}",
    ):
        with count_statements() as statements:
            assert client.get(address).status_code == 200
        about_sessions = [one for one in statements if "occurrence" in one]
        assert len(about_sessions) == 1, address
        assert len(statements) <= 8, (address, len(statements))
