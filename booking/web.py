"""Where people find us, for links in messages and calendars that are made without a request."""

from __future__ import annotations

from flask import current_app


def web_address() -> str:
    """ "https://near.example.org": the operator's PUBLIC_URL, else where this machine serves."""
    address: str = current_app.config["PUBLIC_URL"] or current_app.config["LOCAL_URL"]
    return address
