"""Commands for operators, grouped by noun: `script/manage areas load …`."""

from __future__ import annotations

from flask import Flask

from assetreg.cli.areas import areas
from assetreg.cli.db import database, register_is_empty
from assetreg.cli.demo import demo
from assetreg.cli.postcodes import postcodes
from assetreg.cli.terms import terms
from assetreg.cli.texts import texts
from assetreg.cli.users import users
from assetreg.cli.work import outbox, work

COMMANDS = (areas, database, demo, postcodes, outbox, register_is_empty, terms, texts, users, work)


def init_app(app: Flask) -> None:
    """Attach every command to the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
