"""What was searched for, without anybody who searched; and addresses for the pages where stewards edit phrases

Revision: 0008_search_log, after 0007_shortlist
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008_search_log"
down_revision = "0007_shortlist"


def words(name: str) -> sa.Column:
    """A list of words, empty unless said."""
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "search_log",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("searched_on", sa.Date(), nullable=False),
        words("words"),
        sa.Column("left_out", sa.SmallInteger(), server_default="0", nullable=False),
        words("meant"),
        words("filters"),
        words("areas"),
        sa.Column("results", sa.Integer(), nullable=True),
        sa.Column("is_from_index", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("is_urgent", sa.Boolean(), server_default="false", nullable=False),
        sa.CheckConstraint(
            "array_to_string(words, ' ') !~ '[0-9@]' AND array_position(words, NULL) IS NULL",
            name=op.f("ck_search_log_words_hold_no_number"),
        ),
        sa.CheckConstraint(
            "NOT is_urgent OR (words = '{}' AND left_out = 0 AND meant = '{}' AND filters = '{}' AND areas = '{}'"
            " AND results IS NULL)",
            name=op.f("ck_search_log_urgent_is_only_counted"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_log")),
    )
    op.create_index("ix_search_log_searched_on", "search_log", ["searched_on"])
    op.add_column(
        "lexicon_phrase",
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
    )
    op.create_unique_constraint(op.f("uq_lexicon_phrase_public_id"), "lexicon_phrase", ["public_id"])


def downgrade() -> None:
    """Back."""
    op.drop_column("lexicon_phrase", "public_id")
    op.drop_table("search_log")
