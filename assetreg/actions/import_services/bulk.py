"""Many rows of one table at once: what makes an import of thousands of rows a matter of seconds.

New rows go in by COPY. Changed rows travel as one JSON text and become a set in the database (`jsonb_to_recordset`).
Either way every column keeps its type, lists and points included. Ids are drawn beforehand, so that rows of several
tables can refer to each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def next_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """That many fresh ids of a table."""
    drawn = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
    return list(connection.scalars(drawn, {"table": table.name, "count": count}))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that all have the same columns. Columns that are left out get the database's default."""
    if not rows:
        return
    columns = list(rows[0])
    names = ", ".join(f'"{column}"' for column in columns)
    composed = [column for column in columns if isinstance(table.columns[column].type, ARRAY | JSONB)]
    cursor: Any = connection.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            values = {**row, **{column: as_copied(row[column]) for column in composed}} if composed else row
            copy.write_row([values[column] for column in columns])


def update_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of rows by their id. Every row must have the same columns, `id` among them."""
    if not rows:
        return
    columns = [column for column in rows[0] if column != "id"]
    settings = ", ".join(f'"{column}" = incoming."{column}"' for column in columns)
    types = ", ".join(f'"{column}" {type_of(table, column)}' for column in ["id", *columns])
    statement = (
        f"UPDATE {table.name} SET {settings}"  # noqa: S608  (our own names)
        f" FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS incoming ({types}) WHERE {table.name}.id = incoming.id"
    )
    connection.execute(text(statement), {"rows": json.dumps(rows, ensure_ascii=False)})


def delete_rows(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Remove rows by their id."""
    if ids:
        connection.execute(text(f"DELETE FROM {table.name} WHERE id = ANY(:ids)"), {"ids": list(ids)})  # noqa: S608


def type_of(table: Table, column: str) -> str:
    """A column's type as PostgreSQL writes it."""
    return str(table.columns[column].type.compile(_DIALECT))


def as_copied(value: Any) -> Any:
    """A list or a mapping as COPY reads it: an array literal, or JSON."""
    if isinstance(value, list):
        quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
        return "{" + ",".join(f'"{one}"' for one in quoted) + "}"
    return json.dumps(value, ensure_ascii=False)
