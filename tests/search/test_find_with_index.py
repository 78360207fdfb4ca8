"""Finding as people meet it, answered by the index: chips, reasons, help at once, JSON, and what happens without it."""

from __future__ import annotations

import calendar
import csv
import io
import logging
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.db import db
from assetreg.models import Area, AreaLink, ContactPoint
from search import knowing
from search.actions.lexicon import load_lexicon
from search.index.writing import rebuild
from search.models import LexiconPhrase
from search.reader import READERS, index_root, reader_of
from tests.factories import register
from tests.inspecting_client import InspectingClient

Build = Callable[[], None]


@pytest.fixture
def city(session: Session) -> dict[str, Area]:
    """Northfield in the west and Aston in the east, in one city."""
    whole = register.city()
    wards = {"northfield": register.ward("Northfield", west=-2.0), "aston": register.ward("Aston", west=-1.9)}
    session.add_all([AreaLink(child_id=ward.id, parent_id=whole.id) for ward in wards.values()])
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
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


def something_of_everything(city: dict[str, Area]) -> None:
    """Five services that differ in what matters."""
    hall = register.location("Northfield Hall", longitude=-1.99, access=["step-free"])
    yoga = register.service("Chair yoga", at=hall, cost_pence=0)
    register.opening_time(yoga, weekday=1)
    bills = register.service(
        "Warm homes advice",
        at=register.location("Advice Centre", longitude=-1.985),
        terms=("energy",),
        summary="Help when you cannot pay for gas and electricity.",
        cost_pence=0,
    )
    register.opening_time(bills, weekday=2)
    register.service("Choir", at=register.location("Aston Hall", longitude=-1.89), terms=("music",), cost_pence=200)
    register.service("Rose refuge", at=register.confidential_location(city["northfield"]), terms=("energy",))
    register.service("Hidden refuge", at=register.confidential_location(None, "hidden"), terms=("energy",))


