"""Import spreadsheets: services, with what was wrong on the screen and the rejected rows in a file."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from assetreg.actions.import_services import (
    AnotherImport,
    Options,
    RejectedFile,
    Report,
    Said,
    UnreadableFile,
    import_services,
)
from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.rules.importing.mapping import BadMap, Map, read_map

SOME_REJECTED, UNREADABLE = 1, 2
MAPS = Path(__file__).resolve().parents[1] / "data" / "maps"
PLACES = (
    ("placed", "in a ward"),
    ("approximate", "in a ward by the middle of their postcode area, not exactly"),
    ("outside", "outside the city, and kept"),
    ("needs_location", "kept, and waiting for a location"),
    ("withheld", "at a private place, of which no address is kept"),
    ("nowhere", "without a place: for an area, online or by telephone"),
)


@click.group("import")
def import_() -> None:
    """Spreadsheets of services."""


@import_.command("services")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help="Whose list this is; with ids, reading it again updates its services.")
@click.option("--map", "map_file", metavar="FILE.toml", help="How the list's columns become ours (docs/import.md).")
@click.option("--dry-run", is_flag=True, help="Check everything and say what would happen; write nothing.")
def services(file: Path, source: str | None, map_file: str | None, dry_run: bool) -> None:
    """Import services from FILE, a CSV as docs/import.md describes it.

    Good rows are saved; rejected rows are kept in FILE.rejected.csv with the reasons. Ends with 0 when every row was
    taken, 1 when some were rejected, 2 when the file cannot be read.
    """
    rejected = RejectedFile(file)
    try:
        mapping = find_map(map_file) if map_file else None
        options = Options(file.name, source.strip() if source else None, mapping, dry_run)
        set_actor(db.session(), f"import: {options.source or (mapping.source if mapping else '') or file.name}")
        with file.open("rb") as opened, progress_bars(file) as progress, collecting_seldom():
            report = import_services(opened, options, problems_on_screen, rejected.open, progress)
        kept = None
        if dry_run:
            db.session.rollback()
        else:
            kept = rejected.keep()  # before the commit: rows that are not saved are then never without their file
            db.session.commit()
    except (UnreadableFile, BadMap, AnotherImport, OSError) as error:
        db.session.rollback()
        rejected.discard()
        click.echo(why_not(error, file), err=True)
        sys.exit(UNREADABLE)
    except BaseException:
        db.session.rollback()
        rejected.discard()
        raise
    say(report, kept, rejected.path)
    sys.exit(SOME_REJECTED if report.rows_rejected else 0)


def find_map(name: str) -> Map:
    """A mapping file by its path, or one that comes with the product by its name. Raises BadMap and OSError."""
    path = Path(name)
    ours = MAPS / f"{path.name.removesuffix('.toml')}.toml"
    if not path.exists() and path.name == name and ours.exists():
        path = ours
    try:
        return read_map(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise BadMap(f"The mapping file {path.name} is not a UTF-8 text.") from None
    except BadMap as error:
        raise BadMap(f"The mapping file {path.name} cannot be used. {error}") from None


def why_not(error: Exception, file: Path) -> str:
    """One sentence for a file that was not imported."""
    if isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename else file.name
        return f"{name} cannot be opened or written: {error.strerror}. Nothing was imported."
    if isinstance(error, UnreadableFile):
        return f"{file.name} cannot be read. {error} Nothing was imported."
    return f"{error} Nothing was imported."


def problems_on_screen(said: Said) -> None:
    """One line for each problem."""
    where = f"Line {said.line}, {said.column}" if said.column else f"Line {said.line}"
    click.echo(f"{where}: {said.sentence}" + ("" if said.is_rejected else " (kept)"))


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for rings of dead objects a hundred times less often: an import makes millions of objects, but no rings."""
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] * 100, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def progress_bars(file: Path) -> Iterator[Callable[[str, int], None]]:
    """One bar for reading and saving on a terminal, nothing elsewhere."""
    is_shown = sys.stderr.isatty()
    size = file.stat().st_size
    with click.progressbar(length=size, label="Reading", file=sys.stderr, hidden=not is_shown) as bar:

        def advance(stage: str, done: int) -> None:
            if stage == "read":
                bar.update(min(done, size) - bar.pos)
            elif is_shown:
                click.echo(f"\rSaving: {done:,} rows looked at  ", nl=False, err=True)

        yield advance
    if is_shown:
        click.echo(err=True)


def say(report: Report, kept: Path | None, rejected_path: Path) -> None:
    """What came of it."""
    click.echo(f"{report.encoding}, {report.separator} separated.")
    for note in report.notes:
        click.echo(note)
    if report.unknown_columns:
        click.echo(f"Columns that mean nothing to us, passed over: {', '.join(report.unknown_columns)}.")
    if report.is_dry_run:
        click.echo("This was a dry run: nothing was written. An import would do this:")
    counts = report.services
    if not report.rows_read:
        click.echo("There are no rows under the first line.")
    click.echo(
        f"Rows: {report.rows_read:,} read, {report.rows_rejected:,} rejected. "
        f"Services: {counts.added:,} added, {counts.changed:,} changed, {counts.unchanged:,} as before."
    )
    for place, words in PLACES:
        if counts.places[place]:
            click.echo(f"  {counts.places[place]:,} {words}")
    if kept is not None:
        click.echo(f"The rejected rows and the reasons are in {kept.name}. Correct them there and import that file.")
    elif rejected_path.exists():
        click.echo(f"{rejected_path.name} is from an earlier import.")
