"""Commands for operators, grouped by noun: `script/manage areas load …`."""

from __future__ import annotations

from flask import Flask

from assetreg.cli.db import database, register_is_empty
from assetreg.cli.terms import terms

COMMANDS = (database, register_is_empty, terms)


def init_app(app: Flask) -> None:
    """Attach every command to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
