"""Single things that people type: how many, an age, a phone number, an e-mail address, a name.

Blanks, dictation and other scripts' digits are tolerated. Each function answers what was meant, or raises
`Unreadable` with a sentence that says what to do.
"""

from __future__ import annotations

import re
import unicodedata

from assetreg.forms.fields import tidied
from assetreg.rules.contacts import ContactError, read_email, read_phone
from assetreg.texts.translate import gettext

LONGEST_NAME = 120
LONGEST_EMAIL = 254
OLDEST = 120
NUMBER = re.compile(r"(\d{1,9})(?:\s*\D{0,20})?")
SAID_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class Unreadable(ValueError):
    """This cannot be what was meant; `str()` is a sentence that says what to do."""


def one_line(text: str) -> str:
    """One line without blanks around it and without control characters."""
    return " ".join((tidied(text.replace("\n", " ").replace("\t", " ")) or "").split())


def some_lines(text: str) -> str:
    """Text of several lines without control characters."""
    lines = (one_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(lines).strip()


def read_whole_number(text: str) -> int | None:
    """The number that was written, also as "2 people" or "two"; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain in SAID_NUMBERS:
        return SAID_NUMBERS.index(plain)
    found = NUMBER.fullmatch(plain)
    if found is None or re.search(r"[.,]\s*\d", plain):
        return None
    return int(found.group(1))


def read_party(text: str, largest: int) -> int:
    """How many people come. Raises Unreadable."""
    number = read_whole_number(text)
    if number is None:
        raise Unreadable(gettext("Enter how many people are coming, as a number, like 2"))
    if number < 1:
        raise Unreadable(gettext("Enter at least 1 person"))
    if number > largest:
        if largest == 1:
            raise Unreadable(gettext("One booking here is for 1 person. Make one booking for each person"))
        raise Unreadable(
            gettext("One booking here is for at most %(most)s people. For a bigger group, call us", most=largest)
        )
    return number


def read_age(text: str) -> int:
    """An age in years. Raises Unreadable."""
    number = read_whole_number(text)
    if number is None or number > OLDEST:
        raise Unreadable(gettext("Enter the age in years, as a number, like 34"))
    return number


def read_contact_phone(text: str) -> str:
    """A phone number of any country as E.164. Raises Unreadable."""
    try:
        number = read_phone(unicodedata.normalize("NFKC", text).strip())
    except ContactError:
        number = ""
    if not number.startswith("+"):
        raise Unreadable(
            gettext("Enter a whole phone number, like 0121 496 0123 or, from another country, +353 20 912 1234")
        )
    return number


def read_contact_email(text: str) -> str:
    """An e-mail address in its usual form. Raises Unreadable."""
    compact = "".join(unicodedata.normalize("NFKC", text).split())
    try:
        address = read_email(compact) if len(compact) <= LONGEST_EMAIL else ""
    except ContactError:
        address = ""
    # Letters outside ASCII before the @ are beyond many mail servers: better said now than never arrived.
    if not address.partition("@")[0].isascii() or not address:
        raise Unreadable(gettext("Enter one e-mail address, like name@example.org"))
    return address
