"""Commands for operators, grouped by noun: `script/manage areas load …`.

A command's module is imported when the command is used. The web server uses none of them, and would otherwise start a
second later and carry the readers of boundary files and the sample city's texts in its memory.
"""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

COMMANDS = {
    "areas": "assetreg.cli.areas:areas",
    "db": "assetreg.cli.db:database",
    "demo": "assetreg.cli.demo:demo",
    "import": "assetreg.cli.import_:import_",
    "outbox": "assetreg.cli.work:outbox",
    "postcodes": "assetreg.cli.postcodes:postcodes",
    "register-is-empty": "assetreg.cli.db:register_is_empty",
    "terms": "assetreg.cli.terms:terms",
    "texts": "assetreg.cli.texts:texts",
    "users": "assetreg.cli.users:users",
    "work": "assetreg.cli.work:work",
}


class CommandsOnDemand(AppGroup):
    """The commands by name; each is imported when somebody asks for it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name, from A to Z."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of this name; None when there is none."""
        if name not in COMMANDS:
            return super().get_command(ctx, name)
        module, _, variable = COMMANDS[name].partition(":")
        command: click.Command = getattr(import_module(module), variable)
        return command


def init_app(app: Flask) -> None:
    """Attach every command to the application."""
    app.cli = CommandsOnDemand(app.name)
