"""Flask-Babel's functions with types, so that everything that says something says that it answers text."""

from __future__ import annotations

from datetime import date, time
from typing import cast

import flask_babel


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, its %(names)s filled in."""
    return str(flask_babel.gettext(message, **values))


def lazy_gettext(message: str, **values: object) -> str:
    """As `gettext`, for the top of a module: put into the reader's language when it is shown, not when it is read."""
    return cast(str, flask_babel.lazy_gettext(message, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The form of the message that fits the number, which it may say as %(num)s."""
    return str(flask_babel.ngettext(one, many, num, **values))


def format_date(on: date, pattern: str) -> str:
    """The day by a pattern of CLDR's letters, in the reader's language."""
    return str(flask_babel.format_date(on, pattern))


def format_time(at: time) -> str:
    """The time as the reader's language writes it."""
    return str(flask_babel.format_time(at, "short", rebase=False))
