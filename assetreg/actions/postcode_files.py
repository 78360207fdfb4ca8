"""Read tables of postcodes, row by row: plain CSV files, folders of them, and zips, as the publishers give them out."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assetreg.rules.postcode_layouts import NO_COORDINATES, Layout, layout_of
from geo.points import degrees_of, is_in_great_britain
from geo.postcodes import Postcode

ROWS_AT_ONCE = 20_000
_NOT_DATA = ("doc", "docs", "documents", "user guide", "multi_csv", "__macosx")  # folders in publishers' zips


class PostcodesUnreadable(Exception):
    """No table of postcodes can be read from this file; the message says why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class PostcodeTable:
    """One table: the file it is in, and its name inside when the file is a zip."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        return self.path.name if self.member is None else f"{self.path.name}/{self.member}"

    @property
    def size(self) -> int:
        """Bytes of text, for the progress bar."""
        if self.member is None:
            return self.path.stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be used: where it is, which column is wrong and why, and the row under its columns."""

    table: str
    line: int
    column: str
    reason: str
    columns: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(slots=True)
class PostcodeRows:
    """Some good rows: postcodes in compact form, and where they are in WGS84 degrees."""

    codes: list[str] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Tally:
    """What was met while reading."""

    read: int = 0
    without_coordinates: int = 0
    terminated: int = 0
    rejected: int = 0


def find_tables(paths: Iterable[Path]) -> list[PostcodeTable]:
    """Every table in these files, folders and zips; PostcodesUnreadable when one of them holds none."""
    found: list[PostcodeTable] = []
    for path in paths:
        try:
            here = _tables_in(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise PostcodesUnreadable(f"{path.name} is damaged or cut short ({error}). Download it again.") from error
        usable = [table for table in here if _layout(table) is not None]
        if not usable:
            raise PostcodesUnreadable(_why_none(path, here))
        found += usable
    return found


def read_tables(
    tables: Iterable[PostcodeTable],
    tally: Tally,
    reject: Callable[[BadRow], None],
    progress: Callable[[int], None],
    *,
    with_terminated: bool = False,
) -> Iterator[PostcodeRows]:
    """The good rows of all tables, some at a time; counts go into `tally`, bad rows to `reject`, bytes to `progress`.

    Postcodes without coordinates, of no place on the map, and terminated ones (unless asked for) are counted and left
    out. PostcodesUnreadable when a table turns out to be damaged half way.
    """
    for table in tables:
        layout = _layout(table)
        if layout is None:
            continue
        sorting = _Sorting(table, layout, tally, reject, with_terminated)
        with _lines(table) as lines:
            reader = csv.reader(_counted(lines, progress))
            if layout.has_header:
                next(reader, None)
            try:
                for cells in reader:
                    if cells:
                        sorting.take(cells, reader.line_num)
                    if len(sorting.codes) >= ROWS_AT_ONCE:
                        yield sorting.hand_over()
            except (csv.Error, zipfile.BadZipFile, zlib.error, OSError) as error:
                raise PostcodesUnreadable(
                    f"{table.name} is damaged near line {reader.line_num} ({error}). Download it again."
                ) from error
            yield sorting.hand_over()


@dataclass(slots=True)
class _Sorting:
    """Sorts the rows of one table into left out, bad and good; the good ones wait until they are handed over."""

    table: PostcodeTable
    layout: Layout
    tally: Tally
    reject: Callable[[BadRow], None]
    with_terminated: bool
    codes: list[str] = field(default_factory=list)
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def take(self, cells: list[str], line: int) -> None:
        """Sort one row."""
        layout = self.layout
        self.tally.read += 1
        column = layout.postcode
        try:
            if len(cells) <= layout.last:
                raise ValueError(f"The row has {len(cells)} cells, and needs {len(layout.columns)}.")
            postcode = Postcode.parse(cells[column])
            if layout.terminated is not None and cells[layout.terminated].strip() and not self.with_terminated:
                self.tally.terminated += 1
                return
            if not postcode.is_on_the_map or (layout.quality is not None and cells[layout.quality] in NO_COORDINATES):
                self.tally.without_coordinates += 1
                return
            column = layout.x
            x = _number(cells[column])
            column = layout.y
            y = _number(cells[column])
        except ValueError as error:
            self.refuse(cells, line, layout.columns[column], str(error))
            return
        if (x, y) == (0.0, 0.0) or (not layout.is_grid and y > 90):  # the publishers' marks for "not known"
            self.tally.without_coordinates += 1
            return
        self.codes.append(postcode.compact)
        self.x.append(x)
        self.y.append(y)
        self.rows.append((line, cells))

    def refuse(self, cells: list[str], line: int, column: str, reason: str) -> None:
        """Count a bad row and pass it on."""
        self.tally.rejected += 1
        self.reject(BadRow(self.table.name, line, column, reason, self.layout.columns, tuple(cells)))

    def hand_over(self) -> PostcodeRows:
        """The waiting rows in degrees, those outside the country (in the sea, swapped, garbled) refused."""
        layout = self.layout
        x, y = np.array(self.x), np.array(self.y)
        lat, lon = degrees_of(x, y) if layout.is_grid else (y, x)
        is_right = is_in_great_britain(lat, lon)
        for number in np.flatnonzero(~is_right).tolist():
            line, cells = self.rows[number]
            reason = f"{self.x[number]:g}, {self.y[number]:g} is not a place in the United Kingdom."
            self.refuse(cells, line, f"{layout.columns[layout.x]}, {layout.columns[layout.y]}", reason)
        codes = [code for code, right in zip(self.codes, is_right.tolist(), strict=True) if right]
        self.codes, self.x, self.y, self.rows = [], [], [], []
        return PostcodeRows(codes, lat[is_right].round(6).tolist(), lon[is_right].round(6).tolist())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"“{text[:40]}” is not a number.") from None


