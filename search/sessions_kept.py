"""The coming sessions that this process knows: read again every few seconds, never in the way of a question.

The server's warming begins to keep up (`keep_up`): a thread looks every `LOOK_EVERY_S` whether the database has written
anything, and reads the sessions again when it has. Where nothing keeps up (a command, a test, after a fork) the first
question of every `MOST_AGE_S` reads them itself. Whatever fails is logged, and the old sessions go on answering.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from assetreg import clock
from assetreg.db import db
from search.laying import lay_over
from search.queries.sessions import get_coming_sessions, get_stamp
from search.sessions import Sessions, sessions_of
from search.snapshot import Snapshot

LOG = logging.getLogger("assetreg.search")

MOST_AGE_S = 5.0  # places in results are never older, as long as the database answers
LOOK_EVERY_S = 3.5


@dataclass
class Kept:
    """What one process knows. `laid` is the newest snapshot with sessions."""

    sessions: Sessions | None = None
    stamp: str = ""
    looked_at: float = float("-inf")
    laid: Snapshot | None = None
    process: int = field(default_factory=os.getpid)
    lock: threading.Lock = field(default_factory=threading.Lock)
    thread: threading.Thread | None = None


KEPT: dict[str, Kept] = {}


def with_sessions(snapshot: Snapshot) -> Snapshot:
    """The snapshot with the sessions that this process knows now; as it is while none could be read. Never fails."""
    kept = kept_here()
    if time.monotonic() - kept.looked_at > MOST_AGE_S:
        look(kept)
    if kept.sessions is None:
        return snapshot
    return laid_over(kept, snapshot, kept.sessions, clock.now())


def laid_over(kept: Kept, snapshot: Snapshot, sessions: Sessions, now: datetime) -> Snapshot:
    """From memory when the snapshot, the sessions and the minute are those of last time.

    While one thread lays newer sessions over, the others go on with those of a moment ago.
    """
    laid = kept.laid
    if is_present(laid, snapshot, sessions, now):
        return laid  # type: ignore[return-value]
    is_ours = kept.lock.acquire(blocking=laid is None or laid.base is not snapshot)
    if not is_ours:
        return laid or snapshot
    try:
        if not is_present(kept.laid, snapshot, sessions, now):
            kept.laid = lay_over(snapshot, sessions, now, kept.laid)
        return kept.laid or snapshot
    finally:
        kept.lock.release()


def is_present(laid: Snapshot | None, snapshot: Snapshot, sessions: Sessions, now: datetime) -> bool:
    """Is this what there is to know at this minute?"""
    if laid is None or laid.base is not snapshot or laid.coming is None:
        return False
    return laid.coming.sessions is sessions and laid.coming.minute == int(now.timestamp() // 60)


def look(kept: Kept) -> None:
    """Read the sessions again if the database has changed. Only one thread does; a failure keeps what we have."""
    kept.looked_at = time.monotonic()
    try:
        with db.session.begin_nested():
            stamp = get_stamp()
            if stamp != kept.stamp or kept.sessions is None:
                kept.sessions = sessions_of(get_coming_sessions())
                kept.stamp = stamp
    except SQLAlchemyError:
        LOG.exception("the coming sessions cannot be read, keeping those we have")


def keep_up(app: Flask) -> threading.Thread:
    """Begin to look every few seconds, in a thread of this process; does nothing when that has begun."""
    with app.app_context():
        kept = kept_here()
    if kept.thread is None:
        kept.thread = threading.Thread(target=look_for_ever, args=(app, kept), name="search-sessions", daemon=True)
        kept.thread.start()
    return kept.thread


def look_for_ever(app: Flask, kept: Kept) -> None:
    """What the thread does: look, lay over what the questions use, wait."""
    while True:
        try:
            with app.app_context():
                look(kept)
                if kept.sessions is not None and kept.laid is not None and kept.laid.base is not None:
                    laid_over(kept, kept.laid.base, kept.sessions, clock.now())
        except Exception:
            LOG.exception("looking for sessions stumbled")
        time.sleep(LOOK_EVERY_S)


def kept_here() -> Kept:
    """Of this process and database."""
    address: str = current_app.config["SQLALCHEMY_DATABASE_URI"]
    kept = KEPT.get(address)
    if kept is None or kept.process != os.getpid():
        kept = KEPT[address] = Kept()
    return kept


def forget() -> None:
    """Read everything again at the next question; for tests."""
    KEPT.clear()
