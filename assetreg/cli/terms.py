"""The taxonomy of needs and interests."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from assetreg.actions.terms import STARTING_SET, BadTerms, load_terms
from assetreg.audit import set_actor
from assetreg.db import db


@click.group("terms")
def terms() -> None:
    """Needs and interests."""


@terms.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=STARTING_SET)
def load(file: Path) -> None:
    """Load needs and interests from FILE (the starting set when none is given)."""
    set_actor(db.session(), "command: terms load")
    try:
        changed = load_terms(file)
    except (BadTerms, KeyError, UnicodeDecodeError) as problem:
        sys.exit(f"{file.name} could not be read as a list of needs and interests: {problem}")
    db.session.commit()
    click.echo(f"{changed} needs and interests added or changed.")
