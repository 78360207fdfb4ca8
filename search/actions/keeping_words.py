"""What every change of the stewards' words has in common: one at a time, seen at once, and nobody's work lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from assetreg.db import Model, db

WORDS_LOCK = 6_200_311
NOT_CONTENT = {"id", "public_id", "created_at", "updated_at", "is_from_file", "position", "phrase_key"}


class ChangedMeanwhile(Exception):
    """Somebody else saved this row since it was read. Nothing was written."""


def take_lock() -> None:
    """Until this transaction ends, nobody else changes words.

    Processes know by the newest change whether to read the words again, so changes have to end in their order.
    """
    db.session.execute(select(func.pg_advisory_xact_lock(WORDS_LOCK)))


def content_of(row: Model) -> dict[str, Any]:
    """What stewards can change of a row."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in NOT_CONTENT}


def version_of(row: Model) -> str:
    """Changes whenever somebody saves the row with something else in it; stands in the form that edits it."""
    written = json.dumps(content_of(row), sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def write(row: Any, values: Mapping[str, Any], version: str | None) -> bool:
    """Change the row; False when nothing differs. `version` is the one that was read, None for whatever is there.

    Raises ChangedMeanwhile when the row is another one by now.
    """
    take_lock()
    db.session.refresh(row)
    if version is not None and version != version_of(row):
        raise ChangedMeanwhile
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    if differing:
        row.updated_at = func.clock_timestamp()
        db.session.flush()
        db.session.refresh(row)
    return bool(differing)


def add(row: Any) -> None:
    """Add a row. Take the lock first."""
    row.updated_at = func.clock_timestamp()
    db.session.add(row)
    db.session.flush()
    db.session.refresh(row)
