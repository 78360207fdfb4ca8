"""HTTP only: fetch, may you, do, answer. Importing this package attaches every page to the blueprint."""

from assetreg.views import health
from assetreg.views.blueprint import blueprint

__all__ = ["blueprint", "health"]
