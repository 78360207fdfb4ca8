"""Which handler does which topic of the outbox. Each floor adds its own; `app.py` calls the adding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Payload = Mapping[str, Any]
Handler = Callable[[Payload], None]

# topic → what does it. A handler runs inside a transaction of the worker's, may write through db.session, must not
# commit, and may run more than once for one row.
HANDLERS: dict[str, Handler] = {}

# topic → whom to tell that a try has failed: the payload, how many tries there were, what went wrong (no names), and
# whether it was the last one. Runs in the transaction that writes the failure down.
Mourner = Callable[[Payload, int, str, bool], None]
MOURNERS: dict[str, Mourner] = {}

# Topics that the worker puts into the outbox by itself, once on every day of the city's calendar.
DAILY: list[str] = []

# What the worker looks after by itself, whenever it has looked at the outbox: every ten seconds or oftener.
WATCHES: list[Callable[[], None]] = []


def handle(topic: str, handler: Handler, *, daily: bool = False, on_failure: Mourner | None = None) -> None:
    """Say what does a topic, and what writes down that it failed. Raises ValueError when another function does it."""
    if HANDLERS.get(topic, handler) is not handler:
        raise ValueError(f"Two handlers for the topic {topic}")
    HANDLERS[topic] = handler
    if on_failure is not None:
        MOURNERS[topic] = on_failure
    if daily and topic not in DAILY:
        DAILY.append(topic)


def watch(look: Callable[[], None]) -> None:
    """Have the worker call this every ten seconds or oftener; it may write, must not commit, and must be quick."""
    if look not in WATCHES:
        WATCHES.append(look)
