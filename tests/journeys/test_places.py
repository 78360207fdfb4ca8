"""Saying where: the box that offers places, and "Which one did you mean?", by keyboard, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import axe_violations, sideways_scroll

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("places")]

SMALL = {"width": 360, "height": 780}
PLACE_BOXES = ("/", "/search", "/areas")


@pytest.mark.parametrize("address", PLACE_BOXES)
def test_the_box_offers_places_and_is_worked_by_keyboard_alone(open_browser: Callable[..., Page], address: str) -> None:
    page = open_browser(viewport=SMALL)
    page.goto(address)
    box = page.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_attribute("aria-autocomplete", "list")
    box.focus()
    page.keyboard.type("northf")
    options = page.get_by_role("listbox", name="Places").get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options.nth(0)).to_contain_text("Northfield (ward)")
    expect(options.nth(1)).to_contain_text("Northfield (constituency)")
    expect(page.locator(".app-place-box [role=status]")).to_contain_text("places")
    assert axe_violations(page) == []
    assert sideways_scroll(page) == 0
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", str(options.nth(1).get_attribute("id")))
    page.keyboard.press("Enter")
    expect(box).to_have_value("Northfield (constituency)")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**near=Northfield*constituency*")


def test_escape_keeps_what_was_typed_and_a_mistake_is_forgiven(open_browser: Callable[..., Page]) -> None:
    page = open_browser()
    page.goto("/search")
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.type("Nrthfield")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Northfield")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(option).to_be_hidden()
    expect(box).to_have_value("Nrthfield")
    page.keyboard.press("ArrowDown")
    expect(option).to_be_visible()
    option.click()
    expect(box).to_have_value("Northfield (ward)")
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox")).to_have_count(0)


@pytest.mark.parametrize("javascript", [True, False])
def test_which_one_did_you_mean_keeps_the_whole_question(open_browser: Callable[..., Page], javascript: bool) -> None:
    page = open_browser(viewport=SMALL, javascript=javascript)
    page.goto("/search?q=advice&near=Northfield&day=tue&sort=name")
    section = page.get_by_role("region", name="Which “Northfield” did you mean?")
    expect(section).to_contain_text("Northfield (ward)")
    expect(section).to_contain_text("shown now")
    expect(section).to_contain_text("of the middle of Birmingham")
    if javascript:
        assert axe_violations(page) == []
    assert sideways_scroll(page) == 0
    link = section.get_by_role("link", name="Northfield (constituency)")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**constituency**")
    for part in ("q=advice", "day=tue", "sort=name"):
        assert part in page.url
    expect(page.get_by_role("region", name="Which “Northfield” did you mean?")).to_have_count(0)
    expect(page.locator("#near")).to_have_value("Northfield (constituency)")


def test_without_scripts_the_box_is_a_plain_box_and_an_unknown_name_is_asked_back(
    open_browser: Callable[..., Page],
) -> None:
    page = open_browser(phone=True, javascript=False)
    page.goto("/")
    assert page.locator("[role=combobox]").count() == 0
    page.locator("#near").fill("Erdingtn")
    page.get_by_role("button", name="Find").click()
    section = page.get_by_role("region", name="Did you mean")
    section.get_by_role("link", name="Erdington").first.click()
    expect(page.locator("#near")).to_have_value("Erdington (ward)")


def test_outside_the_city_says_how_far(open_browser: Callable[..., Page]) -> None:
    page = open_browser(javascript=False)
    page.goto("/search?near=Solihull")
    expect(page.get_by_text("Solihull is about 6 miles from the middle of Birmingham.")).to_be_visible()


def test_the_ward_of_a_postcode_is_named(open_browser: Callable[..., Page]) -> None:
    page = open_browser(javascript=False)
    page.goto("/areas")
    page.locator("#near").fill("b31 2ab")
    page.get_by_role("button", name="Find my ward").click()
    expect(page.get_by_text("B31 2AB is in or close to")).to_be_visible()
    page.locator("#near").fill("Boldmere")
    page.get_by_role("button", name="Find my ward").click()
    expect(page.get_by_text("Boldmere is in or close to Sutton Vesey")).to_be_visible()
