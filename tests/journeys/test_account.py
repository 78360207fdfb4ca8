"""Somebody with an account, in a real browser: by keyboard, without JavaScript, on a shared computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from assetreg.actions import accounts
from assetreg.db import db
from assetreg.models import Message, Outbox, User
from tests.journeys.conftest import City, axe_violations

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("every-page")]

OpenBrowser = Callable[..., Page]
EMAIL = "journey@example.org"
PASSWORD = "mango river lamp seventeen"
NEW = "violet kettle on the harbour"


@pytest.fixture
def amina(city: City) -> Iterator[str]:
    """The e-mail of somebody whose password is PASSWORD; gone after the test."""
    with city.app.app_context():
        db.session.add(User(email=EMAIL, name="Amina Khan", password_hash=accounts.hasher.hash(PASSWORD)))
        db.session.commit()
    yield EMAIL
    with city.app.app_context():
        for table in (Message, Outbox):
            db.session.execute(table.__table__.delete())
        db.session.execute(User.__table__.delete().where(User.email == EMAIL))
        db.session.commit()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    """Fill the form in and send it."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def test_signing_in_by_keyboard_alone(open_browser: OpenBrowser, amina: str) -> None:
    page = open_browser()
    page.goto("/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(amina)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    assert axe_violations(page) == []


def test_a_mistake_is_met_at_once_by_whoever_hears_the_page(open_browser: OpenBrowser, amina: str) -> None:
    assert amina
    page = open_browser()
    sign_in(page, "not my password at all")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("There is a problem")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    expect(page.get_by_label("E-mail address")).to_have_value(EMAIL)
    assert axe_violations(page) == []


def test_a_password_can_be_looked_at_before_it_is_sent(open_browser: OpenBrowser) -> None:
    page = open_browser()
    page.goto("/sign-in")
    field = page.get_by_label("Password", exact=True)
    field.fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(field).to_have_attribute("type", "password")


def test_changing_the_password_without_javascript(open_browser: OpenBrowser, amina: str) -> None:
    assert amina
    elsewhere, page = open_browser(), open_browser(javascript=False, phone=True)
    sign_in(elsewhere)
    sign_in(page)
    page.get_by_role("link", name="Change your password").click()
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password").fill("too short")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("Your new password is too short")
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("main")).to_contain_text("You have changed your password.")
    elsewhere.goto("/account")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("address", ["/account", "/account/password", "/sign-out"])
def test_axe_finds_nothing_on_pages_of_an_account(open_browser: OpenBrowser, amina: str, address: str) -> None:
    assert amina
    page = open_browser(phone=True)
    sign_in(page)
    page.goto(address)
    assert axe_violations(page) == []


def test_nothing_is_left_on_a_shared_computer(open_browser: OpenBrowser, amina: str) -> None:
    assert amina
    page = open_browser()
    page.goto("/display")
    page.get_by_role("radio", name="Large", exact=True).check()
    page.get_by_role("button", name="Save").click()
    page.goto("/shared-computer")
    page.get_by_role("button", name="Yes, other people use this computer").click()
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    assert {cookie["name"]: cookie["expires"] for cookie in page.context.cookies()} == {
        "session": -1,
        "display": -1,
        "shared": -1,
    }
    assert axe_violations(page) == []
    page.get_by_role("button", name="Finish and clear everything").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is cleared")
    assert page.context.cookies() == []
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("My account")
