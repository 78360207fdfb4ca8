"""Who has a place, who waits for one, and the story of both. Personal details are erased after a while."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key, PublicId, UpdatedAt, one_of
from booking.models.occurrence import Occurrence
from booking.models.series import Question
from booking.rules.vocabulary import BOOKED_BY, BOOKING_STATES, ENDED_BY, ENDED_STATES, OPEN_STATES

IS_OPEN = one_of("state", OPEN_STATES)
HAS_ENDED = one_of("state", ENDED_STATES)
# Tables with a story of their own (`booking_event`), or with what people said of themselves: never in the audit.
UNAUDITED = {"info": {"is_unaudited": True}}


class Booking(Model):
    """One party at one occurrence, from asking to the end.

    Places are held in the states confirmed, offered and requested (`booking.rules.vocabulary.LIVE_STATES`); an offer
    and a request until `expires_at`. The order of the queue is `is_priority DESC, waits_since, id`. `email_key` is the
    e-mail address as it is compared. `may_repeat` repeats the series: this contact may have several bookings here.
    `booked_by` and the `booker_` columns say who did it for whom. Bookings of one run or basket share `run_key`.
    `link_version` goes up to make older manage links useless. After `erased_at` only numbers are left.
    """

    __tablename__ = "booking"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    reference: Mapped[str] = mapped_column(Text, unique=True)
    occurrence_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("occurrence.id"))
    run_key: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text)
    party_size: Mapped[int] = mapped_column(SmallInteger, default=1, server_default="1")
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    email_key: Mapped[str | None] = mapped_column(Text)
    comers: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    comers_note: Mapped[str] = mapped_column(Text, default="", server_default="")
    access_needs: Mapped[str] = mapped_column(Text, default="", server_default="")
    age: Mapped[int | None] = mapped_column(SmallInteger)
    booked_by: Mapped[str] = mapped_column(Text, default="self", server_default="self")
    booked_by_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    booker_name: Mapped[str] = mapped_column(Text, default="", server_default="")
    booker_contact: Mapped[str] = mapped_column(Text, default="", server_default="")
    may_repeat: Mapped[bool] = mapped_column(default=False, server_default="false")
    wants_late: Mapped[bool] = mapped_column(default=False, server_default="false")
    is_priority: Mapped[bool] = mapped_column(default=False, server_default="false")
    priority_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    waits_since: Mapped[Instant | None]
    offered_at: Mapped[Instant | None]
    expires_at: Mapped[Instant | None]
    confirmed_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[str | None] = mapped_column(Text)
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    language: Mapped[str] = mapped_column(Text, default="en", server_default="en")
    link_version: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    erased_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[UpdatedAt]

    occurrence: Mapped[Occurrence] = relationship()
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan", order_by="Answer.id")

    __table_args__ = (
        CheckConstraint(one_of("state", BOOKING_STATES), name="state_known"),
        CheckConstraint(one_of("booked_by", BOOKED_BY), name="booked_by_known"),
        CheckConstraint(one_of("ended_by", ENDED_BY), name="ended_by_known"),
        CheckConstraint("party_size > 0", name="party_has_somebody"),
        CheckConstraint("reference <> ''", name="has_a_reference"),
        CheckConstraint("name <> '' OR erased_at IS NOT NULL", name="named"),
        CheckConstraint("phone ~ '^\\+[1-9][0-9]{5,14}$'", name="phone_is_international"),
        CheckConstraint("(email IS NULL) = (email_key IS NULL)", name="email_can_be_compared"),
        CheckConstraint("age BETWEEN 0 AND 120", name="age_human"),
        CheckConstraint("link_version >= 0", name="link_version_not_negative"),
        CheckConstraint("state <> 'waiting' OR waits_since IS NOT NULL", name="waiting_says_since_when"),
        CheckConstraint("state <> 'offered' OR offered_at IS NOT NULL", name="offered_says_when"),
        CheckConstraint("state NOT IN ('offered', 'requested') OR expires_at IS NOT NULL", name="held_until"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_says_when"),
        CheckConstraint(f"({HAS_ENDED}) = (ended_at IS NOT NULL)", name="ended_says_when"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_says_by_whom"),
        CheckConstraint(
            "NOT is_priority OR priority_reason <> '' OR erased_at IS NOT NULL", name="priority_has_a_reason"
        ),
        CheckConstraint(
            "booked_by <> 'relative' OR booker_name <> '' OR erased_at IS NOT NULL", name="relative_is_named"
        ),
        CheckConstraint(
            "erased_at IS NULL OR (name = '' AND num_nonnulls(email, phone, email_key) = 0 AND comers = '{}'"
            " AND comers_note = '' AND access_needs = '' AND booker_name = '' AND booker_contact = ''"
            " AND priority_reason = '' AND end_reason = '')",
            name="erased_has_no_details",
        ),
        Index("ix_booking_occurrence_id_state", "occurrence_id", "state"),
        Index(
            "uq_booking_email_once",
            "occurrence_id",
            "email_key",
            unique=True,
            postgresql_where=text(f"{IS_OPEN} AND NOT may_repeat AND email_key IS NOT NULL"),
        ),
        Index(
            "uq_booking_phone_once",
            "occurrence_id",
            "phone",
            unique=True,
            postgresql_where=text(f"{IS_OPEN} AND NOT may_repeat AND phone IS NOT NULL"),
        ),
        Index("ix_booking_expires_at", "expires_at", postgresql_where=text("state IN ('offered', 'requested')")),
        Index("ix_booking_run_key", "run_key", postgresql_where=text("run_key IS NOT NULL")),
        Index("ix_booking_email_key", "email_key", postgresql_where=text("email_key IS NOT NULL")),
        Index("ix_booking_phone", "phone", postgresql_where=text("phone IS NOT NULL")),
        Index("ix_booking_booked_by_id", "booked_by_id", postgresql_where=text("booked_by_id IS NOT NULL")),
        UNAUDITED,
    )


class BookingEvent(Model):
    """What happened to an occurrence or one of its bookings, when, and by whom: why somebody was (not) offered."""

    __tablename__ = "booking_event"

    id: Mapped[Key]
    occurrence_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("occurrence.id", ondelete="CASCADE"))
    booking_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("booking.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    kind: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))

    __table_args__ = (
        CheckConstraint("kind <> ''", name="kind_said"),
        Index("ix_booking_event_occurrence_id_at", "occurrence_id", "at"),
        Index("ix_booking_event_booking_id", "booking_id", postgresql_where=text("booking_id IS NOT NULL")),
        UNAUDITED,
    )


class Answer(Model):
    """What somebody answered to an organiser's question; removed on `erase_on`."""

    __tablename__ = "answer"

    id: Mapped[Key]
    booking_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("booking.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("question.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    erase_on: Mapped[date] = mapped_column(index=True)

    question: Mapped[Question] = relationship()

    __table_args__ = (UniqueConstraint("booking_id", "question_id"), UNAUDITED)


class Submission(Model):
    """What came of a form that was sent once, so that sending it again gives the same answer. Kept for 30 days."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    made: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), index=True)

    __table_args__ = (CheckConstraint("char_length(key) BETWEEN 8 AND 200", name="key_long_enough"), UNAUDITED)
