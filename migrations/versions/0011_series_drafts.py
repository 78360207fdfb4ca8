"""What an organiser has typed of a series so far, and the dates of it that wait for a decision

Revision: 0011_series_drafts, after 0010_bookings
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011_series_drafts"
down_revision = "0010_bookings"


def upgrade() -> None:
    """Forward."""
    for name, empty in (("draft", "{}"), ("unsettled", "[]")):
        op.add_column(
            "series", sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=empty, nullable=False)
        )


def downgrade() -> None:
    """Back: drafts are begun anew."""
    op.drop_column("series", "unsettled")
    op.drop_column("series", "draft")
