"""Where the index lies: a folder for each building of it, and one small file that says which one is in use.

var/search/current           which folder, which generation; replaced as a whole, so readers see old or new
var/search/lock              held by the one who writes
var/search/damaged           left by a reader that could not read the generation named in it
var/search/index-<token>/    Whoosh's files and the look-ups of each generation
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.util.filelock import FileLock

from search.schema import PARTS, SCHEMA_VERSION

INDEX_NAME = "MAIN"
CURRENT, LOCK, DAMAGED, BUILDING = "current", "lock", "damaged", "index-"


class IndexMissing(Exception):
    """There is no index that this version can read."""


class IndexBusy(Exception):
    """Somebody else is writing the index."""


@dataclass(frozen=True, slots=True)
class Current:
    """The generation in use. `token` is new with every change; `words` are the average lengths the ranking uses."""

    token: str
    folder: str
    generation: int
    words: tuple[float, ...]
    schema: str = SCHEMA_VERSION


def read_current(root: Path) -> Current:
    """Which generation is in use. Raises IndexMissing when there is none, or one of another version."""
    try:
        data = json.loads((root / CURRENT).read_text())
        current = Current(**{**data, "words": tuple(data["words"])})
    except (OSError, ValueError, TypeError, KeyError):
        raise IndexMissing("There is no index yet.") from None
    if current.schema != SCHEMA_VERSION or len(current.words) != len(PARTS):
        raise IndexMissing(f"The index is of version {current.schema}, this is version {SCHEMA_VERSION}.")
    return current


def read_segments(root: Path, current: Current) -> list[Any]:
    """Whoosh's segments of this generation. Raises IndexMissing when its table of contents is missing or damaged."""
    try:
        contents = TOC.read(FileStorage(str(root / current.folder), readonly=True), INDEX_NAME, current.generation)
    except Exception as problem:  # noqa: BLE001  (a damaged pickle may raise anything)
        raise IndexMissing(f"The table of contents cannot be read ({type(problem).__name__}).") from None
    segments: list[Any] = contents.segments
    return segments


def lookups_path(root: Path, current: Current) -> Path:
    """Where the look-ups of this generation lie."""
    return root / current.folder / f"lookups-{current.generation}.json"


def use(root: Path, folder: str, generation: int, words: tuple[float, ...]) -> Current:
    """Put a generation in use. Everything it needs must have been written before."""
    current = Current(secrets.token_hex(8), folder, generation, words)
    fresh = root / f"{CURRENT}.{current.token}"
    with fresh.open("w") as file:
        json.dump(asdict(current), file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(root / CURRENT)
    (root / DAMAGED).unlink(missing_ok=True)
    return current


def new_building(root: Path) -> str:
    """Make an empty folder to build a new index in; its name."""
    name = f"{BUILDING}{secrets.token_hex(4)}"
    (root / name).mkdir(parents=True)
    return name


def remove_others(root: Path, keep: str) -> None:
    """Remove all buildings but one, and what unfinished work left behind."""
    for path in root.iterdir():
        if path.is_dir() and path.name.startswith(BUILDING) and path.name != keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(f"{CURRENT}."):
            path.unlink(missing_ok=True)


def mark_damaged(root: Path, token: str) -> None:
    """Tell the writer that this generation could not be read."""
    try:
        (root / DAMAGED).write_text(token)
    except OSError:
        return  # the folder is gone as a whole, which the writer sees by itself


def is_marked_damaged(root: Path, current: Current) -> bool:
    """Did a reader fail on this generation?"""
    try:
        return (root / DAMAGED).read_text() == current.token
    except OSError:
        return False


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Be the one writer. Raises IndexBusy at once when somebody else is."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)  # the words of the register are nobody else's
    lock = FileLock(str(root / LOCK))
    if not lock.acquire(blocking=False):
        raise IndexBusy("Another program is writing the index.")
    try:
        yield
    finally:
        lock.release()
