"""Pages of needs and interests."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from assetreg.db import db
from tests.assetreg.test_home import read, words
from tests.factories import register
from tests.inspecting_client import InspectingClient


@pytest.mark.parametrize(
    "address",
    [
        "/needs/nothing-like-it",
        "/needs/music",
        "/interests/money",
        "/interests/%00",
        "/needs/..%2f..%2fetc",
        "/needs/" + "x" * 3000,
        "/needs/%F0%9F%A7%B6",
    ],
)
def test_a_term_that_is_none_of_this_kind_is_not_found(client: InspectingClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_need_has_what_lies_under_it_and_its_services_by_name(client: InspectingClient) -> None:
    register.ward("Northfield")
    hall = register.location()
    register.service("Zulu", at=hall, terms=("debt",))
    register.service("alpha", at=hall, terms=("budgeting", "debt"))
    register.service("Elsewhere", at=hall, terms=("music",))
    page = read(client, "/needs/money")
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == "Money and benefits"
    assert "2 to choose from" in words(page)
    assert [tag.get_text(strip=True) for tag in page.select(".app-card__name")] == ["alpha", "Zulu"]
    assert [tag.get_text(" ", strip=True) for tag in page.select(".app-children li")] == [
        "Debt advice 2",
        "Budgeting and saving 1",
    ]
    assert [(tag.get_text(strip=True), tag["href"]) for tag in page.select(".app-side__wards a")] == [
        ("Northfield", "/search?need=money&area=northfield")
    ]


def test_a_child_says_what_it_is_part_of(client: InspectingClient) -> None:
    register.service("Memory café", terms=("dementia",))
    page = read(client, "/needs/dementia")
    assert [tag.get_text(strip=True) for tag in page.select(".govuk-breadcrumbs__link")] == [
        "Help with",
        "Health and wellbeing",
        "Living with a health condition",
    ]


def test_a_need_nobody_answers_yet_says_so(client: InspectingClient) -> None:
    page = read(client, "/needs/legal")
    assert "We do not know of anything here yet." in words(page)
    assert "0121 496 0123" in words(page)


def test_the_nearest_comes_first_when_a_place_is_known(client: InspectingClient) -> None:
    register.ward("Northfield", west=-2.0)
    register.service("Alpha", at=register.location(longitude=-1.89), terms=("music",))
    register.service("Zulu", at=register.location(longitude=-1.99), terms=("music",))
    register.service("Online", is_online=True, terms=("music",))
    page = read(client, "/interests/music?near=northfield")
    assert [tag.get_text(strip=True) for tag in page.select(".app-card__name")] == ["Zulu", "Alpha", "Online"]
    assert "nearest to Northfield first" in words(page)
    assert "0.1 miles" in words(page)


@pytest.mark.parametrize("place", ["Atlantis", "%00%F0%9F%98%80", "x" * 900])
def test_a_place_we_do_not_know_is_said(client: InspectingClient, place: str) -> None:
    register.service("Alpha", terms=("music",))
    page = read(client, f"/interests/music?near={place}")
    assert "We do not know that place." in words(page)
    assert [tag.get_text(strip=True) for tag in page.select(".app-card__name")] == ["Alpha"]


@pytest.mark.parametrize(("page", "first"), [("1", "S00"), ("2", "S20"), ("0", "S00"), ("x", "S00"), ("999", "S20")])
def test_pages(client: InspectingClient, page: str, first: str) -> None:
    for number in range(25):
        register.service(f"S{number:02}", terms=("music",))
    tree = read(client, f"/interests/music?page={page}")
    assert tree.select(".app-card__name")[0].get_text(strip=True) == first


def test_the_lists_show_only_what_exists(client: InspectingClient) -> None:
    register.service("Alpha", terms=("debt", "music"))
    needs = read(client, "/needs")
    assert [tag.get_text(" ", strip=True) for tag in needs.select("h2")][:1] == ["Money and benefits 1"]
    assert "Housing" not in words(needs)
    assert [tag.get_text(" ", strip=True) for tag in needs.select(".app-needmap__list a")] == ["Debt advice"]
    interests = read(client, "/interests")
    assert len(interests.select(".app-tile")) == 1


def test_a_page_asks_few_questions_of_the_database(client: InspectingClient, session: Session) -> None:
    register.ward("Northfield")
    for number in range(30):
        register.service(f"S{number}", at=register.location(), terms=("debt", "music"))
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        client.get("/needs/money?near=B31+2AB")
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)
    assert len([one for one in sent if not one.startswith(("SAVEPOINT", "RELEASE"))]) <= 8
