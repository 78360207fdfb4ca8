"""Questions about the stewards' signs of emergencies and who helps at once."""

from __future__ import annotations

from sqlalchemy import select

from assetreg.db import db
from assetreg.queries.errors import NotFound
from search.models import UrgentHelpEntry, UrgentSign
from search.urgent_checks import KEY


def list_sign_rows() -> list[UrgentSign]:
    """All signs in their order, those that are switched off too."""
    return list(db.session.scalars(select(UrgentSign).order_by(UrgentSign.position, UrgentSign.id)))


def list_help_rows() -> list[UrgentHelpEntry]:
    """Everybody who helps in their order, those that are switched off too."""
    return list(db.session.scalars(select(UrgentHelpEntry).order_by(UrgentHelpEntry.position, UrgentHelpEntry.id)))


def get_sign(key: str) -> UrgentSign:
    """One sign. Raises NotFound."""
    row = db.session.scalar(select(UrgentSign).where(UrgentSign.key == key)) if KEY.fullmatch(key) else None
    if row is None:
        raise NotFound(key)
    return row


def get_help_entry(key: str) -> UrgentHelpEntry:
    """One entry. Raises NotFound."""
    row = db.session.scalar(select(UrgentHelpEntry).where(UrgentHelpEntry.key == key)) if KEY.fullmatch(key) else None
    if row is None:
        raise NotFound(key)
    return row
