"""One session on one day: when, where, and how many places of it are taken."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models import Location, Service, Space
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, one_of
from booking.models.series import Leader, Series
from booking.rules.vocabulary import MOST_PLACES, OCCURRENCE_STATUSES


class Occurrence(Model):
    """One date of a series, or one slot of a day of appointments.

    `rule_on` is the date that the rule gave, also after the session was moved; NULL was added by hand. `is_changed`:
    edited by itself, so that an edit of the series leaves it alone. `places_taken` is the sum of `party_size` of the
    live bookings: whoever changes one changes the other in the same transaction, with the row locked. `sequence` goes
    up with every change that calendars must follow (RFC 5545, SEQUENCE).
    """

    __tablename__ = "occurrence"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    series_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("series.id", ondelete="CASCADE"))
    service_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("service.id", ondelete="CASCADE"))
    rule_on: Mapped[date | None]
    slot: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    during: Mapped[Range[datetime]] = mapped_column(
        TSTZRANGE, Computed("tstzrange(starts_at, ends_at, '[)')", persisted=True), deferred=True
    )
    status: Mapped[str] = mapped_column(Text, default="scheduled", server_default="scheduled")
    cancelled_at: Mapped[Instant | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_changed: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_paused: Mapped[bool] = mapped_column(default=False, server_default="false")
    location_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("location.id"))
    space_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("space.id"))
    leader_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("leader.id", ondelete="SET NULL"))
    capacity: Mapped[int | None]
    overbooked: Mapped[int] = mapped_column(default=0, server_default="0")
    overbooked_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    places_taken: Mapped[int] = mapped_column(default=0, server_default="0")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    register_marked_at: Mapped[Instant | None]
    feed_uid: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    series: Mapped[Series] = relationship()
    service: Mapped[Service] = relationship()
    location: Mapped[Location | None] = relationship()
    space: Mapped[Space | None] = relationship()
    leader: Mapped[Leader | None] = relationship()

    __table_args__ = (
        UniqueConstraint("series_id", "rule_on", "slot"),
        CheckConstraint(one_of("status", OCCURRENCE_STATUSES), name="status_known"),
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("slot >= 0", name="slot_not_negative"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_says_when"),
        CheckConstraint("status <> 'cancelled' OR cancel_reason <> ''", name="cancelled_says_why"),
        CheckConstraint(f"capacity BETWEEN 1 AND {MOST_PLACES}", name="capacity_sensible"),
        CheckConstraint("places_taken >= 0", name="places_not_negative"),
        CheckConstraint("overbooked >= 0", name="overbooked_not_negative"),
        CheckConstraint("capacity IS NULL OR places_taken <= capacity + overbooked", name="places_within_capacity"),
        CheckConstraint("overbooked = 0 OR overbooked_reason <> ''", name="overbooked_says_why"),
        CheckConstraint("space_id IS NULL OR location_id IS NOT NULL", name="space_has_a_location"),
        ExcludeConstraint(
            ("space_id", "="),
            ("during", "&&"),
            name="ex_occurrence_space_in_use",
            using="gist",
            where=text("status = 'scheduled' AND space_id IS NOT NULL"),
        ),
        ExcludeConstraint(
            ("leader_id", "="),
            ("during", "&&"),
            name="ex_occurrence_leader_busy",
            using="gist",
            where=text("status = 'scheduled' AND leader_id IS NOT NULL"),
        ),
        Index(
            "ix_occurrence_service_id_starts_at",
            "service_id",
            "starts_at",
            postgresql_where=text("status = 'scheduled'"),
        ),
        Index("ix_occurrence_series_id_starts_at", "series_id", "starts_at"),
        Index("ix_occurrence_starts_at", "starts_at"),
        Index("ix_occurrence_location_id_starts_at", "location_id", "starts_at"),
        Index(
            "uq_occurrence_series_id_feed_uid",
            "series_id",
            "feed_uid",
            unique=True,
            postgresql_where=text("feed_uid IS NOT NULL"),
        ),
        # `places_taken` changes with every booking: room on the page keeps each change from touching any index.
        {"postgresql_with": {"fillfactor": 70}, "info": {"is_unaudited": True}},
    )
