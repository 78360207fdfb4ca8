"""Links that open somebody's account once: signed, short-lived, and worthless as soon as the password has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from assetreg import clock

LASTS = {"reset": timedelta(hours=1), "welcome": timedelta(days=3)}


class LinkEnded(Exception):
    """The link was used, has run out, or was never one of ours."""


@dataclass(frozen=True)
class PasswordLink:
    """What a link says: whose account, and the state it was made for."""

    public_id: UUID
    epoch: int
    fingerprint: str


class ClockSigner(TimestampSigner):
    """Signs with the time of the one clock."""

    def get_timestamp(self) -> int:
        """Seconds since 1970."""
        return int(clock.now().timestamp())


def sign_password_link(public_id: UUID, epoch: int, password_hash: str | None, purpose: str = "reset") -> str:
    """The secret part of a link that lets this person choose a password ("reset": one hour, "welcome": three days)."""
    text: str | bytes = serializer().dumps([str(public_id), epoch, fingerprint_of(password_hash), purpose])
    return text.decode() if isinstance(text, bytes) else text


def read_password_link(token: str) -> PasswordLink:
    """What the link says. Raises LinkEnded when it is not ours or too old."""
    try:
        said, made_at = serializer().loads(token, return_timestamp=True)
        public_id, epoch, fingerprint, purpose = said
        if clock.now() - made_at > LASTS[purpose]:
            raise LinkEnded
        return PasswordLink(UUID(public_id), int(epoch), str(fingerprint))
    except (BadSignature, KeyError, TypeError, ValueError) as problem:
        raise LinkEnded from problem


def fingerprint_of(password_hash: str | None) -> str:
    """A few letters that change with the password and do not tell its hash."""
    return hashlib.sha256((password_hash or "none yet").encode()).hexdigest()[:16]


def serializer() -> URLSafeTimedSerializer:
    """Signs and reads, with this installation's secret."""
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="password-link", signer=ClockSigner)
