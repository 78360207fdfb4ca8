"""What this floor does in the worker process."""

from __future__ import annotations

from assetreg import clock
from assetreg.worker.registry import Payload, handle
from booking.actions.series import top_up


def top_up_series(_payload: Payload) -> None:
    """Make the dates of the coming weeks."""
    top_up(clock.now())


def register_handlers() -> None:
    """Add it to the registry (`assetreg.worker.registry`)."""
    handle("series.top_up", top_up_series, daily=True)
