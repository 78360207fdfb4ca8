"""The map beside the list, and "use where I am": with a mouse, by keyboard, on a phone, and without any of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import axe_violations, sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("map")]

OpenBrowser = Callable[..., Page]
NORTHFIELD = {"latitude": 52.40921, "longitude": -1.97421}
MARKS = ".app-find-map:not([aria-busy]) .app-find-map__mark"
FOCUSED = "document.activeElement"


def with_map(page: Page, address: str) -> Locator:
    """The marks of this page's map once they are there, as the keyboard meets them."""
    page.goto(address)
    marks = page.locator(MARKS)
    marks.first.wait_for(state="attached")
    return marks


def listed_mark(page: Page, marks: Locator) -> Locator:
    """A mark of one service that is on the page of the list as well."""
    names = {name.strip() for name in page.locator(".app-card__name").all_text_contents()}
    for number, label in enumerate(marks.all_text_contents()):
        if label in names:
            return marks.nth(number)
    raise AssertionError(f"none of {names} stands alone on the map")


def press(page: Page, mark: Locator) -> None:
    """Press a mark with the mouse: its button lies around the same middle."""
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_map_is_beside_the_list_and_says_how_many_are_on_it(open_browser: OpenBrowser) -> None:
    page = open_browser()
    marks = with_map(page, "/search")
    assert 5 < marks.count() <= 200
    assert any("things here" in label for label in marks.all_text_contents())
    canvas, card = page.locator(".app-find-map__canvas").bounding_box(), page.locator(".app-card").first.bounding_box()
    assert canvas is not None
    assert card is not None
    assert canvas["x"] >= card["x"] + card["width"], "beside the list"
    expect(page.locator(".app-find-map__status")).to_contain_text("are on the map")
    assert sideways_scroll(page) <= 0
    assert axe_violations(page) == []


def test_a_name_with_html_in_it_is_shown_as_it_was_written(open_browser: OpenBrowser) -> None:
    page = open_browser()
    name = '<b class="injected">Free money</b>'

    def rename(route: Route) -> None:
        answer = route.fetch()
        found = answer.json()
        for feature in found["features"]:
            if "id" in feature:
                feature["properties"]["name"] = name
        route.fulfill(response=answer, json=found)

    page.route("**/search/map.json*", rename)
    marks = with_map(page, "/search")
    at = next(number for number, label in enumerate(marks.all_text_contents()) if name in label)
    box = marks.nth(at).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".leaflet-tooltip", has_text="Free money").first).to_contain_text(name)
    assert page.locator(".injected").count() == 0


def test_a_group_comes_apart_when_it_is_pressed(open_browser: OpenBrowser) -> None:
    page = open_browser(reduced_motion="reduce")
    marks = with_map(page, "/search")
    before = marks.all_text_contents()
    group = marks.filter(has_text="things here").first
    with page.expect_response("**/search/map.json**zoom=**"):
        press(page, group)
    expect(page.locator(".app-find-map")).not_to_have_attribute("aria-busy", "true")
    assert marks.all_text_contents() != before


def test_a_pressed_mark_shows_its_card_and_a_card_its_mark(open_browser: OpenBrowser) -> None:
    page = open_browser(reduced_motion="reduce")
    marks = with_map(page, "/search?q=walk&near=Northfield")
    mark = listed_mark(page, marks)
    name = mark.text_content() or ""
    press(page, mark)
    card = page.locator(".app-card--chosen")
    expect(card.locator(".app-card__name")).to_have_text(name)
    expect(card).to_be_in_viewport()
    assert page.evaluate(f"{FOCUSED}.textContent.trim()") == name
    chosen = page.locator(".app-find-map__chosen")
    expect(chosen.get_by_role("link", name=name)).to_have_attribute(
        "href", card.locator("a").first.get_attribute("href") or ""
    )
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(chosen).to_be_hidden()
    expect(page.locator(".app-card--chosen")).to_have_count(0)

    picture = page.locator(".app-find-map__canvas canvas").last
    page.mouse.move(1, 1)
    page.keyboard.press("Home")
    blank = picture.screenshot()
    page.locator(".app-card").filter(has_text=name).first.locator("a").first.focus()
    assert picture.screenshot() != blank, "the card's place lights up"


