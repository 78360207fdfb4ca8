"""Booking's pages: HTTP only. Importing this package attaches every page to the blueprint."""

from booking.views import closures, feeds, series, series_change, series_dates, series_new, series_steps
from booking.views.blueprint import blueprint

__all__ = ["blueprint", "closures", "feeds", "series", "series_change", "series_dates", "series_new", "series_steps"]
