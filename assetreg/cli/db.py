"""The database's shape: migrate it forward or back, and say whether the register is empty."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask import current_app
from sqlalchemy import NullPool, create_engine

from assetreg.actions.terms import load_terms
from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.queries.register import has_terms, is_register_empty

# In `app.extensions`: what other floors load after every migration to the newest shape. Done twice it changes nothing.
STARTING_LOADS = "starting_loads"
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@click.group("db")
def database() -> None:
    """The database's shape."""


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Migrate forward, and load what comes with the program and is not there yet: needs, interests, words."""
    run("upgrade", revision)
    if revision != "head":
        return
    set_actor(db.session(), "command: db upgrade")
    if not has_terms():
        load_terms()
    for load in current_app.extensions.get(STARTING_LOADS, ()):
        load()
    db.session.commit()


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Migrate back to REVISION ("base" removes everything)."""
    run("downgrade", revision)


@click.command("register-is-empty")
def register_is_empty() -> None:
    """Exit 0 when the register has no service yet, 1 when it has."""
    sys.exit(0 if is_register_empty() else 1)


def run(direction: str, revision: str) -> None:
    """One migration command in one transaction on one connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], poolclass=NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        getattr(command, direction)(config, revision)
