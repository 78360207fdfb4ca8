"""Run in the product's own Python before serving: migrate, load the sample city into an empty register, say who can
sign in. One start of Python instead of four, because a second start of script/server takes less than five seconds."""

from __future__ import annotations

import sys

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from assetreg.__main__ import create_command_app
from assetreg.config import BadSettings


def main() -> None:
    """Get the register ready; who can sign in is all that goes to the standard output."""
    try:
        app = create_command_app()
    except BadSettings as problem:
        sys.exit(str(problem))
    with app.app_context():
        try:
            get_ready(app, with_samples=not app.config["IS_PRODUCTION"])
        except SQLAlchemyError as problem:
            reason = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0].strip().rstrip(".")
            sys.exit(f"The database cannot be used: {reason}. Check DATABASE_URL, or var/postgres/server.log.")


def get_ready(app: Flask, *, with_samples: bool) -> None:
    """Migrate; outside production also load the sample city when there is nothing yet, and show its sign-ins."""
    is_done(app, "db", "upgrade")
    if not with_samples:
        return
    if is_done(app, "register-is-empty"):
        print("Loading the sample city …", file=sys.stderr, flush=True)
        is_done(app, "demo")
    is_done(app, "users", "samples")


def is_done(app: Flask, *words: str) -> bool:
    """Run a command of the product; did it end well? (Some answer by their exit status.)"""
    try:
        app.cli.main(list(words), prog_name="script/manage", standalone_mode=False)
    except SystemExit as end:
        return end.code in (0, None)
    return True


if __name__ == "__main__":
    main()
