"""Postcodes as values: read what people type, write it the one right way.

The shape is Royal Mail's: an outward code (area letters and a district, "B31", "SW1A") and an inward code (a digit and
two letters, "2AB"). Outward code and the digit together are the sector ("B31 2").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

# The 124 postcode areas, and BF and BX, which are nowhere on the map. A new one comes once in ten years. Knowing them
# makes "BI2" a certain slip for "B12", and nonsense such as "QQ1 1AA" visible at once.
_AREAS_LISTED = """
    AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN
    EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE
    NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR
    TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""
AREAS = frozenset(_AREAS_LISTED.split())
NOT_ON_THE_MAP = frozenset({"BF", "BX", "GIR"})  # forces, bulk mail and the one-off GIR 0AA: real, but nowhere

LONGEST = 40  # characters looked at; a postcode has at most seven, people add spaces and full stops
_SEPARATORS = re.compile(r"[\s.,;:'\"()\[\]_‐-―−-]+")
_OUTWARD_SHAPES = {2: ("A9",), 3: ("A99", "AA9", "A9A"), 4: ("AA99", "AA9A")}
_THIRD_LETTERS = frozenset("ABCDEFGHJKPSTUW")  # the letters Royal Mail uses in "A9A"
_FOURTH_LETTERS = frozenset("ABEHMNPRVWXY")  # and in "AA9A"
_INWARD_LETTERS = frozenset("ABDEFGHJLNPQRSTUWXYZ")  # no C, I, K, M, O or V: they look like other characters
# Only these have a district 0, so "CRO" is a slip for "CR0", and "BO" none for "B0".
_WITH_DISTRICT_0 = frozenset({"BL", "BS", "CM", "CR", "FY", "HA", "PR", "SL", "SS"})
_AS_DIGIT = {"O": "0", "I": "1", "L": "1"}
_AS_LETTER = {"0": "O", "1": "I"}


class PostcodeError(ValueError):
    """The text is not a postcode. `str()` is a sentence for the person who typed it; `reason` is for the program.

    `reason` is one of empty, too_long, no_such_area, forces_number, not_a_postcode.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        """Keep the reason beside the sentence."""
        super().__init__(sentence)
        self.reason = reason


@dataclass(frozen=True, order=True, slots=True)
class Outward:
    """The first half of a postcode, "B31": about ten thousand homes."""

    code: str

    @classmethod
    def parse(cls, text: str) -> Outward:
        """Read an outward code that stands alone; PostcodeError when it is none."""
        compact = _compact(text)
        found = _outwards(compact)
        if len(found) != 1:
            raise _refusal(text, compact, "B31")
        return cls(_only(found))

    def __str__(self) -> str:
        """As it is written, "B31"."""
        return self.code

    @property
    def area(self) -> str:
        """The letters it begins with, "B"."""
        return _area(self.code)

    @property
    def is_on_the_map(self) -> bool:
        """Whether it stands for a part of the country; forces' and bulk-mail codes do not."""
        return self.area not in NOT_ON_THE_MAP


@dataclass(frozen=True, order=True, slots=True)
class Sector:
    """An outward code and the digit after the space, "B31 2": about three thousand homes."""

    outward: str
    digit: str

    @classmethod
    def parse(cls, text: str) -> Sector:
        """Read a sector; PostcodeError when it is none. "B31" is an outward code, "B3 1" a sector."""
        compact = _compact(text)
        found = _outwards(compact[:-1])
        digit = _AS_DIGIT.get(compact[-1:], compact[-1:])
        # Written together "B31" means the outward code; only the space in "B3 1" makes a sector of it.
        pieces = _SEPARATORS.split(_plain(text).strip())
        is_apart = len(pieces) > 1 and len(pieces[-1]) == 1
        if len(found) != 1 or not digit.isdigit() or (_outwards(compact) and not is_apart):
            raise _refusal(text, compact, "B31 2")
        return cls(_only(found), digit)

    def __str__(self) -> str:
        """As it is written, "B31 2"."""
        return f"{self.outward} {self.digit}"

    @property
    def area(self) -> str:
        """The letters it begins with, "B"."""
        return _area(self.outward)


@dataclass(frozen=True, order=True, slots=True)
class Postcode:
    """A full postcode, "B31 2AB": about fifteen homes. Make one with `parse`; equal when they are the same postcode."""

    outward: str
    inward: str

    @classmethod
    def parse(cls, text: str) -> Postcode:
        """Read what a person typed; PostcodeError (a ValueError with a plain sentence) when it is no postcode.

        Small letters, missing or doubled spaces, dots, dashes and full-width characters are all right. O typed for 0,
        and I or L for 1 (and the other way round) are put right only where exactly one real postcode can be meant.
        """
        compact = _compact(text)
        if compact == "GIR0AA":
            return cls("GIR", "0AA")
        inward = _inward(compact[-3:])
        found = _outwards(compact[:-3])
        if inward is None or len(found) != 1:
            raise _refusal(text, compact, "B31 2AB")
        return cls(_only(found), inward)

    def __str__(self) -> str:
        """As it is written, "B31 2AB"."""
        return f"{self.outward} {self.inward}"

    @property
    def compact(self) -> str:
        """Without the space, "B312AB": the form tables are keyed by."""
        return self.outward + self.inward

    @property
    def sector(self) -> str:
        """Outward code and first inward digit, "B31 2"."""
        return f"{self.outward} {self.inward[0]}"

    @property
    def area(self) -> str:
        """The letters it begins with, "B"."""
        return _area(self.outward)

    @property
    def is_on_the_map(self) -> bool:
        """Whether it stands for a place in the country; GIR 0AA, forces' and bulk-mail postcodes do not."""
        return self.area not in NOT_ON_THE_MAP


