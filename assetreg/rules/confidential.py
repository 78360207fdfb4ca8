"""Places that must stay private: does a text give the address or the postcode away?

A refuge's address is withheld from its own columns, but people repeat it in a description, a name, a note or an id
(care.md, "Confidential places"). Small differences of spelling do not hide it: capitals, punctuation, spaces and
"St." for "Street" make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# fmt: off
_STREETS = {
    "street", "road", "lane", "avenue", "close", "drive", "way", "crescent", "grove", "place", "court", "gardens",
    "terrace", "hill", "row", "square", "walk", "croft", "mews", "parade", "broadway", "green", "rise", "view", "park",
    "passage", "yard", "wharf", "bank", "end", "gate", "fold", "vale",
}
# fmt: on
_SHORT = {"st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "ln": "lane", "dr": "drive", "cl": "close"}
_SHORT |= {"cres": "crescent", "gr": "grove", "gdns": "gardens", "pl": "place", "ct": "court", "sq": "square"}
_PARTS = re.compile(r"[,;\n]+")
_WORD = re.compile(r"\w+")
_POSTCODE_IN_ADDRESS = re.compile(r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b", re.IGNORECASE)


def plain_words(text: str) -> str:
    """The words of a text in small letters with single spaces around each, and short forms written out."""
    bare = unicodedata.normalize("NFKC", text).lower().replace("'", "").replace("’", "").replace("_", " ")
    return " ".join(["", *(_SHORT.get(word, word) for word in _WORD.findall(bare)), ""])


def telling_parts(address: str, known_names: Iterable[str] = ()) -> list[str]:
    """The parts of an address that would lead somebody to the door, as plain words.

    The whole, its first part, and every part with a house number or a street's name; a street counts without its
    number. `known_names` (of the organisation, of wards and of the city) give nothing away and are left out.
    """
    harmless = {plain_words(name) for name in known_names}
    parts = [plain_words(_POSTCODE_IN_ADDRESS.sub(" ", part)) for part in _PARTS.split(address)]
    parts = [part for part in parts if part.strip() and part not in harmless]
    telling = [plain_words(_POSTCODE_IN_ADDRESS.sub(" ", address))]
    for position, part in enumerate(parts):
        words = part.split()
        if len(words) < 2:
            continue
        has_number = any(character.isdigit() for character in part)
        if position == 0 or has_number or words[-1] in _STREETS:
            telling.append(part)
        street = [word for word in words if not word[0].isdigit()]
        if len(street) >= 2 and street[-1] in _STREETS and f" {' '.join(street)} " not in harmless:
            telling.append(f" {' '.join(street)} ")
    return [part for part in dict.fromkeys(telling) if part.strip() and part not in harmless]


def repeats(text: str, telling: Iterable[str], postcode: str) -> bool:
    """Does the text hold one of these parts, or this full postcode however it is spaced?"""
    words = plain_words(text)
    if any(part in words for part in telling):
        return True
    compact = re.sub(r"\W", "", postcode).upper()
    if len(compact) < 5:  # an outward code names ten thousand homes
        return False
    spaced = r"[\W_]*".join(re.escape(character) for character in compact)
    return re.search(rf"(?<![A-Z0-9]){spaced}(?![A-Z0-9])", text.upper()) is not None
