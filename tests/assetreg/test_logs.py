"""The logs say what happened, and nothing about anybody."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetreg.actions import accounts
from assetreg.db import db
from assetreg.logs import PrivateFormatter
from assetreg.models import User
from assetreg.permissions import public
from tests.conftest import make_app
from tests.factories.register import user
from tests.inspecting_client import InspectingClient

SECRETS = ("amina", "example.org", "B31", "gas+bill", "gas bill", "sore throat", "81.2.69.142", "Mozilla")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the application logs, as it stands on stderr."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    """Each line as the JSON object that it is."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def assert_private(log: io.StringIO) -> None:
    """Nothing that somebody typed or is stands in the log."""
    assert log.getvalue()
    for secret in SECRETS:
        assert secret not in log.getvalue()


def test_a_request_is_one_line_with_endpoint_status_and_duration(client: InspectingClient, log: io.StringIO) -> None:
    client.get("/contact")
    (line,) = lines(log)
    assert (line["endpoint"], line["status"], line["method"]) == ("assetreg.show_contact", 200, "GET")
    assert isinstance(line["ms"], float)
    assert line["request_id"]


def test_style_sheets_are_not_logged(client: InspectingClient, log: io.StringIO) -> None:
    client.get("/static/images/favicon.svg")
    assert log.getvalue() == ""


def test_neither_words_nor_places_nor_addresses_nor_people_are_logged(
    client: InspectingClient, log: io.StringIO, app: Flask
) -> None:
    assert app is not None
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": "81.2.69.142", "HTTP_USER_AGENT": "Mozilla/5.0"}
    amina = user(email="amina@example.org", name="Amina", password_hash=accounts.NOBODYS_HASH)
    client.get("/contact?q=gas+bill&near=B31+2AB")
    client.get("/B31-2AB-sore throat?q=sore+throat")
    client.fill_in("/sign-in?next=/search?q=gas+bill", email=amina.email, password="sore throat and more")
    client.fill_in("/reset-password", email="amina@example.org")
    client.sign_in(amina)
    client.get("/account")
    client.post("/sign-out", data={"email": "amina@example.org"})
    assert len(lines(log)) >= 8
    assert_private(log)


def test_the_secret_of_a_link_is_not_logged(client: InspectingClient, log: io.StringIO) -> None:
    client.get("/reset-password/WyJhIl0.secret.part")
    assert "secret" not in log.getvalue()
    assert lines(log)[0]["endpoint"] == "assetreg.choose_password"


@public
def fail() -> str:
    """A fault of ours that quotes a person, caused by one of the database that quotes a row."""
    db.session.add(User(email="amina@example.org", name="Amina of B31 2AB"))
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add(User(email="Amina@example.org", name="Amina of B31 2AB"))
    except IntegrityError as problem:
        raise RuntimeError("amina@example.org has a sore throat") from problem
    return "no"


def test_a_fault_is_logged_by_kind_and_place_and_never_by_its_words(
    shared_app: Flask, log: io.StringIO, tmp_path_factory: pytest.TempPathFactory
) -> None:
    app = make_app(
        shared_app.config["SQLALCHEMY_DATABASE_URI"], tmp_path_factory.mktemp("logs"), PROPAGATE_EXCEPTIONS=False
    )
    app.add_url_rule("/fail", "fail", fail)
    assert app.test_client().get("/fail?q=gas+bill").status_code == 500
    with app.app_context():
        db.engine.dispose()
    (line,) = [line for line in lines(log) if line["message"] == "exception"]
    assert "test_logs.py" in str(line["exc_info"])
    for kind in ("RuntimeError", "caused by", "IntegrityError", "UniqueViolation"):
        assert kind in str(line["exc_info"])
    assert line["endpoint"] == "fail"
    assert_private(log)


def test_parameters_stay_out_of_the_databases_complaints(app: Flask, session: Session) -> None:
    assert app is not None
    with pytest.raises(Exception, match="division") as problem:
        session.execute(text("SELECT 1/0, :who"), {"who": "amina@example.org"})
    assert "amina" not in str(problem.value)
