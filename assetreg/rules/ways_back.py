"""Which addresses we may send somebody back to: pages of our own, and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2000


def own_path(address: str | None) -> str | None:
    """The address if it is a path on this website ("/areas/northfield?free=1"), else None: no open redirects.

    Browsers read a backslash as a slash and skip tabs and newlines, so that an address with any of these may lead
    elsewhere although it starts with one slash (OWASP, "Unvalidated Redirects and Forwards").
    """
    if not address or len(address) > LONGEST or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(character <= " " or character == "\x7f" for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address


def own_path_of_referrer(referrer: str | None, own_origin: str) -> str | None:
    """The path of the page that somebody came from, when that page is ours ("https://host:port" is `own_origin`)."""
    if not referrer or not referrer.startswith(own_origin.rstrip("/") + "/"):
        return None
    return own_path(referrer[len(own_origin.rstrip("/")) :])