def page(client: InspectingClient, address: str) -> BeautifulSoup:
    """The page at this address of the search."""
    answer = client.get(f"/search{address}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def names(found: BeautifulSoup) -> list[str]:
    """The names of the services on a page."""
    return [tag.get_text(strip=True) for tag in found.select(".app-card__name")]


def words(found: BeautifulSoup) -> str:
    """All the words of a page, with single spaces."""
    return " ".join(found.get_text(" ").split())


def chips(found: BeautifulSoup) -> dict[str, str]:
    """What a page says was understood, and where each chip leads."""
    return {" ".join(tag.get_text(" ").split())[10:-2]: str(tag["href"]) for tag in found.select(".app-chip")}


def ask_json(client: InspectingClient, address: str) -> Any:
    """What programs are told."""
    answer = client.get(f"/search.json{address}")
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()


def test_what_somebody_says_becomes_chips_and_each_can_be_pressed_away(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    something_of_everything(city)
    build()
    found = page(client, "?q=cant+pay+my+gas+bill+near+B31+2AB+on+a+wednesday")
    assert names(found)[0] == "Warm homes advice"
    understood = chips(found)
    assert "Near B31 2AB" in understood
    assert any("Wednesday" in chip for chip in understood)
    day = next(link for chip, link in understood.items() if "Wednesday" in chip)
    assert "not=day" in day
    without = client.get(day)
    assert not any("Wednesday" in chip for chip in chips(BeautifulSoup(without.get_data(as_text=True), "html.parser")))


def test_each_result_says_why(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    found = page(client, "?q=gas+bill&near=B31+2AB")
    why = found.select_one(".app-card__trust")
    assert why is not None
    assert why.get_text(" ").startswith("Why: matches")
    assert "away" in why.get_text()


def test_reasons_name_nothing_that_nobody_said(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    march = "A march in March."
    register.service("Long march", at=register.location("Green", longitude=-1.98), terms=("music",), description=march)
    build()
    found = page(client, "?q=march")
    assert names(found) == ["Long march", "Choir"]
    first, akin = (tag.get_text(" ") for tag in found.select(".app-card__trust"))
    assert "“march”" in first
    assert "Music" not in first
    assert "Music" in akin


@pytest.mark.usefixtures("city")
def test_a_number_in_a_title_is_the_link_and_said_once(client: InspectingClient) -> None:
    first = page(client, "?q=i+want+to+die").select_one(".app-urgent li")
    assert first is not None
    assert first.get_text(" ").count("999") == 1
    assert [link["href"] for link in first.select("a")] == ["tel:999"]


def test_reasons_say_nothing_twice(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    trust = page(client, "?q=cant+pay+my+gas+bill").select_one(".app-card__trust")
    assert trust is not None
    why = trust.get_text(" ")
    assert why.count("matches") == 1, why
    assert why.count("cant pay my gas bill") == 1


def test_the_form_filters_as_it_says(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    assert names(page(client, "")) == ["Chair yoga", "Choir", "Hidden refuge", "Rose refuge", "Warm homes advice"]
    assert names(page(client, "?interest=music")) == ["Choir"]
    assert names(page(client, "?day=tue&time=morning")) == ["Chair yoga"]
    assert names(page(client, "?free=1&sort=name")) == ["Chair yoga", "Warm homes advice"]
    assert names(page(client, "?near=Aston&within=1600")) == ["Choir"]
    assert names(page(client, "?gender=women&gender=men")) == []
    assert names(page(client, "?has_places=1")) == []
    assert "in Northfield" in words(page(client, "?area=northfield"))


def test_nothing_found_says_what_to_leave_out(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    found = page(client, "?q=choir+on+sundays&free=1")
    assert names(found) == []
    found = page(client, "?interest=music&free=1")
    links = [str(tag["href"]) for tag in found.select(".app-empty li a")]
    assert "/search?interest=music" in links
    assert ask_json(client, "?interest=music&free=1")["relaxations"][0]["total"] >= 1


def test_a_typing_mistake_is_put_right_and_said(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    answer = ask_json(client, "?q=chiar")
    assert answer["did_you_mean"] in ("chair", "choir")
    assert "Did you mean" in words(page(client, "?q=chiar"))


@pytest.mark.parametrize("has_index", [True, False])
def test_help_at_once_is_above_the_results(
    client: InspectingClient, city: dict[str, Area], build: Build, has_index: bool
) -> None:
    something_of_everything(city)
    if has_index:
        build()
    found = page(client, "?q=I+want+to+die")
    panel = found.select_one(".app-urgent")
    assert panel is not None
    numbers = {str(link["href"]) for link in panel.select("a[href^='tel:']")}
    assert {"tel:999", "tel:116123"} <= {number.replace("-", "").replace("+44", "0") for number in numbers}
    assert panel.sourceline is not None
    assert panel.sourceline < found.select_one("#results").sourceline  # type: ignore[union-attr, operator]
    assert "die" not in str(found.title)
    titles = [one["title"] for one in ask_json(client, "?q=I+want+to+die")["urgent_help"]]
    assert "Samaritans" in titles


def test_help_at_once_needs_no_table(
    client: InspectingClient, city: dict[str, Area], build: Build, session: Session
) -> None:
    something_of_everything(city)
    build()
    session.execute(text("DROP TABLE lexicon_phrase, urgent_sign, urgent_help CASCADE"))
    found = page(client, "?q=he+hits+me")
    assert "National Domestic Abuse Helpline" in words(found)
    assert found.select_one(".app-urgent a[href^='tel:']")


def test_what_a_steward_teaches_is_used(
    client: InspectingClient, city: dict[str, Area], build: Build, session: Session
) -> None:
    something_of_everything(city)
    load_lexicon()
    session.add(LexiconPhrase(phrase="brassic and freezing", phrase_key="brassic freezing", terms=["energy"]))
    build()
    knowing.forget()
    assert "energy" in {one["value"] for one in ask_json(client, "?q=brassic+and+freezing")["query"]["understood"]}


def test_json_says_all_that_is_promised(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    answer = ask_json(client, "?q=gas+bill&near=B31+2AB&sort=nearest")
    assert set(answer) == {
        *("query", "total", "page", "pages", "took_ms", "results", "facets", "urgent_help", "guidance"),
        *("relaxations", "did_you_mean"),
    }
    first = next(one for one in answer["results"] if one["name"] == "Warm homes advice")
    assert set(first) == {
        *("id", "name", "url", "organisation", "summary", "needs", "interests", "ward", "distance_m", "lat", "lon"),
        *("cost_pence", "next_session", "why", "assured_on"),
    }
    assert first["needs"] == ["energy"]
    assert first["ward"] == {"code": city["northfield"].code, "name": "Northfield"}
    assert 300 < first["distance_m"] < 400
    assert first["next_session"] is None
    assert any("gas bill" in reason and "(" in reason for reason in first["why"])
    assert any(reason.endswith("m away") for reason in first["why"])
    assert {"value": city["northfield"].code, "label": "Northfield", "count": 3} in answer["facets"]["ward"]
    assert answer["facets"]["need"]


def test_private_places_keep_their_place(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    something_of_everything(city)
    build()
    found = {one["name"]: one for one in ask_json(client, "?near=Northfield&need=energy")["results"]}
    rose, hidden = found["Rose refuge"], found["Hidden refuge"]
    assert rose["lat"] is not None
    assert rose["distance_m"] is None
    assert not any("away" in reason for reason in rose["why"])
    assert (hidden["lat"], hidden["lon"], hidden["distance_m"], hidden["ward"]) == (None, None, None, None)


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize("name", ["within", "page", "near", "age", "kind"])
def test_json_refuses_what_the_page_forgives(
    client: InspectingClient, city: dict[str, Area], build: Build, name: str, has_index: bool
) -> None:
    something_of_everything(city)
    if has_index:
        build()
    answer = client.get(f"/search.json?{name}=-1x")
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"errors"}
    assert name in answer.get_json()["errors"]
    assert names(page(client, f"?{name}=-1x"))


def test_a_spreadsheet_takes_no_name_for_a_formula(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    assert city
    register.service("=1+1 café", at=register.location())
    build()
    rows = list(csv.reader(io.StringIO(client.get("/search.csv?q=café").get_data().decode("utf-8-sig"))))
    assert rows[0][0] == "name"
    assert rows[1][0] == "'=1+1 café"


def test_without_its_folder_the_search_answers_from_the_database(
    client: InspectingClient, city: dict[str, Area], build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    something_of_everything(city)
    build()
    with_index = ask_json(client, "?need=energy")
    shutil.rmtree(index_root())
    assert ask_json(client, "?need=energy")["total"] == with_index["total"], "while it is still in memory"
    READERS.pop(index_root()).stop()  # as in a process that starts now
    with caplog.at_level(logging.WARNING, logger="search"):
        without = ask_json(client, "?need=energy")
    assert {one["name"] for one in without["results"]} == {one["name"] for one in with_index["results"]}
    assert any("no search index" in record.message for record in caplog.records)


def test_a_search_asks_at_most_six_questions_of_the_database(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    something_of_everything(city)
    build()
    address = "?q=gas+bill+near+B31+2AB&near=Advice+Centre&area=northfield"
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    for path in ("/search", "/search.json"):
        client.get(path + address)
        sent.clear()
        event.listen(db.engine, "before_cursor_execute", collect)
        try:
            client.get(path + address)
        finally:
            event.remove(db.engine, "before_cursor_execute", collect)
        assert len(sent) <= 6, sent


@pytest.mark.parametrize(
    "given", ["<script>alert(1)</script>", "🧶🧶", "the of and", "%00", "[a-z]+(.*", "near near near", "x" * 10_000]
)
def test_any_words_are_harmless(client: InspectingClient, city: dict[str, Area], build: Build, given: str) -> None:
    something_of_everything(city)
    build()
    for path in ("/search", "/search.json", "/search.csv"):
        answer = client.get(path, query_string={"q": given, "not": given})
        assert answer.status_code in (200, 400)
    assert "<script>alert" not in client.get("/search", query_string={"q": given}).get_data(as_text=True)


@pytest.mark.usefixtures("city")
def test_a_card_says_the_day_that_was_asked_for(client: InspectingClient, build: Build) -> None:
    club = register.service("Lunch club", at=register.location("Hall", longitude=-1.99))
    for weekday in range(7):
        register.opening_time(club, weekday=weekday)
    build()
    today = clock.today().weekday()
    asked = (today + 3) % 7
    name = calendar.day_name[asked]
    for address in (f"?q=lunch+on+a+{name}", f"?q=lunch&day={name[:3].lower()}"):
        assert name in page(client, address).select_one(".app-facts li").get_text()


@pytest.mark.usefixtures("city")
def test_what_is_in_the_ward_comes_before_what_reaches_it_and_is_told_apart(
    client: InspectingClient, build: Build
) -> None:
    there = register.service("Advice at the hall", at=register.location("Hall", longitude=-1.99), terms=("money",))
    there.status, there.assured_on = "temporarily_closed", None
    line = register.service("Money line", terms=("money",), is_telephone=True)
    line.assured_on, line.taking_people, line.taking_people_said_at = clock.today(), "yes", clock.now()
    build()
    found = page(client, "?area=northfield&need=money")
    assert names(found) == ["Advice at the hall", "Money line"]
    assert "1 in Northfield, then 1 that you can use from there" in words(found)
    assert [tag.get_text(strip=True) for tag in found.select(".app-divider")] == [
        "For the whole city, online or by phone"
    ]
    assert not page(client, "?q=advice+line&area=northfield").select(".app-divider"), "with words the best comes first"


def test_who_comes_home_to_another_ward_is_below_who_comes_to_this_one(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    for name, slug in (("Shopping in Aston", "aston"), ("Shopping in Northfield", "northfield")):
        register.service(name, terms=("food",)).areas = [city[slug]]
    register.service("Shopping by phone", terms=("food",), is_telephone=True)
    build()
    for address in ("?q=shopping&near=B31+2AB", "?q=shopping+near+B31+2AB", "?q=shopping+near+northfield"):
        assert names(page(client, address)) == ["Shopping in Northfield", "Shopping by phone", "Shopping in Aston"]


def test_near_me_in_the_words_offers_the_button_and_says_what_to_type(
    client: InspectingClient, city: dict[str, Area], build: Build
) -> None:
    something_of_everything(city)
    build()
    notice = page(client, "?q=choir+near+me").select_one(".app-notice")
    assert notice is not None
    assert "type a postcode or a ward" in notice.get_text()
    button = notice.select_one('template[data-module="near-me"]')
    assert button is not None, "only JavaScript makes a button of it"
    assert notice.select_one(f"#{button['data-said']}") is not None, "where it says what went wrong"
    assert page(client, "?q=choir+near+me&near=B31+2AB").select(".app-notice") == []


@pytest.mark.parametrize("address", ["?q=choir&near=B31", "?q=choir+near+B31", "?q=choir+b31", "?q=choir+near+B31+2AB"])
def test_half_a_postcode_says_where_that_is(
    client: InspectingClient, session: Session, city: dict[str, Area], build: Build, address: str
) -> None:
    something_of_everything(city)
    session.execute(
        text("INSERT INTO postcode_centre (code, point) VALUES ('B31', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    build()
    told = page(client, address).select_one(".app-near-told")
    assert told is not None
    assert told.select_one('a[href="/areas/northfield"]') is not None


def test_a_printed_list_says_whom_to_ring(client: InspectingClient, city: dict[str, Area], build: Build) -> None:
    office = register.organisation("Moss Trust")
    office.contacts.append(ContactPoint(kind="phone", value="+441214960111"))
    mine = register.service("Moss lunch", organisation=office)
    mine.contacts.append(ContactPoint(kind="phone", value="+441214960222"))
    register.service("Moss supper", organisation=office)
    quiet = register.service("Moss tea", organisation=office, at=register.confidential_location(city["northfield"]))
    quiet.contacts.append(ContactPoint(kind="email", value="tea@example.org"))
    build()
    cards = page(client, "?q=moss").select(".app-card")
    printed = {
        card.select_one(".app-card__name").get_text(strip=True): [
            " ".join(tag.get_text(" ").split()) for tag in card.select(".app-print-only")
        ]
        for card in cards
    }
    assert printed == {
        "Moss lunch": ["Phone: 0121 496 0222"],
        "Moss supper": ["Phone: 0121 496 0111"],
        "Moss tea": [],
    }


@pytest.mark.usefixtures("city")
def test_the_question_which_place_keeps_most_of_them_folded_away(client: InspectingClient, build: Build) -> None:
    for number in range(9):
        register.ward(f"Sutton {chr(65 + number)}x", west=-1.8 + number / 50)
    build()
    asked = page(client, "?near=sutton").select_one(".app-which")
    assert asked is not None
    folded = asked.select("details li")
    assert len(asked.select("li")) - len(folded) <= 4
    assert len(asked.select("li")) >= 9
    summary = asked.select_one("summary")
    assert summary is not None
    assert f"Show {len(folded)} more places" in summary.get_text()
