"""A Connector types what the person in front of them said; what they find is theirs to take home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assetreg.db import db
from assetreg.models import Shortlist
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("shortlist")]

OpenBrowser = Callable[..., Page]
SAID = "something for my mum near B31 on a tuesday morning"
UNDERSTOOD = ["Near B31", "On Tuesdays", "In the morning", "For a woman", "Older people"]


@pytest.fixture(autouse=True)
def no_list_stays(city: City) -> Iterator[None]:
    """The city is as it was afterwards."""
    yield
    with city.app.app_context():
        db.session.execute(Shortlist.__table__.delete())
        db.session.commit()


def ask(page: Page, said: str) -> None:
    """Type it into the box at home, and find."""
    page.goto("/")
    page.get_by_label("What do you want to do?").fill(said)
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/search?**")


def understood(page: Page) -> list[str]:
    """What the page says it understood."""
    return [" ".join(text.split()).removesuffix(" ×") for text in page.locator(".app-chip").all_inner_texts()]


@pytest.mark.parametrize(("phone", "javascript"), [(False, True), (True, False)])
def test_something_for_my_mum_is_understood_found_kept_and_printed(
    open_browser: OpenBrowser, tmp_path: Path, phone: bool, javascript: bool
) -> None:
    page = open_browser(phone=phone, javascript=javascript)
    ask(page, SAID)
    assert [chip.removeprefix("Leave out ") for chip in understood(page)] == UNDERSTOOD
    cards = page.locator("article.app-card")
    first = cards.first
    name = first.locator(".app-card__name").inner_text()
    expect(first.locator(".app-facts li").first).to_contain_text("Tue")  # its regular time, or its next session
    expect(first.locator(".app-card__trust")).to_contain_text("Why: matches “for my mum”")
    # The first may come to the house; whatever has a place says how far it is.
    expect(cards.locator(".app-facts__distance").first).to_contain_text("mile")
    if javascript:
        expect(page.locator(".leaflet-container")).to_be_visible()
        assert axe_violations(page) == []
    else:
        assert sideways_scroll(page) == 0
    found = int(page.locator(".app-find__count").inner_text().split()[0])

    first.get_by_role("button", name="Add to my list").click()
    page.get_by_role("link", name="My list (1)").click()
    expect(page.locator(".app-mine__entry .app-card__name")).to_have_text(name)
    page.emulate_media(media="print")
    paper = tmp_path / "list.pdf"
    page.pdf(path=paper)
    assert paper.read_bytes().startswith(b"%PDF")
    page.emulate_media(media="screen")

    page.go_back()
    page.locator(".app-chip", has_text="On Tuesdays").click()
    expect(page.locator(".app-chips")).not_to_contain_text("On Tuesdays")
    assert int(page.locator(".app-find__count").inner_text().split()[0]) >= found


def test_a_cry_for_help_is_answered_above_everything(open_browser: OpenBrowser) -> None:
    page = open_browser(phone=True)
    ask(page, "he hits me and i have nowhere to sleep tonight")
    help_now = page.get_by_role("region", name="You can get help now")
    for number in ("999", "0808 200 0247", "0808 800 4444"):
        expect(help_now).to_contain_text(number)
    first_card = page.locator("article.app-card").first
    assert help_now.bounding_box()["y"] < first_card.bounding_box()["y"]  # type: ignore[index]
    assert axe_violations(page) == []
