"""A list without an account, in a real browser: from a search to paper, to somebody else, and back after a restart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assetreg.db import db
from assetreg.models import Outbox, Shortlist
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("shortlist")]

OpenBrowser = Callable[..., Page]
NARROW = {"width": 320, "height": 640}  # the narrowest that anybody promises; 360 is wider
SEARCH = "/search?need=money&sort=name"


@pytest.fixture(autouse=True)
def no_list_stays(city: City) -> Iterator[None]:
    """The city is as it was afterwards."""
    yield
    with city.app.app_context():
        for table in (Shortlist, Outbox):
            db.session.execute(table.__table__.delete())
        db.session.commit()


def add_three(page: Page) -> list[str]:
    """Put the first three results on the list, each by its own button; their names."""
    page.goto(SEARCH)
    names = []
    for place in range(3):
        card = page.locator("article.app-card").nth(place)
        names.append(card.locator(".app-card__name").inner_text())
        card.get_by_role("button", name="Add to my list").click()
        expect(card.get_by_role("button", name="On your list")).to_be_visible()
        expect(card.get_by_role("status")).to_have_text("Added to your list.")
    return names


def expect_names(page: Page, names: list[str]) -> None:
    """This is on the list that the page shows, in this order, once it is there."""
    expect(page.locator(".app-mine__entry .app-card__name")).to_have_text(names)


@pytest.mark.parametrize(("narrow", "javascript"), [(False, True), (True, True), (True, False)])
def test_from_a_search_to_a_list_to_somebody_else_and_gone(
    open_browser: OpenBrowser, browser: Browser, city: City, tmp_path: Path, narrow: bool, javascript: bool
) -> None:
    viewport = {"viewport": NARROW} if narrow else {}
    page = open_browser(javascript=javascript, **viewport)
    names = add_three(page)
    expect(page.locator("#my-list-link")).to_have_text("My list (3)")
    assert page.url.partition("#")[0].endswith(SEARCH)
    page.get_by_role("link", name="My list (3)").click()
    expect_names(page, names)

    page.get_by_role("button", name="Move up " + names[2]).click()
    expect(page.locator(".app-mine__said")).to_contain_text("Moved up.")
    expect_names(page, [names[0], names[2], names[1]])
    page.get_by_label(f"Note to myself about {names[0]}").fill("Ask for Pat")
    page.get_by_role("button", name="Take off " + names[1]).click()
    expect(page.get_by_text(f"You took off {names[1]}.")).to_be_visible()
    page.get_by_role("button", name="Put it back " + names[1]).click()
    expect_names(page, [names[0], names[2], names[1]])
    expect(page.get_by_label(f"Note to myself about {names[0]}")).to_have_value("Ask for Pat")
    assert axe_violations_of(page, javascript) == []
    assert sideways_scroll(page) <= 0

    page.get_by_role("link", name="Share it by a link").click()
    assert axe_violations_of(page, javascript) == []
    page.get_by_role("button", name="Make a link").click()
    link = str(page.locator("#link a").get_attribute("href"))
    assert sideways_scroll(page) <= 0
    assert axe_violations_of(page, javascript) == []
    friend = open_browser(javascript=javascript, **viewport)
    friend.goto(link)
    expect_names(friend, [names[0], names[2], names[1]])
    expect(friend.get_by_text("Ask for Pat")).to_have_count(0)
    assert sideways_scroll(friend) <= 0
    assert axe_violations_of(friend, javascript) == []
    friend.goto("/my-list")
    expect(friend.get_by_text("There is nothing on your list yet.")).to_be_visible()

    page.get_by_role("button", name="Switch the link off").click()
    answer = friend.goto(link)
    assert answer is not None
    assert answer.status == 410
    expect(friend.get_by_role("heading", level=1)).to_have_text("This list is not shared any more")

    saved = tmp_path / "browser.json"
    page.context.storage_state(path=saved)
    page.context.close()
    kept = [cookie for cookie in json.loads(saved.read_text())["cookies"] if cookie["expires"] != -1]
    again = browser.new_context(base_url=city.url, storage_state={"cookies": kept, "origins": []})
    restarted = again.new_page()
    restarted.goto("/my-list")
    expect_names(restarted, [names[0], names[2], names[1]])
    expect(restarted.get_by_label(f"Note to myself about {names[0]}")).to_have_value("Ask for Pat")
    again.close()


def axe_violations_of(page: Page, javascript: bool) -> list[str]:
    """What axe finds; it cannot look where scripts are off."""
    return axe_violations(page) if javascript else []


def test_a_printed_list_has_what_somebody_needs_and_no_buttons(open_browser: OpenBrowser) -> None:
    page = open_browser()
    names = add_three(page)
    page.goto("/my-list")
    page.get_by_label(f"Note to myself about {names[0]}").fill("Not saved yet")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for name in names:
        expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_text("Not saved yet", exact=True).locator("visible=true").first).to_be_visible()
    expect(page.locator(".app-mine__code").first).to_contain_text("/s/")
    assert page.locator("button:visible, textarea:visible, nav:visible").count() == 0
    standard = page.pdf(format="A4")
    assert standard.startswith(b"%PDF")


def test_large_words_are_large_on_paper_too(open_browser: OpenBrowser) -> None:
    page = open_browser()
    add_three(page)

    def height() -> float:
        page.goto("/my-list")
        page.emulate_media(media="print")
        found = page.evaluate("document.querySelector('.app-mine__facts dd').getBoundingClientRect().height")
        page.emulate_media(media="screen")
        return float(found)

    before = height()
    page.goto("/display")
    page.locator("input[name=text][value=largest]").check()
    page.get_by_role("button", name="Save").first.click()
    assert height() > before * 1.3


def test_three_quick_presses_are_one_list(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser()
    page.goto(SEARCH)
    page.wait_for_load_state("networkidle")  # the script is there; without it each press is a page of its own
    page.evaluate("[...document.querySelectorAll('.app-keep__button')].slice(0, 3).forEach((button) => button.click())")
    expect(page.locator("#my-list-link")).to_have_text("My list (3)")
    with city.app.app_context():
        assert db.session.query(Shortlist).count() == 1
        db.session.remove()


def test_when_the_script_cannot_send_it_the_form_does(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto(SEARCH)
    page.route(
        "**/my-list/services",
        lambda route: route.abort() if route.request.headers.get("accept") == "application/json" else route.continue_(),
    )
    page.get_by_role("button", name="Add to my list").first.click()
    expect(page.locator("#my-list-link")).to_have_text("My list (1)")
    expect(page.get_by_text("Added to your list.").first).to_be_visible()


def test_nothing_of_a_list_stays_on_a_shared_computer(open_browser: OpenBrowser) -> None:
    page = open_browser(javascript=False)
    page.goto("/shared-computer")
    page.get_by_role("button", name="Yes, other people use this computer").click()
    add_three(page)
    assert {cookie["name"]: cookie["expires"] for cookie in page.context.cookies()}["my-list"] == -1
    page.get_by_role("button", name="Finish and clear everything").first.click()
    assert page.context.cookies() == []
    page.goto("/my-list")
    expect(page.get_by_text("There is nothing on your list yet.")).to_be_visible()
