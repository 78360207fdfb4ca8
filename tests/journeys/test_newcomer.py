"""Somebody who has never seen it: Northfield, money and benefits, a service, on paper; by keyboard; no JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("newcomer")]

OpenBrowser = Callable[..., Page]


@pytest.mark.parametrize(("phone", "javascript"), [(False, True), (True, True), (True, False)])
def test_from_a_ward_to_help_with_money_to_a_service_on_paper(
    open_browser: OpenBrowser, phone: bool, javascript: bool
) -> None:
    page = open_browser(phone=phone, javascript=javascript)
    page.goto("/")
    expect(page.locator("h1")).to_have_count(1)
    page.goto("/areas")
    page.get_by_role("link", name="Northfield", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("Northfield")
    page.get_by_role("link", name="Money and benefits").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.locator("main a[href^='/services/']").first.click()
    name = page.locator("h1").inner_text()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    assert page.locator("nav:visible").count() == 0
    assert page.locator("svg:visible").count() >= 1


def test_a_search_from_the_front_page_by_keyboard_alone(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()").startswith("Skip")
    for _ in range(25):
        if page.evaluate("document.activeElement.name") == "q":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    outline = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.boxShadow })()"
    )
    assert outline != "nonenone"
    page.keyboard.type("walk")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("main a[href^='/services/']").count() > 0


def test_words_and_a_ward_find_what_is_there_without_javascript(open_browser: OpenBrowser) -> None:
    page = open_browser(javascript=False, phone=True)
    page.goto("/")
    page.locator("input[name=q]").first.fill("benefits")
    page.locator("input[name=near]").first.fill("Northfield")
    page.locator("main button").first.click()
    assert "/search" in page.url
    assert page.locator("main a[href^='/services/']").count() > 0


def test_the_map_is_an_extra(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/areas")
    expect(page.locator(".leaflet-container")).to_be_visible()
    without = open_browser(javascript=False)
    without.goto("/areas")
    expect(without.locator(".leaflet-container")).to_have_count(0)
    assert without.locator("main a[href^='/areas/']").count() >= 69


def test_display_settings_stay(open_browser: OpenBrowser) -> None:
    page = open_browser(javascript=False)
    page.goto("/display")
    page.locator("input[type=radio][value=dark]").check()
    page.get_by_role("button", name="Save").first.click()
    page.goto("/")
    assert "dark" in str(page.locator("html").get_attribute("class"))


def test_a_shared_computer_is_left_clean(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/shared-computer")
    page.locator("main button").first.click()
    page.goto("/")
    finish = page.get_by_role("button", name="Finish")
    expect(finish.first).to_be_visible()
    finish.first.click()
    kept = [cookie["name"] for cookie in page.context.cookies() if cookie["name"] != "session"]
    assert kept == []
