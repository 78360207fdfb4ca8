"""Everyday phrases, and the signs and numbers of help at once

Revision: 0006_finding, after 0005_listed_index
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006_finding"
down_revision = "0005_listed_index"


def words(name: str) -> sa.Column:
    """A list of words, empty unless said."""
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)


def kept() -> tuple[sa.Column, ...]:
    """What every row that stewards keep has."""
    return (
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_from_file", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "lexicon_phrase",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("phrase_key", sa.Text(), nullable=False),
        words("terms"),
        sa.Column("weight", sa.Numeric(3, 2), server_default="1", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        *kept(),
        sa.CheckConstraint(
            "char_length(phrase) BETWEEN 1 AND 120 AND phrase_key <> ''", name=op.f("ck_lexicon_phrase_phrase_said")
        ),
        sa.CheckConstraint("weight > 0 AND weight <= 1", name=op.f("ck_lexicon_phrase_weight_is_a_part")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_phrase")),
    )
    op.create_index("uq_lexicon_phrase_phrase_key", "lexicon_phrase", ["phrase_key"], unique=True)
    op.create_table(
        "urgent_sign",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tone", sa.Text(), nullable=False),
        words("patterns"),
        words("unless"),
        words("help"),
        words("terms"),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        *kept(),
        sa.CheckConstraint("key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_urgent_sign_key_plain")),
        sa.CheckConstraint("tone IN ('now', 'today', 'gentle')", name=op.f("ck_urgent_sign_tone_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_sign")),
        sa.UniqueConstraint("key", name=op.f("uq_urgent_sign_key")),
    )
    op.create_table(
        "urgent_help",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("text_number", sa.Text(), server_default="", nullable=False),
        sa.Column("text_word", sa.Text(), server_default="", nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        *kept(),
        sa.CheckConstraint("key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name=op.f("ck_urgent_help_key_plain")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_urgent_help_titled")),
        sa.CheckConstraint("phone <> '' OR text_number <> '' OR url <> ''", name=op.f("ck_urgent_help_can_be_reached")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_help")),
        sa.UniqueConstraint("key", name=op.f("uq_urgent_help_key")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("urgent_help")
    op.drop_table("urgent_sign")
    op.drop_table("lexicon_phrase")
