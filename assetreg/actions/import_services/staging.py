"""Where rows wait while the file is being read: two temporary tables that end with the transaction.

Rows of one service may stand anywhere in a file, so nothing can be saved before all of it was read; 200,000 rows do not
belong into memory. Temporary tables are seen by this session alone and are not logged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from assetreg.rules.importing.columns import Problem

MOST_WAITING = 1000

CREATE = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS import_row ("
    " line int, group_key text, natural_key text, has_id boolean, service_id bigint, packed text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE IF NOT EXISTS import_problem ("
    " line int, position int GENERATED ALWAYS AS IDENTITY, said_in text, sentence text,"
    " is_rejected boolean) ON COMMIT DROP",
    "TRUNCATE import_row, import_problem",
)
ADD_ROWS = "COPY import_row (line, group_key, natural_key, has_id, service_id, packed) FROM STDIN"
ADD_PROBLEMS = text(
    "INSERT INTO import_problem (line, said_in, sentence, is_rejected) SELECT *, :is_rejected"
    " FROM unnest(CAST(:lines AS int[]), CAST(:columns AS text[]), CAST(:sentences AS text[]))"
)
# One service is one group, in the order of first lines. A row that was rejected stands in its group without content.
GROUPS = text(
    "SELECT line, group_key, natural_key, has_id, service_id, packed FROM import_row"
    " ORDER BY min(line) OVER (PARTITION BY group_key), group_key, line"
)
REJECTED = text("SELECT count(DISTINCT line) FROM import_problem WHERE is_rejected")
PROBLEMS = text("SELECT line, said_in, sentence, is_rejected FROM import_problem ORDER BY line, position")

# Two groups that are the same service by organisation, name and postcode. With a source, ids keep services apart, and
# only a row without one is in doubt; without a source ids are not stored, so that nothing would keep them apart.
DOUBLES_WITH_SOURCE = text(
    "SELECT row.line, min(other.line) FROM import_row AS row"
    " JOIN import_row AS other ON other.natural_key = row.natural_key AND other.has_id AND other.packed IS NOT NULL"
    " WHERE NOT row.has_id AND row.packed IS NOT NULL GROUP BY row.line"
)
DOUBLES_WITHOUT_SOURCE = text(
    "SELECT row.line, first.line FROM import_row AS row JOIN"
    " (SELECT DISTINCT ON (natural_key) natural_key, group_key, line FROM import_row WHERE packed IS NOT NULL"
    "  ORDER BY natural_key, line) AS first USING (natural_key)"
    " WHERE row.packed IS NOT NULL AND row.group_key <> first.group_key"
)


class Staged(NamedTuple):
    """One waiting row. `packed` is None when the row was rejected."""

    line: int
    group_key: str
    natural_key: str
    has_id: bool
    service_id: int | None
    packed: str | None


class Teller:
    """Puts problems down a thousand at a time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.waiting: list[tuple[int, Problem]] = []

    def __call__(self, line: int, problem: Problem) -> None:
        """This line cannot be taken, and why."""
        self.waiting.append((line, problem))
        if len(self.waiting) >= MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        """Put down what waits."""
        add_problems(self.connection, self.waiting)
        self.waiting = []


def begin(connection: Connection) -> None:
    """Make room, empty."""
    for statement in CREATE:
        connection.execute(text(statement))


def add_rows(connection: Connection, rows: Sequence[Staged]) -> None:
    """Put rows down."""
    if rows:
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(ADD_ROWS) as copy:
            for row in rows:
                copy.write_row(row)


def add_notes(connection: Connection, notes: Sequence[tuple[int, Problem]]) -> None:
    """Put down what is to be said of lines that were taken."""
    add_problems(connection, notes, is_rejected=False)


def add_problems(connection: Connection, problems: Sequence[tuple[int, Problem]], is_rejected: bool = True) -> None:
    """Put down why lines cannot be taken."""
    if problems:
        connection.execute(
            ADD_PROBLEMS,
            {
                "lines": [line for line, _ in problems],
                "columns": [problem.column for _, problem in problems],
                "sentences": [problem.sentence for _, problem in problems],
                "is_rejected": is_rejected,
            },
        )


def reject_doubles(connection: Connection, has_source: bool) -> None:
    """Reject rows that are the same service as an earlier one although their ids say otherwise."""
    connection.execute(text("ANALYZE import_row"))
    doubles = list(connection.execute(DOUBLES_WITH_SOURCE if has_source else DOUBLES_WITHOUT_SOURCE))
    advice = (
        "Give this row the id of that one, or take it out."
        if has_source
        else "Import the file with --source NAME so that ids keep them apart, or take one of them out."
    )
    problems = [
        (line, Problem("id", f"Line {other} has the same organisation, name and postcode, but another id. {advice}"))
        for line, other in doubles
    ]
    add_problems(connection, problems)
    connection.execute(
        text("UPDATE import_row SET packed = NULL WHERE line = ANY(:lines)"), {"lines": [line for line, _ in doubles]}
    )


def list_groups(connection: Connection) -> Iterator[Iterator[Staged]]:
    """The rows of each service together, in the order of the file; read bit by bit."""
    streamed = connection.execute(GROUPS.execution_options(stream_results=True, yield_per=2000))
    for _, group in groupby(map(Staged._make, streamed), key=attrgetter("group_key")):
        yield group


def list_problems(connection: Connection) -> Iterator[tuple[int, Problem, bool]]:
    """Everything that was put down, in the order of the file, and whether the row was rejected; read bit by bit."""
    streamed = connection.execute(PROBLEMS.execution_options(stream_results=True, yield_per=2000))
    for line, column, sentence, is_rejected in streamed:
        yield line, Problem(column, sentence), is_rejected


def count_rejected(connection: Connection) -> int:
    """How many rows were rejected."""
    return int(connection.scalar(REJECTED) or 0)
