"""A steward teaches the search what people say, sees first what it would change, and finds it used."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from assetreg.actions import accounts
from assetreg.db import db
from assetreg.models import Outbox, User
from search import knowing
from search.actions.lexicon import load_lexicon, load_urgent_help
from search.index.writing import rebuild
from search.models import LexiconPhrase, UrgentSign
from search.reader import index_root, reader_of
from tests.journeys.conftest import City, axe_violations, sideways_scroll

pytestmark = pytest.mark.journey

OpenBrowser = Callable[..., Page]
EMAIL = "sam@example.org"
PASSWORD = "seven brown kettles sing"
PHRASE = "the gubbins went kaput"


@pytest.fixture
def steward(city: City) -> Iterator[str]:
    """The e-mail of a steward; what they taught is gone after the test."""
    with city.app.app_context():
        load_lexicon()
        load_urgent_help()
        db.session.add(User(email=EMAIL, name="Sam", role="steward", password_hash=accounts.hasher.hash(PASSWORD)))
        db.session.commit()
        rebuild(db.session(), index_root(), processes=1)
        reader_of(index_root()).look()
    yield EMAIL
    with city.app.app_context():
        db.session.execute(LexiconPhrase.__table__.delete().where(LexiconPhrase.phrase == PHRASE))
        db.session.execute(Outbox.__table__.delete())
        db.session.execute(User.__table__.delete().where(User.email == EMAIL))
        db.session.commit()
        knowing.forget()


def sign_in(page: Page) -> None:
    """Come in as the steward."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize(("phone", "javascript"), [(False, True), (True, False)])
def test_a_steward_adds_a_phrase_sees_what_changes_and_finds_it_used(
    open_browser: OpenBrowser, steward: str, phone: bool, javascript: bool
) -> None:
    assert steward
    page = open_browser(phone=phone, javascript=javascript)
    sign_in(page)
    page.get_by_role("main").get_by_role("link", name="Phrases: what people say").click()
    page.get_by_label("Words in the phrase").fill(PHRASE)
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No phrase fits that.")).to_be_visible()
    page.get_by_role("link", name="Add a phrase").click()
    expect(page.get_by_label("What people say")).to_have_value(PHRASE)

    page.get_by_label("What it means first of all").select_option("repairs")
    page.get_by_label("Sentences to test it with").fill(f"{PHRASE} near Northfield")
    page.get_by_role("button", name="See what changes").click()
    after = page.locator("#tried")
    expect(after).to_contain_text("Nothing is saved yet")
    expect(after.locator(".app-words-side").nth(0)).to_contain_text("nothing we know")
    expect(after.locator(".app-words-side").nth(1)).to_contain_text("Repair")
    assert javascript is False or axe_violations(page) == []
    assert sideways_scroll(page) == 0 if javascript else True

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. Searches use it within a few seconds.")).to_be_visible()
    expect(page.get_by_text("Sam added it")).to_be_visible()
    assert javascript is False or axe_violations(page) == []

    knowing.forget()  # as two seconds later
    page.goto(f"/search?q={PHRASE.replace(' ', '+')}")
    expect(page.locator(".app-chips")).to_contain_text("Repair")


def test_a_mistake_in_help_at_once_is_refused_and_nothing_typed_is_lost(
    open_browser: OpenBrowser, city: City, steward: str
) -> None:
    assert steward
    page = open_browser(viewport={"width": 320, "height": 640})
    sign_in(page)
    page.goto("/stewards/urgent-help")
    assert axe_violations(page) == []
    assert sideways_scroll(page) == 0
    page.get_by_label("What somebody might type").fill("my husband hits me")
    page.get_by_role("button", name="Test these sentences").click()
    expect(page.locator("#tried")).to_contain_text("Domestic abuse")
    page.get_by_role("link", name="Gas leak").click()
    page.get_by_label("Words that show it").fill("help")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("Words that show it")).to_have_value("help")
    assert axe_violations(page) == []
    assert sideways_scroll(page) == 0
    with city.app.app_context():
        gas = db.session.query(UrgentSign).filter_by(key="gas-leak").one()
        assert "help" not in gas.patterns


@pytest.mark.parametrize(
    "address",
    [
        *("/stewards/phrases", "/stewards/phrases/new", "/stewards/misses", "/stewards/urgent-signs/new"),
        *("/stewards/urgent-signs/suicide", "/stewards/urgent-help/new", "/stewards/urgent-help/samaritans"),
    ],
)
def test_the_stewards_pages_are_well(open_browser: OpenBrowser, steward: str, address: str) -> None:
    assert steward
    page = open_browser(viewport={"width": 320, "height": 640})
    sign_in(page)
    page.goto(address)
    assert axe_violations(page) == []
    assert sideways_scroll(page) == 0
