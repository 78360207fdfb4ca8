"""Alembic's entry: one connection, a lock time-out so that a migration never queues behind a busy table for long."""

from __future__ import annotations

import geoalchemy2  # noqa: F401  (teaches reflection the geometry types)
from alembic import context
from sqlalchemy import create_engine, text

from assetreg.db import db
from migrations.comparing import is_ours


def run() -> None:
    """Migrate on the connection that was handed in, or on one to the configured address."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate_on(connection)
        return
    engine = create_engine(context.config.get_main_option("sqlalchemy.url", ""))
    with engine.begin() as own:
        migrate_on(own)


def migrate_on(connection: object) -> None:
    """Run the migrations in the connection's own transaction."""
    wait = context.config.attributes.get("lock_timeout", "4s")
    connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": wait})  # type: ignore[attr-defined]
    context.configure(
        connection=connection,  # type: ignore[arg-type]
        target_metadata=db.metadata,
        include_object=is_ours,
        compare_type=True,
        compare_server_default=False,
        version_table="schema_version",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
