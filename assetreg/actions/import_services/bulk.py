"""Many rows of one table in one statement: what makes an import of thousands of rows a matter of seconds.

Rows travel as one JSON text and become a set in the database (`jsonb_to_recordset`), so that every column keeps its
type, lists and points included. Ids are drawn beforehand, so that rows of several tables can refer to each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """That many fresh ids of a table."""
    if count == 0:
        return []
    drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(connection.scalars(drawn, {"table": table.name, "count": count}))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that all have the same columns. Columns that are left out get the database's default."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    source = recordset(table, columns)
    statement = f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {source}"  # noqa: S608  (our own names)
    connection.execute(text(statement), {"rows": as_json(rows)})


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of rows by their id. Every row must have the same columns, `id` among them."""
    if not rows:
        return
    columns = [column for column in rows[0] if column != "id"]
    settings = ", ".join(f'"{column}" = incoming."{column}"' for column in columns)
    statement = (
        f"UPDATE {table.name} SET {settings} FROM {recordset(table, ['id', *columns])}"  # noqa: S608  (our own names)
        f" WHERE {table.name}.id = incoming.id"
    )
    connection.execute(text(statement), {"rows": as_json(rows)})


def delete_rows(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Remove rows by their id."""
    if ids:
        connection.execute(text(f"DELETE FROM {table.name} WHERE id = ANY(:ids)"), {"ids": list(ids)})  # noqa: S608


def recordset(table: Table, columns: Sequence[str]) -> str:
    """SQL for the rows of the parameter :rows as a set with this table's types."""
    types = ", ".join(f'"{column}" {type_of(table, column)}' for column in columns)
    return f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS incoming ({types})"


def type_of(table: Table, column: str) -> str:
    """A column's type as PostgreSQL writes it."""
    return str(table.columns[column].type.compile(_DIALECT))


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as JSON; dates, times and ids as text."""
    return json.dumps(rows, default=str, ensure_ascii=False)
