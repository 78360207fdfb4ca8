"""Every word of the interface can be translated, and translators are given all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Doctype
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from assetreg.actions import accounts
from assetreg.cli.texts import TEMPLATE, extract_to
from assetreg.db import db
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories.register import user
from tests.inspecting_client import InspectingClient

OPEN, CLOSE = "⟦", "⟧"
BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*(?:{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}[^{OPEN}{CLOSE}]*)*{CLOSE}")
NO_WORDS = re.compile(r"^[\W\d_]*$")
ADDRESS = re.compile(r"https?://\S+")
SPOKEN = ("alt", "aria-label", "title", "placeholder")

# What is the same in every language: the sign for letters of two sizes, numbers to call, names of cookies.
SAME_EVERYWHERE = {"Aa", "session", "display", "my-list", "shared"}

PAGES = (
    "/about",
    "/accessibility",
    "/contact",
    "/cookies",
    "/privacy",
    "/display",
    "/shared-computer",
    "/shared-computer/finish",
    "/sign-in",
    "/sign-out",
    "/reset-password",
    "/reset-password/sent",
    "/reset-password/nonsense",
    "/no-such-page",
)


class Reader(InspectingClient):
    """A client that fills forms in but does not inspect pages: its rules about words are for real languages."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Fetch."""
        return FlaskClient.open(self, *args, **kwargs)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What translators would be given now."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    extract_to(target)
    return target


def test_translators_are_given_todays_words(extracted: Path) -> None:
    with extracted.open("rb") as new, TEMPLATE.open("rb") as kept:
        today = {message.id for message in read_po(new) if message.id}
        given = {message.id for message in read_po(kept) if message.id}
    assert (today - given, given - today) == (set(), set()), "run: script/manage texts extract"


@pytest.fixture(scope="module")
def pseudo(
    extracted: Path, template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application in a language in which every word of ours stands in brackets; its settings do too."""
    folder = tmp_path_factory.mktemp("pseudo")
    target = folder / "cy" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with extracted.open("rb") as source:
        catalogue = read_po(source, locale="cy")
    for message in catalogue:
        if message.id:
            forms = message.id if isinstance(message.id, tuple) else (message.id,)
            bracketed = tuple(f"{OPEN}{form}{CLOSE}" for form in forms)
            message.string = (
                bracketed[:1] + bracketed[-1:] * (catalogue.num_plurals - 1) if len(forms) > 1 else bracketed[0]
            )
    with target.open("wb") as compiled:
        write_mo(compiled, catalogue)
    name = f"{worker_name}_pseudo"
    names = ("SERVICE_NAME", "COUNCIL_NAME", "COUNCIL_HOURS", "COUNCIL_EMAIL", "CITY_NAME")
    app = make_app(
        copy_database(template_database, name),
        tmp_path_factory.mktemp("var"),
        BABEL_TRANSLATION_DIRECTORIES=str(folder),
        BABEL_DEFAULT_LOCALE="cy",
        LANGUAGES=("cy",),
        **{setting: f"{OPEN}{setting}{CLOSE}" for setting in names},
    )
    app.test_client_class = Reader
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def untranslated(html: str) -> list[str]:
    """Words on the page that do not stand in brackets."""
    page = BeautifulSoup(html, "html.parser")
    for tag in page.find_all(["script", "style"]):
        tag.decompose()
    texts = [str(text) for text in page.find_all(string=True) if not isinstance(text, Comment | Doctype)]
    texts += [str(tag[name]) for name in SPOKEN for tag in page.find_all(attrs={name: True})]
    texts += [str(tag["data-i18n.show-password"]) for tag in page.find_all(attrs={"data-i18n.show-password": True})]
    left = [" ".join(ADDRESS.sub(" ", BRACKETED.sub(" ", text)).split()) for text in texts]
    return [text for text in left if not NO_WORDS.match(text) and text not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", PAGES)
def test_no_word_on_these_pages_is_left_untranslated(pseudo: Flask, path: str) -> None:
    assert untranslated(pseudo.test_client().get(path).get_data(as_text=True)) == []


def test_no_word_of_an_account_or_a_mistake_is_left_untranslated(pseudo: Flask) -> None:
    client = pseudo.test_client()
    assert isinstance(client, Reader)
    with pseudo.app_context():
        steward = user("steward", name=f"{OPEN}name{CLOSE}", email="a@example.org", password_hash=accounts.NOBODYS_HASH)
        db.session.commit()
        client_of_steward = client.sign_in(steward)
    pages = [
        client_of_steward.get("/account"),
        client_of_steward.fill_in("/account/password", current="", new="short"),
        client_of_steward.fill_in("/account/password", current="x", new="short"),
        client_of_steward.get("/sign-out"),
        client_of_steward.post("/sign-out"),
        client_of_steward.delete("/contact"),
        pseudo.test_client().fill_in("/sign-in", email="", password=""),  # type: ignore[attr-defined]
        pseudo.test_client().fill_in("/sign-in", email="b@example.org", password="x"),  # type: ignore[attr-defined]
    ]
    for page in pages:
        words = untranslated(page.get_data(as_text=True).replace("a@example.org", "").replace("b@example.org", ""))
        assert words == [], page.request.path


def test_a_language_we_do_not_have_is_answered_in_ours(client: InspectingClient) -> None:
    page = client.get("/contact", headers={"Accept-Language": "ur,fr;q=0.8"}).get_data(as_text=True)
    assert '<html lang="en" dir="ltr"' in page
    assert "Contact us" in page


def test_the_pages_language_and_direction_are_those_of_the_words(pseudo: Flask) -> None:
    assert '<html lang="cy" dir="ltr"' in pseudo.test_client().get("/contact").get_data(as_text=True)
