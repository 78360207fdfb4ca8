"""What a list's address may carry: a page number and a place to be near."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

MOST_PAGES = 10_000
LONGEST_PLACE = 80


def read_page(answers: Mapping[str, str]) -> int:
    """The page asked for, from 1; anything else is the first."""
    given = answers.get("page", "").strip()
    if given.isascii() and given.isdigit() and len(given) < 9:
        return min(max(1, int(given)), MOST_PAGES)
    return 1


def read_near(answers: Mapping[str, str]) -> str:
    """The place somebody wrote, on one line, without control characters, and not endless."""
    spaced = re.sub(r"\s", " ", answers.get("near", "")[: 4 * LONGEST_PLACE])
    kept = "".join(character for character in spaced if unicodedata.category(character) not in ("Cc", "Cs"))
    return " ".join(kept.split())[:LONGEST_PLACE].strip()
