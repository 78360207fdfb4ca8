"""What a list may hold, how long it is kept, and how it is put in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

MOST_ENTRIES = 50
LONGEST_NOTE = 500

# After the last change. What others use too is forgotten when their browser window closes; we do not hear of that, so
# we forget it within the day.
KEPT_FOR = timedelta(days=90)
KEPT_ON_SHARED_COMPUTER = timedelta(days=1)
LINK_LASTS = timedelta(days=90)

# How long a thing that was taken off shows where it stood, so that it can be put back.
CAN_PUT_BACK_FOR = timedelta(minutes=10)

Thing = TypeVar("Thing")

# What mail programs make links of, also with characters in between that nobody sees, and with the dots, colons and
# strokes of other scripts that browsers read as ours (UTS 46, "Notation").
_DOT = re.compile(r"(?<=\S)[.\u3002\uff0e\uff61\u2024](?=[^\s\d.,;:!?)\]\"'\u2019\u201d\u2026])")
_SCHEME = re.compile(r"[:\uff1a](?=[^\w\s]*[/\\\uff0f\uff3c])")
_NETWORK_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")


def tidy_note(typed: str) -> str:
    """A note as it is kept: one kind of line end, no control characters, nothing around it."""
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))
    return kept.strip()


def is_note_too_long(note: str) -> bool:
    """Is it longer than we keep?"""
    return len(note) > LONGEST_NOTE


def without_links(note: str) -> str:
    """A note for an e-mail, with every web address broken by a space.

    Anybody may have a list sent to any address. A note must not become a way to send strangers a link in the council's
    name; its words stay.
    """
    broken = _SCHEME.sub(": ", _DOT.sub(r"\g<0> ", note))
    return _NETWORK_ADDRESS.sub(lambda found: found[0].replace(".", ". "), broken)


def moved(order: Sequence[Thing], thing: Thing, steps: int) -> list[Thing]:
    """The same things with one of them that many places further down (up when negative), at most to the end."""
    rest = [one for one in order if one != thing]
    if len(rest) == len(order):
        return rest
    place = min(max(order.index(thing) + steps, 0), len(rest))
    return [*rest[:place], thing, *rest[place:]]
