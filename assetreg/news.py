"""What the next page is to say waits in the session cookie. Pages that say no news must not let it grow without end."""

from __future__ import annotations

from typing import Any

from flask import Flask, message_flashed, session

MOST_WAITING = 5
WAITING = "_flashes"  # where Flask keeps them


def keep_the_newest(_app: Flask, **_news: Any) -> None:
    """Let only the newest few wait: a browser drops a cookie of more than 4 kB, and signs its person out with it."""
    waiting = session.get(WAITING, [])
    if len(waiting) > MOST_WAITING:
        session[WAITING] = waiting[-MOST_WAITING:]


def init_app(app: Flask) -> None:
    """See to it whenever something is said."""
    message_flashed.connect(keep_the_newest, app)
