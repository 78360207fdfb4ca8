"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import calendars, closures, feeds, message_templates, messages, series, series_change, series_new
from booking.views import series_steps
from booking.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "calendars",
    "closures",
    "feeds",
    "message_templates",
    "messages",
    "series",
    "series_change",
    "series_new",
    "series_steps",
]
