"""Texts and letters: out of the house by GOV.UK Notify, or kept where staff see them when no key is set.

Each is handed over under the message's public id as its reference. Whoever hands it over a second time (the worker was
killed between sending and marking) asks first whether that reference is there already.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Protocol

from flask import current_app
from notifications_python_client.notifications import NotificationsAPIClient

from assetreg.models import Message

TIMEOUT_S = 20
LINES_OF_AN_ADDRESS = 7
# The library quotes what it was refused for, and that may hold a number.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)


class Carrier(Protocol):
    """A way for a text or a letter to leave the house."""

    def deliver(self, message: Message) -> str:
        """Hand it over; returns what the carrier calls it. Raises when it is not out."""
        ...


class Kept:
    """Nothing leaves the house: staff see the message on their page, and it is written as a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def deliver(self, message: Message) -> str:
        """Write the file whole or not at all, under a name that a second delivery would use again."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f"{message.public_id}.part"
        to = message.to_phone or message.to_address or ""
        unfinished.write_text(f"To: {to}\n\n{message.body}", encoding="utf-8")
        unfinished.replace(self.folder / f"{message.public_id}.txt")
        return "kept"


class Notify:
    """GOV.UK Notify. Its templates hold one blank, ((body)); a letter's also ((subject))."""

    def __init__(self, key: str, url: str, text_template: str, letter_template: str) -> None:
        client: Any = NotificationsAPIClient
        self.client = client(key, base_url=url, timeout=TIMEOUT_S)
        self.text_template, self.letter_template = text_template, letter_template

    def deliver(self, message: Message) -> str:
        """Send it, unless Notify has it already."""
        reference = str(message.public_id)
        there = self.client.get_all_notifications(reference=reference).get("notifications") or []
        if there:
            return str(there[0]["id"])
        if message.channel == "text":
            answer = self.client.send_sms_notification(
                message.to_phone, self.text_template, {"body": message.body.strip()}, reference
            )
        else:
            answer = self.client.send_letter_notification(
                self.letter_template, {**lines_of(message), "body": message.body.strip()}, reference
            )
        return str(answer["id"])


def lines_of(message: Message) -> dict[str, Any]:
    """A letter's address as Notify wants it, line by line, and its subject."""
    lines = [line.strip() for line in (message.to_address or "").replace(",", "\n").splitlines() if line.strip()]
    if len(lines) > LINES_OF_AN_ADDRESS:
        kept = LINES_OF_AN_ADDRESS - 1
        lines = [*lines[: kept - 1], ", ".join(lines[kept - 1 : -1]), lines[-1]]
    return {
        "subject": message.subject,
        **{f"address_line_{number}": line for number, line in enumerate(lines, start=1)},
    }


def carrier(channel: str) -> Carrier:
    """GOV.UK Notify where it is set up for this channel, else the folder `texts`."""
    settings = current_app.config
    template = settings["NOTIFY_TEXT_TEMPLATE" if channel == "text" else "NOTIFY_LETTER_TEMPLATE"]
    if settings["NOTIFY_API_KEY"] and template:
        return Notify(
            settings["NOTIFY_API_KEY"],
            settings["NOTIFY_URL"],
            settings["NOTIFY_TEXT_TEMPLATE"],
            settings["NOTIFY_LETTER_TEMPLATE"],
        )
    return Kept(settings["VAR"] / "texts")
