"""Is the database there and of our version?"""

from __future__ import annotations

from sqlalchemy import text

from assetreg.db import db


def find_schema_version() -> str | None:
    """The migration that the database stands at; None before the first."""
    if db.session.scalar(text("SELECT to_regclass('schema_version')")) is None:
        return None
    version: str | None = db.session.scalar(text("SELECT version_num FROM schema_version"))
    return version
