"""Texts and letters: by GOV.UK Notify, or kept where staff see them; sent once, tried again, parked at last."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.actions.messages import send_again
from assetreg.db import db
from assetreg.models import Message, Outbox
from assetreg.rules.retries import MOST_TRIES
from assetreg.texting import lines_of
from assetreg.worker.loop import work_off_everything
from booking.actions.telling import tell
from tests.conftest import ROOT, administrator, copy_database, drop_database, make_app
from tests.factories import booking as situations

PATIENCE_S = 60
KEY = f"test-{uuid4()}-{uuid4()}"


class NotifyStandIn(ThreadingHTTPServer):
    """What of GOV.UK Notify's API we use. It may refuse everything, or kill whoever sends before answering."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), NotifyConversation)
        self.sent: list[dict[str, Any]] = []
        self.refuses = False
        self.victim: int | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class NotifyConversation(BaseHTTPRequestHandler):
    """One request."""

    server: NotifyStandIn

    def do_GET(self) -> None:
        """Which notifications have this reference?"""
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        found = [one for one in self.server.sent if one["reference"] == reference]
        self.say(200, {"notifications": found, "links": {}})

    def do_POST(self) -> None:
        """Send one."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refuses:
            self.say(400, {"errors": [{"error": "ValidationError", "message": f"bad {asked.get('phone_number')}"}]})
            return
        self.server.sent.append({**asked, "id": str(uuid4()), "path": self.path})
        if self.server.victim is not None:
            os.kill(self.server.victim, signal.SIGKILL)
            return
        self.say(201, self.server.sent[-1])

    def say(self, status: int, answer: dict[str, Any]) -> None:
        """Answer."""
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_parts: Any) -> None:
        """Say nothing."""


@pytest.fixture
def notify() -> Iterator[NotifyStandIn]:
    """A Notify of this test's own."""
    with NotifyStandIn() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def with_notify(app: Flask, notify: NotifyStandIn) -> Iterator[NotifyStandIn]:
    """The application uses it."""
    settings = {
        "NOTIFY_API_KEY": KEY,
        "NOTIFY_URL": notify.url,
        "NOTIFY_TEXT_TEMPLATE": "text-template",
        "NOTIFY_LETTER_TEMPLATE": "letter-template",
    }
    before = {name: app.config[name] for name in settings}
    app.config.update(settings)
    yield notify
    app.config.update(before)


def a_text() -> None:
    """Somebody without e-mail is told of their booking."""
    tell("booked", situations.booking(email=None, phone="+447700900123"), clock.now())


def only_message(session: Session) -> Message:
    """The one message there is, as the database has it."""
    session.expire_all()
    return session.scalars(select(Message)).one()


def test_a_text_goes_by_notify_under_the_messages_own_name(with_notify: NotifyStandIn, session: Session) -> None:
    a_text()
    work_off_everything()
    message = only_message(session)
    (sent,) = with_notify.sent
    assert (sent["phone_number"], sent["template_id"]) == ("+447700900123", "text-template")
    assert sent["reference"] == str(message.public_id)
    assert sent["personalisation"]["body"].startswith("Your place is booked")
    assert message.sent_at is not None
    assert message.provider_ref == sent["id"]


def test_a_second_delivery_is_dropped(with_notify: NotifyStandIn, session: Session) -> None:
    a_text()
    work_off_everything()
    message = only_message(session)
    message.sent_at = None
    send_again(message)
    work_off_everything()
    assert len(with_notify.sent) == 1
    assert only_message(session).provider_ref == with_notify.sent[0]["id"]


def test_a_letter_has_an_address_and_a_subject(with_notify: NotifyStandIn, session: Session) -> None:
    booking = situations.booking(email=None)
    address = "Amina Begum\n1 Sample Street\nBirmingham\nB31 2ZZ"
    tell("session_cancelled", booking, clock.now(), to_address=address)
    work_off_everything()
    (sent,) = with_notify.sent
    assert sent["path"].endswith("/letter")
    assert sent["personalisation"]["address_line_4"] == "B31 2ZZ"
    assert sent["personalisation"]["subject"].startswith("Cancelled:")
    assert only_message(session).channel == "letter"


