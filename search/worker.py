"""What this floor does in the worker process: keeps the index true to the register."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from assetreg import clock
from assetreg.worker.registry import Payload, handle, watch
from search.actions import indexing, search_log
from search.actions.noting import TOPIC
from search.reader import index_root


def apply_changes(payload: Payload) -> None:
    """Bring what has changed into the index."""
    indexing.apply_changes(payload, index_root())


def heal() -> None:
    """See that there is an index that can be read."""
    indexing.heal(index_root())


def purge_searches(_payload: Payload) -> None:
    """Clear away what was searched for long ago."""
    search_log.purge_searches(clock.today() - timedelta(days=current_app.config["SEARCH_LOG_DAYS"]))


def register_handlers() -> None:
    """Add it to the registry."""
    handle(TOPIC, apply_changes)
    handle("search_log.purge", purge_searches, daily=True)
    watch(heal)
