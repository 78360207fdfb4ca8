"""What this floor does in the worker process."""

from __future__ import annotations


def register_handlers() -> None:
    """Add it to the registry (`assetreg.worker.registry`)."""
