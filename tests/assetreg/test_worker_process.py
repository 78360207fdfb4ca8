"""Workers as processes and threads, with real commits: woken, stopped, killed, cut off, and two at a time."""

from __future__ import annotations

import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import IO, Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from assetreg import clock
from assetreg.actions import messages, outbox
from assetreg.db import db
from assetreg.messages import Wording
from assetreg.models import Message, Outbox
from assetreg.worker import registry
from assetreg.worker.loop import Worker, stopping_on_signals
from tests.conftest import ROOT, administrator, copy_database, drop_database, make_app

PATIENCE_S = 30
HELLO = Wording("password_changed", "Hello", ("Hello.",))


@pytest.fixture
def real(template_database: str, worker_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application on a database of its own, without daily jobs."""
    name = f"{worker_name}_worker"
    app = make_app(copy_database(template_database, name), tmp_path)
    monkeypatch.setattr("assetreg.worker.rows.DAILY", [])
    monkeypatch.setattr("assetreg.worker.loop.POLL_S", 600.0)
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Handler]:
    """A registry of this test's own."""
    own: dict[str, registry.Handler] = {}
    monkeypatch.setattr("assetreg.worker.rows.HANDLERS", own)
    return own


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    """These workers at work in threads; stopped at the end."""
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def add(app: Flask, topic: str, count: int = 1) -> None:
    """Put rows into the outbox and commit."""
    with app.app_context():
        for number in range(count):
            outbox.add(topic, {"n": number})
        db.session.commit()


def counted(app: Flask, *conditions: Any) -> int:
    """How many rows of the outbox there are."""
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Outbox).where(*conditions)) or 0


def test_a_commit_wakes_the_worker(real: Flask, handlers: dict[str, registry.Handler]) -> None:
    """Polling is once in ten minutes here: only the bell can have woken it."""
    ready, done = threading.Event(), threading.Event()
    handlers["first"] = lambda _payload: ready.set()
    handlers["second"] = lambda _payload: done.set()
    add(real, "first")
    with working(Worker(real)):
        assert ready.wait(PATIENCE_S)
        add(real, "second")
        assert done.wait(PATIENCE_S)


def test_stopping_finishes_the_row_in_hand_and_leaves_the_next(
    real: Flask, handlers: dict[str, registry.Handler]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_payload: registry.Payload) -> None:
        begun.set()
        assert go_on.wait(PATIENCE_S)

    handlers["slow"] = slow
    add(real, "slow", 2)
    worker = Worker(real)
    with working(worker):
        assert begun.wait(PATIENCE_S)
        worker.stop()
        go_on.set()
    assert counted(real, Outbox.done_at.is_not(None)) == 1
    assert counted(real, Outbox.done_at.is_(None), Outbox.attempts == 0) == 1


def test_two_workers_do_everything_and_nothing_twice(real: Flask, handlers: dict[str, registry.Handler]) -> None:
    seen: list[int] = []
    all_seen = threading.Event()

    def note(payload: registry.Payload) -> None:
        seen.append(payload["n"])
        if len(seen) >= 60:
            all_seen.set()

    handlers["note"] = note
    add(real, "note", 60)
    with working(Worker(real), Worker(real)):
        assert all_seen.wait(PATIENCE_S)
    assert sorted(seen) == list(range(60))
    assert counted(real, Outbox.done_at.is_not(None)) == 60


def test_a_database_that_restarts_is_survived(real: Flask, handlers: dict[str, registry.Handler]) -> None:
    ready, done = threading.Event(), threading.Event()
    handlers["first"] = lambda _payload: ready.set()
    handlers["second"] = lambda _payload: done.set()
    add(real, "first")
    with working(Worker(real)):
        assert ready.wait(PATIENCE_S)
        hang_up_everybody(real)
        add(real, "second")
        assert done.wait(PATIENCE_S)


