"""What `get_` questions raise."""

from __future__ import annotations


class NotFound(LookupError):
    """There is no such thing. The web answers 404."""


class Gone(LookupError):
    """There was such a thing and it has ended. The web answers 410; `name` says what it was."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.name = name
