"""One cell each: what people type, as a value. Spaces and capitals do not matter; CellError says what to write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache, lru_cache

from babel import Locale
from babel.core import get_global

from assetreg.rules.areas import slugs_meant
from geo.points import EAST, NORTH, SOUTH, WEST
from geo.postcodes import Postcode, PostcodeError, parse_any

HIGHEST_COST_PENCE = 10_000_000
OLDEST_AGE = 120
_SHOWN = 60  # characters of a cell repeated in a sentence
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LIST = re.compile(r"[;,\n]+")
YES, NO = frozenset({"yes", "y", "true", "1", "x", "✓"}), frozenset({"no", "n", "false", "0"})


class CellError(ValueError):
    """The cell cannot be read; `str()` is a sentence that says what to write."""


def shown(text: str) -> str:
    """A cell as sentences repeat it: in quotation marks, on one line, not too long."""
    line = " ".join(text.split())
    return f"“{line[: _SHOWN - 1]}…”" if len(line) > _SHOWN else f"“{line}”"


def has_invisible(text: str) -> bool:
    """Whether a text holds a character that no one can have typed and no page can show."""
    return _INVISIBLE.search(text) is not None


def why_not_storable(text: str, limit: int) -> str | None:
    """What is wrong with the characters or the length of a cell; None when nothing is."""
    if has_invisible(text):
        return "This cell holds an invisible control character, perhaps from a damaged file. Type the text again."
    if len(text) > limit:
        return f"This text has {len(text):,} characters. At most {limit:,} fit here: make it shorter."
    return None


def read_line(text: str) -> str:
    """A text on one line, without doubled spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def read_lines(text: str) -> str:
    """A longer text with its line ends, without spaces at either end of a line and at most one empty line."""
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def read_address(text: str) -> str:
    """An address on one line, its parts separated by commas."""
    parts = [read_line(part).strip(",").strip() for part in text.splitlines()]
    return re.sub(r"\s*,(?:\s*,)*\s*", ", ", ", ".join(part for part in parts if part)).strip(", ")


def split_list(text: str) -> list[str]:
    """The parts of a cell that lists several things, each once."""
    return list(dict.fromkeys(part.strip() for part in _LIST.split(text) if part.strip()))


@lru_cache(maxsize=4096)
def read_choice(text: str, allowed: tuple[str, ...]) -> str:
    """One of a closed list; "Waiting list" and "waiting-list" are "waiting_list"."""
    glue = "-" if any("-" in word for word in allowed) else "_"
    wanted = re.sub(r"[\s_-]+", glue, text.strip().lower())
    if wanted in allowed:
        return wanted
    raise CellError(f"{shown(text)} is not one of {listing(allowed)}.{closest(wanted, allowed)}")


def read_choices(text: str, allowed: tuple[str, ...]) -> list[str]:
    """Several of a closed list, in the list's own order."""
    wanted = {read_choice(part, allowed) for part in split_list(text)}
    return [word for word in allowed if word in wanted]


@lru_cache(maxsize=16384)
def read_postcode(text: str) -> str:
    """A full postcode, a sector or an outward code, as it is written. Raises PostcodeError."""
    try:
        return str(Postcode.parse(text))  # what nearly every cell holds
    except PostcodeError:
        return str(parse_any(text))


def closest(wanted: str, allowed: Iterable[str]) -> str:
    """ " Did you mean …?" when something in the list is spelt alike, otherwise nothing."""
    alike = get_close_matches(wanted, list(allowed), 1, 0.6)
    return f" Did you mean {alike[0]}?" if alike else ""


def listing(words: Sequence[str]) -> str:
    """ "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def read_yes_no(text: str) -> bool:
    """Yes or no."""
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise CellError(f"{shown(text)} is neither yes nor no. Write yes or no.")


def read_age(text: str) -> int:
    """An age in whole years, 0 to 120."""
    match = re.fullmatch(r"\s*(\d{1,3})(?:\.0+)?\s*", text)
    if match is None or int(match[1]) > OLDEST_AGE:
        raise CellError(f"{shown(text)} is not an age. Write whole years as a number from 0 to {OLDEST_AGE}, like 18.")
    return int(match[1])


def read_pence(text: str) -> int:
    """A cost in pence; 0 is free."""
    bare = text.strip().lower()
    if re.fullmatch(r"\d{1,9}", bare):
        pence = int(bare)
    elif bare == "free":
        raise CellError("Write 0 for free: this column is a cost in pence.")
    elif match := re.fullmatch(r"£?\s*(\d{1,6})(?:[.,](\d{1,2}))?\s*(?:pounds?)?", bare):
        as_pence = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
        raise CellError(f"Write the cost in pence: {as_pence} for £{as_pence / 100:.2f}.")
    else:
        raise CellError(
            f"{shown(text)} is not a cost in pence. Write a number, like 250 for £2.50, and words in cost_note."
        )
    if pence > HIGHEST_COST_PENCE:
        raise CellError(f"This is more than £{HIGHEST_COST_PENCE // 100:,}. Check that the cost is in pence.")
    return pence


def read_past_date(text: str, today: date) -> date:
    """A day that is not in the future, as ISO 8601 writes it."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        raise CellError(f"{shown(text)} is not a date as we read it. Write year-month-day, like 2025-03-31.")
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise CellError(f"There is no {shown(text)} in the calendar. Write year-month-day, like 2025-03-31.") from None
    if day > today:
        raise CellError("This day is in the future. Write the day on which somebody checked the entry.")
    return day


