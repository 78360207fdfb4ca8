"""A member of staff's own calendar: made, given a new address, stopped."""

from __future__ import annotations

from sqlalchemy import delete

from assetreg.db import db
from booking.models import CalendarFeed


def make_feed(user_id: int) -> CalendarFeed:
    """A feed with a new address; an older address of this person stops working."""
    stop_feed(user_id)
    feed = CalendarFeed(user_id=user_id)
    db.session.add(feed)
    db.session.flush()
    return feed


def stop_feed(user_id: int) -> None:
    """No address of this person works any more."""
    db.session.execute(delete(CalendarFeed).where(CalendarFeed.user_id == user_id))
    db.session.flush()
