"""Who puts something into the outbox rings the bell, if somebody has to hear it at once

The trigger rang for every row. PostgreSQL commits transactions that ring one after the other, whatever they are about,
so bookings of different sessions waited for each other. `assetreg.actions.outbox.add` rings by itself; a booking does
not, and its message is found when the worker next looks.

Revision: 0012_quiet_outbox, after 0011_series_drafts
"""

from __future__ import annotations

from alembic import op

revision = "0012_quiet_outbox"
down_revision = "0011_series_drafts"


def upgrade() -> None:
    """Forward."""
    op.execute("DROP TRIGGER outbox_added ON outbox")
    op.execute("DROP FUNCTION outbox_has_work()")


def downgrade() -> None:
    """Back."""
    op.execute("""
        CREATE FUNCTION outbox_has_work() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_notify('outbox', '');
            RETURN NULL;
        END
        $$
    """)
    op.execute(
        "CREATE TRIGGER outbox_added AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_has_work()"
    )
