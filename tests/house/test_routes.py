"""Routes keep their promises: each says who may ask, none is ever lost, and looking changes nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from assetreg.db import db
from assetreg.permissions import Action, declared
from tests.conftest import ROOT
from tests.house.every_route import Situation, address_of, ask, make_situation, methods_of, our_rules

PUBLISHED = ROOT / "docs" / "urls.txt"
WITH_WORDS = (
    "/search?q=gas+bill&near=B31&area=northfield&need=money&interest=walking&free=1&online=1&day=2&page=2",
    "/search?q=%00%F0%9F%AB%96&near=nowhere&page=-1",
    "/areas?near=B31+2AB",
    "/sign-in?next=/account",
    "/display?next=/about",
)


def without_names(rule: str) -> str:
    """A rule whose blanks have kinds but no names: a blank may be renamed without anybody's link breaking."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda found: f"<{found[1] or 'text'}>", rule)


def published_now(app: Flask) -> set[str]:
    """Every method and address that the application answers."""
    return {f"{method} {without_names(rule.rule)}" for rule in our_rules(app) for method in methods_of(rule)}


def test_every_route_declares_who_may_ask(app: Flask) -> None:
    for rule in our_rules(app):
        answer = declared(app.view_functions[rule.endpoint])
        assert answer == "public" or isinstance(answer, Action), rule.rule


def test_no_address_that_was_ever_published_is_lost(app: Flask) -> None:
    published = {line.strip() for line in PUBLISHED.read_text().splitlines() if line and not line.startswith("#")}
    now = published_now(app)
    assert published - now == set(), "keep these, as redirects at least"
    assert now - published == set(), "write these into docs/urls.txt: from now on they are promised"


def test_every_name_is_the_same_all_the_way(app: Flask) -> None:
    """Endpoint, view function and template bear one name."""
    for rule in our_rules(app):
        view = app.view_functions[rule.endpoint]
        assert rule.endpoint.rpartition(".")[2] == view.__name__


@pytest.fixture
def situation(app: Flask, session: Session) -> Situation:
    """One entry of everything; from here on the database takes no change."""
    assert app is not None
    made = make_situation()
    session.commit()
    connection = db.engine  # the fixture's one connection; the session's own savepoints begin inside what is said here
    connection.execute(text("SET TRANSACTION READ ONLY"))  # type: ignore[attr-defined]
    return made


def test_looking_changes_nothing(app: Flask, situation: Situation) -> None:
    for rule in our_rules(app):
        if "GET" in (rule.methods or ()):
            for name in ("visitor", "partner", "administrator"):
                answer = ask(app, situation.people[name], "GET", address_of(app, rule, situation))
                assert answer.status_code < 500, f"{rule.rule} as {name}"
    for address in WITH_WORDS:
        assert ask(app, None, "GET", address).status_code < 500, address


def test_positive_control_a_form_that_saves_is_seen(app: Flask, situation: Situation) -> None:
    """With the same database, sending a form that saves something is refused: the test above can see a write."""
    assert situation is not None
    client = app.test_client()
    assert client.fill_in("/reset-password", email="amina@example.org").status_code == 503  # type: ignore[attr-defined]


def test_other_methods_are_refused(app: Flask, situation: Situation) -> None:
    for rule in our_rules(app):
        for method in {"PUT", "DELETE", "PATCH"} - set(rule.methods or ()):
            assert ask(app, None, method, address_of(app, rule, situation)).status_code == 405
