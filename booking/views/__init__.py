"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import dates, guests, notes, organised_sessions, organising, registers, reports
from booking.views.blueprint import blueprint

__all__ = ["blueprint", "dates", "guests", "notes", "organised_sessions", "organising", "registers", "reports"]
