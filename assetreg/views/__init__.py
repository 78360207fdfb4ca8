"""HTTP only: fetch, may you, do, answer. Importing this package attaches every page to the blueprint."""

from assetreg.views import (
    accounts,
    areas,
    display,
    health,
    home,
    organisations,
    pages,
    services,
    shared_computer,
    shared_lists,
    shortlists,
    terms,
)
from assetreg.views.blueprint import blueprint

__all__ = [
    "accounts",
    "areas",
    "blueprint",
    "display",
    "health",
    "home",
    "organisations",
    "pages",
    "services",
    "shared_computer",
    "shared_lists",
    "shortlists",
    "terms",
]
