"""Statements that PostgreSQL understands once for each connection, and then only runs.

In general we do not want that (`assetreg.config.engine_options` says why). The few statements of a booking are found by
their keys whatever the values are, and understanding them takes as long as running them.
"""

from __future__ import annotations

from typing import Any

from psycopg import Cursor
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.interfaces import ExecutionContext

OPTION = "is_prepared"


@event.listens_for(Engine, "do_execute")
def execute_prepared(cursor: Cursor[Any], statement: str, parameters: Any, context: ExecutionContext | None) -> bool:
    """Run a statement that has the option as a prepared one. False: it has not, and is run as all others are."""
    if context is None or not context.execution_options.get(OPTION):
        return False
    connection = cursor.connection
    connection.prepare_threshold = 0
    try:
        cursor.execute(statement, parameters, prepare=True)
    finally:
        connection.prepare_threshold = None
    return True
