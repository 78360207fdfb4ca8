"""Small indexes from documents made by hand, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from search.index.folder import Current, lookups_path, new_building, use
from search.index.segments import write_segment
from search.index.writing import commit
from search.loading import load
from search.lookups import Lookups
from search.records import Document
from search.schema import PARTS
from search.snapshot import Snapshot
from tests.search.worlds import TODAY


def document(key: int, name: str = "", **values: Any) -> Document:
    """A document with the given parts ("summary", …); the rest of its texts are empty."""
    parts = tuple(values.pop(part, "") for part in PARTS[1:])
    return Document(key=key, public_id=UUID(int=key), parts=(name, *parts), **values)


def written(
    root: Path,
    *segments: Sequence[Document],
    lookups: Lookups | None = None,
    words: Sequence[float] = (4,) * len(PARTS),
) -> Snapshot:
    """An index of these documents, a segment for each sequence, read back."""
    lookups = lookups or Lookups(languages=("en", "ur", "pl"))
    folder = new_building(root)
    made = [write_segment(root / folder, documents, lookups.language_numbers) for documents in segments]
    commit(root / folder, [segment for segment in made if segment is not None], 1)
    lookups.write(lookups_path(root, Current("", folder, 1, ())))
    use(root, folder, 1, tuple(words))
    return load(root, TODAY)
