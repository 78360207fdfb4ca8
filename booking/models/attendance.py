"""Who came: a fact of its own, so that walk-ins and corrections never change a booking's life."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, SmallInteger, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import Key, PublicId, one_of
from booking.rules.vocabulary import ATTENDANCE_MARKS


class Attendance(Model):
    """One line of a register that was marked. `came` is how many of the party came; a walk-in has no booking.

    No line at all means that nobody said. `name` is a walk-in's first name, erased with the bookings' details.
    """

    __tablename__ = "attendance"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    occurrence_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("occurrence.id"))
    booking_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text, default="", server_default="")
    came: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    mark: Mapped[str] = mapped_column(Text, default="attended", server_default="attended")
    is_walk_in: Mapped[bool] = mapped_column(default=False, server_default="false")
    marked_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

    __table_args__ = (
        UniqueConstraint("occurrence_id", "booking_id"),
        CheckConstraint(one_of("mark", ATTENDANCE_MARKS), name="mark_known"),
        CheckConstraint("CASE mark WHEN 'absent' THEN came = 0 ELSE came > 0 END", name="came_agrees_with_the_mark"),
        CheckConstraint("is_walk_in = (booking_id IS NULL)", name="walk_in_has_no_booking"),
        CheckConstraint("is_walk_in OR name = ''", name="only_walk_ins_are_named_here"),
        {"info": {"is_unaudited": True}},
    )
