"""The sample city's sessions and bookings: this floor's part of `assetreg.actions.sample_city`."""

from __future__ import annotations

from assetreg.actions.sample_city.parts import SamplePart
from booking.actions.sample_sessions.making import make_sample_sessions
from booking.actions.sample_sessions.removing import locations_in_use, remove_sample_sessions

SESSIONS_PART = SamplePart(make_sample_sessions, remove_sample_sessions, locations_in_use)

__all__ = ["SESSIONS_PART"]
