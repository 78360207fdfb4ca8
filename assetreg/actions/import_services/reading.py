"""A CSV file as rows with the line each begins on, whatever its encoding, its separator and its mistakes."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from assetreg.actions.import_services.encodings import Encoding, UnreadableFile, find_encoding, mend
from assetreg.rules.importing.columns import tidy
from assetreg.rules.spreadsheet import unescape_cell

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
MOST_LINES = 500  # of one row: a quotation mark that stays open longer than this was never meant to
_BYTES_OF_HEAD = 1 << 16


class _NeverClosed(Exception):
    """A quotation mark was opened and not closed."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file. `damage` is a sentence when its cells cannot be told apart for certain."""

    line: int
    cells: list[str]
    damage: str = ""


class _Lines(Iterator[str]):
    """Physical lines; those of the row being read are kept, so that reading can go back to the second of them."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source, self.number = source, 0
        self.record: list[str] = []
        self.again: deque[str] = deque()

    def __next__(self) -> str:
        if len(self.record) >= MOST_LINES:
            raise _NeverClosed
        if self.again:
            line = self.again.popleft()
        else:
            try:
                line = next(self.source)
            except StopIteration:
                if self.record:
                    raise _NeverClosed from None
                raise
        self.record.append(line)
        self.number += 1
        return line

    def go_back(self) -> str:
        """Begin again after the first line of the present row; returns that line."""
        first = self.record[0]
        self.again.extendleft(reversed(self.record[1:]))
        self.number -= len(self.record) - 1
        return first


class Table:
    """One CSV file. Iterate over `rows`; the file stays open and can be read again by a new Table."""

    def __init__(self, file: BinaryIO, known: Collection[str], encoding: Encoding | None = None) -> None:
        """Find the encoding, the separator and the first row. Raises UnreadableFile."""
        self.encoding = encoding or find_encoding(file)
        self.file = file
        head = self._head()
        is_told = head[:5].lower().startswith("sep=")  # a line that Excel writes and reads: "sep=;"
        self.separator = head[4] if is_told and head[4] in SEPARATORS else find_separator(head, known)
        file.seek(0)
        self._text = io.TextIOWrapper(file, self.encoding.codec, self.encoding.errors, newline="")
        self._lines = _Lines(iter(self._text))
        if is_told:
            next(self._lines)
        self.width = 0
        self.header = self._first_row()
        self.width = len(self.header)

    def _head(self) -> str:
        self.file.seek(0)
        data = self.file.read(_BYTES_OF_HEAD)
        text = data.decode(self.encoding.codec, "ignore" if self.encoding.errors == "strict" else self.encoding.errors)
        self.file.seek(0)
        return text.removeprefix("\ufeff")

    def _first_row(self) -> list[str]:
        for raw in self.rows():
            if raw.damage:
                raise UnreadableFile(f"The first line cannot be read. {raw.damage}")
            names = [unescape_cell(mend(name).removeprefix("\ufeff")) for name in raw.cells]
            while names and not names[-1].strip():
                names.pop()
            return names
        raise UnreadableFile("The file is empty.")

    def rows(self) -> Iterator[RawRow]:
        """Every row that is not empty, in order. Lines are counted as an editor shows them, the first is 1."""
        lines = self._lines
        reader = csv.reader(lines, delimiter=self.separator)
        while True:
            lines.record = []
            start = lines.number + 1
            try:
                cells = next(reader)
                if self.width and len(lines.record) > 1 and not self.is_whole(cells):
                    # Rather a quotation mark too many than a row over several lines: go on from the next line.
                    raise _NeverClosed
            except StopIteration:
                return
            except (_NeverClosed, csv.Error) as error:
                first = lines.go_back()
                reader = csv.reader(lines, delimiter=self.separator)
                yield RawRow(start, self.split_plainly(first), self.why_damaged(error))
                continue
            if any(cell.strip() for cell in cells):
                yield RawRow(start, cells, "" if not self.width else self.why_ragged(cells))

    def is_whole(self, cells: list[str]) -> bool:
        """Whether a row has one cell for each column; empty cells at the end do not count."""
        return len(cells) >= self.width and not any(cell.strip() for cell in cells[self.width :])

    def why_ragged(self, cells: list[str]) -> str:
        """What is wrong with the number of cells, or nothing."""
        if self.is_whole(cells):
            return ""
        return (
            f"This row has {len(cells)} cells, but the first line has {self.width}. "
            f"A cell with a {SEPARATORS[self.separator]} or a line end in it needs quotation marks around it."
        )

    def why_damaged(self, error: Exception) -> str:
        """Why a row could not be taken apart."""
        if isinstance(error, csv.Error) and "limit" in str(error):
            return "A cell of this row is too long. Check its quotation marks."
        return "A quotation mark opens in this row and does not close. Add the missing one or remove it."

    def split_plainly(self, line: str) -> list[str]:
        """A line taken apart at every separator, whatever its quotation marks say."""
        return line.rstrip("\r\n").split(self.separator)

    def position(self) -> int:
        """How many bytes have been read, for a progress bar."""
        return self.file.tell()

    def close(self) -> None:
        """Let go of the file without closing it."""
        self._text.detach()


def find_separator(head: str, known: Collection[str]) -> str:
    """The separator under which the first row has the most columns that we know, or else the most columns."""
    names = {tidy(name) for name in known}
    best, best_score = ",", (0, 1)
    for separator in SEPARATORS:
        try:
            cells = next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
        except csv.Error:
            continue
        score = (sum(tidy(cell) in names for cell in cells), len(cells))
        if score > best_score:
            best, best_score = separator, score
    return best
