"""Questions about the private calendars of staff."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import User
from booking.models import CalendarFeed


def find_feed(user_id: int) -> CalendarFeed | None:
    """This person's feed, if they have one."""
    found: CalendarFeed | None = db.session.scalar(select(CalendarFeed).where(CalendarFeed.user_id == user_id))
    return found


def find_owner(public_id: UUID) -> User | None:
    """Whose feed this is; None when it was stopped or renewed, or the person's account is closed."""
    found: User | None = db.session.scalar(
        select(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.public_id == public_id, User.disabled_at.is_(None))
    )
    return found