def _tables_in(path: Path) -> list[PostcodeTable]:
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".csv")
        return [PostcodeTable(file) for file in files if _may_be_data(str(file.relative_to(path)))]
    if not path.exists():
        raise PostcodesUnreadable(f"There is no file {path}. Check the name and the folder.")
    if zipfile.is_zipfile(path) and path.suffix.lower() != ".csv":
        with zipfile.ZipFile(path) as archive:
            names = sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
        return [PostcodeTable(path, name) for name in names if _may_be_data(name)]
    return [PostcodeTable(path)]


def _may_be_data(name: str) -> bool:
    """Not a publisher's documentation, nor the same rows once more in small files."""
    *folders, file = name.replace("\\", "/").lower().split("/")
    return not any(folder in _NOT_DATA for folder in folders) and "header" not in file and ".rejected." not in file


@contextmanager
def _lines(table: PostcodeTable) -> Iterator[io.TextIOBase]:
    """The table's text. Bytes that are not UTF-8 become marks, so that only their row is bad."""
    if table.member is None:
        with table.path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            yield lines
    else:
        with (
            zipfile.ZipFile(table.path) as archive,
            archive.open(table.member) as member,
            io.TextIOWrapper(member, encoding="utf-8-sig", errors="replace", newline="") as lines,
        ):
            yield lines


def _counted(lines: io.TextIOBase, progress: Callable[[int], None]) -> Iterator[str]:
    """The lines, telling `progress` now and then how much went by."""
    passed = 0
    for line in lines:
        passed += len(line)
        if passed > 1_000_000:
            progress(passed)
            passed = 0
        yield line
    progress(passed)


def _layout(table: PostcodeTable) -> Layout | None:
    return layout_of(_first_row(table))


def _first_row(table: PostcodeTable) -> list[str]:
    try:
        with _lines(table) as lines:
            return next(csv.reader([lines.readline(100_000)]), [])
    except (csv.Error, OSError, zipfile.BadZipFile):
        return []


def _why_none(path: Path, tables: list[PostcodeTable]) -> str:
    """What to do about a file without a table of postcodes."""
    wanted = "Give Code-Point Open or the ONS Postcode Directory as CSV, or their zip or folder."
    if not tables:
        return f"{path.name} holds no CSV file. {wanted}"
    first = [cell.strip()[:30] for cell in _first_row(tables[0])[:12]]
    if not any(first):
        return f"{tables[0].name} is empty. {wanted}"
    shown = ", ".join(cell.encode("ascii", "replace").decode() for cell in first)
    return (
        f"{tables[0].name} is not a table of postcodes: it needs a column for the postcode and two for where it is "
        f"(latitude and longitude, or easting and northing). It begins with: {shown}. {wanted}"
    )
