"""The secret address of a member of staff's own calendar: worked out each time, stored nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from flask import current_app

LENGTH_BYTES = 18


def feed_token(public_id: UUID) -> str:
    """The last part of the address: which feed, and the proof that it is ours."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    proof = hmac.new(secret, f"calendar feed {public_id}".encode(), hashlib.sha256).digest()[:LENGTH_BYTES]
    return f"{public_id.hex}.{base64.urlsafe_b64encode(proof).decode()}"


def read_feed_token(token: str) -> UUID | None:
    """Which feed a token opens; None when it is none of ours."""
    written = token.partition(".")[0]
    try:
        public_id = UUID(hex=written)
    except ValueError:
        return None
    is_ours = hmac.compare_digest(feed_token(public_id).encode(), token.encode("utf-8", "surrogatepass"))
    return public_id if is_ours else None