def test_an_address_of_many_lines_fits_seven() -> None:
    lines = lines_of(Message(subject="", to_address="\n".join("abcdefghi")))
    assert [lines[f"address_line_{number}"] for number in range(1, 8)] == [*"abcde", "f, g, h", "i"]


def test_without_a_key_a_text_is_kept_where_staff_see_it(app: Flask, session: Session) -> None:
    a_text()
    work_off_everything()
    message = only_message(session)
    assert (message.provider_ref, message.sent_at is None) == ("kept", False)
    (path,) = Path(app.config["VAR"]).glob(f"texts/{message.public_id}.txt")
    assert path.read_text().startswith("To: +447700900123")


def test_it_is_tried_again_then_parked_then_sent_when_somebody_says_so(
    with_notify: NotifyStandIn, session: Session
) -> None:
    with_notify.refuses = True
    a_text()
    for tries in range(1, MOST_TRIES + 1):
        work_off_everything()
        message = only_message(session)
        assert (message.attempts, message.parked_at is not None) == (tries, tries == MOST_TRIES)
        session.execute(update(Outbox).where(Outbox.done_at.is_(None)).values(due_at=clock.now()))
    assert "HTTPError" in message.last_error
    assert "7700" not in message.last_error
    with_notify.refuses = False
    work_off_everything()
    assert with_notify.sent == []
    send_again(message)
    work_off_everything()
    message = only_message(session)
    assert (len(with_notify.sent), message.parked_at, message.last_error) == (1, None, "")


def test_words_that_cannot_be_written_are_in_the_log_too(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app is not None

    def fail(*_parts: object, **_more: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("booking.worker.write", fail)
    a_text()
    work_off_everything()
    assert "RuntimeError" in only_message(session).last_error


@pytest.fixture
def real(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, with real commits."""
    name = f"{worker_name}_channels"
    app = make_app(copy_database(template_database, name), tmp_path)
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def start_worker(app: Flask, notify: NotifyStandIn) -> subprocess.Popen[str]:
    """`work` as an operator starts it."""
    environment = {
        **os.environ,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "ASSETREG_VAR": str(app.config["VAR"]),
        "PUBLIC_URL": "https://near.example.org",
        "NOTIFY_API_KEY": KEY,
        "NOTIFY_URL": notify.url,
        "NOTIFY_TEXT_TEMPLATE": "text-template",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "assetreg", "work"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )


def wait_until_sent(process: subprocess.Popen[str]) -> None:
    """Read its log until a message is out."""
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    assert process.stderr is not None
    try:
        for line in process.stderr:
            said = json.loads(line)
            if said["message"] == "done" and said.get("topic") == "message.send":
                return
    finally:
        watchdog.cancel()
    raise AssertionError("the worker ended without sending")


def test_killed_between_sending_and_marking_the_text_is_not_sent_twice(real: Flask, notify: NotifyStandIn) -> None:
    with real.app_context():
        a_text()
        db.session.commit()
    first = start_worker(real, notify)
    notify.victim = first.pid
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == -signal.SIGKILL
    notify.victim = None
    with real.app_context():
        assert db.session.scalar(select(Message.sent_at)) is None
        db.session.execute(update(Outbox).where(Outbox.done_at.is_(None)).values(due_at=clock.now()))
        db.session.commit()
    second = start_worker(real, notify)
    wait_until_sent(second)
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=PATIENCE_S)
    assert len(notify.sent) == 1
    with real.app_context():
        message = db.session.scalars(select(Message)).one()
        assert message.sent_at is not None
        assert message.provider_ref == notify.sent[0]["id"]
        assert notify.sent[0]["reference"] == str(message.public_id)
