"""Run a program and keep what it says in a log, because a person wants to read one line about it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from places import ROOT, VAR

TELLING = re.compile(r"\b(error|e:|err!|fatal|failed|no space)\b", re.IGNORECASE)


class Failed(Exception):
    """A program ended with an error: `last_words` is the telling line of what it said, `log` holds all of it."""

    def __init__(self, last_words: str, log: Path) -> None:
        super().__init__(last_words)
        self.last_words = last_words
        self.log = log


def run_quietly(name: str, command: list[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a program from the checkout with its output in var/log/NAME.log. Raises Failed."""
    log = VAR / "log" / f"{name}.log"
    with log.open("ab") as stream:
        began = stream.tell()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT
        )
    if done.returncode != 0:
        with log.open("rb") as stream:
            stream.seek(began)
            said = stream.read().decode(errors="replace")
        raise Failed(last_words(said) or f"{Path(command[0]).name} ended with status {done.returncode}", log)


def last_words(said: str) -> str:
    """The last line that tells what went wrong, short enough to stand in a sentence."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if TELLING.search(line)]
    return (telling or lines or [""])[-1][:300].rstrip(".")
