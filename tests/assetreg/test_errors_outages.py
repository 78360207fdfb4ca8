"""The database goes away, is slow, full, locked or read-only: people are told, and it comes right by itself."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from assetreg.__main__ import CANNOT, main
from assetreg.config import engine_options
from assetreg.db import db
from assetreg.permissions import public
from assetreg.queries.register import has_terms
from tests.conftest import administrator, copy_database, drop_database, make_app, plain_url
from tests.inspecting_client import InspectingClient

CLOSED = "postgresql+psycopg://nobody@127.0.0.1:1/none"
MakeApp = Callable[..., Flask]


@public
def ask() -> dict[str, bool]:
    """A question to the database."""
    return {"has_terms": has_terms()}


@public
def dawdle() -> str:
    """A question that takes too long."""
    db.session.execute(text("SELECT pg_sleep(30)"))
    return "done"


@public
def lose_the_line() -> str:
    """The database ends the connection in the middle of a request, as when it restarts."""
    db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    return "done"


@public
def lose_the_line_at_the_end() -> dict[str, str]:
    """The database ends the connection after the last question, before it is given back."""
    pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with administrator() as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    return {"said": "done"}


@pytest.fixture
def broken(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[MakeApp]:
    """Makes applications on a database of their own, or at an address where there is none."""
    name = f"{worker_name}_outages"
    made: list[Flask] = []

    def make(url: str | None = None, timeout_ms: int = 8000, **pool: object) -> Flask:
        app = make_app(
            url or copy_database(template_database, name),
            tmp_path,
            PROPAGATE_EXCEPTIONS=False,
            SQLALCHEMY_ENGINE_OPTIONS={**engine_options(timeout_ms), **pool},
        )
        app.test_client_class = InspectingClient
        for path, view in (
            ("/ask", ask),
            ("/dawdle", dawdle),
            ("/lose", lose_the_line),
            ("/end", lose_the_line_at_the_end),
        ):
            app.add_url_rule(path, path, view)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def client_of(app: Flask, is_signed_in: bool = False) -> InspectingClient:
    """A visitor, or somebody whose cookie says that they are signed in."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    if is_signed_in:
        with client.session_transaction() as session:
            session["_user_id"] = "4f1f0d37-6a4e-4d0c-9d6d-0b6f8f4f7c11:0"
            session["signed_in_at"] = 1
    return client


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_database_that_is_gone_is_said_in_plain_words(broken: MakeApp, is_signed_in: bool) -> None:
    answer = client_of(broken(CLOSED), is_signed_in).get("/ask")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Sorry, this is not working just now" in page
    assert "0121 496 0123" in page
    assert ("My account" in page) is is_signed_in
    for telling in ("psycopg", "127.0.0.1", "Traceback", "Operational"):
        assert telling not in page


def test_whoever_sent_a_form_is_told_that_it_was_most_likely_not_saved(broken: MakeApp) -> None:
    client = client_of(broken(CLOSED))
    answer = client.fill_in("/reset-password", email="amina@example.org")
    assert answer.status_code == 503
    assert "What you sent has most likely not been saved." in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/contact", "/privacy", "/cookies", "/accessibility", "/display", "/sign-in"])
def test_pages_that_need_no_records_are_still_there(broken: MakeApp, path: str) -> None:
    assert client_of(broken(CLOSED)).get(path).status_code == 200


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_alive_and_style_sheets_never_ask_the_database(broken: MakeApp, is_signed_in: bool) -> None:
    client = client_of(broken(CLOSED), is_signed_in)
    assert client.get("/health/live").status_code == 200
    assert client.get("/static/images/favicon.svg").status_code == 200


def test_an_answer_that_is_made_counts_although_the_line_is_lost_behind_it(broken: MakeApp) -> None:
    client = client_of(broken())
    for _ in range(2):
        assert client.get("/end").get_json() == {"said": "done"}
        assert client.get("/ask").status_code == 200


@pytest.mark.parametrize("path", ["/sign-out", "/shared-computer/finish"])
def test_one_can_leave_while_the_database_is_away(broken: MakeApp, path: str) -> None:
    app = broken(CLOSED)
    client = client_of(app)
    token = str(client.get("/sign-in").get_data(as_text=True)).partition('csrf_token" value="')[2].partition('"')[0]
    with client.session_transaction() as session:
        session.update(_user_id="4f1f0d37-6a4e-4d0c-9d6d-0b6f8f4f7c11:0", signed_in_at=1_764_000_000)
    assert client.post(path, data={"csrf_token": token}).status_code == 302
    assert client.get_cookie("session") is None


def test_ready_says_that_it_is_not(broken: MakeApp) -> None:
    answer = client_of(broken(CLOSED)).get("/health/ready")
    assert (answer.status_code, answer.mimetype) == (503, "application/json")
    assert answer.headers["Retry-After"] == "30"


def test_a_page_that_is_not_there_while_the_database_is_away(broken: MakeApp) -> None:
    assert client_of(broken(CLOSED)).get("/no-such-page").status_code == 404
    assert client_of(broken(CLOSED), is_signed_in=True).get("/no-such-page").status_code == 503


def test_a_server_that_takes_calls_and_never_answers(broken: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        answer = client_of(broken(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none")).get("/ask")
    assert answer.status_code == 503


def test_a_slow_question_is_given_up(broken: MakeApp) -> None:
    client = client_of(broken(timeout_ms=50))
    assert client.get("/dawdle").status_code == 503
    assert client.get("/ask").get_json() == {"has_terms": True}


def test_a_line_that_is_cut_in_the_middle_comes_back_by_itself(broken: MakeApp) -> None:
    client = client_of(broken())
    assert client.get("/lose").status_code == 503
    assert client.get("/ask").status_code == 200


def test_a_restart_between_two_requests_goes_unnoticed(broken: MakeApp) -> None:
    app = broken()
    client = client_of(app)
    assert client.get("/ask").status_code == 200
    with administrator() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [app.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]],
        )
    assert client.get("/ask").status_code == 200


def test_a_read_only_database_shows_pages_and_takes_no_forms(broken: MakeApp) -> None:
    app = broken()
    name = app.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]
    with administrator() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    client = client_of(app)
    assert client.get("/ask").status_code == 200
    assert client.fill_in("/reset-password", email="amina@example.org").status_code == 503


def test_a_row_that_somebody_holds_is_not_waited_for_long(broken: MakeApp) -> None:
    arguments = engine_options(8000)["connect_args"]
    app = broken(connect_args={**arguments, "options": arguments["options"] + " -c lock_timeout=50"})
    with psycopg.connect(plain_url(app.config["SQLALCHEMY_DATABASE_URI"])) as holder:
        holder.execute("LOCK TABLE rate_counter IN ACCESS EXCLUSIVE MODE")
        assert client_of(app).fill_in("/reset-password", email="amina@example.org").status_code == 503


def test_when_every_connection_is_busy(broken: MakeApp) -> None:
    app = broken(pool_size=1, max_overflow=0, pool_timeout=0.05)
    with app.app_context(), db.engine.connect():
        assert client_of(app).get("/ask").status_code == 503
    assert client_of(app).get("/ask").status_code == 200


def test_commands_say_it_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", CLOSED)
    monkeypatch.setenv("ASSETREG_VAR", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["script/manage", "terms", "load"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == CANNOT
    said = capsys.readouterr().err
    assert said.startswith("The database does not answer or takes no changes now")
    assert "psycopg" not in said
