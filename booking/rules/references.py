"""References of bookings: short, and the same read from a screen, from handwriting and over the phone."""

from __future__ import annotations

import re
import secrets
import unicodedata

# Without what looks alike (0 O D Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V) or sounds alike (M N), and without vowels, so that
# no word forms by chance. Six of these are 24 million references.
ALPHABET = "34679CFHJKMPRTWXY"
LENGTH = 6
NOT_PART = re.compile(r"[\s\-‐‑‒–—−_.]+")
HEARD_AS = str.maketrans("N", "M")


def new_reference() -> str:
    """A reference drawn by lot, as it is written down: "KX4-T9M". Draw again when it is taken."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{drawn[:3]}-{drawn[3:]}"


def tidy_reference(text: str) -> str | None:
    """What somebody typed as a reference is written; None when it cannot be one."""
    letters = NOT_PART.sub("", unicodedata.normalize("NFKC", text)).upper().translate(HEARD_AS)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return None
    return f"{letters[:3]}-{letters[3:]}"
