"""What the system remembers about itself: who changed what, what is still to be done, and how often somebody tried."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from assetreg.db import Model
from assetreg.models.columns import CreatedAt, Instant, Key, one_of
from assetreg.rules.vocabulary import MESSAGE_CHANNELS


class Audit(Model):
    """Who, when, what changed. `changes` is {column: [before, after]}; bulk loads write one row with a count.

    `actor` names the person's role or the command in plain words ("steward", "import: libraries"), never an e-mail.
    """

    __tablename__ = "audit"

    id: Mapped[Key]
    at: Mapped[CreatedAt]
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(Text, default="", server_default="")
    action: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")

    __table_args__ = (
        CheckConstraint("action IN ('create', 'update', 'delete', 'load')", name="action_known"),
        Index("ix_audit_entity_entity_id", "entity", "entity_id", "at"),
        Index("ix_audit_at", "at"),
    )


class Outbox(Model):
    """One thing still to be done after a commit, worked off by the worker process, at least once.

    `topic` names the handler; `dedupe_key`, when given, lets one waiting row stand for many.
    """

    __tablename__ = "outbox"

    id: Mapped[Key]
    topic: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    dedupe_key: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str] = mapped_column(Text, default="", server_default="")
    done_at: Mapped[Instant | None]
    parked_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("done_at IS NULL OR parked_at IS NULL", name="done_or_parked"),
        Index("ix_outbox_waiting", "due_at", "id", postgresql_where=text("done_at IS NULL AND parked_at IS NULL")),
        Index(
            "uq_outbox_topic_dedupe_key_waiting",
            "topic",
            "dedupe_key",
            unique=True,
            postgresql_where=text("done_at IS NULL AND parked_at IS NULL"),
        ),
    )


class Message(Model):
    """One message to one person, kept until sent and for a while after. Never holds a need or a service by name.

    `channel` says how it goes, and with it which `to_` column is filled; a `call` is somebody's task (`for_user_id`),
    done at `sent_at`. `event_key` makes a message about one event the only one ("booking:<uuid>:confirmed:0").
    `about` is the public id of what it is about, on a floor above. `calendar` is a file that goes with it (.ics).
    `provider_ref` is what a carrier calls it. After too many tries it is parked, where a steward sees it.
    """

    __tablename__ = "message"

    id: Mapped[Key]
    public_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text, default="email", server_default="email")
    to_email: Mapped[str | None] = mapped_column(Text)
    to_phone: Mapped[str | None] = mapped_column(Text)
    to_address: Mapped[str | None] = mapped_column(Text)
    for_user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("user_account.id", ondelete="SET NULL"))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    template: Mapped[str] = mapped_column(Text, default="", server_default="")
    is_sensitive: Mapped[bool] = mapped_column(default=False, server_default="false")
    event_key: Mapped[str | None] = mapped_column(Text, unique=True)
    about: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str] = mapped_column(Text, default="", server_default="")
    provider_ref: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[Instant | None]
    parked_at: Mapped[Instant | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        CheckConstraint(one_of("channel", MESSAGE_CHANNELS), name="channel_known"),
        CheckConstraint(
            "CASE channel WHEN 'email' THEN to_email IS NOT NULL WHEN 'text' THEN to_phone IS NOT NULL"
            " WHEN 'letter' THEN to_address IS NOT NULL ELSE true END",
            name="can_be_reached",
        ),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint("sent_at IS NULL OR parked_at IS NULL", name="sent_or_parked"),
        Index("ix_message_created_at", "created_at"),
        Index("ix_message_about", "about", postgresql_where=text("about IS NOT NULL")),
        Index(
            "ix_message_for_user_id",
            "for_user_id",
            postgresql_where=text("for_user_id IS NOT NULL AND sent_at IS NULL"),
        ),
    )


class RateCounter(Model):
    """How often a key was hit in its window; storage for the `limits` library, so that every process counts alike."""

    __tablename__ = "rate_counter"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    hits: Mapped[int] = mapped_column(default=0, server_default="0")
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)

    __table_args__ = ({"prefixes": ["UNLOGGED"]},)


class ImportRun(Model):
    """One reading of one file: which source, when, and what came of it."""

    __tablename__ = "import_run"

    id: Mapped[Key]
    public_id: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True, default=uuid.uuid4)
    source: Mapped[str | None] = mapped_column(Text, ForeignKey("source.name"))
    file_name: Mapped[str] = mapped_column(Text)
    started_at: Mapped[CreatedAt]
    finished_at: Mapped[Instant | None]
    rows_read: Mapped[int] = mapped_column(default=0, server_default="0")
    services_added: Mapped[int] = mapped_column(default=0, server_default="0")
    services_changed: Mapped[int] = mapped_column(default=0, server_default="0")
    services_unchanged: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_rejected: Mapped[int] = mapped_column(default=0, server_default="0")
