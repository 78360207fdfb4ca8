"""What the index keeps of a document besides its words: one record of fixed size, and its lists one after another.

Both are written as bytes into Whoosh columns and read back as whole numpy arrays: nothing is decoded one by one.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from assetreg.rules.vocabulary import ACCESS_FEATURES, GENDERS, SERVICE_KINDS, STAGES, TAKING_PEOPLE

EPOCH = date(1970, 1, 1)
FAR_DAY = 2**31 - 1
ANY_AGE = (0, 255)
NAME_BYTES = 40

# Bits of `flags`.
ONLINE, TELEPHONE, IN_PERSON, PAUSED, REFERRED = 1, 2, 4, 8, 16

ENTITIES = ("service", "organisation", "area", "guidance")

RECORD = np.dtype(
    [
        ("key", "<i8"),  # the database's number of the entity; never shown
        ("public_id", "u1", (16,)),
        ("entity", "u1"),
        ("kind", "u1"),  # positions in the closed lists; 0 is "not said" where that is possible
        ("stage", "u1"),
        ("taking_people", "u1"),
        ("gender", "u1"),
        ("min_age", "u1"),
        ("max_age", "u1"),
        ("flags", "u1"),
        ("access", "<u2"),  # one bit for each access feature
        ("places_left", "<i2"),  # of the next session; -1 when there is none
        ("cost_pence", "<i4"),  # -1 when not known
        ("assured_on", "<i4"),  # days since 1970; 0 never
        ("valid_from", "<i4"),
        ("valid_until", "<i4"),
        ("next_session", "<i4"),  # minutes since 1970, UTC; 0 none
        ("words", "<u2", (7,)),  # how many words each part has
        ("counts", "<u2", (5,)),  # how many points, areas, terms, times and languages follow in `lists`
        ("name", f"S{NAME_BYTES}"),  # for ordering by name
    ]
)
PACKED = struct.Struct(f"<q16s8BHh5i7H5H{NAME_BYTES}s")
PACKED_POINT = struct.Struct("<ddii")
# Numbers of 32 bits that one element of each list takes: a point is latitude and longitude (two each), ward, kind.
LIST_WIDTHS = (6, 1, 1, 1, 1)
EXACT, APPROXIMATE, WARD_CENTRE = 0, 1, 2

MINUTE_BITS = 11
WEEKS = (None, 1, 2, 3, 4, 5, -1)  # a time's week of the month; None is every week


@dataclass(frozen=True, slots=True)
class Place:
    """Where a service is on the map. `precision` WARD_CENTRE stands for a place that is only known by ward."""

    lat: float
    lon: float
    ward_id: int | None
    precision: int = EXACT


@dataclass(frozen=True, slots=True)
class Time:
    """One regular time: minutes of the day, weekday 0 is Monday, `week` of the month or None for every week."""

    weekday: int
    starts: int
    ends: int
    week: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found. `parts` are its texts in the order of `schema.PARTS`; nothing else is searched.

    `area_ids` are the wards of its places and the areas it serves, `term_ids` its own needs and interests. No list may
    repeat a number.
    """

    key: int
    public_id: UUID
    parts: tuple[str, ...]
    entity: int = 0
    kind: str = "activity"
    stage: str = "universal"
    taking_people: str | None = None
    gender: str | None = None
    ages: tuple[int | None, int | None] = (None, None)
    is_online: bool = False
    is_telephone: bool = False
    is_in_person: bool = False
    is_paused: bool = False
    is_referred: bool = False
    access: tuple[str, ...] = ()
    cost_pence: int | None = None
    assured_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    places: tuple[Place, ...] = ()
    area_ids: tuple[int, ...] = ()
    term_ids: tuple[int, ...] = ()
    times: tuple[Time, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return self.parts[0]


def record_of(document: Document, words: Sequence[int]) -> bytes:
    """The fixed part as bytes; `words` are the lengths of its parts in words."""
    flags = (
        ONLINE * document.is_online
        | TELEPHONE * document.is_telephone
        | IN_PERSON * document.is_in_person
        | PAUSED * document.is_paused
        | REFERRED * document.is_referred
    )
    low, high = document.ages
    lists = (document.places, document.area_ids, document.term_ids, document.times, document.languages)
    return PACKED.pack(
        document.key,
        document.public_id.bytes,
        document.entity,
        SERVICE_KINDS.index(document.kind),
        STAGES.index(document.stage),
        TAKING_PEOPLE.index(document.taking_people) + 1 if document.taking_people else 0,
        GENDERS.index(document.gender) + 1 if document.gender else 0,
        ANY_AGE[0] if low is None else low,
        ANY_AGE[1] if high is None else high,
        flags,
        sum(1 << ACCESS_FEATURES.index(feature) for feature in set(document.access)),
        -1,
        -1 if document.cost_pence is None else min(document.cost_pence, FAR_DAY),
        day_number(document.assured_on, 0),
        day_number(document.valid_from, 0),
        day_number(document.valid_until, FAR_DAY),
        0,
        *words,
        *(len(each) for each in lists),
        name_key(document.name),
    )


def lists_of(document: Document, language_numbers: dict[str, int]) -> bytes:
    """The lists as bytes, in the order that `counts` counts them."""
    points = b"".join(
        PACKED_POINT.pack(place.lat, place.lon, place.ward_id or 0, place.precision) for place in document.places
    )
    numbers = [
        *document.area_ids,
        *document.term_ids,
        *(time_number(time) for time in document.times),
        *(language_numbers[language] for language in document.languages),
    ]
    return points + struct.pack(f"<{len(numbers)}i", *numbers)


def time_number(time: Time) -> int:
    """A regular time as one number: which of the 49 kinds of day, from when, until when."""
    return ((day_kind(time.weekday, time.week) << MINUTE_BITS | time.starts) << MINUTE_BITS) | time.ends


def day_kind(weekday: int, week: int | None) -> int:
    """0 to 6 for every Monday to Sunday, then the same for the first, …, fifth and last of a month."""
    return WEEKS.index(week) * 7 + weekday


def day_number(day: date | None, missing: int) -> int:
    """Days since 1970."""
    return missing if day is None else (day - EPOCH).days


def name_key(name: str) -> bytes:
    """What names are ordered by: small letters, no accents; as many bytes as are kept."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).encode()[:NAME_BYTES]
