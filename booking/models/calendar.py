"""Days on which sessions may have to be left out: outside school terms, and while a location is closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models import Location
from assetreg.models.columns import CreatedAt, Key, PublicId


class SchoolTerm(Model):
    """A stretch of school days, first and last day included; half terms lie between two of them."""

    __tablename__ = "school_term"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        ExcludeConstraint(
            (text("daterange(starts_on, ends_on, '[]')"), "&&"), name="ex_school_term_one_at_a_time", using="gist"
        ),
    )


class Closure(Model):
    """A location is closed on these days, the first and the last included."""

    __tablename__ = "closure"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    location_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("location.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    made_by_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[CreatedAt]

    location: Mapped[Location] = relationship()

    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        Index("ix_closure_location_id_starts_on", "location_id", "starts_on"),
    )