def parse_any(text: str) -> Postcode | Sector | Outward:
    """Read a full postcode, a sector or an outward code, whichever it is; PostcodeError when it is none of them."""
    for kind in (Sector, Outward):
        try:
            return kind.parse(text)
        except PostcodeError:
            continue
    return Postcode.parse(text)


def is_postcode(text: str) -> bool:
    """Whether the whole text is a full postcode."""
    try:
        Postcode.parse(text)
    except PostcodeError:
        return False
    return True


def _plain(text: str) -> str:
    """Full-width and other compatibility forms made ordinary; invisible characters gone."""
    if text.isascii():
        return text
    ordinary = unicodedata.normalize("NFKC", text[: LONGEST + 1])
    return "".join(character for character in ordinary if unicodedata.category(character) != "Cf")


def _compact(text: str) -> str:
    """Capital letters and digits only; PostcodeError for nothing, for too much and for anything else."""
    if len(text) > LONGEST and len(text.strip()) > LONGEST:
        raise PostcodeError("too_long", "That is too long to be a postcode. A postcode looks like B31 2AB.")
    bare = _SEPARATORS.sub("", _plain(text.strip()))
    if not bare:
        raise PostcodeError("empty", "Enter a postcode, like B31 2AB.")
    # Only plain letters may be made capital: "ß" would turn into "SS" and "ı" into "I".
    # Without a single digit it is words: "not one" is no slip for "N0T 0NE".
    if not bare.isascii() or not bare.isalnum() or bare.isalpha():
        raise _refusal(text, "", "B31 2AB")
    return bare.upper()


def _inward(text: str) -> str | None:
    """The inward code meant by three characters, or None. Its letters are never O or I, so only the digit can slip."""
    if len(text) != 3:
        return None
    digit = _AS_DIGIT.get(text[0], text[0])
    if digit.isdigit() and text[1] in _INWARD_LETTERS and text[2] in _INWARD_LETTERS:
        return digit + text[1:]
    return None


@lru_cache(maxsize=8192)  # the country has about 3,000; a load of all its postcodes asks 1.7 million times
def _outwards(text: str) -> frozenset[str]:
    """Every real outward code the text can mean: itself alone if it is one, else those one look-alike away or more."""
    if _is_outward(text):
        return frozenset({text})
    return frozenset(
        candidate
        for candidate in _look_alikes(text)
        if _is_outward(candidate) and (candidate[len(_area(candidate))] != "0" or _area(candidate) in _WITH_DISTRICT_0)
    )


def _only(found: frozenset[str]) -> str:
    (code,) = found
    return code


def _look_alikes(text: str) -> Iterator[str]:
    """The text with each doubtful character read both ways; at most 3 ** 4 of them."""
    if len(text) not in _OUTWARD_SHAPES:
        return
    readings = [
        {character, _AS_DIGIT.get(character, character), _AS_LETTER.get(character, character)} for character in text
    ]
    for characters in product(*readings):
        yield "".join(characters)


def _is_outward(text: str) -> bool:
    shapes = _OUTWARD_SHAPES.get(len(text), ())
    return any(_has_shape(text, shape) for shape in shapes) and _area(text) in AREAS


def _has_shape(text: str, shape: str) -> bool:
    for character, wanted in zip(text, shape, strict=True):
        if character.isdigit() != (wanted == "9"):
            return False
    if shape.endswith("99") and text[-2] == "0":  # districts count 1 to 99; "0" stands alone, as in "CR0"
        return False
    if shape == "A9A":
        return text[-1] in _THIRD_LETTERS
    if shape == "AA9A":
        return text[-1] in _FOURTH_LETTERS
    return True


def _area(code: str) -> str:
    return "GIR" if code == "GIR" else code.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").rstrip("0123456789")


def _refusal(text: str, compact: str, example: str) -> PostcodeError:
    """The error that helps most with this text."""
    shown = f"“{_plain(text).strip()[:LONGEST]}”"
    if re.fullmatch(r"BFPO\d{1,4}", compact):
        return PostcodeError("forces_number", f"{shown} is a forces’ address. It has no place on our map.")
    letters = re.match(r"([A-Z]{1,2})\d[0-9A-Z]?\d[A-Z]{2}$", compact)
    if letters and letters[1] not in AREAS:
        return PostcodeError(
            "no_such_area", f"No postcode begins with {letters[1]}, so {shown} cannot be right. Please check it."
        )
    return PostcodeError("not_a_postcode", f"{shown} is not a postcode. A postcode looks like {example}.")
