"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import booking, calendars, finding, listed, own, sessions
from booking.views.blueprint import blueprint

__all__ = ["blueprint", "booking", "calendars", "finding", "listed", "own", "sessions"]
