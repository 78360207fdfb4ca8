"""with_database.py ARGUMENT…: runs the virtual environment's Python with these arguments and the database up."""

from __future__ import annotations

import signal
import subprocess
import sys

from database import is_private, register_database, secret_key
from environment import environment, prepare
from places import PYTHON
from say import run


def main() -> int:
    """Prepare, run, and pass the exit status on."""
    prepare(postgres=is_private(), front_end=False)
    with register_database() as database:
        settings = environment(DATABASE_URL=database.url, SECRET_KEY=secret_key())
        if database.is_new:
            migrated = call(["-P", "-m", "assetreg", "db", "upgrade"], settings)
            if migrated:
                return migrated
        return call(sys.argv[1:], settings)


def call(arguments: list[str], settings: dict[str, str]) -> int:
    """Run Python in the caller's folder; Ctrl-C reaches it by itself, a request to end is passed on, and we wait."""
    command = subprocess.Popen([str(PYTHON), *arguments], env=settings)
    signal.signal(signal.SIGINT, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: command.send_signal(number))
    return command.wait()


if __name__ == "__main__":
    run(main)
