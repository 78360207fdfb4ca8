"""What is on at a place this week, found without reading the whole city's week

Revision: 0014_sessions_of_places, after 0013_calendar_feed
"""

from __future__ import annotations

from alembic import op

revision = "0014_sessions_of_places"
down_revision = "0013_calendar_feed"


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_occurrence_location_id_starts_at", "occurrence", ["location_id", "starts_at"])
    op.drop_index("ix_occurrence_location_id", table_name="occurrence")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_occurrence_location_id", "occurrence", ["location_id"])
    op.drop_index("ix_occurrence_location_id_starts_at", table_name="occurrence")
