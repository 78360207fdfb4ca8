"""Lists that people keep without an account

Revision: 0007_shortlist, after 0006_finding
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_shortlist"
down_revision = "0006_finding"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "shortlist",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(key_hash) = 32", name=op.f("ck_shortlist_key_is_hashed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_shortlist_key_hash")),
    )
    op.create_index(op.f("ix_shortlist_expires_at"), "shortlist", ["expires_at"], unique=False)
    op.create_table(
        "shortlist_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shortlist_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position BETWEEN 1 AND 50", name=op.f("ck_shortlist_entry_position_within_the_list")),
        sa.CheckConstraint("char_length(note) <= 500", name=op.f("ck_shortlist_entry_note_short")),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlist.id"],
            name=op.f("fk_shortlist_entry_shortlist_id_shortlist"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_shortlist_entry_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shortlist_entry")),
        sa.UniqueConstraint("shortlist_id", "service_id", name="uq_shortlist_entry_once"),
        sa.UniqueConstraint(
            "shortlist_id", "position", name="uq_shortlist_entry_position", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_index(op.f("ix_shortlist_entry_service_id"), "shortlist_entry", ["service_id"], unique=False)
    op.create_table(
        "shortlist_link",
        sa.Column("shortlist_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("has_notes", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("octet_length(key_hash) = 32", name=op.f("ck_shortlist_link_key_is_hashed")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_shortlist_link_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["shortlist_id"],
            ["shortlist.id"],
            name=op.f("fk_shortlist_link_shortlist_id_shortlist"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shortlist_id", name=op.f("pk_shortlist_link")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_shortlist_link_key_hash")),
    )
    op.create_index(op.f("ix_shortlist_link_expires_at"), "shortlist_link", ["expires_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("shortlist_link")
    op.drop_table("shortlist_entry")
    op.drop_table("shortlist")
