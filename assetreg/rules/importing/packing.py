"""Rows as JSON and back, for the way through a temporary table while a file is read."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import time
from typing import Any

from assetreg.rules.importing.row import Place, Row
from assetreg.rules.opening import RegularTime

# The postcode that was typed for a private place is the one thing that must not travel.
_PLACE_FIELDS = tuple(field.name for field in fields(Place) if field.name != "typed_postcode")


def pack(row: Row) -> str:
    """A row as JSON text."""
    return json.dumps(
        {
            "source_id": row.source_id,
            "organisation": row.organisation,
            "service": row.service,
            "needs": row.needs,
            "interests": row.interests,
            "areas": row.areas,
            "contacts": row.contacts,
            "times": None if row.times is None else [pack_time(regular) for regular in row.times],
            "place": None if row.place is None else [getattr(row.place, name) for name in _PLACE_FIELDS],
        },
        ensure_ascii=False,
    )


def unpack(line: int, text: str) -> Row:
    """The row of a JSON text."""
    found: dict[str, Any] = json.loads(text)
    times, place = found.pop("times"), found.pop("place")
    return Row(
        line,
        times=None if times is None else [unpack_time(packed) for packed in times],
        place=None if place is None else Place(**dict(zip(_PLACE_FIELDS, place, strict=True))),
        **found,
    )


def pack_time(regular: RegularTime) -> list[int | str | None]:
    """A regular time as a list."""
    return [
        regular.weekday,
        regular.starts_time.isoformat("minutes"),
        regular.ends_time.isoformat("minutes"),
        regular.week_of_month,
    ]


def unpack_time(packed: list[Any]) -> RegularTime:
    """A regular time of such a list."""
    weekday, starts, ends, week = packed
    return RegularTime(weekday, time.fromisoformat(starts), time.fromisoformat(ends), week)
