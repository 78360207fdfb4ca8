"""The engine as the pages use it: an answer, or None when the database has to be asked instead."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from assetreg import clock
from search.engine import Found, find
from search.index.folder import mark_damaged
from search.reader import current_snapshot, index_root
from search.requests import Request
from search.snapshot import Snapshot

LOG = logging.getLogger("assetreg.search")

Answer = TypeVar("Answer")


def answer(request: Request) -> tuple[Found, Snapshot] | None:
    """What the index says to a request, and the snapshot that says it; None when there is none, or it is damaged."""
    now = clock.now().astimezone(clock.LOCAL_ZONE)
    return from_index(lambda snapshot: (find(request, snapshot, now), snapshot))


def from_index(question: Callable[[Snapshot], Answer]) -> Answer | None:
    """Ask the present snapshot anything; None when there is none. Damage is logged, told to the worker, survived."""
    snapshot = current_snapshot()
    if snapshot is None:
        LOG.warning("no search index, asking the database")
        return None
    try:
        return question(snapshot)
    except Exception:
        LOG.exception("search index failed, asking the database")
        mark_damaged(index_root(), snapshot.token)
        return None
