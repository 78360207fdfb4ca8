"""A message before it is sent: subject and paragraphs, and how they become a plain-text e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Sender:
    """Who writes, and how to reach a person there."""

    service: str
    council: str
    phone: str
    hours: str
    web_address: str

    @classmethod
    def of(cls, settings: Mapping[str, Any], web_address: str = "") -> Sender:
        """From the operator's settings. `web_address` ("https://…") is used when PUBLIC_URL is not set."""
        return cls(
            service=settings["SERVICE_NAME"],
            council=settings["COUNCIL_NAME"],
            phone=settings["COUNCIL_PHONE"],
            hours=settings["COUNCIL_HOURS"],
            web_address=settings["PUBLIC_URL"] or web_address,
        )

    @property
    def names(self) -> tuple[str, str]:
        """What this place is called."""
        return self.service, self.council


@dataclass(frozen=True)
class Wording:
    """One message in the reader's language. `kind` names it in the records and in the golden files."""

    kind: str
    subject: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The text as it is sent: one blank line between paragraphs, a line end at the end."""
        return "\n\n".join(self.paragraphs) + "\n"
