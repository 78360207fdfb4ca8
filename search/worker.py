"""What this floor does in the worker process: keeps the index true to the register."""

from __future__ import annotations

from assetreg.worker.registry import Payload, handle, watch
from search.actions import indexing
from search.actions.noting import TOPIC
from search.reader import index_root


def apply_changes(payload: Payload) -> None:
    """Bring what has changed into the index."""
    indexing.apply_changes(payload, index_root())


def heal() -> None:
    """See that there is an index that can be read."""
    indexing.heal(index_root())


def register_handlers() -> None:
    """Add it to the registry."""
    handle(TOPIC, apply_changes)
    watch(heal)
