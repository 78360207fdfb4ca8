"""Booking from the command line, grouped by noun: `script/manage booking …`."""

from __future__ import annotations

import click
from flask import Flask


@click.group("booking")
def booking() -> None:
    """Sessions, places and messages."""


def init_app(app: Flask) -> None:
    """Attach the group to the application."""
    app.cli.add_command(booking)
