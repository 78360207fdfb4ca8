"""Every page, as everybody meets it: axe, narrow, enlarged, spaced out, in forced colours, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import City, axe_violations, sideways_scroll
from tests.journeys.every_page import page_addresses

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("every-page")]

SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""

OpenBrowser = Callable[..., Page]


def check_each(page: Page, city: City, problems_of: Callable[[Page], list[str]]) -> dict[str, list[str]]:
    """What is wrong with which page; empty when nothing is."""
    wrong = {}
    for name, address in page_addresses(city.app).items():
        page.goto(address)
        if problems := problems_of(page):
            wrong[f"{name} {address}"] = problems
    return wrong


def test_axe_finds_nothing_on_a_desk(open_browser: OpenBrowser, city: City) -> None:
    assert check_each(open_browser(), city, axe_violations) == {}


def test_axe_finds_nothing_on_a_phone_in_the_dark(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(phone=True)
    page.goto("/display")
    dark = page.locator("input[type=radio][value=dark]")
    dark.check()
    page.get_by_role("button", name="Save").first.click()
    assert check_each(page, city, axe_violations) == {}


def test_nobody_scrolls_sideways_at_320_pixels(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(viewport={"width": 320, "height": 640})
    assert check_each(page, city, scroll_problems) == {}


def test_nobody_scrolls_sideways_with_text_twice_as_large(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(viewport={"width": 640, "height": 800}, bypass_csp=True)

    def enlarged(page: Page) -> list[str]:
        page.add_style_tag(content="html { font-size: 200% !important; }")
        return scroll_problems(page)

    assert check_each(page, city, enlarged) == {}


def test_wide_text_spacing_cuts_nothing_off(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(phone=True, bypass_csp=True)

    def spaced(page: Page) -> list[str]:
        page.add_style_tag(content=SPACING)
        return scroll_problems(page) + cut_off_text(page)

    assert check_each(page, city, spaced) == {}


def test_forced_colours_keep_every_control_visible(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(forced_colors="active")
    assert check_each(page, city, invisible_controls) == {}


def test_every_page_has_its_content_without_javascript(open_browser: OpenBrowser, city: City) -> None:
    page = open_browser(javascript=False, phone=True)
    wrong = {}
    for name, address in page_addresses(city.app).items():
        page.goto(address)
        if page.locator("h1:visible").count() != 1 or page.locator("main:visible").count() != 1:
            wrong[name] = "no visible heading or content"
        if page.locator("[data-needs-javascript]:visible").count():
            wrong[name] = "a control that needs JavaScript is shown"
    assert wrong == {}


def scroll_problems(page: Page) -> list[str]:
    """Sideways scrolling, and what causes it."""
    over = sideways_scroll(page)
    if over <= 0:
        return []
    culprits = page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right >"
        " document.documentElement.clientWidth + 1 && !e.closest('[data-may-scroll]')).slice(0, 4)"
        ".map(e => e.tagName + '.' + e.className)"
    )
    return [f"{over} px too wide: {culprits}"]


def cut_off_text(page: Page) -> list[str]:
    """Elements whose text is clipped because their box cannot grow."""
    return list(
        page.evaluate(
            "() => [...document.querySelectorAll('main :is(p, a, button, li, h1, h2)')].filter(e => {"
            " const s = getComputedStyle(e); return s.overflow === 'hidden' && e.offsetParent &&"
            " e.scrollHeight > e.clientHeight + 2 && s.position !== 'absolute'; })"
            ".slice(0, 4).map(e => e.tagName + ': ' + e.textContent.trim().slice(0, 40))"
        )
    )


def invisible_controls(page: Page) -> list[str]:
    """Buttons and fields that lose their outline when the system chooses the colours."""
    return list(
        page.evaluate(
            "() => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea')].filter(e => {"
            " const s = getComputedStyle(e); if (!e.offsetParent || +s.opacity === 0) return false;"
            " return s.borderStyle === 'none' && s.outlineStyle === 'none' && s.forcedColorAdjust === 'none'; })"
            ".slice(0, 4).map(e => e.outerHTML.slice(0, 80))"
        )
    )
