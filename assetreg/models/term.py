"""The taxonomy: needs and interests."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Key, one_of
from assetreg.rules.vocabulary import TERM_KINDS


class Term(Model):
    """One need or interest. Slugs are unique over both, so that a URL or a spreadsheet cell names one term."""

    __tablename__ = "term"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    in_plain_words: Mapped[str] = mapped_column(Text, default="", server_default="")
    parent_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("term.id"), index=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[CreatedAt]

    parent: Mapped[Term | None] = relationship(remote_side="Term.id", back_populates="children")
    children: Mapped[list[Term]] = relationship(back_populates="parent", order_by="Term.position, Term.id")

    __table_args__ = (
        CheckConstraint(one_of("kind", TERM_KINDS), name="kind_known"),
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug_plain"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )
