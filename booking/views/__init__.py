"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import organising, registers
from booking.views.blueprint import blueprint

__all__ = ["blueprint", "organising", "registers"]
