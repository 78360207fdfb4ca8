"""Answers for whoever watches the server: alive, and ready to serve."""

from __future__ import annotations

from flask import current_app
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.queries.health import find_schema_version
from assetreg.views.blueprint import blueprint


@blueprint.get("/health/live")
@public
def show_alive() -> ResponseReturnValue:
    """This process answers."""
    return {"status": "alive"}


@blueprint.get("/health/ready")
@public
def show_ready() -> ResponseReturnValue:
    """This process can serve people: the database answers and stands at our migration. 503 when not."""
    expected = current_app.config["SCHEMA_VERSION"]
    if find_schema_version() != expected:
        return {"status": "not ready", "reason": "the database is not migrated"}, 503
    return {"status": "ready"}
