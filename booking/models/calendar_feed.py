"""A member of staff's own calendar of what they have booked, behind a secret address."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Key, PublicId


class CalendarFeed(Model):
    """This person has one. Its address is made from `public_id` and the installation's secret (`booking.feed_links`),
    so that nothing that opens it is stored; a new row makes older addresses useless.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[CreatedAt]
