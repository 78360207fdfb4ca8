"""Writes the search log beside the searches: what waits is kept in memory, written by a thread, and may be lost.

A search only puts one entry in a list. When the list is full, or the database is away for long, entries are dropped and
counted. It is written seldom, because every write makes what `assetreg.queries.kept` keeps be read anew.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
from collections import deque

from flask import Flask, current_app

from assetreg import clock
from assetreg.db import db
from search.actions.search_log import write_searches
from search.answers import Answer
from search.knowing import NAMES, here
from search.reader import current_snapshot
from search.searched import Searched, searched

LOG = logging.getLogger("assetreg.search.log")

MOST_WAITING = 1000
FLUSH_AT = 200


class LogWriter:
    """One process's waiting entries. No method raises, whatever the database does."""

    def __init__(self, app: Flask, every_s: float, most_waiting: int = MOST_WAITING, flush_at: int = FLUSH_AT) -> None:
        self.app = app
        self.every_s = every_s
        self.most_waiting = most_waiting
        self.flush_at = flush_at
        self.process = os.getpid()
        self.dropped = 0
        self.written = 0
        self.is_stopping = False
        self._waiting: deque[Searched] = deque()
        self._change = threading.Condition()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._has_said: set[str] = set()  # so that one trouble is logged once and not with every search

    @property
    def waiting(self) -> int:
        """How many entries wait."""
        return len(self._waiting)

    def add(self, entry: Searched) -> bool:
        """Put one entry in the list; False when it is full and the entry is dropped. Never waits for the database."""
        with self._change:
            if len(self._waiting) >= self.most_waiting:
                self.dropped += 1
                self._say("full", "search log is full, entries are dropped")
                return False
            self._waiting.append(entry)
            if len(self._waiting) >= self.flush_at:
                self._change.notify_all()
        return True

    def start(self) -> None:
        """Write from time to time in a thread of its own; does nothing when that has begun."""
        with self._change:
            if self._thread is None and not self.is_stopping:
                self._thread = threading.Thread(target=self._keep_writing, name="search-log", daemon=True)
                self._thread.start()
                atexit.register(self.stop)

    def stop(self) -> None:
        """Write what waits and end the thread; at the end of the process."""
        with self._change:
            self.is_stopping = True
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=5)
        if self.process == os.getpid():
            self.flush()

    def flush(self) -> int:
        """Write everything that waits; returns how much that was. What cannot be written waits on, if there is room."""
        with self._writing:
            with self._change:
                batch = list(self._waiting)
                self._waiting.clear()
            if not batch:
                return 0
            try:
                with self.app.app_context():
                    write_searches(batch, clock.today())
                    db.session.commit()
            except Exception as problem:  # noqa: BLE001  (whatever it is, nobody's search fails by it)
                self._keep(batch, type(problem).__name__)
                return 0
            self.written += len(batch)
            self._has_said.clear()
            return len(batch)

    def _keep(self, batch: list[Searched], problem: str) -> None:
        """Let a batch that could not be written wait on, before what came meanwhile."""
        with self._change:
            room = max(0, self.most_waiting - len(self._waiting))
            self._waiting.extendleft(reversed(batch[:room]))
            self.dropped += len(batch) - min(room, len(batch))
        self._say("away", "search log cannot be written", problem)

    def _say(self, kind: str, message: str, problem: str = "") -> None:
        if kind not in self._has_said:
            self._has_said.add(kind)
            LOG.warning(message, extra={"problem": problem, "dropped": self.dropped})

    def _keep_writing(self) -> None:
        while not self.is_stopping:
            with self._change:
                is_due = len(self._waiting) >= self.flush_at and "away" not in self._has_said
                if not is_due and not self.is_stopping:
                    self._change.wait(self.every_s)
            self.flush()


WRITERS: dict[int, LogWriter] = {}
WRITERS_LOCK = threading.Lock()


def writer_of(app: Flask) -> LogWriter:
    """This process's writer for an application; made at the first search, and anew after a fork."""
    known = WRITERS.get(id(app))
    if known is None or known.process != os.getpid() or known.app is not app:
        with WRITERS_LOCK:
            known = WRITERS.get(id(app))
            if known is None or known.process != os.getpid() or known.app is not app:
                known = WRITERS[id(app)] = LogWriter(app, app.config["SEARCH_LOG_EVERY_S"])
                known.start()
    return known


def note_search(answer: Answer) -> None:
    """Keep what may be kept of a search that somebody looked at. Never fails, and asks the database nothing.

    The first page only: the next ones are the same search. Programs' questions (JSON, spreadsheets, the map) are not
    noted by their views, nor are questions that only ask for headers.
    """
    if not current_app.config["SEARCH_LOG"] or answer.asked.page > 1:
        return
    try:
        names = NAMES.get(here())
        lexicon_words = names.lexicon.known_words if names is not None else frozenset()
        entry = searched(answer, current_snapshot() if answer.is_from_index else None, lexicon_words)
        if entry is not None:
            writer_of(current_app._get_current_object()).add(entry)  # type: ignore[attr-defined]
    except Exception:
        LOG.exception("a search could not be noted")
