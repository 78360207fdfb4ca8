"""The secret link by which whoever booked changes or cancels, without an account.

The secret is worked out from the booking and this installation's key each time: nothing that opens a booking is stored,
so nothing that opens one can be copied out of the database. Raising `link_version` makes older links useless.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Protocol
from uuid import UUID

from flask import current_app

LENGTH_BYTES = 18  # 144 bits: 24 letters


class Linked(Protocol):
    """What a link is made for."""

    @property
    def public_id(self) -> UUID:
        """Which booking."""
        ...

    @property
    def link_version(self) -> int:
        """Which of its links."""
        ...


def manage_token(booking: Linked) -> str:
    """The secret part of a booking's link: 24 letters, the same each time."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    said = f"manage booking {booking.public_id} {booking.link_version}".encode()
    return base64.urlsafe_b64encode(hmac.new(secret, said, hashlib.sha256).digest()[:LENGTH_BYTES]).decode()


def is_manage_token(booking: Linked, token: str) -> bool:
    """Does this open the booking? Takes the same time however much of it is right."""
    return hmac.compare_digest(manage_token(booking).encode(), token.encode("utf-8", "surrogatepass"))


def manage_path(booking: Linked) -> str:
    """The path of a booking's own page, with its secret: never for logs, and never shown to anybody else."""
    return f"/bookings/{booking.public_id}/{manage_token(booking)}"
