"""Organisations, terms, users and services

Revision: 0002_services, after 0001_places
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002_services"
down_revision = "0001_places"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "term",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("in_plain_words", sa.Text(), server_default="", nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('need', 'interest')", name=op.f("ck_term_kind_known")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_term_slug_plain")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_term_not_its_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["term.id"], name=op.f("fk_term_parent_id_term")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("slug", name=op.f("uq_term_slug")),
    )
    op.create_index(op.f("ix_term_parent_id"), "term", ["parent_id"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), server_default="citizen", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("session_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("email <> '' AND name <> ''", name=op.f("ck_user_account_named")),
        sa.CheckConstraint(
            "role IN ('citizen', 'adviser', 'connector', 'steward', 'commissioner', 'administrator')",
            name=op.f("ck_user_account_role_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("public_id", name=op.f("uq_user_account_public_id")),
    )
    op.create_index("uq_user_account_lower_email", "user_account", [sa.literal_column("lower(email)")], unique=True)
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("charity_number", sa.Text(), nullable=True),
        sa.Column("company_number", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_organisation_named")),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_organisation_source_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
    )
    op.create_index("ix_organisation_lower_name", "organisation", [sa.literal_column("lower(name)")], unique=False)
    op.create_index("uq_organisation_source_source_id", "organisation", ["source", "source_id"], unique=True)
    op.create_table(
        "membership",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), server_default="editor", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("role IN ('editor', 'owner')", name=op.f("ck_membership_role_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "organisation_id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("short_code", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="activity", nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("status_note", sa.Text(), server_default="", nullable=False),
        sa.Column("reopens_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("times_note", sa.Text(), server_default="", nullable=False),
        sa.Column("is_online", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_telephone", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("cost_pence", sa.Integer(), nullable=True),
        sa.Column("cost_note", sa.Text(), server_default="", nullable=False),
        sa.Column("min_age", sa.SmallInteger(), nullable=True),
        sa.Column("max_age", sa.SmallInteger(), nullable=True),
        sa.Column("gender", sa.Text(), nullable=True),
        sa.Column("eligibility", sa.Text(), server_default="", nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("access", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("referral", sa.Text(), server_default="none", nullable=False),
        sa.Column("stage", sa.Text(), server_default="universal", nullable=False),
        sa.Column("audience", sa.Text(), server_default="everyone", nullable=False),
        sa.Column("taking_people", sa.Text(), nullable=True),
        sa.Column("wait", sa.Text(), server_default="", nullable=False),
        sa.Column("taking_people_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_visit", sa.Text(), server_default="", nullable=False),
        sa.Column("first_visit_who", sa.Text(), server_default="", nullable=False),
        sa.Column("first_visit_door", sa.Text(), server_default="", nullable=False),
        sa.Column("first_visit_company", sa.Text(), server_default="", nullable=False),
        sa.Column("first_visit_cost", sa.Text(), server_default="", nullable=False),
        sa.Column("first_visit_wear", sa.Text(), server_default="", nullable=False),
        sa.Column("easy_read_url", sa.Text(), server_default="", nullable=False),
        sa.Column("audio_url", sa.Text(), server_default="", nullable=False),
        sa.Column("is_sensitive", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("source_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assured_on", sa.Date(), nullable=True),
        sa.Column("assured_by", sa.Text(), server_default="", nullable=False),
        sa.Column("assured_how", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "search_vector",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', summary), 'B') || setweight(to_tsvector('english', regexp_replace(description, '<[^>]*>', ' ', 'g')), 'D')",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "access <@ ARRAY['step-free', 'hearing-loop', 'quiet-space', 'accessible-toilet', 'bsl', 'parking', 'assistance-dogs', 'companion-welcome', 'easy-read']::text[]",
            name=op.f("ck_service_access_known"),
        ),
        sa.CheckConstraint(
            "assured_how IN ('phone', 'email', 'visit', 'website', 'import', 'self')",
            name=op.f("ck_service_assured_how_known"),
        ),
        sa.CheckConstraint(
            "audience IN ('everyone', 'children', 'adults_at_risk')", name=op.f("ck_service_audience_known")
        ),
        sa.CheckConstraint("gender IN ('women', 'men')", name=op.f("ck_service_gender_known")),
        sa.CheckConstraint("kind IN ('activity', 'group', 'support', 'place')", name=op.f("ck_service_kind_known")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_service_named")),
        sa.CheckConstraint("referral IN ('none', 'self', 'professional')", name=op.f("ck_service_referral_known")),
        sa.CheckConstraint(
            "stage IN ('universal', 'some_help', 'targeted', 'crisis')", name=op.f("ck_service_stage_known")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'temporarily_closed', 'closed')", name=op.f("ck_service_status_known")
        ),
        sa.CheckConstraint(
            "taking_people IN ('yes', 'waiting_list', 'no')", name=op.f("ck_service_taking_people_known")
        ),
        sa.CheckConstraint(
            "(taking_people IS NULL) = (taking_people_said_at IS NULL)", name=op.f("ck_service_taking_people_said_when")
        ),
        sa.CheckConstraint(
            "char_length(name) <= 200 AND char_length(summary) <= 500", name=op.f("ck_service_name_and_summary_short")
        ),
        sa.CheckConstraint("cost_pence >= 0", name=op.f("ck_service_cost_not_negative")),
        sa.CheckConstraint("min_age <= max_age", name=op.f("ck_service_ages_in_order")),
        sa.CheckConstraint(
            "min_age BETWEEN 0 AND 120 AND max_age BETWEEN 0 AND 120", name=op.f("ck_service_ages_human")
        ),
        sa.CheckConstraint("source_id IS NULL OR source IS NOT NULL", name=op.f("ck_service_source_id_has_a_source")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_service_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_service_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["source"], ["source.name"], name=op.f("fk_service_source_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_public_id")),
        sa.UniqueConstraint("short_code", name=op.f("uq_service_short_code")),
    )
    op.create_index("ix_service_access", "service", ["access"], unique=False, postgresql_using="gin")
    op.create_index("ix_service_languages", "service", ["languages"], unique=False, postgresql_using="gin")
    op.create_index("ix_service_name_id", "service", ["name", "id"], unique=False)
    op.create_index(op.f("ix_service_organisation_id"), "service", ["organisation_id"], unique=False)
    op.create_index("ix_service_search_vector", "service", ["search_vector"], unique=False, postgresql_using="gin")
    op.create_index("uq_service_source_source_id", "service", ["source", "source_id"], unique=True)
    op.create_table(
        "assurance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=False),
        sa.Column("assured_by", sa.Text(), server_default="", nullable=False),
        sa.Column("assured_how", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "assured_how IN ('phone', 'email', 'visit', 'website', 'import', 'self')",
            name=op.f("ck_assurance_assured_how_known"),
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_assurance_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_assurance_user_id_user_account"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assurance")),
    )
    op.create_index(op.f("ix_assurance_service_id"), "assurance", ["service_id"], unique=False)
    op.create_table(
        "contact_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email', 'url')", name=op.f("ck_contact_point_kind_known")),
        sa.CheckConstraint("value <> ''", name=op.f("ck_contact_point_has_a_value")),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, service_id) = 1", name=op.f("ck_contact_point_belongs_to_one")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_contact_point_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_contact_point_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
    )
    op.create_index(op.f("ix_contact_point_organisation_id"), "contact_point", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_contact_point_service_id"), "contact_point", ["service_id"], unique=False)
    op.create_table(
        "opening_time",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=True),
        sa.Column("frequency", sa.Text(), server_default="weekly", nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("week_of_month", sa.SmallInteger(), nullable=True),
        sa.Column("starts_time", sa.Time(), nullable=False),
        sa.Column("ends_time", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "(frequency = 'monthly') = (week_of_month IS NOT NULL)",
            name=op.f("ck_opening_time_monthly_says_which_week"),
        ),
        sa.CheckConstraint("frequency IN ('weekly', 'monthly')", name=op.f("ck_opening_time_frequency_known")),
        sa.CheckConstraint("starts_time < ends_time", name=op.f("ck_opening_time_starts_before_it_ends")),
        sa.CheckConstraint("week_of_month IN (-1, 1, 2, 3, 4, 5)", name=op.f("ck_opening_time_week_of_month_known")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_opening_time_weekday_known")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_opening_time_location_id_location")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_opening_time_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_time")),
    )
    op.create_index(op.f("ix_opening_time_location_id"), "opening_time", ["location_id"], unique=False)
    op.create_index(op.f("ix_opening_time_service_id"), "opening_time", ["service_id"], unique=False)
    op.create_index("ix_opening_time_weekday_starts", "opening_time", ["weekday", "starts_time"], unique=False)
    op.create_table(
        "service_area",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("area_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_service_area_area_id_area")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_area_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "area_id", name=op.f("pk_service_area")),
    )
    op.create_index(op.f("ix_service_area_area_id"), "service_area", ["area_id"], unique=False)
    op.create_table(
        "service_at_location",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("location_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location_id"], ["location.id"], name=op.f("fk_service_at_location_location_id_location")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_at_location_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_at_location")),
    )
    op.create_index(op.f("ix_service_at_location_location_id"), "service_at_location", ["location_id"], unique=False)
    op.create_index(
        "uq_service_at_location_service_location", "service_at_location", ["service_id", "location_id"], unique=True
    )
    op.create_table(
        "service_term",
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_term_service_id_service"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_service_term_term_id_term")),
        sa.PrimaryKeyConstraint("service_id", "term_id", name=op.f("pk_service_term")),
    )
    op.create_index(op.f("ix_service_term_term_id"), "service_term", ["term_id"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_index(op.f("ix_service_term_term_id"), table_name="service_term")
    op.drop_table("service_term")
    op.drop_index("uq_service_at_location_service_location", table_name="service_at_location")
    op.drop_index(op.f("ix_service_at_location_location_id"), table_name="service_at_location")
    op.drop_table("service_at_location")
    op.drop_index(op.f("ix_service_area_area_id"), table_name="service_area")
    op.drop_table("service_area")
    op.drop_index("ix_opening_time_weekday_starts", table_name="opening_time")
    op.drop_index(op.f("ix_opening_time_service_id"), table_name="opening_time")
    op.drop_index(op.f("ix_opening_time_location_id"), table_name="opening_time")
    op.drop_table("opening_time")
    op.drop_index(op.f("ix_contact_point_service_id"), table_name="contact_point")
    op.drop_index(op.f("ix_contact_point_organisation_id"), table_name="contact_point")
    op.drop_table("contact_point")
    op.drop_index(op.f("ix_assurance_service_id"), table_name="assurance")
    op.drop_table("assurance")
    op.drop_index("uq_service_source_source_id", table_name="service")
    op.drop_index("ix_service_search_vector", table_name="service", postgresql_using="gin")
    op.drop_index(op.f("ix_service_organisation_id"), table_name="service")
    op.drop_index("ix_service_name_id", table_name="service")
    op.drop_index("ix_service_languages", table_name="service", postgresql_using="gin")
    op.drop_index("ix_service_access", table_name="service", postgresql_using="gin")
    op.drop_table("service")
    op.drop_index(op.f("ix_membership_organisation_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_index("uq_organisation_source_source_id", table_name="organisation")
    op.drop_index("ix_organisation_lower_name", table_name="organisation")
    op.drop_table("organisation")
    op.drop_index("uq_user_account_lower_email", table_name="user_account")
    op.drop_table("user_account")
    op.drop_index(op.f("ix_term_parent_id"), table_name="term")
    op.drop_table("term")
