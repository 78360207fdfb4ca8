"""Migrations go up, down and up again, end where the models are, and are numbered without gaps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from assetreg.db import db
from migrations.comparing import is_ours
from tests.conftest import administrator, copy_database, drop_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def connection(worker_name: str) -> Iterator[Connection]:
    """A connection to an empty database of this test's own."""
    name = f"{worker_name}_migrations"
    engine = create_engine(copy_database("template0", name))
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    with administrator() as admin:
        drop_database(name, admin)


def migrate(connection: Connection, direction: str, revision: str, lock_timeout: str = "4s") -> None:
    """One migration command on this connection."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    config.attributes["lock_timeout"] = lock_timeout
    getattr(command, direction)(config, revision)
    connection.commit()


def leftovers(connection: Connection) -> list[str]:
    """What of ours is in the database: tables and functions that PostGIS did not bring."""
    rows = connection.execute(
        text(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
            " UNION ALL SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
    )
    return sorted(name for (name,) in rows if name != "schema_version")


def test_up_down_and_up_again(connection: Connection) -> None:
    migrate(connection, "upgrade", "head")
    first = leftovers(connection)
    migrate(connection, "downgrade", "base")
    assert leftovers(connection) == []
    migrate(connection, "upgrade", "head")
    assert leftovers(connection) == first
    assert len(first) > 20


def test_the_database_is_what_the_models_say(connection: Connection) -> None:
    migrate(connection, "upgrade", "head")
    context = MigrationContext.configure(connection, opts={"include_object": is_ours, "compare_type": True})
    assert compare_metadata(context, db.metadata) == []


def test_every_check_of_the_models_is_in_the_database(connection: Connection) -> None:
    migrate(connection, "upgrade", "head")
    found = {name for (name,) in connection.execute(text("SELECT conname FROM pg_constraint"))}
    wanted = {str(check.name) for table in db.metadata.tables.values() for check in table.constraints if check.name}
    assert wanted - found == set()


def test_numbers_have_no_gaps_and_the_head_file_is_right() -> None:
    names = sorted(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
    numbers = [int(re.match(r"(\d{4})_", name).group(1)) for name in names]  # type: ignore[union-attr]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (ROOT / "migrations" / "HEAD").read_text().strip() == names[-1]


def test_a_migration_does_not_queue_behind_a_busy_table(connection: Connection) -> None:
    migrate(connection, "upgrade", "0003_records")
    with connection.engine.connect() as busy:
        busy.execute(text("LOCK TABLE area IN SHARE MODE"))
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate(connection, "upgrade", "head", lock_timeout="50ms")
