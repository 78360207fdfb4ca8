"""Rows that are only marked as deleted keep their words in the index's files. When is it time to write it without them?

What was withdrawn must not lie there for ever: a change of a place to confidential writes everything anew at once
(`search.actions.noting`), everything else is gone by the next day.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from search.index.folder import read_current, read_segments

BUILT = "built"  # in the building: on which day it was written as a whole
FEW_DELETED = 500
MANY_DELETED = 0.2  # of all rows: then it does not wait for the night


def note_built(building: Path, on: date) -> None:
    """Note in a new building the day it was written on."""
    (building / BUILT).write_text(on.isoformat())


def is_untidy(root: Path, today: date) -> bool:
    """Are there deleted rows from before today, or very many? Raises IndexMissing when there is no index."""
    current = read_current(root)
    segments = read_segments(root, current)
    rows = sum(int(segment.doc_count_all()) for segment in segments)
    deleted = rows - sum(int(segment.doc_count()) for segment in segments)
    if deleted > max(FEW_DELETED, MANY_DELETED * rows):
        return True
    return deleted > 0 and built_on(root / current.folder) != today


def built_on(building: Path) -> date | None:
    """The day on which a building was written as a whole; None when nothing says so."""
    try:
        return date.fromisoformat((building / BUILT).read_text())
    except (OSError, ValueError):
        return None
