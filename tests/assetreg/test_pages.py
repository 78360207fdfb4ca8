"""What we say about ourselves is there, is true of this software, and can be read by an eleven-year-old."""

from __future__ import annotations

import re

import pytest
import textstat
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.orm import Session

from assetreg.models import Source
from tests.factories.register import saved, service, user, ward
from tests.inspecting_client import InspectingClient

PAGES = ("/about", "/accessibility", "/contact", "/cookies", "/privacy")
FORMS = ("/sign-in", "/reset-password", "/reset-password/sent", "/display", "/shared-computer", "/my-list")
# The automated readability index gives the school year in the United States: 6 is a reader of eleven. (textstat's
# formulas by syllables need a dictionary that it downloads; this one counts letters.)
HARDEST_GRADE = 6.0


def words_of(html: str) -> str:
    """The sentences of the page's main part, one paragraph a line; titles and addresses are no sentences."""
    main = BeautifulSoup(html, "html.parser").select_one("main")
    assert main is not None
    parts = [" ".join(tag.get_text(" ").split()) for tag in main.select("p, li, td")]
    return " ".join(part if part.endswith((".", "?", ":")) else f"{part}." for part in parts)


@pytest.mark.parametrize("path", PAGES)
def test_each_page_gives_the_councils_number(client: InspectingClient, app: Flask, path: str) -> None:
    page = client.get(path).get_data(as_text=True)
    assert app.config["COUNCIL_PHONE"] in page
    assert app.config["COUNCIL_HOURS"] in page


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_an_eleven_year_old_can_read_it(client: InspectingClient, path: str) -> None:
    words = words_of(client.get(path).get_data(as_text=True))
    assert textstat.automated_readability_index(words) <= HARDEST_GRADE, words


@pytest.mark.parametrize("path", PAGES + FORMS)
def test_no_word_of_the_office_is_on_screen(client: InspectingClient, path: str) -> None:
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    found = re.findall(r"\b(invalid|submit|users?|slots?|assets?|null)\b", page.get_text(" "), re.IGNORECASE)
    assert found == []


def test_cookies_page_names_every_cookie_that_is_ever_set(client: InspectingClient, session: Session) -> None:
    assert session is not None
    client.fill_in("/shared-computer")
    client.fill_in("/display", text="large")
    client.sign_in(user())
    client.get("/account")
    yoga = service()
    client.fill_in(f"/services/{yoga.public_id}", to="/my-list/services", button=("add", str(yoga.public_id)))
    page = client.get("/cookies").get_data(as_text=True)
    names = {cookie.key for cookie in client._cookies.values()}  # type: ignore[attr-defined]
    assert names == {"session", "display", "shared", "my-list"}
    assert {tag.get_text() for tag in BeautifulSoup(page, "html.parser").select("code")} == names


def test_about_says_that_shapes_are_rough_only_while_they_are(client: InspectingClient, session: Session) -> None:
    assert "are rough" not in client.get("/about").get_data(as_text=True)
    area = ward(is_approximate=True)
    assert "are rough" in client.get("/about").get_data(as_text=True)
    area.is_approximate = False
    session.flush()
    assert "are rough" not in client.get("/about").get_data(as_text=True)


def test_about_gives_credit_to_every_source(client: InspectingClient, session: Session) -> None:
    assert session is not None
    saved(Source(name="libraries", attribution="Contains library data © Arts Council England"))
    saved(Source(name="ours", attribution=""))
    page = client.get("/about").get_data(as_text=True)
    assert "Contains library data © Arts Council England" in page
    for owner in ("OS data", "Royal Mail data", "National Statistics data", "Office for National Statistics"):
        assert owner in page


def test_privacy_names_the_map_server_when_there_is_one(client: InspectingClient, app: Flask) -> None:
    assert "map" not in words_of(client.get("/privacy").get_data(as_text=True))
    before = app.config["MAP_TILE_URL"]
    app.config["MAP_TILE_URL"] = "https://tiles.example.org/{z}/{x}/{y}.png"
    try:
        assert "comes from another server" in client.get("/privacy").get_data(as_text=True)
    finally:
        app.config["MAP_TILE_URL"] = before
