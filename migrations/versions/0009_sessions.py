"""Sessions that repeat: series, their dates, school terms and closures

Revision: 0009_sessions, after 0008_search_log
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009_sessions"
down_revision = "0008_search_log"


def upgrade() -> None:
    """Forward."""
    # Lets a constraint compare a room for equality and a span of time for overlap.
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "school_term",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("daterange(starts_on, ends_on, '[]')"), "&&"), using="gist", name="ex_school_term_one_at_a_time"
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_school_term_named")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_school_term_starts_before_it_ends")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_term")),
        sa.UniqueConstraint("public_id", name=op.f("uq_school_term_public_id")),
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_closure_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_closure_location_id_location"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_closure_made_by_id_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_closure_public_id")),
    )
    op.create_index("ix_closure_location_id_starts_on", "closure", ["location_id", "starts_on"], unique=False)
    op.create_index(op.f("ix_closure_made_by_id"), "closure", ["made_by_id"], unique=False)
    op.create_table(
        "leader",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_leader_named")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_leader_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_leader_user_id_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader")),
        sa.UniqueConstraint("public_id", name=op.f("uq_leader_public_id")),
    )
    op.create_index(op.f("ix_leader_user_id"), "leader", ["user_id"], unique=False)
    op.create_index(
        "uq_leader_organisation_id_lower_name",
        "leader",
        ["organisation_id", sa.literal_column("lower(name)")],
        unique=True,
    )
    op.create_table(
        "series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("leader_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="bookable", nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("frequency", sa.Text(), server_default="weekly", nullable=False),
        sa.Column("every_weeks", sa.SmallInteger(), server_default="1", nullable=False),
        sa.Column("weekdays", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.Column("weeks_of_month", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("sessions", sa.SmallInteger(), nullable=True),
        sa.Column("starts_time", sa.Time(), nullable=False),
        sa.Column("duration_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.Text(), server_default="Europe/London", nullable=False),
        sa.Column("skips_bank_holidays", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("term_time_only", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("slot_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("largest_party", sa.SmallInteger(), server_default="6", nullable=False),
        sa.Column("course_booking", sa.Text(), nullable=True),
        sa.Column("opens_days", sa.SmallInteger(), nullable=True),
        sa.Column("closes_minutes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asks_names", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("allows_repeats", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("takes_waiting", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("min_age", sa.SmallInteger(), nullable=True),
        sa.Column("max_age", sa.SmallInteger(), nullable=True),
        sa.Column("age_rule", sa.Text(), server_default="none", nullable=False),
        sa.Column("audience", sa.Text(), server_default="everyone", nullable=False),
        sa.Column("cost_pence", sa.Integer(), nullable=True),
        sa.Column("cost_note", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("reminds_2_days", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("reminds_2_hours", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("feed_url", sa.Text(), nullable=True),
        sa.Column("feed_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_report", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("topped_up_to", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(frequency = 'monthly') = (cardinality(weeks_of_month) > 0)",
            name=op.f("ck_series_monthly_says_which_weeks"),
        ),
        sa.CheckConstraint(
            "(frequency = 'once') = (cardinality(weekdays) = 0)", name=op.f("ck_series_repeating_says_which_days")
        ),
        sa.CheckConstraint(
            "(kind = 'appointments') = (slot_minutes IS NOT NULL)", name=op.f("ck_series_appointments_say_how_long")
        ),
        sa.CheckConstraint(
            "(kind = 'course') = (course_booking IS NOT NULL)", name=op.f("ck_series_course_says_how_it_is_booked")
        ),
        sa.CheckConstraint(
            "age_rule = 'none' OR num_nonnulls(min_age, max_age) > 0", name=op.f("ck_series_age_rule_has_an_age")
        ),
        sa.CheckConstraint("age_rule IN ('none', 'warn', 'refuse')", name=op.f("ck_series_age_rule_known")),
        sa.CheckConstraint(
            "audience IN ('everyone', 'children', 'adults_at_risk')", name=op.f("ck_series_audience_known")
        ),
        sa.CheckConstraint(
            "course_booking IN ('whole', 'single', 'either')", name=op.f("ck_series_course_booking_known")
        ),
        sa.CheckConstraint(
            "every_weeks BETWEEN 1 AND 52 AND (frequency = 'weekly' OR every_weeks = 1)",
            name=op.f("ck_series_every_weeks_sensible"),
        ),
        sa.CheckConstraint("feed_url ~ '^https?://'", name=op.f("ck_series_feed_is_on_the_web")),
        sa.CheckConstraint(
            "frequency <> 'once' OR ((ends_on IS NULL OR ends_on = starts_on) AND sessions IS NULL)",
            name=op.f("ck_series_once_is_one_day"),
        ),
        sa.CheckConstraint("frequency IN ('once', 'weekly', 'monthly')", name=op.f("ck_series_frequency_known")),
        sa.CheckConstraint(
            "kind <> 'course' OR ends_on IS NOT NULL OR sessions IS NOT NULL", name=op.f("ck_series_course_has_an_end")
        ),
        sa.CheckConstraint(
            "kind IN ('bookable', 'drop_in', 'ask_first', 'referred', 'appointments', 'course')",
            name=op.f("ck_series_kind_known"),
        ),
        sa.CheckConstraint(
            "status = 'draft' OR kind = 'drop_in' OR capacity IS NOT NULL", name=op.f("ck_series_booked_places_counted")
        ),
        sa.CheckConstraint("status IN ('draft', 'published', 'ended')", name=op.f("ck_series_status_known")),
        sa.CheckConstraint("zone <> ''", name=op.f("ck_series_zone_said")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name=op.f("ck_series_capacity_sensible")),
        sa.CheckConstraint("char_length(title) <= 200", name=op.f("ck_series_title_short")),
        sa.CheckConstraint("closes_minutes BETWEEN 0 AND 43200", name=op.f("ck_series_closes_sensible")),
        sa.CheckConstraint("cost_pence >= 0", name=op.f("ck_series_cost_not_negative")),
        sa.CheckConstraint("duration_minutes BETWEEN 5 AND 1440", name=op.f("ck_series_duration_sensible")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_series_ends_after_it_starts")),
        sa.CheckConstraint("largest_party BETWEEN 1 AND 200", name=op.f("ck_series_largest_party_sensible")),
        sa.CheckConstraint("min_age <= max_age", name=op.f("ck_series_ages_in_order")),
        sa.CheckConstraint(
            "min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120", name=op.f("ck_series_ages_human")
        ),
        sa.CheckConstraint("opens_days BETWEEN 0 AND 400", name=op.f("ck_series_opens_sensible")),
        sa.CheckConstraint("sessions BETWEEN 1 AND 400", name=op.f("ck_series_sessions_sensible")),
        sa.CheckConstraint("slot_minutes BETWEEN 5 AND duration_minutes", name=op.f("ck_series_slot_fits_the_session")),
        sa.CheckConstraint("space_id IS NULL OR location_id IS NOT NULL", name=op.f("ck_series_space_has_a_location")),
        sa.CheckConstraint(
            "weekdays <@ ARRAY[0, 1, 2, 3, 4, 5, 6]::smallint[] AND array_position(weekdays, NULL) IS NULL",
            name=op.f("ck_series_weekdays_known"),
        ),
        sa.CheckConstraint(
            "weeks_of_month <@ ARRAY[1, 2, 3, 4, 5, -1]::smallint[] AND array_position(weeks_of_month, NULL) IS NULL",
            name=op.f("ck_series_weeks_of_month_known"),
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leader.id"], name=op.f("fk_series_leader_id_leader"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_series_location_id_location")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_series_made_by_id_user_account"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_series_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_series_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("public_id", name=op.f("uq_series_public_id")),
    )
    op.create_index(op.f("ix_series_leader_id"), "series", ["leader_id"], unique=False)
    op.create_index(op.f("ix_series_location_id"), "series", ["location_id"], unique=False)
    op.create_index(op.f("ix_series_made_by_id"), "series", ["made_by_id"], unique=False)
    op.create_index(op.f("ix_series_service_id"), "series", ["service_id"], unique=False)
    op.create_index(op.f("ix_series_space_id"), "series", ["space_id"], unique=False)
    op.create_index(
        "ix_series_topped_up_to",
        "series",
        ["topped_up_to"],
        unique=False,
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "occurrence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_on", sa.Date(), nullable=True),
        sa.Column("slot", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "during",
            postgresql.TSTZRANGE(),
            sa.Computed("tstzrange(starts_at, ends_at, '[)')", persisted=True),
            nullable=False,
        ),
        sa.Column("status", sa.Text(), server_default="scheduled", nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("is_changed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("space_id", sa.BigInteger(), nullable=True),
        sa.Column("leader_id", sa.BigInteger(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("overbooked", sa.Integer(), server_default="0", nullable=False),
        sa.Column("overbooked_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("places_taken", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("register_marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feed_uid", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("leader_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("status = 'scheduled' AND leader_id IS NOT NULL"),
            using="gist",
            name="ex_occurrence_leader_busy",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("space_id"), "="),
            (sa.column("during"), "&&"),
            where=sa.text("status = 'scheduled' AND space_id IS NOT NULL"),
            using="gist",
            name="ex_occurrence_space_in_use",
        ),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_at IS NOT NULL)", name=op.f("ck_occurrence_cancelled_says_when")
        ),
        sa.CheckConstraint("overbooked = 0 OR overbooked_reason <> ''", name=op.f("ck_occurrence_overbooked_says_why")),
        sa.CheckConstraint(
            "status <> 'cancelled' OR cancel_reason <> ''", name=op.f("ck_occurrence_cancelled_says_why")
        ),
        sa.CheckConstraint("status IN ('scheduled', 'cancelled')", name=op.f("ck_occurrence_status_known")),
        sa.CheckConstraint("capacity BETWEEN 1 AND 100000", name=op.f("ck_occurrence_capacity_sensible")),
        sa.CheckConstraint(
            "capacity IS NULL OR places_taken <= capacity + overbooked",
            name=op.f("ck_occurrence_places_within_capacity"),
        ),
        sa.CheckConstraint("overbooked >= 0", name=op.f("ck_occurrence_overbooked_not_negative")),
        sa.CheckConstraint("places_taken >= 0", name=op.f("ck_occurrence_places_not_negative")),
        sa.CheckConstraint("slot >= 0", name=op.f("ck_occurrence_slot_not_negative")),
        sa.CheckConstraint(
            "space_id IS NULL OR location_id IS NOT NULL", name=op.f("ck_occurrence_space_has_a_location")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_occurrence_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leader.id"], name=op.f("fk_occurrence_leader_id_leader"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_occurrence_location_id_location")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_occurrence_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_occurrence_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["space_id"], ["space.id"], name=op.f("fk_occurrence_space_id_space")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_occurrence_public_id")),
        sa.UniqueConstraint("series_id", "rule_on", "slot", name=op.f("uq_occurrence_series_id_rule_on_slot")),
        info={"is_unaudited": True},
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(op.f("ix_occurrence_location_id"), "occurrence", ["location_id"], unique=False)
    op.create_index("ix_occurrence_series_id_starts_at", "occurrence", ["series_id", "starts_at"], unique=False)
    op.create_index(
        "ix_occurrence_service_id_starts_at",
        "occurrence",
        ["service_id", "starts_at"],
        unique=False,
        postgresql_where=sa.text("status = 'scheduled'"),
    )
    op.create_index("ix_occurrence_starts_at", "occurrence", ["starts_at"], unique=False)
    op.create_index(
        "uq_occurrence_series_id_feed_uid",
        "occurrence",
        ["series_id", "feed_uid"],
        unique=True,
        postgresql_where=sa.text("feed_uid IS NOT NULL"),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="text", nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("is_required", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("keep_days", sa.SmallInteger(), server_default="30", nullable=False),
        sa.Column("is_emergency_contact", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "CASE kind WHEN 'choice' THEN cardinality(choices) BETWEEN 2 AND 20 ELSE cardinality(choices) = 0 END",
            name=op.f("ck_question_choice_has_choices"),
        ),
        sa.CheckConstraint(
            "NOT is_emergency_contact OR kind = 'text'", name=op.f("ck_question_emergency_contact_is_text")
        ),
        sa.CheckConstraint("kind IN ('text', 'yes_no', 'choice')", name=op.f("ck_question_kind_known")),
        sa.CheckConstraint("char_length(wording) BETWEEN 1 AND 300", name=op.f("ck_question_wording_said")),
        sa.CheckConstraint("keep_days BETWEEN 0 AND 365", name=op.f("ck_question_kept_a_year_at_most")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_question_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("public_id", name=op.f("uq_question_public_id")),
    )
    op.create_index(op.f("ix_question_series_id"), "question", ["series_id"], unique=False)
    op.create_table(
        "series_skip",
        sa.Column("series_id", sa.BigInteger(), nullable=False),
        sa.Column("left_out_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_skip_series_id_series"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "left_out_on", name=op.f("pk_series_skip")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("series_skip")
    op.drop_table("question")
    op.drop_table("occurrence")
    op.drop_table("series")
    op.drop_table("leader")
    op.drop_table("closure")
    op.drop_table("school_term")
    op.execute("DROP EXTENSION IF EXISTS btree_gist")
