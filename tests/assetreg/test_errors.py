"""Whatever goes wrong, people are told in plain words what happened and whom they can call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from assetreg.db import db
from assetreg.permissions import MAY, Action, allowed, public
from assetreg.queries.errors import Gone, NotFound
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories.register import user
from tests.inspecting_client import InspectingClient


@public
def fail() -> str:
    """A fault of ours, with something private in its message."""
    raise RuntimeError("amina@example.org lives at B31 2AB")


@public
def end() -> str:
    """Something that has ended."""
    raise Gone("Chair yoga")


@public
def miss() -> str:
    """Something that was never there."""
    raise NotFound


@pytest.fixture(scope="module")
def faulty_app(template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with three broken pages, answering as in production instead of raising."""
    name = f"{worker_name}_errors"
    app = make_app(
        copy_database(template_database, name), tmp_path_factory.mktemp("errors"), PROPAGATE_EXCEPTIONS=False
    )
    app.test_client_class = InspectingClient
    for path, view in (("/fail", fail), ("/end", end), ("/miss", miss), ("/fail.json", fail), ("/miss.json", miss)):
        app.add_url_rule(path, path, view)
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


@pytest.fixture
def faulty(faulty_app: Flask) -> InspectingClient:
    """A visitor of that application."""
    client = faulty_app.test_client()
    assert isinstance(client, InspectingClient)
    return client


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/no-such-page", 404, "We cannot find that page"),
        ("/miss", 404, "We cannot find that page"),
        ("/end", 410, "Chair yoga was here, and is not running any more."),
        ("/fail", 500, "It is our fault, not yours."),
    ],
)
def test_each_is_told_in_plain_words_with_a_number_to_call(
    faulty: InspectingClient, path: str, status: int, said: str
) -> None:
    answer = faulty.get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert said in page
    assert page.count("0121 496 0123") >= 2
    for telling in ("Traceback", "RuntimeError", "amina", "B31"):
        assert telling not in page


@pytest.mark.parametrize(("path", "status"), [("/miss.json", 404), ("/fail.json", 500), ("/nothing.geojson", 404)])
def test_programs_are_told_as_json(faulty: InspectingClient, path: str, status: int) -> None:
    answer = faulty.get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert answer.get_json()["status"] == status
    assert "amina" not in answer.get_data(as_text=True)


def test_a_fault_of_ours_is_not_kept_by_the_browser(faulty: InspectingClient) -> None:
    assert faulty.get("/fail").headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_not_taken_and_says_what_to_do(client: InspectingClient) -> None:
    answer = client.post("/sign-in", data={"email": "amina@example.org", "password": "x"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "We could not be sure that this came from you" in page
    assert "Press Back in your browser. What you typed is still there." in page


def test_a_token_of_another_session_is_not_taken(client: InspectingClient, app: Flask) -> None:
    other = app.test_client()
    page = other.get("/sign-in").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"csrf_token": token, "email": "amina@example.org", "password": "x"})
    assert answer.status_code == 400


def test_a_method_that_an_address_does_not_know(client: InspectingClient) -> None:
    answer = client.delete("/contact")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    assert "This address does not work like that" in answer.get_data(as_text=True)


def test_more_than_we_can_take(client: InspectingClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "That is too much at once" in answer.get_data(as_text=True)


def test_what_a_role_may_not_see(client: InspectingClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app is not None
    monkeypatch.setitem(MAY, Action.SEE_OWN_ACCOUNT, frozenset({"administrator"}))
    client.sign_in(user("citizen"))
    answer = client.get("/account")
    assert answer.status_code == 403
    assert "You cannot see this page" in answer.get_data(as_text=True)


def test_a_program_that_is_not_signed_in_is_not_sent_to_a_form(
    template_database: str, worker_name: str, tmp_path: Path
) -> None:
    app = make_app(f"postgresql+psycopg://{template_database}-{worker_name}@127.0.0.1:1/none", tmp_path)
    app.add_url_rule("/data.json", "data", allowed(Action.SEE_OWN_ACCOUNT)(fail))
    answer = app.test_client().get("/data.json")
    assert (answer.status_code, answer.mimetype) == (401, "application/json")


def test_addresses_with_anything_in_them_are_only_not_found(client: InspectingClient) -> None:
    for path in ("/%00", "/areas/%F0%9F%AB%96", "/<script>alert(1)</script>", "/%E2%80%AEabc", "/" + "a" * 4000):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "<script>alert(1)" not in answer.get_data(as_text=True)
