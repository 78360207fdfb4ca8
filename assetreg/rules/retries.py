"""When something that failed is tried again, and when to give up on it."""

from __future__ import annotations

from datetime import timedelta

# A mail server that is down for a night is survived; the whole ladder takes about fourteen hours.
WAITS = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=9),
)
MOST_TRIES = len(WAITS) + 1


def wait_after(tries: int) -> timedelta:
    """How long to wait after this many tries (1 and up) before the next one."""
    return WAITS[min(tries, len(WAITS)) - 1]


def is_hopeless(tries: int) -> bool:
    """Has it been tried so often that a person has to look at it?"""
    return tries >= MOST_TRIES
