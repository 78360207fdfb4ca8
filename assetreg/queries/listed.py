"""Which services are shown in lists, and where they count as being. Every list and every count asks here."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from assetreg.models import Service


def is_listed(today: date) -> ColumnElement[bool]:
    """Not closed, begun, and not over."""
    return and_(
        Service.status != "closed",
        or_(Service.valid_from.is_(None), Service.valid_from <= today),
        or_(Service.valid_until.is_(None), Service.valid_until >= today),
    )


# The same for statements written as SQL, with the service as `s` and the day as :today.
IS_LISTED = (
    "s.status <> 'closed' AND (s.valid_from IS NULL OR s.valid_from <= :today)"
    " AND (s.valid_until IS NULL OR s.valid_until >= :today)"
)
