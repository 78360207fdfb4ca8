"""The rows that could not be taken, in a file beside the one that was read, so that nothing is lost.

The file has the same columns and the same separator, with the line and the reasons in front: correct the rows and
import it. It is written under another name first and appears whole.
"""

from __future__ import annotations

import csv
import filecmp
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from assetreg.actions.import_services.encodings import mend
from assetreg.actions.import_services.reading import Table
from assetreg.rules.importing.columns import PASSED_OVER, REJECTED_LINE, REJECTED_REASON, Problem, tidy
from assetreg.rules.spreadsheet import escape_row, unescape_cell


class RejectedFile:
    """FILE.rejected.csv for FILE.csv. Nothing is created before the first rejected row."""

    def __init__(self, path: Path) -> None:
        """`path` is the file that is imported."""
        self.source = path
        self.path = path.with_name(f"{path.stem}.rejected.csv")
        self._part = path.with_name(f"{self.path.name}.part")

    def open(self) -> TextIO:
        """The file to write to; with a mark by which spreadsheet programs know that it is UTF-8. Raises OSError."""
        file = self._part.open("w", encoding="utf-8-sig", newline="")
        shutil.copymode(self.source, self._part)  # whoever may not read the one may not read the other
        return file

    def keep(self) -> Path | None:
        """Give the file its name; None when nothing was rejected. Raises OSError.

        An earlier file of that name may hold corrections by hand: unless it is the same it gets a number and stays.
        """
        if not self._part.exists():
            return None
        if self.path.exists() and not filecmp.cmp(self.path, self._part, shallow=False):
            self.path.replace(self._free_name())
        os.replace(self._part, self.path)
        return self.path

    def discard(self) -> None:
        """Take away what was begun."""
        self._part.unlink(missing_ok=True)

    def _free_name(self) -> Path:
        number = 1
        while (name := self.path.with_name(f"{self.source.stem}.rejected.{number}.csv")).exists():
            number += 1
        return name


def copy_rejected(table: Table, rejected: Iterator[tuple[int, list[str]]], start: Callable[[], TextIO]) -> None:
    """Write the rows of a freshly opened table whose lines are rejected, each with its reasons. Both go by lines."""
    passed_over = {position for position, name in enumerate(table.header) if tidy(name) in PASSED_OVER}
    waiting = next(rejected, None)
    if waiting is None:
        return
    with start() as file:
        out = csv.writer(file, delimiter=table.separator, lineterminator="\r\n")
        out.writerow(escape_row([REJECTED_LINE, REJECTED_REASON, *without(table.header, passed_over)]))
        for raw in table.rows():
            if waiting is None:
                break
            if raw.line == waiting[0]:
                cells = [unescape_cell(mend(cell)) for cell in without(raw.cells, passed_over)]
                out.writerow(escape_row([str(raw.line), " ".join(waiting[1]), *cells]))
                waiting = next(rejected, None)


def without(cells: list[str], positions: set[int]) -> list[str]:
    """Cells without those at these positions."""
    return [cell for position, cell in enumerate(cells) if position not in positions]


def reason(problem: Problem) -> str:
    """A problem as it stands in the file."""
    return f"{problem.column}: {problem.sentence}" if problem.column else problem.sentence
