"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import (
    booking,
    calendars,
    closures,
    feeds,
    finding,
    message_templates,
    messages,
    own,
    own_series,
    series,
    series_change,
    series_new,
    series_steps,
    sessions,
)
from booking.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "booking",
    "calendars",
    "closures",
    "feeds",
    "finding",
    "message_templates",
    "messages",
    "own",
    "own_series",
    "series",
    "series_change",
    "series_new",
    "series_steps",
    "sessions",
]
