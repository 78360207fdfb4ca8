"""The one writer: rebuilds the index beside the one in use and swaps, or applies a batch of changes to it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy.orm import Session
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files

from assetreg import clock
from search.documents import PROVIDERS, look_up
from search.index.folder import (
    INDEX_NAME,
    Current,
    IndexMissing,
    lookups_path,
    new_building,
    read_current,
    read_segments,
    remove_others,
    use,
    writing,
)
from search.index.parallel import Part, Tell, write_parts
from search.index.segments import write_segment
from search.index.tidying import note_built
from search.lookups import Lookups, read_lookups
from search.postings import open_columns
from search.records import ENTITIES, RECORD, Document
from search.schema import PARTS, SCHEMA

LOG = logging.getLogger("assetreg.search.index")

SMALL = 2_000  # documents; smaller segments are put together when there are many
MANY_SMALL = 8
TOO_MANY_DELETED = 0.3  # of all rows: then a rebuild is due
MANY_AT_ONCE = 5_000  # changes; from there on a rebuild is quicker

Names = Sequence[tuple[str, int]]  # kind of document, and its number


@dataclass(frozen=True, slots=True)
class Written:
    """What a writing did. `should_rebuild` says that the index has become untidy."""

    current: Current
    documents: int
    removed: int = 0
    should_rebuild: bool = False


def rebuild(session: Session, root: Path, *, processes: int = 1, tell: Tell | None = None) -> Written:
    """Write everything anew beside the index in use, and put it in its place. Raises IndexBusy.

    With more than one of `processes` each has a connection of its own, and sees only what is committed. `tell` is
    called now and then with how many documents were written, and how many there will be.
    """
    with writing(root):
        folder = new_building(root)
        lookups = look_up(session)
        keys = [(name, number) for name, provider in sorted(PROVIDERS.items()) for number in provider.keys(session)]
        parts = write_parts(session, root / folder, keys, lookups, processes, tell)
        segments = [part.segment for part in parts if part.segment is not None]
        commit(root / folder, segments, 1)
        lookups.write(lookups_path(root, Current("", folder, 1, ())))
        note_built(root / folder, clock.today())
        current = use(root, folder, 1, average_words(parts))
        remove_others(root, folder)
        return Written(current, sum(part.documents for part in parts))


def average_words(parts: Sequence[Part]) -> tuple[float, ...]:
    """How many words each part of a document has on average."""
    documents = max(sum(part.documents for part in parts), 1)
    return tuple(sum(part.words[number] for part in parts) / documents for number in range(len(PARTS)))


def apply(session: Session, root: Path, names: Names) -> Written:
    """Bring these documents up to date: changed ones are written anew, those that are no more are removed.

    All in one batch, in which each document comes once. Raises IndexMissing when there is no index to change, IndexBusy
    when somebody else is changing it.
    """
    with writing(root):
        current = read_current(root)
        segments = read_segments(root, current)
        before = read_lookups(lookups_path(root, current))
        lookups = look_up(session, before.languages)
        wanted = set(names)
        folder = root / current.folder
        removed = remove(folder, segments, wanted)
        small = [segment for segment in segments if segment.doc_count_all() < SMALL]
        if len(small) >= MANY_SMALL:
            for segment in small:
                wanted.update(names_in(folder, segment))
                segments.remove(segment)
        documents = list(documents_of(session, sorted(wanted), lookups))
        fresh = write_segment(folder, documents, lookups.language_numbers)
        if fresh is not None:
            segments.append(fresh)
        segments = [segment for segment in segments if segment.doc_count() > 0]
        generation = current.generation + 1
        commit(folder, segments, generation)
        lookups.write(lookups_path(root, Current("", current.folder, generation, ())))
        used = use(root, current.folder, generation, current.words)
        lookups_path(root, current).unlink(missing_ok=True)
        rows = sum(segment.doc_count_all() for segment in segments)
        living = sum(segment.doc_count() for segment in segments)
        return Written(used, len(documents), removed, rows - living > TOO_MANY_DELETED * rows + SMALL)


def documents_of(session: Session, names: Names, lookups: Lookups) -> Iterator[Document]:
    """The documents with these names, kind by kind; those that are no more are left out."""
    return chain.from_iterable(
        provider.read(session, [number for kind, number in names if kind == name], lookups)
        for name, provider in sorted(PROVIDERS.items())
    )


def remove(folder: Path, segments: Sequence[Any], wanted: set[tuple[str, int]]) -> int:
    """Mark the rows of these documents as deleted; how many there were."""
    removed = 0
    numbers = np.array([number for _, number in wanted], np.int64)
    for segment in segments:
        records = open_columns(folder, segment, "record", RECORD)
        for row in np.flatnonzero(np.isin(records["key"], numbers)).tolist():
            name = (ENTITIES[records["entity"][row]], int(records["key"][row]))
            if name in wanted and not segment.is_deleted(row):
                segment.delete_document(row)
                removed += 1
    return removed


def names_in(folder: Path, segment: Any) -> Iterator[tuple[str, int]]:
    """The living documents of a segment."""
    records = open_columns(folder, segment, "record", RECORD)
    for row in range(segment.doc_count_all()):
        if not segment.is_deleted(row):
            yield ENTITIES[records["entity"][row]], int(records["key"][row])


def commit(folder: Path, segments: Sequence[Any], generation: int) -> None:
    """Write Whoosh's table of contents, and clear away what it no longer names."""
    storage = FileStorage(str(folder))
    TOC(SCHEMA, list(segments), generation).write(storage, INDEX_NAME)
    clean_files(storage, INDEX_NAME, generation, segments)


def bring_up_to_date(session: Session, root: Path, names: Names, processes: Callable[[], int]) -> Written:
    """Apply changes, or rebuild where that is quicker or there is nothing to apply them to. Raises IndexBusy."""
    if len(names) <= MANY_AT_ONCE:
        try:
            written = apply(session, root, names)
        except (IndexMissing, OSError, ValueError) as problem:
            LOG.warning("search index not usable, rebuilding it", extra={"problem": str(problem)})
        else:
            if not written.should_rebuild:
                return written
    return rebuild(session, root, processes=processes())
