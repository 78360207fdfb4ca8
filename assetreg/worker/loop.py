"""The worker process: waits for the outbox to ring, works it off, survives a database that goes away, stops cleanly."""

from __future__ import annotations

import contextlib
import logging
import selectors
import signal
import socket
from collections.abc import Iterator
from types import FrameType

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from assetreg.actions.outbox import CHANNEL
from assetreg.db import db
from assetreg.worker.registry import WATCHES
from assetreg.worker.rows import add_daily_jobs, seconds_until_next, work_off_one

LOG = logging.getLogger("assetreg.worker")
DATABASE_TROUBLE = (DBAPIError, NoFreeConnection, psycopg.Error)
POLL_S = 10.0
LONGEST_PAUSE_S = 30.0


class Worker:
    """One worker. `run` works until somebody asks it to stop; the row in hand is finished first."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.is_stopping = False
        self.ear: psycopg.Connection | None = None
        self.wake_up, self.woken = socket.socketpair()
        self.wake_up.setblocking(False)
        self.woken.setblocking(False)

    def stop(self) -> None:
        """Finish the row in hand and stop. May be called from another thread or a signal handler."""
        self.is_stopping = True
        with contextlib.suppress(OSError):
            self.wake_up.send(b"s")

    def run(self) -> None:
        """Work until asked to stop."""
        pause = 1.0
        LOG.info("worker started")
        while not self.is_stopping:
            try:
                self.listen()
                self.drain()
                pause = 1.0
                self.wait(self.until_next())
            except DATABASE_TROUBLE as problem:
                LOG.warning("database away", extra={"problem": type(problem).__name__, "pause_s": pause})
                self.hang_up()
                self.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
        self.hang_up()
        LOG.info("worker stopped")

    def drain(self) -> int:
        """Work off all that is due now; returns how many rows that was."""
        done = 0
        with self.app.app_context():
            add_daily_jobs()
        while not self.is_stopping:
            with self.app.app_context():
                if not work_off_one():
                    break
            done += 1
        self.look_after()
        return done

    def look_after(self) -> None:
        """Do what is to be done whether or not anything rang. What fails is tried again the next time."""
        for look in WATCHES:
            with self.app.app_context():
                try:
                    look()
                    db.session.commit()
                except DATABASE_TROUBLE:
                    raise
                except Exception:
                    LOG.exception("watch failed")

    def until_next(self) -> float:
        """How long to wait when nothing rings."""
        with self.app.app_context():
            return seconds_until_next(POLL_S)

    def listen(self) -> None:
        """Have the database ring when something is put into the outbox; see that the line still works."""
        if self.ear is None or self.ear.closed:
            url = make_url(self.app.config["SQLALCHEMY_DATABASE_URI"]).set(drivername="postgresql")
            settings = self.app.config["SQLALCHEMY_ENGINE_OPTIONS"]["connect_args"]
            self.ear = psycopg.connect(
                url.render_as_string(hide_password=False),
                autocommit=True,
                connect_timeout=settings["connect_timeout"],
                application_name="assetreg worker",
            )
            self.ear.execute(f"LISTEN {CHANNEL}")
        else:
            self.ear.execute("SELECT 1")

    def hang_up(self) -> None:
        """Let go of the line."""
        if self.ear is not None:
            with contextlib.suppress(psycopg.Error):
                self.ear.close()
            self.ear = None

    def wait(self, seconds: float) -> None:
        """Until the outbox rings, somebody asks to stop, or the time is over."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.woken, selectors.EVENT_READ)
            if self.ear is not None and not self.ear.closed:
                selector.register(self.ear.fileno(), selectors.EVENT_READ)
            selector.select(0 if self.is_stopping else seconds)
        with contextlib.suppress(BlockingIOError):
            self.woken.recv(64)
        if self.ear is not None and not self.ear.closed:
            for _ in self.ear.notifies(timeout=0):
                pass


@contextlib.contextmanager
def stopping_on_signals(worker: Worker) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask the worker to stop."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def work_off_everything() -> int:
    """Do all that is due now, in this process and application context; returns how many rows that was."""
    add_daily_jobs()
    done = 0
    while work_off_one():
        done += 1
    db.session.rollback()
    return done
