"""Plans of series for tests."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from assetreg import clock
from assetreg.models import Service
from booking.actions.series import SeriesPlan
from tests.factories import register


def plan(of: Service | None = None, **values: Any) -> SeriesPlan:
    """Every Tuesday, 10am to noon, 12 places, from today."""
    values.setdefault("service_id", (of or register.service()).id)
    values.setdefault("starts_on", clock.today())
    values.setdefault("starts_time", time(10))
    values.setdefault("duration_minutes", 120)
    if values.setdefault("frequency", "weekly") != "once":
        values.setdefault("weekdays", (1,))
    values.setdefault("capacity", 12)
    return SeriesPlan(**values)


WEEK = timedelta(weeks=1)
