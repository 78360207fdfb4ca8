"""HTTP only: fetch, may you, do, answer. Importing this package attaches every page to the blueprint."""

from assetreg.views import areas, health, home, organisations, services, terms
from assetreg.views.blueprint import blueprint

__all__ = ["areas", "blueprint", "health", "home", "organisations", "services", "terms"]
