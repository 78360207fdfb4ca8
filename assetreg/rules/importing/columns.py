"""The columns of the spreadsheet contract, how long their texts may be, and which of a file's columns are meant."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

# Longest text of each column, in characters. A longer text is refused with a sentence, never cut.
LIMITS = {
    "id": 200,
    "name": 200,
    "summary": 500,
    "description": 20_000,
    "kind": 40,
    "organisation": 200,
    "charity_number": 20,
    "company_number": 20,
    "organisation_url": 1000,
    "needs": 1000,
    "interests": 1000,
    "location_name": 200,
    "address": 500,
    "postcode": 40,
    "latitude": 40,
    "longitude": 40,
    "location_visibility": 40,
    "area": 5000,
    "online": 10,
    "telephone": 10,
    "times": 4000,
    "cost_pence": 20,
    "cost_note": 500,
    "min_age": 10,
    "max_age": 10,
    "gender": 20,
    "eligibility": 2000,
    "languages": 500,
    "access": 500,
    "referral": 40,
    "stage": 40,
    "taking_people": 40,
    "wait": 500,
    "audience": 40,
    "first_visit": 3000,
    "phone": 300,
    "email": 500,
    "url": 3000,
    "assured_on": 20,
    "assured_by": 200,
    "status": 40,
    # Not in the contract's table, but where its free text goes; mapping files and our own exports fill them.
    "times_note": 4000,
    "status_note": 500,
}
COLUMNS = tuple(LIMITS)
REQUIRED = ("name", "organisation")
ONE_OF = ("postcode", "area", "online", "telephone")
PLACE_COLUMNS = ("location_name", "address", "postcode", "latitude", "longitude", "location_visibility")

# Written by us beside the rows we could not take; passed over when the corrected file comes back.
REJECTED_LINE, REJECTED_REASON = "rejected_line", "rejected_reason"
PASSED_OVER = (REJECTED_LINE, REJECTED_REASON)


class HeaderError(ValueError):
    """The first line cannot be a header; `str()` is a sentence that says what is missing."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a file: the position of each column we know, and the names of those we do not."""

    positions: dict[str, int]
    unknown: tuple[str, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, or the row as a whole when `column` is empty, cannot be taken: a sentence a person can act on."""

    column: str
    sentence: str


def read_header(names: Sequence[str], known: Collection[str], wanted: Collection[str] = ()) -> Header:
    """Find the known columns, however they are capitalised and spaced. Raises HeaderError.

    `wanted` are the columns without which nothing can be read: all must be there.
    """
    spellings = {tidy(name): name for name in known}
    while names and not names[-1].strip():  # spreadsheets add empty columns at the end
        names = names[:-1]
    positions: dict[str, int] = {}
    unknown: list[str] = []
    for position, name in enumerate(names):
        column = spellings.get(tidy(name))
        if column is None and tidy(name) not in PASSED_OVER:
            unknown.append(name.strip() or f"(no name, column {position + 1})")
        elif column in positions:
            raise HeaderError(f"The column “{name.strip()}” is there twice. Rename or remove one of them.")
        elif column is not None:
            positions[column] = position
    missing = [name for name in wanted if name not in positions]
    if missing:
        raise HeaderError(missing_columns(missing, unknown))
    return Header(positions, tuple(unknown), len(names))


def tidy(name: str) -> str:
    """A column's name for comparing: small letters, one underscore for spaces and dashes."""
    return re.sub(r"[\s_-]+", "_", name.strip().strip("\ufeff").strip()).lower()


def missing_columns(missing: Sequence[str], unknown: Sequence[str]) -> str:
    """What to say of columns that are not there, with what they may be called in the file."""
    sentences = []
    for name in missing:
        close = get_close_matches(tidy(name), [tidy(other) for other in unknown], 1, 0.7)
        alike = next((other for other in unknown if close and tidy(other) == close[0]), None)
        hint = f" Is it the one called “{alike}”? Then rename it." if alike else ""
        sentences.append(f"There is no column “{name}” in the first line.{hint}")
    return " ".join(sentences)


def why_not_contract(header: Header) -> str | None:
    """Why no row under this header could be taken; None when rows can be."""
    missing = [name for name in REQUIRED if name not in header.positions]
    if missing:
        return (
            missing_columns(missing, header.unknown)
            + " The first line must hold the names of the columns; docs/import.md lists them."
        )
    if not any(name in header.positions for name in ONE_OF):
        return "None of the columns postcode, area, online and telephone is there. At least one of them is needed."
    return None
