"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assetreg import clock


class StoppedClock:
    """What `assetreg.clock.now` answers while a test runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime | None = None) -> None:
        self.at = at or datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: self.at)

    def move(self, **parts: float) -> datetime:
        """Later by this much ("minutes=5"); returns the new time."""
        self.at += timedelta(**parts)
        return self.at
