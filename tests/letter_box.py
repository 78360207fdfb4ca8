"""The folder into which e-mails go while no mail server is set, as a test looks into it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Flask

from assetreg.worker.loop import work_off_everything


class LetterBox:
    """Everybody's letter box."""

    def __init__(self, app: Flask) -> None:
        self.folder = Path(app.config["VAR"]) / "mail"
        self.empty()

    def empty(self) -> None:
        """Take out everything."""
        for path in self.folder.glob("*"):
            path.unlink()

    def letters(self) -> list[EmailMessage]:
        """The e-mails that have come, in no order that matters."""
        paths = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]

    def collect(self) -> list[EmailMessage]:
        """Let the worker do what waits, and take out what has come."""
        work_off_everything()
        found = self.letters()
        self.empty()
        return found

    def link(self) -> str:
        """Let the worker do what waits; the path of the link in the one letter that has come."""
        (letter,) = self.collect()
        found = re.search(r"https?://[^/\s]+(/\S+)", letter.get_content())
        assert found is not None
        return found[1]
