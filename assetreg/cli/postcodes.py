"""Postcodes: load where they are."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from assetreg.actions.postcode_files import BadRow, PostcodesUnreadable, find_tables
from assetreg.actions.postcodes import PostcodesLoaded, load_postcodes, stage_postcodes
from assetreg.audit import set_actor
from assetreg.db import db

SOME_REJECTED, UNREADABLE = 1, 2
REJECTED_COLUMNS = ("rejected_file", "rejected_line", "rejected_column", "rejected_reason")
SHOWN = 10  # bad rows on the screen; all of them are in the file


class Rejects:
    """Keeps bad rows in FILE.rejected.csv, made when the first comes, and the first few for the screen.

    Its own columns come first and the row's after them under their names, so that the file can be mended and loaded.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is written yet."""
        self.path = path
        self.first: list[BadRow] = []
        self._file: Any = None
        self._writer: Any = None

    def add(self, row: BadRow) -> None:
        """Keep one row with the reason."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow([*REJECTED_COLUMNS, *row.columns])
        self._writer.writerow([row.table, row.line, row.column, row.reason, *row.cells])
        if len(self.first) < SHOWN:
            self.first.append(row)

    def close(self) -> None:
        """Finish the file; one from an earlier load, which would mislead, goes when nothing was rejected now."""
        if self._file is not None:
            self._file.close()
        else:
            self.path.unlink(missing_ok=True)


@click.group("postcodes")
def postcodes() -> None:
    """Where postcodes are."""


@postcodes.command("load")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--replace", is_flag=True, help="Forget postcodes that are not in the files.")
@click.option("--with-terminated", is_flag=True, help="Take postcodes that are no longer in use too.")
def load(files: tuple[Path, ...], replace: bool, with_terminated: bool) -> None:
    """Load postcodes from FILE: Code-Point Open or the ONS Postcode Directory, as CSV, folder or zip.

    Ends with 0 when every row was taken, 1 when some were rejected (kept in FILE.rejected.csv), 2 when a file cannot
    be read.
    """
    set_actor(db.session(), "command: postcodes load")
    rejects = Rejects(files[0].with_name(f"{files[0].stem}.rejected.csv"))
    try:
        tables = find_tables(files)
        with _progress(sum(table.size for table in tables)) as progress:
            staged = stage_postcodes(tables, rejects.add, progress, with_terminated=with_terminated)
        click.echo(f"{staged.copied:,} postcodes read; saving them and finding their wards.")
        loaded = load_postcodes(staged, is_replacing=replace)
        db.session.commit()
    except PostcodesUnreadable as error:
        db.session.rollback()
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    finally:
        rejects.close()
    _tell(loaded)
    if loaded.rejected:
        for row in rejects.first:
            click.echo(f"  {row.table}, line {row.line}, {row.column}: {row.reason}", err=True)
        click.echo(f"  {loaded.rejected:,} rows were rejected and are kept in {rejects.path}.", err=True)
        sys.exit(SOME_REJECTED)


@contextmanager
def _progress(length: int) -> Iterator[Any]:
    """A bar on a terminal, nothing elsewhere."""
    with click.progressbar(
        length=length, label="Reading postcodes", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update


def _tell(loaded: PostcodesLoaded) -> None:
    click.echo(
        f"{loaded.read:,} rows: {loaded.added:,} postcodes added, {loaded.changed:,} changed, "
        f"{loaded.unchanged:,} as before, {loaded.removed:,} removed."
    )
    for count, what in (
        (loaded.without_coordinates, "without a place on the map, left out"),
        (loaded.terminated, "no longer in use, left out"),
        (loaded.repeated, "given more than once, the last one taken"),
    ):
        if count:
            click.echo(f"  {count:,} {what}.")
    click.echo(f"  {loaded.in_wards:,} postcodes lie in a ward.")
    click.echo(
        f"  Locations: {loaded.locations_found:,} placed by their postcode, {loaded.locations_waiting:,} still wait."
    )
