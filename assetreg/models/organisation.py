"""Who runs things, and how to get in touch."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, one_of
from assetreg.rules.vocabulary import CONTACT_KINDS


class Source(Model):
    """A feed or file that entries came from, with the attribution its licence asks for."""

    __tablename__ = "source"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, default="csv", server_default="csv")
    attribution: Mapped[str] = mapped_column(Text, default="", server_default="")
    url: Mapped[str] = mapped_column(Text, default="", server_default="")
    last_read_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]


class Organisation(Model):
    """Who runs a service (Open Referral `organization`)."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")
    charity_number: Mapped[str | None] = mapped_column(Text)
    company_number: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text, ForeignKey("source.name"))
    source_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    contacts: Mapped[list[ContactPoint]] = relationship(
        order_by="ContactPoint.kind, ContactPoint.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="named"),
        Index("uq_organisation_source_source_id", "source", "source_id", unique=True),
        Index("ix_organisation_lower_name", func.lower(name)),
    )


class ContactPoint(Model):
    """A public way to get in touch with one service or one organisation. Phones are kept as E.164 text."""

    __tablename__ = "contact_point"

    id: Mapped[Key]
    organisation_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    service_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text, default="", server_default="")

    __table_args__ = (
        CheckConstraint(one_of("kind", CONTACT_KINDS), name="kind_known"),
        CheckConstraint("value <> ''", name="has_a_value"),
        CheckConstraint("num_nonnulls(organisation_id, service_id) = 1", name="belongs_to_one"),
    )
