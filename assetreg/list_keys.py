"""The secrets that open a shortlist: one in its owner's browser, one in the link that they may give away.

The database holds only their hashes. A link's secret is worked out from the owner's, so that the owner's browser can
show the link again for as long as it lasts, and nobody who reads the database can.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


def new_key() -> str:
    """A fresh secret: 256 random bits in 43 letters that may stand in an address."""
    return secrets.token_urlsafe(32)


def new_mark() -> bytes:
    """What makes one link of a list differ from the next one."""
    return secrets.token_bytes(16)


def is_key(text: str | None) -> bool:
    """Has it the shape of one of our secrets? Whether it opens anything is another question."""
    return bool(text and _SHAPE.fullmatch(text))


def key_hash(key: str) -> bytes:
    """What the database knows of a secret. Unsalted: nobody can guess 256 random bits."""
    return hashlib.sha256(key.encode()).digest()


def link_key(owner_key: str, mark: bytes) -> str:
    """The secret of a link, from its owner's and the link's mark (HMAC-SHA256). It does not tell the owner's."""
    return _hmac_key(owner_key.encode(), b"a link to a list " + mark)


def derived_key(secret: str, about: str) -> str:
    """A list's own secret, from one of ours and what it is for (HMAC-SHA256). It tells neither."""
    return _hmac_key(secret.encode(), about.encode())


def _hmac_key(secret: bytes, about: bytes) -> str:
    return urlsafe_b64encode(hmac.new(secret, about, hashlib.sha256).digest()).rstrip(b"=").decode()
