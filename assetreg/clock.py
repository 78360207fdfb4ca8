"""The one clock. Everything that asks for the time asks here, so that a test can stop it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251


def today() -> date:
    """Today's date where the city is."""
    return now().astimezone(LOCAL_ZONE).date()


def local_now() -> datetime:
    """The present wall time where the city is, aware of its zone."""
    return now().astimezone(LOCAL_ZONE)


def local_day(instant: datetime) -> date:
    """The date where the city is at that instant."""
    return instant.astimezone(LOCAL_ZONE).date()


def local_time(instant: datetime) -> time:
    """The wall time where the city is at that instant."""
    return instant.astimezone(LOCAL_ZONE).time()
