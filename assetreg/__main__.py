"""`python -m assetreg COMMAND`: the command line of operators. `script/manage` sets the environment up for it."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from assetreg.app import create_app
from assetreg.config import BadSettings, engine_options, read_settings
from assetreg.outages import DATABASE_ERRORS, is_outage

NO_TIMEOUT_MS = 0
CANNOT = 2  # not 1, which commands use for an answer ("no", "some rows were rejected")


def create_command_app() -> Flask:
    """The application for commands: loads may take minutes, so statements have no time limit here."""
    settings = read_settings()
    settings["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(NO_TIMEOUT_MS)
    return create_app(settings)


def main() -> None:
    """Run one command; a bad setting or a database that is away is one sentence, not a traceback."""
    group = FlaskGroup(
        create_app=create_command_app,
        add_default_commands=False,
        add_version_option=False,
        load_dotenv=False,
        help="The register's command line.",
    )
    try:
        group.main(prog_name="script/manage")
    except BadSettings as problem:
        sys.exit(str(problem))
    except DATABASE_ERRORS as problem:
        if not is_outage(problem):
            raise
        click.echo(
            "The database does not answer or takes no changes now, so this was not finished. See that it runs, has room"
            " on its disk and may be written to, then give the command again.",
            err=True,
        )
        sys.exit(CANNOT)


if __name__ == "__main__":
    main()
