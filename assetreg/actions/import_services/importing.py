"""One import from the first byte to the last count."""

from __future__ import annotations

import secrets
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from shutil import copyfileobj
from typing import BinaryIO, TextIO, cast

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from assetreg import clock
from assetreg.actions.import_services import staging
from assetreg.actions.import_services.checking import Checker, read_columns
from assetreg.actions.import_services.deciding import Counts, Decider
from assetreg.actions.import_services.known import Names, read_known
from assetreg.actions.import_services.merging import Wanted, merge
from assetreg.actions.import_services.reading import SEPARATORS, Table
from assetreg.actions.import_services.rejecting import copy_rejected, reason
from assetreg.actions.import_services.run import Run
from assetreg.actions.import_services.writing import Ids, write
from assetreg.db import db
from assetreg.models import ImportRun, Source
from assetreg.rules.importing.columns import COLUMNS, Problem
from assetreg.rules.importing.mapping import Map

BATCH = 500  # services decided and written together
NO_WARDS = "No wards are loaded, so no place can be in one. They find their wards once you load them (areas load)."
ONE_AT_A_TIME = 4_250_915  # any number, the same in every process: the advisory lock of imports


class AnotherImport(Exception):
    """Two imports at once could both add the same new service."""


@dataclass(frozen=True)
class Options:
    """How to import. `source` names the list the ids are of; a mapping file may name it too, and the option wins."""

    file_name: str
    source: str | None = None
    mapping: Map | None = None
    is_dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One thing to say of one line. `is_rejected` when the row is not taken because of it."""

    line: int
    column: str
    sentence: str
    is_rejected: bool = True


@dataclass
class Report:
    """What came of an import. `notes` are for the person who looks at the screen."""

    encoding: str
    separator: str
    notes: list[str]
    unknown_columns: tuple[str, ...]
    source: str | None
    is_dry_run: bool
    rows_read: int = 0
    rows_rejected: int = 0
    services: Counts = field(default_factory=Counts)


def import_services(
    file: BinaryIO,
    options: Options,
    tell: Callable[[Said], None],
    rejects: Callable[[], TextIO] | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> Report:
    """Import a CSV of services into the present transaction; the caller commits, or rolls back after a dry run.

    `tell` hears of every problem in the order of the lines, after everything was looked at. `rejects` opens the file
    for rejected rows, and is asked only when there are any; a dry run does not ask. `progress` hears how many bytes
    have been "read" and how many rows have been "saved". Raises UnreadableFile when nothing can be read, and
    AnotherImport while another one is running.
    """
    connection = db.session.connection()
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME}):
        raise AnotherImport("Another import is running. Try again when it has finished.")
    file = seekable(file)
    known_columns = options.mapping.their_columns if options.mapping else list(COLUMNS)
    table = Table(file, known_columns)
    say_progress = progress or (lambda *_: None)
    columns = read_columns(table, options.mapping)
    known, names = read_known()
    source = options.source or (options.mapping.source if options.mapping else "") or None
    report = Report(
        encoding=table.encoding.name,
        separator=SEPARATORS[table.separator],
        notes=[note for note in [table.encoding.note, NO_WARDS if not known.wards else ""] if note],
        unknown_columns=columns.unknown,
        source=source,
        is_dry_run=options.is_dry_run,
    )
    run = begin_run(options, source, columns.ours, names)
    staging.begin(connection)
    checker = Checker(run, columns, known)
    report.rows_read = checker.read(table, lambda: say_progress("read", table.position()))
    table.close()
    staging.reject_doubles(connection, has_source=source is not None)
    if not options.is_dry_run:
        note_source(source, options.mapping)
    decide_all(run, report, say_progress)
    run.tell.flush()
    report.rows_rejected = staging.count_rejected(connection)
    if rejects is not None and not options.is_dry_run and report.rows_rejected:
        again = Table(file, known_columns, table.encoding)
        copy_rejected(again, list_reasons(run, columns.origin), rejects)
        again.close()
    for line, problem, is_rejected in staging.list_problems(connection):
        tell(Said(line, columns.origin(problem.column), problem.sentence, is_rejected))
    if not options.is_dry_run:
        note_run(run, options, report)
    return report


def seekable(file: BinaryIO) -> BinaryIO:
    """The file itself, or a copy of a pipe, which can only be read once."""
    if file.seekable():
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115  (it lives as long as the import)
    copyfileobj(file, copy)
    return cast(BinaryIO, copy)


def begin_run(options: Options, source: str | None, columns: frozenset[str], names: Names) -> Run:
    """What this import knows."""
    connection = db.session.connection()
    actor, user_id = db.session.info.get("actor", ("", None))
    return Run(
        connection=connection,
        public_id=str(uuid.uuid4()),
        source=source,
        columns=columns,
        names=names,
        now=clock.now().isoformat(),
        is_dry_run=options.is_dry_run,
        actor=actor or f"import: {source or options.file_name}",
        user_id=user_id,
        ids=Ids(connection, options.is_dry_run),
        tell=staging.Teller(connection),
        salt=secrets.token_bytes(16),
    )


def decide_all(run: Run, report: Report, progress: Callable[[str, int], None]) -> None:
    """Put rows together by service, and decide and write batch by batch."""
    rows_done = 0
    for batch in batches(run):
        decider = Decider(run, batch)
        writes = decider.decide()
        if not run.is_dry_run:
            write(run.connection, writes, run.now)
        report.services.add(decider.counts)
        rows_done += sum(len(wanted.lines) for wanted in batch)
        progress("saved", rows_done)


def batches(run: Run) -> Iterator[list[Wanted]]:
    """Services as the file has them, some hundred at a time."""
    batch: list[Wanted] = []
    for group in staging.list_groups(run.connection):
        wanted = merge(group, run.tell)
        if wanted is not None:
            batch.append(wanted)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def list_reasons(run: Run, origin: Callable[[str], str]) -> Iterator[tuple[int, list[str]]]:
    """Each rejected line with everything that is wrong with it."""
    line, reasons = 0, list[str]()
    for number, problem, is_rejected in staging.list_problems(run.connection):
        if not is_rejected:
            continue
        if number != line and reasons:
            yield line, reasons
            reasons = []
        line = number
        reasons.append(reason(Problem(origin(problem.column), problem.sentence)))
    if reasons:
        yield line, reasons


def note_source(source: str | None, mapping: Map | None) -> None:
    """Keep the source, when it was read, and the attribution that its licence asks for."""
    if source is None:
        return
    described = {}
    if mapping is not None:
        told = {"attribution": mapping.attribution, "url": mapping.url}
        described = {name: value for name, value in told.items() if value}
    row = insert(Source).values(name=source, kind="csv", last_read_at=clock.now(), **described)
    renewed = {"last_read_at": row.excluded.last_read_at, **{name: row.excluded[name] for name in described}}
    db.session.execute(row.on_conflict_do_update(index_elements=[Source.name], set_=renewed))


def note_run(run: Run, options: Options, report: Report) -> None:
    """Keep that this file was read, and what came of it."""
    db.session.add(
        ImportRun(
            public_id=uuid.UUID(run.public_id),
            source=run.source,
            file_name=options.file_name,
            finished_at=clock.now(),
            rows_read=report.rows_read,
            services_added=report.services.added,
            services_changed=report.services.changed,
            services_unchanged=report.services.unchanged,
            rows_rejected=report.rows_rejected,
        )
    )
    db.session.flush()
