"""Bookings, their story, who came; and messages by other ways than e-mail

Revision: 0010_bookings, after 0009_sessions
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010_bookings"
down_revision = "0009_sessions"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "submission",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("char_length(key) BETWEEN 8 AND 200", name=op.f("ck_submission_key_long_enough")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submission")),
        info={"is_unaudited": True},
    )
    op.create_index(op.f("ix_submission_created_at"), "submission", ["created_at"], unique=False)
    op.create_table(
        "message_template",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("channel <> 'email' OR subject <> ''", name=op.f("ck_message_template_email_has_a_subject")),
        sa.CheckConstraint(
            "channel IN ('email', 'text', 'letter', 'call', 'kept')", name=op.f("ck_message_template_channel_known")
        ),
        sa.CheckConstraint("name <> '' AND body <> ''", name=op.f("ck_message_template_said")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user_account.id"],
            name=op.f("fk_message_template_changed_by_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("name", "channel", name=op.f("pk_message_template")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("run_key", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("party_size", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email_key", sa.Text(), nullable=True),
        sa.Column("comers", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("comers_note", sa.Text(), server_default="", nullable=False),
        sa.Column("access_needs", sa.Text(), server_default="", nullable=False),
        sa.Column("age", sa.SmallInteger(), nullable=True),
        sa.Column("booked_by", sa.Text(), server_default="self", nullable=False),
        sa.Column("booked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("booker_name", sa.Text(), server_default="", nullable=False),
        sa.Column("booker_contact", sa.Text(), server_default="", nullable=False),
        sa.Column("may_repeat", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("wants_late", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_priority", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("priority_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("waits_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("link_version", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(state IN ('cancelled', 'lapsed', 'declined', 'left')) = (ended_at IS NOT NULL)",
            name=op.f("ck_booking_ended_says_when"),
        ),
        sa.CheckConstraint(
            "NOT is_priority OR priority_reason <> '' OR erased_at IS NOT NULL",
            name=op.f("ck_booking_priority_has_a_reason"),
        ),
        sa.CheckConstraint(
            "booked_by <> 'relative' OR booker_name <> '' OR erased_at IS NOT NULL",
            name=op.f("ck_booking_relative_is_named"),
        ),
        sa.CheckConstraint(
            "booked_by IN ('self', 'relative', 'connector', 'organiser')", name=op.f("ck_booking_booked_by_known")
        ),
        sa.CheckConstraint(
            "ended_by IN ('guest', 'organiser', 'staff', 'system')", name=op.f("ck_booking_ended_by_known")
        ),
        sa.CheckConstraint(
            "erased_at IS NULL OR (name = '' AND num_nonnulls(email, phone, email_key) = 0 AND comers = '{}' AND comers_note = '' AND access_needs = '' AND booker_name = '' AND booker_contact = '' AND priority_reason = '' AND end_reason = '')",
            name=op.f("ck_booking_erased_has_no_details"),
        ),
        sa.CheckConstraint("name <> '' OR erased_at IS NOT NULL", name=op.f("ck_booking_named")),
        sa.CheckConstraint("phone ~ '^\\+[1-9][0-9]{5,14}$'", name=op.f("ck_booking_phone_is_international")),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_booking_has_a_reference")),
        sa.CheckConstraint(
            "state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f("ck_booking_confirmed_says_when")
        ),
        sa.CheckConstraint("state <> 'offered' OR offered_at IS NOT NULL", name=op.f("ck_booking_offered_says_when")),
        sa.CheckConstraint(
            "state <> 'waiting' OR waits_since IS NOT NULL", name=op.f("ck_booking_waiting_says_since_when")
        ),
        sa.CheckConstraint(
            "state IN ('confirmed', 'waiting', 'offered', 'requested', 'cancelled', 'lapsed', 'declined', 'left')",
            name=op.f("ck_booking_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('offered', 'requested') OR expires_at IS NOT NULL", name=op.f("ck_booking_held_until")
        ),
        sa.CheckConstraint("(email IS NULL) = (email_key IS NULL)", name=op.f("ck_booking_email_can_be_compared")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_booking_ended_says_by_whom")),
        sa.CheckConstraint("age BETWEEN 0 AND 120", name=op.f("ck_booking_age_human")),
        sa.CheckConstraint("link_version >= 0", name=op.f("ck_booking_link_version_not_negative")),
        sa.CheckConstraint("party_size > 0", name=op.f("ck_booking_party_has_somebody")),
        sa.ForeignKeyConstraint(
            ["booked_by_id"],
            ["user_account.id"],
            name=op.f("fk_booking_booked_by_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["occurrence_id"], ["occurrence.id"], name=op.f("fk_booking_occurrence_id_occurrence")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("public_id", name=op.f("uq_booking_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_booking_reference")),
        info={"is_unaudited": True},
    )
    op.create_index(
        "ix_booking_booked_by_id",
        "booking",
        ["booked_by_id"],
        unique=False,
        postgresql_where=sa.text("booked_by_id IS NOT NULL"),
    )
    op.create_index(
        "ix_booking_email_key",
        "booking",
        ["email_key"],
        unique=False,
        postgresql_where=sa.text("email_key IS NOT NULL"),
    )
    op.create_index(
        "ix_booking_expires_at",
        "booking",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('offered', 'requested')"),
    )
    op.create_index("ix_booking_occurrence_id_state", "booking", ["occurrence_id", "state"], unique=False)
    op.create_index(
        "ix_booking_phone", "booking", ["phone"], unique=False, postgresql_where=sa.text("phone IS NOT NULL")
    )
    op.create_index(
        "ix_booking_run_key", "booking", ["run_key"], unique=False, postgresql_where=sa.text("run_key IS NOT NULL")
    )
    op.create_index(
        "uq_booking_email_once",
        "booking",
        ["occurrence_id", "email_key"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('confirmed', 'offered', 'requested', 'waiting') AND NOT may_repeat AND email_key IS NOT NULL"
        ),
    )
    op.create_index(
        "uq_booking_phone_once",
        "booking",
        ["occurrence_id", "phone"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('confirmed', 'offered', 'requested', 'waiting') AND NOT may_repeat AND phone IS NOT NULL"
        ),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("question_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_answer_booking_id_booking"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_answer_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("booking_id", "question_id", name=op.f("uq_answer_booking_id_question_id")),
        info={"is_unaudited": True},
    )
    op.create_index(op.f("ix_answer_erase_on"), "answer", ["erase_on"], unique=False)
    op.create_index(op.f("ix_answer_question_id"), "answer", ["question_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("came", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("mark", sa.Text(), server_default="attended", nullable=False),
        sa.Column("is_walk_in", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("marked_by_id", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "CASE mark WHEN 'absent' THEN came = 0 ELSE came > 0 END",
            name=op.f("ck_attendance_came_agrees_with_the_mark"),
        ),
        sa.CheckConstraint("is_walk_in OR name = ''", name=op.f("ck_attendance_only_walk_ins_are_named_here")),
        sa.CheckConstraint("mark IN ('attended', 'absent')", name=op.f("ck_attendance_mark_known")),
        sa.CheckConstraint("is_walk_in = (booking_id IS NULL)", name=op.f("ck_attendance_walk_in_has_no_booking")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_attendance_booking_id_booking"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"],
            ["user_account.id"],
            name=op.f("fk_attendance_marked_by_id_user_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"], ["occurrence.id"], name=op.f("fk_attendance_occurrence_id_occurrence")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("occurrence_id", "booking_id", name=op.f("uq_attendance_occurrence_id_booking_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attendance_public_id")),
        info={"is_unaudited": True},
    )
    op.create_index(op.f("ix_attendance_booking_id"), "attendance", ["booking_id"], unique=False)
    op.create_table(
        "booking_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("occurrence_id", sa.BigInteger(), nullable=False),
        sa.Column("booking_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind <> ''", name=op.f("ck_booking_event_kind_said")),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_booking_event_booking_id_booking"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["occurrence_id"],
            ["occurrence.id"],
            name=op.f("fk_booking_event_occurrence_id_occurrence"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_booking_event_user_id_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_event")),
        info={"is_unaudited": True},
    )
    op.create_index(
        "ix_booking_event_booking_id",
        "booking_event",
        ["booking_id"],
        unique=False,
        postgresql_where=sa.text("booking_id IS NOT NULL"),
    )
    op.create_index("ix_booking_event_occurrence_id_at", "booking_event", ["occurrence_id", "at"], unique=False)
    op.add_column("message", sa.Column("channel", sa.Text(), server_default="email", nullable=False))
    op.add_column("message", sa.Column("to_phone", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("to_address", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("for_user_id", sa.BigInteger(), nullable=True))
    op.add_column("message", sa.Column("calendar", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("template", sa.Text(), server_default="", nullable=False))
    op.add_column("message", sa.Column("is_sensitive", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("message", sa.Column("event_key", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("about", sa.Uuid(), nullable=True))
    op.add_column("message", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("message", sa.Column("last_error", sa.Text(), server_default="", nullable=False))
    op.add_column("message", sa.Column("provider_ref", sa.Text(), nullable=True))
    op.add_column("message", sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("message", "to_email", existing_type=sa.TEXT(), nullable=True)
    op.create_index(
        "ix_message_about", "message", ["about"], unique=False, postgresql_where=sa.text("about IS NOT NULL")
    )
    op.create_index(
        "ix_message_for_user_id",
        "message",
        ["for_user_id"],
        unique=False,
        postgresql_where=sa.text("for_user_id IS NOT NULL AND sent_at IS NULL"),
    )
    op.create_unique_constraint(op.f("uq_message_event_key"), "message", ["event_key"])
    op.create_foreign_key(
        op.f("fk_message_for_user_id_user_account"),
        "message",
        "user_account",
        ["for_user_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_check_constraint(
        op.f("ck_message_channel_known"), "message", "channel IN ('email', 'text', 'letter', 'call', 'kept')"
    )
    op.create_check_constraint(
        op.f("ck_message_can_be_reached"),
        "message",
        "CASE channel WHEN 'email' THEN to_email IS NOT NULL WHEN 'text' THEN to_phone IS NOT NULL WHEN 'letter' THEN to_address IS NOT NULL ELSE true END",
    )
    op.create_check_constraint(op.f("ck_message_attempts_not_negative"), "message", "attempts >= 0")
    op.create_check_constraint(op.f("ck_message_sent_or_parked"), "message", "sent_at IS NULL OR parked_at IS NULL")


def downgrade() -> None:
    """Back. What was to go by other ways than e-mail has no place in the older table."""
    op.execute("DELETE FROM message WHERE to_email IS NULL OR channel <> 'email'")
    op.alter_column("message", "to_email", nullable=False)
    op.drop_column("message", "channel")
    op.drop_column("message", "to_phone")
    op.drop_column("message", "to_address")
    op.drop_column("message", "for_user_id")
    op.drop_column("message", "calendar")
    op.drop_column("message", "template")
    op.drop_column("message", "is_sensitive")
    op.drop_column("message", "event_key")
    op.drop_column("message", "about")
    op.drop_column("message", "attempts")
    op.drop_column("message", "last_error")
    op.drop_column("message", "provider_ref")
    op.drop_column("message", "parked_at")
    op.drop_table("attendance")
    op.drop_table("answer")
    op.drop_table("booking_event")
    op.drop_table("booking")
    op.drop_table("submission")
    op.drop_table("message_template")
