"""The first page: one box, and every way into what there is, and only that."""

from __future__ import annotations

from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from assetreg.models import Area
from tests.factories import register
from tests.inspecting_client import InspectingClient


def read(client: InspectingClient, address: str = "/") -> BeautifulSoup:
    """A page as a tree."""
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(page: BeautifulSoup) -> str:
    """All its words with single spaces."""
    return " ".join(page.get_text(" ").split())


def test_the_box_asks_the_search_page(client: InspectingClient) -> None:
    page = read(client)
    box = page.select_one("form[role=search]")
    assert box is not None
    assert (box["action"], box["method"]) == ("/search", "get")
    assert [field["name"] for field in box.select("input")] == ["q", "near"]
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == "What do you want to do?"
    assert page.h1.label is not None
    assert page.h1.label["for"] == "q"


def test_an_empty_register_shows_no_empty_lists(client: InspectingClient) -> None:
    page = read(client)
    assert "There is nothing in the register yet. Please ring us instead." in words(page)
    assert page.select(".app-tiles, .app-needs, .app-letters") == []


def test_it_shows_what_exists_with_how_many_and_nothing_else(client: InspectingClient) -> None:
    register.ward("Northfield")
    register.ward("Aston", west=-1.9)
    hall = register.location()
    register.service("One", at=hall, terms=("debt", "budgeting", "music"))
    register.service("Two", at=hall, terms=("debt",))
    register.service("Over", at=hall, terms=("walking", "housing"), status="closed")
    page = read(client)
    assert [" ".join(tag.get_text(" ").split()) for tag in page.select(".app-tile")] == [
        "Music and singing 1 to choose from"
    ]
    assert [tag.get_text(" ", strip=True) for tag in page.select(".app-need__name")] == [
        "Money and benefits 2 to choose from"
    ]
    assert [tag.get_text(" ", strip=True) for tag in page.select(".app-letter li")] == ["Northfield 2"]


def test_a_service_counts_where_it_is_and_where_it_serves_but_never_where_it_hides(
    client: InspectingClient, session: Session
) -> None:
    northfield, aston = register.ward("Northfield"), register.ward("Aston", west=-1.9)
    register.service("Both", at=register.location(), areas=(northfield, aston))
    register.service("Hidden", at=register.confidential_location(aston, "hidden"))
    register.service("Whole city", areas=(register.city(),))
    session.add(Area(kind="constituency", code="E14", slug="e14", name="Not a ward"))
    session.flush()
    page = read(client)
    assert [tag.get_text(" ", strip=True) for tag in page.select(".app-letter li")] == ["Aston 1", "Northfield 1"]


def test_every_page_says_whom_to_ring_and_when(client: InspectingClient) -> None:
    page = read(client)
    footer = page.footer
    assert footer is not None
    assert "0121 496 0123" in footer.get_text()
    assert "Monday to Friday, 9am to 5pm" in footer.get_text()
    link = footer.select_one("a[href^=tel]")
    assert link is not None
    assert link["href"] == "tel:+441214960123"


def test_a_page_asks_nothing_of_any_other_host_and_keeps_no_cookie(client: InspectingClient) -> None:
    answer = client.get("/")
    assert "Set-Cookie" not in answer.headers
    assert "http://" not in answer.get_data(as_text=True).replace("http://www.w3.org/2000/svg", "").replace(
        "http://localhost/", ""
    )
