"""The front door: `create_app` puts every floor of the house together. Only entry points and tests import it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from assetreg import audit, browser, cli, logs, news, own_list, pages, security, sessions, texts
from assetreg.actions.sample_city.parts import SAMPLE_PARTS
from assetreg.config import read_settings
from assetreg.db import db
from assetreg.queries.near import NAMERS
from assetreg.views import blueprint as register
from assetreg.views import errors
from assetreg.worker.handlers import register_handlers
from booking import parts as session_parts
from booking import worker as booking_worker
from booking.actions.sample_sessions import SESSIONS_PART
from booking.actions.terms import load_starting_terms
from booking.cli import init_app as add_booking_commands
from booking.views import blueprint as sessions_and_places
from search import worker as finding_worker
from search.actions import noting
from search.cli import load_starting_words
from search.cli import search as search_commands
from search.knowing import find_by_name, help_at_once
from search.views_map import blueprint as finding
from search.word_views import blueprint as words

ROOT = Path(__file__).resolve().parent.parent


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """The whole application, ready to serve. `settings` overrides what the environment says (tests do).

    Raises BadSettings when the environment does not allow a safe start, RuntimeError when a route does not declare
    who may ask for it.
    """
    app = Flask("assetreg", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(read_settings() if settings is None else settings)
    app.config["SCHEMA_VERSION"] = (ROOT / "migrations" / "HEAD").read_text().strip()
    db.init_app(app)
    audit.listen(db.session)
    noting.listen(db.session)
    logs.init_app(app)
    texts.init_app(app)
    pages.init_app(app)
    browser.init_app(app)
    own_list.init_app(app)
    news.init_app(app)
    sessions.init_app(app)
    app.register_blueprint(register)
    app.register_blueprint(finding)
    app.register_blueprint(words)
    app.register_blueprint(sessions_and_places)
    session_parts.init_app(app)
    errors.init_app(app)
    security.init_app(app)
    cli.init_app(app)
    app.cli.add_command(search_commands)
    add_booking_commands(app)
    app.extensions["starting_loads"] = [load_starting_words, load_starting_terms]
    app.extensions["help_at_once"] = help_at_once
    if find_by_name not in NAMERS:
        NAMERS.append(find_by_name)
    if SESSIONS_PART not in SAMPLE_PARTS:
        SAMPLE_PARTS.append(SESSIONS_PART)
    register_handlers()
    finding_worker.register_handlers()
    booking_worker.register_handlers()
    return app
