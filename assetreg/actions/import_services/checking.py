"""Read every row of a file, check each on its own, and put the good ones down to wait."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assetreg.actions.import_services import staging
from assetreg.actions.import_services.encodings import UnreadableFile, mend
from assetreg.actions.import_services.placing import Placer
from assetreg.actions.import_services.reading import RawRow, Table
from assetreg.actions.import_services.run import Run
from assetreg.actions.import_services.staging import Staged
from assetreg.rules.importing.cells import shown
from assetreg.rules.importing.columns import COLUMNS, HeaderError, Problem, read_header, why_not_contract
from assetreg.rules.importing.mapping import Map
from assetreg.rules.importing.row import Known, Row, read_row
from assetreg.rules.spreadsheet import unescape_cell

BATCH = 1000  # rows placed together
_BAD_BYTES = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True)
class Columns:
    """The columns of a file: where each one that is read stands, which of ours come of them, which are passed over."""

    positions: dict[str, int]
    ours: frozenset[str]
    unknown: tuple[str, ...]
    mapping: Map | None

    def origin(self, column: str) -> str:
        """A column of ours by the name it has in this file."""
        return self.mapping.origin(column) if self.mapping and column in self.ours else column


def read_columns(table: Table, mapping: Map | None) -> Columns:
    """Understand the first line. Raises UnreadableFile when rows under it cannot be read."""
    try:
        if mapping is not None:
            header = read_header(table.header, mapping.their_columns, wanted=mapping.their_columns)
            return Columns(header.positions, mapping.our_columns, header.unknown, mapping)
        header = read_header(table.header, COLUMNS)
    except HeaderError as error:
        raise UnreadableFile(str(error)) from None
    why_not = why_not_contract(header)
    if why_not is not None:
        raise UnreadableFile(why_not)
    return Columns(header.positions, frozenset(header.positions), header.unknown, None)


class Checker:
    """Checks the rows of one import."""

    def __init__(self, run: Run, columns: Columns, known: Known) -> None:
        self.run, self.columns, self.known = run, columns, known
        self.placer = Placer(run.connection, run.source, run.salt)
        self.may_be_bad = False
        self.rows: list[Row] = []
        self.rejected: list[Staged] = []
        self.problems: list[tuple[int, Problem]] = []

    def read(self, table: Table, progress: Callable[[], None]) -> int:
        """Read all rows; returns how many there were."""
        self.may_be_bad = table.encoding.errors != "strict"
        count = 0
        for raw in table.rows():
            count += 1
            self.check(raw)
            if len(self.rows) + len(self.rejected) >= BATCH or len(self.problems) >= BATCH:
                self.put_down()
                progress()
        self.put_down()
        progress()
        return count

    def check(self, raw: RawRow) -> None:
        """One row: good ones wait to be placed, the others are put down with their problems."""
        cells, damage = raw.cells, raw.damage
        bad = next((cell for cell in cells if _BAD_BYTES.search(cell)), None) if self.may_be_bad else None
        if bad is not None and not damage:
            damage = (
                "This row has characters that are not UTF-8 like the rest of the file. Type them again; perhaps "
                f"{shown(mend(bad))} is meant."
            )
        if damage:
            self.problems.append((raw.line, Problem("", damage)))
            return
        stated = {name: unescape_cell(cells[position]) for name, position in self.columns.positions.items()}
        mapping = self.columns.mapping
        row, problems = read_row(raw.line, mapping.apply(stated) if mapping else stated, self.known)
        if not problems:
            self.rows.append(row)
            return
        self.problems.extend((raw.line, problem) for problem in problems)
        if row.source_id:  # its service is not whole
            self.rejected.append(Staged(raw.line, f"id {row.source_id}", "", True, None, None))

    def put_down(self) -> None:
        """Place the rows that wait, and put everything down."""
        staged, problems = self.placer.place(self.rows)
        staging.add_rows(self.run.connection, [*staged, *self.rejected])
        staging.add_problems(self.run.connection, [*self.problems, *problems])
        staging.add_notes(self.run.connection, self.placer.notes(self.rows))
        self.rows, self.rejected, self.problems = [], [], []
