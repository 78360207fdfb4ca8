"""Lists that people keep without an account, by name. Nothing is committed."""

from __future__ import annotations

from assetreg.actions import shortlists
from assetreg.list_keys import link_key
from assetreg.models import Service, Shortlist


def a_list(*services: Service) -> tuple[Shortlist, str]:
    """A list with these services on it, and the secret that opens it."""
    shortlist, key = shortlists.start_list()
    for service in services:
        shortlists.add(shortlist, service.id)
    return shortlist, key


def a_shared_list(*services: Service, has_notes: bool = False) -> str:
    """The secret of a link to a list with these services on it."""
    shortlist, key = a_list(*services)
    return link_key(key, shortlists.share(shortlist, key, has_notes=has_notes).mark)
