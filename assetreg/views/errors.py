"""What people are told when something is not there, not allowed or broken."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from assetreg.queries.errors import NotFound


def show_not_found(_problem: Exception) -> ResponseReturnValue:
    """404 in plain words."""
    return render_template("errors/not_found.html"), 404


def init_app(app: Flask) -> None:
    """Attach the answers."""
    app.register_error_handler(NotFound, show_not_found)
    app.register_error_handler(404, show_not_found)
