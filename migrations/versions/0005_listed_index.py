"""Lists read the few columns that decide what is listed from one narrow index

Revision: 0005_listed_index, after 0004_wards_kept_true
"""

from __future__ import annotations

from alembic import op

revision = "0005_listed_index"
down_revision = "0004_wards_kept_true"

COLUMNS = (
    "name",
    "kind",
    "status",
    "valid_from",
    "valid_until",
    "is_online",
    "is_telephone",
    "cost_pence",
    "stage",
    "taking_people",
)


def upgrade() -> None:
    """Forward."""
    op.create_index("ix_service_listed", "service", ["id"], unique=False, postgresql_include=list(COLUMNS))


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_service_listed", table_name="service", postgresql_include=list(COLUMNS))