def hang_up_everybody(app: Flask) -> None:
    """End every connection to this application's database, as a restart does."""
    name = app.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2]
    with administrator() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def test_a_line_cut_in_the_middle_of_the_work_does_it_again(
    real: Flask, handlers: dict[str, registry.Handler], monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    done = threading.Event()

    def cut_once(_payload: registry.Payload) -> None:
        tries.append(1)
        if len(tries) == 1:
            db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        done.set()

    monkeypatch.setattr("assetreg.worker.rows.wait_after", lambda _tries: timedelta())
    handlers["cut"] = cut_once
    add(real, "cut")
    with working(Worker(real)):
        assert done.wait(PATIENCE_S)
    assert counted(real, Outbox.done_at.is_not(None), Outbox.attempts == 2) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_ask_the_worker_to_stop(real: Flask, number: signal.Signals) -> None:
    worker = Worker(real)
    before = signal.getsignal(number)
    with stopping_on_signals(worker):
        os.kill(os.getpid(), number)
        worker.run()
    assert signal.getsignal(number) is before


class Process:
    """`work` as an operator starts it."""

    def __init__(self, app: Flask, **settings: str) -> None:
        environment = {
            **os.environ,
            **settings,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "ASSETREG_VAR": str(app.config["VAR"]),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "assetreg", "work"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
        )

    def wait_for(self, message: str, **parts: object) -> dict[str, Any]:
        """Read the log until it says this."""
        log: IO[str] | None = self.process.stderr
        assert log is not None
        watchdog = threading.Timer(PATIENCE_S, self.process.kill)
        watchdog.start()
        try:
            for line in log:
                said: dict[str, Any] = json.loads(line)
                if said["message"] == message and all(said.get(name) == value for name, value in parts.items()):
                    return said
        finally:
            watchdog.cancel()
        raise AssertionError(f"the worker ended without saying “{message}”")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal; returns its exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode


def queue_hello(app: Flask) -> None:
    """One message to be sent."""
    with app.app_context():
        messages.queue_message("amina@example.org", HELLO)
        db.session.commit()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_works_logs_without_names_and_stops_cleanly(real: Flask, number: signal.Signals) -> None:
    queue_hello(real)
    process = Process(real)
    said = process.wait_for("done", topic=messages.SEND_TOPIC)
    assert "amina" not in json.dumps(said)
    assert process.end(number) == 0
    assert len(list((real.config["VAR"] / "mail").glob("*.eml"))) == 1


class DeadlyMailServer(socketserver.ThreadingTCPServer):
    """Takes an e-mail, and kills whoever sent it before saying so. Answers every other command alike, even QUIT."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), DeadlyConversation)
        self.taken: list[bytes] = []
        self.victim: int | None = None


class DeadlyConversation(socketserver.StreamRequestHandler):
    """One client's talk with the server."""

    def handle(self) -> None:
        """Answer each command."""
        assert isinstance(self.server, DeadlyMailServer)
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            if line[:4].upper() == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                if self.server.victim is not None:
                    os.kill(self.server.victim, signal.SIGKILL)
                    return
            self.wfile.write(b"250 fine\r\n")


def test_killed_between_sending_and_marking_it_is_sent_again_as_the_same_message(real: Flask) -> None:
    queue_hello(real)
    with DeadlyMailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.server_address[1])}
        settings = {**mail, "PUBLIC_URL": "https://near.example.org"}
        first = Process(real, **settings)
        server.victim = first.process.pid
        first.process.communicate(timeout=PATIENCE_S)
        assert first.process.returncode == -signal.SIGKILL
        server.victim = None
        with real.app_context():
            assert db.session.scalar(select(Message.sent_at)) is None
            db.session.execute(update(Outbox).values(due_at=clock.now()))
            db.session.commit()
        second = Process(real, **settings)
        second.wait_for("done", topic=messages.SEND_TOPIC)
        assert second.end() == 0
        server.shutdown()
    assert len(server.taken) == 2
    assert len({message_from_bytes(raw)["Message-ID"] for raw in server.taken}) == 1
    with real.app_context():
        assert db.session.scalar(select(Message.sent_at)) is not None
