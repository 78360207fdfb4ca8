"""Writes many documents as a segment for each process, so that a rebuild uses every core."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from assetreg.config import engine_options
from search.documents import PROVIDERS, Provider
from search.index.segments import write_segment
from search.lookups import Lookups
from search.postings import open_columns
from search.records import RECORD, Document
from search.schema import PARTS

Tell = Callable[[int, int], None]

STEP = 200  # documents between two reports
WAIT_S = 0.1
# Documents. Below that a second process saves little, and questions are quicker when everything is in one segment.
FEWEST_FOR_A_PROCESS = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """A segment that was written (None when there was nothing to write), and how many words its parts have in all."""

    segment: Any | None
    documents: int
    words: tuple[int, ...]


@dataclass(frozen=True)
class Task:
    """What one process writes, and where it reads it from."""

    folder: Path
    reads: tuple[tuple[Provider, tuple[int, ...]], ...]
    lookups: Lookups
    url: str


def write_parts(
    session: Session,
    folder: Path,
    names: Sequence[tuple[str, int]],
    lookups: Lookups,
    processes: int,
    tell: Tell | None,
) -> list[Part]:
    """Write all these documents into a folder, in as many segments as there are processes worth starting."""
    processes = max(min(processes, len(names) // FEWEST_FOR_A_PROCESS), 1)
    url = session.get_bind().engine.url.render_as_string(hide_password=False)
    size = -(-len(names) // processes) or 1
    tasks = [
        Task(folder, reads_of(names[low : low + size]), lookups, url) for low in range(0, max(len(names), 1), size)
    ]
    if processes == 1:
        return [write_part(session, tasks[0], lambda done: tell(done, len(names)) if tell else None)]
    context = multiprocessing.get_context("spawn")
    counter = context.Value("q", 0)
    with context.Pool(processes, share_counter, (counter,)) as pool:
        waiting = [pool.apply_async(write_part_alone, (task,)) for task in tasks]
        wait_for(waiting, lambda: tell(counter.value, len(names)) if tell else None)
        return [result.get() for result in waiting]


def reads_of(names: Sequence[tuple[str, int]]) -> tuple[tuple[Provider, tuple[int, ...]], ...]:
    """Which provider is to read what."""
    kinds = dict.fromkeys(kind for kind, _ in names)
    return tuple((PROVIDERS[kind], tuple(number for each, number in names if each == kind)) for kind in kinds)


def wait_for(waiting: Sequence[AsyncResult[Part]], report: Callable[[], None]) -> None:
    """Until all are done, reporting now and then; an error in one of them is raised at once."""
    open_ones = list(waiting)
    while open_ones:
        open_ones[0].wait(WAIT_S)
        report()
        for result in [each for each in open_ones if each.ready()]:
            result.get()
            open_ones.remove(result)


def write_part(session: Session, task: Task, report: Callable[[int], None]) -> Part:
    """Write one segment."""
    documents = chain.from_iterable(provider.read(session, numbers, task.lookups) for provider, numbers in task.reads)
    segment = write_segment(task.folder, counted(documents, report), task.lookups.language_numbers)
    if segment is None:
        return Part(None, 0, (0,) * len(PARTS))
    words = open_columns(task.folder, segment, "record", RECORD)["words"].sum(axis=0, dtype="int64")
    return Part(segment, segment.doc_count_all(), tuple(int(each) for each in words))


def counted(documents: Iterable[Document], report: Callable[[int], None]) -> Iterator[Document]:
    """The same documents, with a report for every so many."""
    count = 0
    for count, document in enumerate(documents, 1):
        if count % STEP == 0:
            report(count)
        yield document
    report(count)


SHARED: dict[str, Any] = {}


def share_counter(counter: Any) -> None:
    """Begin a process: remember the counter that all of them add to."""
    SHARED["counter"] = counter


def write_part_alone(task: Task) -> Part:
    """Write one segment in a process of its own, over a connection of its own."""
    engine = create_engine(task.url, **{**engine_options(0), "pool_size": 1})
    told = 0

    def report(done: int) -> None:
        nonlocal told
        with SHARED["counter"].get_lock():
            SHARED["counter"].value += done - told
        told = done

    try:
        with Session(engine) as session:
            return write_part(session, task, report)
    finally:
        engine.dispose()
