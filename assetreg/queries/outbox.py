"""Questions about the outbox."""

from __future__ import annotations

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Outbox


def list_parked() -> list[Outbox]:
    """Rows that were tried too often, in the order in which they were made."""
    return list(db.session.scalars(select(Outbox).where(Outbox.parked_at.is_not(None)).order_by(Outbox.id)))