def test_the_keyboard_reaches_every_mark_and_gets_back(open_browser: OpenBrowser) -> None:
    page = open_browser(reduced_motion="reduce")
    marks = with_map(page, "/search?q=walk&near=Northfield")
    skip = page.get_by_role("link", name="Go past the map to the list")
    skip.focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if "app-find-map__mark" in page.evaluate(f"{FOCUSED}.className"):
            break
    seen = []
    for _ in range(marks.count()):
        seen.append(page.evaluate(f"{FOCUSED}.textContent"))
        page.keyboard.press("ArrowRight")
    assert sorted(seen) == sorted(marks.all_text_contents())
    outline = page.evaluate(f"getComputedStyle({FOCUSED}).outlineStyle + getComputedStyle({FOCUSED}).opacity")
    assert outline == "solid1", "the focus is seen"

    page.keyboard.press("Home")
    mark = listed_mark(page, marks)
    name = mark.text_content()
    while page.evaluate(f"{FOCUSED}.textContent") != name:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.closest('.app-card') !== null")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{FOCUSED}.textContent") == name, "back where one was"
    skip.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.closest('.app-card') !== null")


def test_on_a_phone_the_map_waits_behind_a_button(open_browser: OpenBrowser) -> None:
    page = open_browser(viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/search?q=walk")
    page.wait_for_load_state("networkidle")
    expect(page.locator(".app-find-map")).to_be_hidden()
    assert not [url for url in asked if "leaflet" in url or "map.json" in url], "nothing is loaded before it is wanted"
    button = page.get_by_role("button", name="Show map")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    page.locator(MARKS).first.wait_for(state="attached")
    expect(page.locator(".app-find-map__canvas")).to_be_visible()
    assert sideways_scroll(page) <= 0
    assert axe_violations(page) == []
    page.get_by_role("button", name="Hide map").click()
    expect(page.locator(".app-find-map")).to_be_hidden()


def test_a_map_that_fails_says_so_and_tries_again(open_browser: OpenBrowser) -> None:
    page = open_browser()
    failing = [True]

    def answer(route: Route) -> Any:
        return route.fulfill(status=500) if failing[0] else route.continue_()

    page.route("**/search/map.json**", answer)
    page.goto("/search?q=walk")
    again = page.get_by_role("button", name="Try again")
    again.wait_for()
    expect(page.locator(".app-find-map__status")).to_contain_text("in the list too")
    assert axe_violations(page) == []
    failing[0] = False
    again.click()
    page.locator(MARKS).first.wait_for(state="attached")
    expect(again).to_be_hidden()


def test_without_javascript_there_is_no_map_and_nothing_is_lost(open_browser: OpenBrowser) -> None:
    page = open_browser(javascript=False)
    page.goto("/search?q=walk")
    assert page.locator("[data-needs-javascript]:visible").count() == 0
    assert page.locator(".app-card:visible").count() > 0


def test_no_map_on_paper(open_browser: OpenBrowser) -> None:
    page = open_browser()
    with_map(page, "/search?q=walk")
    page.emulate_media(media="print")
    expect(page.locator(".app-find-map")).to_be_hidden()
    expect(page.locator(".app-find__show-map")).to_be_hidden()
    expect(page.locator(".app-near-me")).to_be_hidden()


@pytest.mark.parametrize("address", ["/", "/search?q=walk"])
def test_where_i_am_is_asked_once_pressed_rounded_and_not_kept(open_browser: OpenBrowser, address: str) -> None:
    page = open_browser(geolocation=NORTHFIELD, permissions=["geolocation"], reduced_motion="reduce")
    page.goto(address)
    page.get_by_role("button", name="Use where I am").click()
    page.wait_for_url("**/search?**near=**")
    assert "near=52.409%2C-1.974" in page.url, "to about 100 metres"
    assert ("q=walk" in page.url) is ("walk" in address), "what was typed is still asked"
    expect(page.locator(".app-chips")).to_contain_text("Near where you are")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [one for one in page.context.cookies() if "52.4" in str(one)] == []


@pytest.mark.parametrize("permissions", [["notifications"], []])
def test_where_i_am_denied_loses_nothing(open_browser: OpenBrowser, permissions: list[str]) -> None:
    page = open_browser(permissions=permissions)
    page.goto("/search")
    page.locator("#q").fill("sewing")
    page.locator("#near").fill("B31")
    page.get_by_role("button", name="Use where I am").click()
    expect(page.locator("#near-me-said")).to_contain_text("type a postcode")
    assert page.locator("#q").input_value() == "sewing"
    assert page.locator("#near").input_value() == "B31"
    assert axe_violations(page) == []


def test_where_i_am_abroad_says_so(open_browser: OpenBrowser) -> None:
    page = open_browser(geolocation={"latitude": 48.853, "longitude": 2.349}, permissions=["geolocation"])
    page.goto("/search?q=walk")
    page.get_by_role("button", name="Use where I am").click()
    expect(page.locator(".app-notice")).to_contain_text("not a point in or near this country")
    assert page.locator(".app-card").count() > 0


def test_without_geolocation_there_is_no_button(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.add_init_script("delete Navigator.prototype.geolocation")
    page.goto("/search")
    expect(page.locator("#near")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("button", name="Use where I am")).to_be_hidden()
