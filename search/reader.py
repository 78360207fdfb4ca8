"""The snapshot that this process answers from, kept up to date by a thread of its own.

A request takes whatever snapshot is there and is never made to wait for a newer one. The thread looks four times a
second whether another generation is in use or another day has begun, reads it, and then puts it in the old one's
place. When the index is missing or cannot be read the old snapshot goes on answering; with none at all the caller asks
the database instead.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import current_app

from assetreg import clock
from search.index.folder import CURRENT, IndexMissing, mark_damaged, read_current
from search.loading import load
from search.sessions_kept import with_sessions
from search.snapshot import Snapshot

LOG = logging.getLogger("assetreg.search.reader")

LOOK_EVERY_S = 0.25
FIRST_WAIT_S = 0.15  # how long the first question of a process waits for the first snapshot
TRY_AGAIN_S = 5.0  # after a generation that could not be read


class Reader:
    """One process's snapshot of the index at `root`."""

    def __init__(self, root: Path, today: Callable[[], date] = clock.today) -> None:
        self.root = root
        self.today = today
        self.snapshot: Snapshot | None = None
        self.process = os.getpid()
        self._seen: tuple[int, int, int] | None = None
        self._said = ""  # so that one trouble is logged once, and not four times a second
        self._is_ready = threading.Event()
        self._is_stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to keep up with the index; does nothing when that has begun."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_up, name="search-reader", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Keep up no longer; for tests and measurements."""
        self._is_stopping.set()
        if self._thread is not None:
            self._thread.join()

    def wait_for_first(self, seconds: float) -> None:
        """Wait until the first attempt to read the index is over."""
        self._is_ready.wait(seconds)

    def look(self) -> bool:
        """Read the index if it is not the one we have. True when a new snapshot was put in place."""
        with self._lock:
            try:
                return self._look()
            except IndexMissing as problem:
                self._say_missing(problem)
                return False

    def _look(self) -> bool:
        today = self.today()
        seen = self._stamp()
        if seen == self._seen and self.snapshot is not None and self.snapshot.today == today:
            return False
        current = read_current(self.root)
        if self.snapshot is None or self.snapshot.token != current.token or self.snapshot.today != today:
            snapshot = load(self.root, today, self.snapshot)
            for segment in snapshot.segments:
                segment.forms.prepare()
            self.snapshot = snapshot
            self._seen = seen
            self._said = ""
            return True
        self._seen = seen
        return False

    def _stamp(self) -> tuple[int, int, int]:
        try:
            state = (self.root / CURRENT).stat()
        except OSError:
            raise IndexMissing("There is no index.") from None
        return (state.st_ino, state.st_mtime_ns, state.st_size)

    def _say_missing(self, problem: IndexMissing) -> None:
        if str(problem) != self._said:
            self._said = str(problem)
            LOG.warning("search index cannot be read", extra={"problem": str(problem)})
        try:
            token = read_current(self.root).token
        except IndexMissing:
            return
        mark_damaged(self.root, token)

    def _keep_up(self) -> None:
        pause = LOOK_EVERY_S
        while not self._is_stopping.wait(0 if not self._is_ready.is_set() else pause):
            try:
                with self._lock:
                    self._look()
                pause = LOOK_EVERY_S
            except IndexMissing as problem:
                self._say_missing(problem)
                pause = TRY_AGAIN_S if self.snapshot is None else LOOK_EVERY_S * 4
            except Exception:
                LOG.exception("search reader stumbled")
                pause = TRY_AGAIN_S
            finally:
                self._is_ready.set()


READERS: dict[Path, Reader] = {}
READERS_LOCK = threading.Lock()


def reader_of(root: Path) -> Reader:
    """This process's reader of one index; made at the first call, and anew after a fork."""
    reader = READERS.get(root)
    if reader is None or reader.process != os.getpid():
        with READERS_LOCK:
            reader = READERS.get(root)
            if reader is None or reader.process != os.getpid():
                reader = READERS[root] = Reader(root)
    return reader


def index_root() -> Path:
    """Where the present application keeps its index."""
    return Path(current_app.config["VAR"]) / "search"


def current_snapshot() -> Snapshot | None:
    """What to answer from; None when there is no index to read yet and the database has to be asked."""
    reader = reader_of(index_root())
    reader.start()
    if reader.snapshot is None:
        reader.wait_for_first(FIRST_WAIT_S)
    return None if reader.snapshot is None else with_sessions(reader.snapshot)
