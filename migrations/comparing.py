"""What of a database is ours when it is compared with the models."""

from __future__ import annotations

import assetreg.models  # noqa: F401  (fills the metadata)
import booking.models  # noqa: F401
import search.models  # noqa: F401
from assetreg.db import db

OWN_TABLES = set(db.metadata.tables)


def is_ours(thing: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    """PostGIS brings tables of its own, and Alembic keeps one; only ours are compared."""
    if kind == "table":
        return name in OWN_TABLES
    return getattr(getattr(thing, "table", None), "name", None) in OWN_TABLES
