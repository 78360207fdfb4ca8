"""Phone numbers, e-mail and web addresses out of cells that hold any mixture of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from phonenumbers import Leniency, PhoneNumberMatcher

from assetreg.rules.contacts import HOME_COUNTRY, ContactError, read_email, read_phone, read_url

_URL = re.compile(r"(?:https?://|www\.)[^\s,;<>\"]+", re.IGNORECASE)
_EMAIL = re.compile(r"[^\W\d_][\w.+'-]*@[\w-]+(?:\.[\w-]+)+")
_LETTER_O = re.compile(r"(?<!\w)[Oo](?=\d)")
_BROKEN_NUMBER = re.compile(r"(?<=\d)\s*\n\s*(?=\d)")
_GLUED_WORD = re.compile(r"(?<=\d)(?=[^\W\d])")
_BESIDE = re.compile(r"\b(?:or|and|e-?mail|phone|tel(?:ephone)?|call|mobile|website|at|on)\b", re.IGNORECASE)
_READERS: dict[str, Callable[[str], str]] = {"phone": read_phone, "email": read_email, "url": read_url}

Found = dict[str, list[str]]


def take_contacts(cell: str, found: Found) -> str:
    """Move every contact of a cell into `found` (phone, email, url); returns what else the cell says.

    Slips that these lists are full of are understood: a letter O for the first 0, a number broken over two lines, an
    e-mail glued to the number before it.
    """
    text = _BROKEN_NUMBER.sub(" ", _LETTER_O.sub("0", cell))
    text = _URL.sub(lambda match: take_one(match[0], "url", found), text)
    text = _EMAIL.sub(lambda match: take_one(match[0], "email", found), text)
    text = _GLUED_WORD.sub(" ", text)
    for match in reversed(list(PhoneNumberMatcher(text, HOME_COUNTRY, Leniency.POSSIBLE))):
        text = text[: match.start] + take_one(match.raw_string, "phone", found) + text[match.end :]
    left = " ".join(_BESIDE.sub(" ", text).split())
    return left if re.search(r"[^\W_]", left) else ""


def take_one(text: str, kind: str, found: Found) -> str:
    """Keep one contact; returns what stays in the text: a space, or the text itself when it is no contact after all."""
    try:
        value = _READERS[kind](text.rstrip(".,;:)"))
    except ContactError:
        return text
    if kind == "phone":  # they are found from the end of the text
        found[kind].insert(0, value)
    else:
        found[kind].append(value)
    return " "
