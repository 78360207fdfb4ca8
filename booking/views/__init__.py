"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import calendars, message_templates, messages
from booking.views.blueprint import blueprint

__all__ = ["blueprint", "calendars", "message_templates", "messages"]
