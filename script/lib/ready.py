"""Run in the product's own Python before serving: migrate, load the sample city into an empty register, say who can
sign in. One start of Python instead of four, because a second start of script/server takes less than five seconds."""

from __future__ import annotations

import sys

from sqlalchemy.exc import SQLAlchemyError

from assetreg.__main__ import create_command_app
from assetreg.config import BadSettings


def main() -> None:
    """Get the register ready; the table of sample sign-ins is all that goes to the standard output."""
    try:
        app = create_command_app()
    except BadSettings as problem:
        sys.exit(str(problem))

    def command(*words: str) -> object:
        return app.cli.main(list(words), prog_name="script/manage", standalone_mode=False)

    with app.app_context():
        try:
            command("db", "upgrade")
            if is_true(command, "register-is-empty"):
                print("Loading the sample city …", file=sys.stderr, flush=True)
                command("demo")
            command("users", "samples")
        except SQLAlchemyError as problem:
            reason = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
            sys.exit(f"The database cannot be used: {reason}. Check DATABASE_URL, or var/postgres/server.log.")


def is_true(command, *words: str) -> bool:  # type: ignore[no-untyped-def]
    """Did a command that answers by its exit status say yes?"""
    try:
        command(*words)
    except SystemExit as end:
        return end.code in (0, None)
    return True


if __name__ == "__main__":
    main()
