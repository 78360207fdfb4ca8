"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import (
    booking,
    calendars,
    dates,
    finding,
    guests,
    message_templates,
    messages,
    notes,
    organised_sessions,
    organising,
    own,
    registers,
    reports,
    sessions,
)
from booking.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "booking",
    "calendars",
    "dates",
    "finding",
    "guests",
    "message_templates",
    "messages",
    "notes",
    "organised_sessions",
    "organising",
    "own",
    "registers",
    "reports",
    "sessions",
]
