"""Which passwords are good enough: long, and not made of what a stranger would try first.

Length and the ban on common passwords follow NIST SP 800-63B section 3.1.1.2 and OWASP ASVS 5, chapter 6.2: no rules
about capitals, digits or signs, spaces welcome, nothing cut off.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

SHORTEST = 15
LONGEST = 200  # far above any passphrase; keeps a stranger from making us hash megabytes
FEWEST_LETTERS_OF_OWN = 6
FEWEST_DIFFERENT = 5

WhyNot = Literal["empty", "too_short", "too_long", "same_as_before", "easy_to_guess"]

# What is left of a password after these are taken away must still be worth guessing. Our own list: words that people
# begin with, rows of the keyboard, well-known lines, football and the city.
EASY_PIECES = frozenset(
    """
    password passwort passphrase passcode letmein welcome secret changeme default qwerty qwertyuiop asdfghjkl zxcvbnm
    qazwsx onetwothree administrator admin login signin hello iloveyou loveyou sunshine princess football baseball
    monkey dragon superman batman starwars pokemon minecraft summer winter spring autumn january february march april
    may june july august september october november december monday tuesday wednesday thursday friday saturday sunday
    birmingham brum council citycouncil community connector villa astonvilla bluenose manutd liverpool arsenal chelsea
    correcthorsebatterystaple thequickbrownfox jumpsoverthelazydog tobeornottobe maytheforcebewithyou
    itwasthebestoftimes oncelongagoinagalaxy happybirthday merrychristmas godsavetheking rulebritannia
    youllneverwalkalone keeprightontotheendoftheroad trustno whatever computer internet facebook google test testing
    example sample user guest temp mypassword mysecret thisismypassword myname letme inplease
    openuptheaccount teaandcakeinthesamplecity
    """.split()  # noqa: SIM905  (readable as words)
)
LOOKALIKES = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "01234567890123456789",
    "09876543210987654321",
)


def normalise(password: str) -> str:
    """The same text for the same keys on every device: compatibility form, no blanks around it."""
    return unicodedata.normalize("NFKC", password).strip()


def why_not_password(password: str, about: Iterable[str] = (), before: str | None = None) -> WhyNot | None:
    """Why this cannot become somebody's password, or None when it can.

    `about` is what others know of the person and the place: e-mail, name, name of the service. `before` is the password
    that this one replaces.
    """
    wanted = normalise(password)
    if not wanted:
        return "empty"
    if len(wanted) < SHORTEST:
        return "too_short"
    if len(wanted) > LONGEST:
        return "too_long"
    if before is not None and wanted == normalise(before):
        return "same_as_before"
    if is_easy_to_guess(wanted, about):
        return "easy_to_guess"
    return None


def is_easy_to_guess(password: str, about: Iterable[str] = ()) -> bool:
    """Is nearly all of it common words, keyboard rows, repeats, or what is known about the person?"""
    plain = password.casefold()
    if len(set(plain)) < FEWEST_DIFFERENT:
        return True
    known = {piece for text in about for piece in pieces_of(text)}
    variants = {letters_and_digits(plain), letters_and_digits(plain.translate(LOOKALIKES))}
    return any(len(own_part(variant, known)) < FEWEST_LETTERS_OF_OWN for variant in variants)


def own_part(text: str, known: Iterable[str]) -> str:
    """What remains of a text when everything easy has been taken out of it."""
    for piece in sorted({*EASY_PIECES, *known}, key=len, reverse=True):
        text = text.replace(piece, " ")
    text = re.sub(r"(?:19|20)\d\d", " ", text)
    text = without_rows(text)
    # A part that is only said again adds nothing: "mangomangomango" is "mango".
    text = re.sub(r"(.{1,20}?)\1+", r"\1", text)
    return text.replace(" ", "")


def without_rows(text: str) -> str:
    """The text without stretches of four or more that follow the alphabet, the digits or the keyboard."""
    kept: list[str] = []
    start = 0
    while start < len(text):
        stretch = start + 1
        while stretch < len(text) and any(text[start : stretch + 1] in row for row in ROWS):
            stretch += 1
        kept.append(" " if stretch - start >= 4 else text[start:stretch])
        start = stretch
    return "".join(kept)


def pieces_of(text: str) -> set[str]:
    """The parts of an e-mail, a name or a title that somebody could build a password from; four letters at least."""
    whole = letters_and_digits(text.casefold())
    words = {letters_and_digits(word) for word in re.split(r"[\W_]+", text.casefold())}
    return {piece for piece in {whole, *words} if len(piece) >= 4}


def letters_and_digits(text: str) -> str:
    """The text without blanks and the signs of a plain keyboard; other scripts and pictures stay."""
    return "".join(
        character for character in text if character.isalnum() or (character > "\x7f" and not character.isspace())
    )
