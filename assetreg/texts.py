"""The words on screen: which language, and how dates, money and distances are said (gettext through Flask-Babel)."""

from __future__ import annotations

from flask import Flask, current_app, request
from flask_babel import Babel

babel = Babel()


def choose_language() -> str:
    """The visitor's language among those we have; English otherwise."""
    available = current_app.config["LANGUAGES"]
    return request.accept_languages.best_match(available) or available[0]


def init_app(app: Flask) -> None:
    """Attach translations and the template filters for saying things."""
    babel.init_app(app, locale_selector=choose_language)