@cache
def languages_by_name() -> dict[str, str]:
    """Every language's English name in small letters, and its ISO 639 code."""
    return {name.lower(): code for code, name in Locale("en").languages.items() if code.isalpha()}


@cache
def language_codes() -> frozenset[str]:
    """Every ISO 639 code that Babel can name in English."""
    return frozenset(languages_by_name().values())


def read_languages(text: str) -> list[str]:
    """ISO 639 codes, in the order given; the three-letter code of a language that has a shorter one becomes that."""
    found = []
    for part in split_list(text):
        word = part.lower()
        code = word if word in language_codes() else str(get_global("language_aliases").get(word, ""))
        if code not in language_codes():
            names = languages_by_name()
            close = word if word in names else next(iter(get_close_matches(word, names, 1, 0.8)), None)
            hint = f" Write {names[close]} for {close.title()}." if close else " Write en for English, ur for Urdu."
            raise CellError(f"{shown(part)} is not an ISO 639 language code.{hint}")
        found.append(code)
    return list(dict.fromkeys(found))


def read_terms(text: str, known: Mapping[str, int], others: Collection[str], column: str, other: str) -> list[int]:
    """The ids of terms by their slugs. `others` are the slugs that belong in the column `other`."""
    found = []
    for part in split_list(text):
        slug = re.sub(r"[\s_-]+", "-", part.lower())
        if slug not in known:
            if slug in others:
                raise CellError(f"“{slug}” belongs in the column {other}, not in {column}.")
            raise CellError(f"{shown(part)} is not one of the {column} we know.{closest(slug, known)}")
        found.append(known[slug])
    return sorted(set(found))


def read_areas(text: str, by_code: Mapping[str, int], by_slug: Mapping[str, int], city_id: int | None) -> list[int]:
    """The ids of areas by ward name or GSS code, or the city's for "city", in the order given."""
    found = []
    for part in (piece.strip() for piece in re.split(r"[;\n]+", text)):
        if not part:
            continue
        slugs = [slug for slug in slugs_meant(part) if slug in by_slug]
        if part.lower() == "city":
            if city_id is None:
                raise CellError("The city's own boundary has not been loaded yet, so “city” cannot be used.")
            found.append(city_id)
        elif part.upper() in by_code:
            found.append(by_code[part.upper()])
        elif slugs:
            found.append(by_slug[slugs[0]])
        else:
            raise CellError(
                f"{shown(part)} is not a ward we know. Write its name or its code, or city for everywhere."
                f"{closest(slugs_meant(part)[0], by_slug)}"
            )
    return list(dict.fromkeys(found))


def read_coordinates(latitude: str, longitude: str) -> tuple[float, float]:
    """WGS84 degrees of a place in Great Britain."""
    try:
        lat, lon = (float(cell.strip().replace(",", ".")) for cell in (latitude, longitude))
    except ValueError:
        raise CellError("Write latitude and longitude as degrees with a point, like 52.4797 and -1.9027.") from None
    if SOUTH <= lat <= NORTH and WEST <= lon <= EAST:
        return lat, lon
    if SOUTH <= lon <= NORTH and WEST <= lat <= EAST:
        raise CellError("Latitude and longitude are the wrong way round. Swap them: latitude is the one near 52.")
    if max(abs(lat), abs(lon)) > 180:
        raise CellError("These look like map metres (easting and northing). Write degrees, like 52.4797 and -1.9027.")
    raise CellError("This point is not in Great Britain. Check the degrees: Birmingham is near 52.48 and -1.90.")


def read_charity_number(text: str) -> str:
    """A charity's registered number, also from Scotland ("SC012345") and Northern Ireland ("NIC100001")."""
    bare = without_spaces(text)
    if not re.fullmatch(r"(?:SC|NIC?)?\d{5,7}(?:-\d{1,3})?", bare):
        raise CellError(f"{shown(text)} is not a charity number. Write it like 1234567 or SC012345.")
    return bare


def read_company_number(text: str) -> str:
    """A number of Companies House, eight characters; zeros that a spreadsheet dropped in front are put back."""
    bare = without_spaces(text)
    if bare.isdigit() and 5 <= len(bare) <= 8:
        return bare.zfill(8)
    if not re.fullmatch(r"[A-Z]{2}(?:\d{6}|\d{5}[A-Z])", bare):
        raise CellError(
            f"{shown(text)} is not a company number. Write its eight characters, like 01234567 or CE012345."
        )
    return bare


def without_spaces(text: str) -> str:
    """A registered number in capitals without spaces, and without the ".0" that spreadsheets add to numbers."""
    return re.sub(r"\s", "", text.upper()).removesuffix(".0")
