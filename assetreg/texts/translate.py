"""Gettext for a page that says a thousand small things: Flask-Babel's translations, looked up once a request.

Flask-Babel works out the reader's language anew for every message, which takes a third of a long page's time. Here the
translations are kept beside its own and taken again when the language changes (it does within a request, when we write
to somebody else).
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache
from gettext import NullTranslations

import babel.dates
import flask_babel
from babel import Locale
from flask import Flask, g
from flask_babel.speaklater import LazyString
from markupsafe import Markup

ENGLISH = Locale("en")


def current() -> tuple[Locale, NullTranslations]:
    """The reader's language and its messages."""
    try:
        context = g._flask_babel  # asked for hundreds of times a page: one look at `g`, not three
        kept: tuple[Locale, NullTranslations] = context.assetreg
        if kept[0] is context.babel_locale:
            return kept
    except (AttributeError, RuntimeError):
        pass  # the first message of this request, or outside one
    found = flask_babel.get_locale() or ENGLISH, flask_babel.get_translations()
    if g:
        g._flask_babel.assetreg = found
    return found


def locale() -> Locale:
    """The reader's language."""
    return current()[0]


def plainly(message: str) -> str:
    """The message in the reader's language, as it is."""
    return current()[1].gettext(message)


def plainly_by_number(one: str, many: str, num: int) -> str:
    """The form of the message that fits the number, as it is."""
    return current()[1].ngettext(one, many, num)


def gettext(message: str, **values: object) -> str:
    """The message in the reader's language, its %(names)s filled in."""
    said = plainly(message)
    return said % values if values else said


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """The form of the message that fits the number, which it may say as %(num)s."""
    return plainly_by_number(one, many, num) % {"num": num, **values}


def lazy_gettext(message: str, **values: object) -> LazyString:
    """A message that is translated when it is shown, for names that stand at the top of a module."""
    return LazyString(gettext, message, **values)


def format_date(on: date, pattern: str) -> str:
    """The day by a pattern of CLDR's letters, in the reader's language."""
    return dated(locale(), on, pattern)


@lru_cache(maxsize=4096)
def dated(language: Locale, on: date, pattern: str) -> str:
    """The day in a language; a list of services says the same few days again and again."""
    return str(babel.dates.format_date(on, pattern, language))


def format_time(at: time) -> str:
    """The time as the reader's language writes it."""
    return str(flask_babel.format_time(at, "short", rebase=False))


def marked(message: str, **values: object) -> Markup:
    """For templates, as Jinja's own: the message is ours and may hold HTML, the values are escaped."""
    said = Markup(plainly(message))  # noqa: S704  (a message of ours or of a translator)
    return said % values if values or "%" in said else said


def init_app(app: Flask) -> None:
    """Templates say things the same way. Comes after Flask-Babel's own."""
    app.jinja_env.install_gettext_callables(plainly, plainly_by_number, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's fills in every message, also those with nothing to fill in; a page has a hundred of them.
    app.jinja_env.globals.update(gettext=marked, _=marked)
