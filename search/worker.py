"""What this floor does in the worker process: keeps the index true to the register."""

from __future__ import annotations

from assetreg.worker.registry import handle, watch
from search.actions.indexing import apply_changes, heal
from search.actions.noting import TOPIC


def register_handlers() -> None:
    """Add it to the registry."""
    handle(TOPIC, apply_changes)
    watch(heal)
