"""The promise with real processes: a web server and a worker, while the index is deleted, damaged or cannot be kept."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask

from assetreg.db import db
from search.index.folder import CURRENT
from search.reader import index_root
from tests.conftest import ROOT, administrator, copy_database, drop_database, make_app
from tests.factories import register

PATIENCE_S = 120
GAS = "/search.json?q=gas+bill+on+a+tuesday"


@pytest.fixture
def real(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own with one service that was committed."""
    name = f"{worker_name}_back"
    app = make_app(copy_database(template_database, name), tmp_path)
    with app.app_context():
        register.city()
        register.ward("Northfield")
    add_service(app, "Gas bill help")
    yield app
    with app.app_context():
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def add_service(app: Flask, name: str) -> None:
    """One more service, on Tuesdays, committed."""
    with app.app_context():
        service = register.service(name, at=register.location(), terms=("energy",))
        register.opening_time(service, weekday=1)
        db.session.commit()


def root_of(app: Flask) -> Path:
    """Where its index lies."""
    with app.app_context():
        return index_root()


class Process:
    """A process of the product, which logs JSON lines."""

    def __init__(self, app: Flask, *arguments: str, before: Callable[[], None] | None = None, **settings: str) -> None:
        environment = {
            **os.environ,
            **settings,
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "ASSETREG_VAR": str(app.config["VAR"]),
            "SECRET_KEY": "for-tests-only",
        }
        command = [sys.executable, *arguments]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, preexec_fn=before
        )

        self.lines: list[str] = []
        self.news = threading.Condition()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self) -> None:
        """Read all it says, so that it never has to wait to be heard."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.news:
                self.lines.append(line)
                self.news.notify_all()

    def wait_for(self, message: str) -> None:
        """Wait until the log says this."""
        with self.news:
            said = self.news.wait_for(lambda: any(message in line for line in self.lines), PATIENCE_S)
        assert said, f"the process never said “{message}”: {''.join(self.lines[-5:])}"

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_S)
        self.listener.join(PATIENCE_S)


class Worker(Process):
    """`work` as an operator starts it."""

    def __init__(self, app: Flask, before: Callable[[], None] | None = None) -> None:
        super().__init__(app, "-m", "assetreg", "work", before=before)


class Server(Process):
    """The web server with one worker, as in production."""

    def __init__(self, app: Flask) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        configuration = "script/lib/gunicorn.conf.py"
        super().__init__(app, "-m", "gunicorn", "-c", configuration, PORT=str(self.port), WEB_WORKERS="1")
        self.wait_for("warmed up")

    def ask(self, address: str = GAS) -> Any:
        """The answer, which must be one."""
        with urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=PATIENCE_S) as answer:
            assert answer.status == 200
            return json.load(answer)

    def is_from_index(self) -> bool:
        """Only the index understands "on a tuesday"."""
        return bool(self.ask()["query"]["understood"])

    def until(self, is_so: Callable[[], bool]) -> None:
        """Ask again and again until it is so."""
        over = threading.Event()
        watchdog = threading.Timer(PATIENCE_S, over.set)
        watchdog.start()
        try:
            while not is_so():
                assert not over.wait(0.1), "it never came to that"
        finally:
            watchdog.cancel()


def names(answer: Any) -> set[str]:
    """The names that were found."""
    return {result["name"] for result in answer["results"]}


def test_a_deleted_index_is_survived_and_comes_back_by_itself(real: Flask) -> None:
    root = root_of(real)
    with Worker(real) as worker:
        worker.wait_for("search index written")
        with Server(real) as server:
            server.until(server.is_from_index)
            shutil.rmtree(root)
            assert names(server.ask()) == {"Gas bill help"}, "from memory"
            with Server(real) as fresh:  # a process that has nothing in memory, while there is no folder
                assert "Gas bill help" in names(fresh.ask("/search.json?q=gas+bill"))
                add_service(real, "Gas advice")  # wakes the worker, which looks after the index
                fresh.until(fresh.is_from_index)
                fresh.until(lambda: names(fresh.ask()) == {"Gas bill help", "Gas advice"})
                server.until(lambda: names(server.ask()) == {"Gas bill help", "Gas advice"})
    assert (root / CURRENT).exists()


def test_a_change_is_found_after_its_commit(real: Flask) -> None:
    with Worker(real) as worker:
        worker.wait_for("search index written")
        with Server(real) as server:
            server.until(server.is_from_index)
            add_service(real, "Gas clinic")
            server.until(lambda: "Gas clinic" in names(server.ask()))


def another_version(root: Path) -> None:
    """As a newer or older program leaves it."""
    current = root / CURRENT
    current.write_text(json.dumps({**json.loads(current.read_text()), "schema": "0"}))


def cut_off(root: Path) -> None:
    """As a power cut leaves it."""
    for file in filter(Path.is_file, root.glob("index-*/*")):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("damage", [another_version, cut_off])
def test_a_damaged_index_is_survived_and_comes_back_by_itself(real: Flask, damage: Callable[[Path], None]) -> None:
    root = root_of(real)
    with Worker(real) as worker:
        worker.wait_for("search index written")
    damage(root)
    with Server(real) as server:
        assert not server.is_from_index()
        assert names(server.ask("/search.json?q=gas+bill")) == {"Gas bill help"}
        with Worker(real):
            server.until(server.is_from_index)


def test_a_folder_that_cannot_be_written_is_survived(real: Flask) -> None:
    root = root_of(real)
    root.parent.mkdir(parents=True, exist_ok=True)
    root.write_text("not a folder")
    with Worker(real) as worker, Server(real) as server:
        worker.wait_for("watch failed")
        assert names(server.ask("/search.json?q=gas+bill")) == {"Gas bill help"}
        root.unlink()
        add_service(real, "Gas advice")
        server.until(server.is_from_index)


def no_room() -> None:
    """No file may become larger than a hundred bytes: the nearest thing to a full disk that needs no disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def test_a_full_disk_leaves_no_half_index_and_is_survived(real: Flask) -> None:
    root = root_of(real)
    with Worker(real, before=no_room) as worker, Server(real) as server:
        worker.wait_for("watch failed")
        assert not (root / CURRENT).exists()
        assert names(server.ask("/search.json?q=gas+bill")) == {"Gas bill help"}
        with Worker(real):
            server.until(server.is_from_index)
