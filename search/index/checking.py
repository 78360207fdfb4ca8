"""Is the index all right? Quickly (can it be read), and thoroughly (does it say what the register says, both ways)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from whoosh.codec.whoosh3 import W3Codec

from search.documents import PROVIDERS, look_up
from search.index.folder import (
    Current,
    IndexMissing,
    is_marked_damaged,
    lookups_path,
    read_current,
    read_segments,
)
from search.lookups import read_lookups
from search.postings import FIELD, MappedStorage, OccurrenceCodec, open_columns, read_mapped, stretch_of
from search.records import ENTITIES, LIST_WIDTHS, RECORD, Document, lists_of, record_of
from search.schema import PART_ROOM, PART_STARTS, POSITION_BITS, POSITIONS, stem_of, words_of
from search.sets import scattered, starts_of
from search.spelling import WORDS_FILE

SEGMENT_FILES = (W3Codec.TERMS_EXT, W3Codec.POSTS_EXT, WORDS_FILE, ".record.col", ".lists.col")

Name = tuple[str, int]


@dataclass
class Comparison:
    """The names of documents that the index lacks, has too many, or has otherwise than the register."""

    documents: int = 0
    missing: list[Name] = field(default_factory=list)
    superfluous: list[Name] = field(default_factory=list)
    different: list[Name] = field(default_factory=list)
    repeated: list[Name] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Do they agree?"""
        return not (self.missing or self.superfluous or self.different or self.repeated)


def is_usable(root: Path) -> bool:
    """Can the index be read, as far as a look at its files tells; and has no reader complained?"""
    try:
        current = read_current(root)
        folder = root / current.folder
        for segment in read_segments(root, current):
            rows = segment.doc_count_all()
            if any(not (folder / segment.make_filename(ending)).is_file() for ending in SEGMENT_FILES):
                return False
            if (folder / segment.make_filename(".record.col")).stat().st_size != rows * RECORD.itemsize:
                return False
        read_lookups(lookups_path(root, current))
    except (IndexMissing, OSError, ValueError, KeyError, TypeError):
        return False
    return not is_marked_damaged(root, current)


def compare(session: Session, root: Path) -> Comparison:
    """Compare every document of the index with what the register would write today. Raises IndexMissing."""
    current = read_current(root)
    known = read_lookups(lookups_path(root, current))
    lookups = look_up(session, known.languages)
    indexed: dict[Name, str] = {}
    found = Comparison()
    for segment in read_segments(root, current):
        for name, print_ in fingerprints(root, current, segment):
            if name in indexed:
                found.repeated.append(name)
            indexed[name] = print_
    for entity, provider in sorted(PROVIDERS.items()):
        for document in provider.read(session, provider.keys(session), lookups):
            name = (entity, document.key)
            found.documents += 1
            there = indexed.pop(name, None)
            if there is None:
                found.missing.append(name)
            elif there != fingerprint(document, lookups.language_numbers):
                found.different.append(name)
    found.superfluous.extend(sorted(indexed))
    return found


def fingerprint(document: Document, language_numbers: dict[str, int]) -> str:
    """What identifies a document's content, made from the document."""
    lengths, hashes, places = [], [], []
    for text, start, room in zip(document.parts, PART_STARTS, PART_ROOM, strict=True):
        words = words_of(text)[:room]
        lengths.append(len(words))
        for place, word in enumerate(words, start):
            term = stem_of(word)
            if term:
                hashes.append(hash_of(term))
                places.append(place)
    words_sum = scattered(np.array(hashes, np.uint64) + np.array(places, np.uint64)).sum(dtype=np.uint64)
    return digest(record_of(document, lengths), lists_of(document, language_numbers), int(words_sum))


def fingerprints(root: Path, current: Current, segment: Any) -> Iterable[tuple[Name, str]]:
    """The same for every living document of a segment, made from the index."""
    folder = root / current.folder
    records = open_columns(folder, segment, "record", RECORD)
    lists = open_columns(folder, segment, "lists", "u1")
    lengths = (records["counts"].astype(np.int64) * np.array(LIST_WIDTHS)).sum(axis=1) * 4
    starts = starts_of(lengths)
    words = words_by_row(folder, segment)
    for row in range(segment.doc_count_all()):
        if not segment.is_deleted(row):
            name = (ENTITIES[records["entity"][row]], int(records["key"][row]))
            yield (
                name,
                digest(
                    records[row : row + 1].tobytes(), lists[starts[row] : starts[row + 1]].tobytes(), int(words[row])
                ),
            )


def words_by_row(folder: Path, segment: Any) -> NDArray[np.uint64]:
    """A number for each row that depends on every term and where it stands."""
    sums = np.zeros(segment.doc_count_all(), np.uint64)
    keys = read_mapped(folder / segment.make_filename(W3Codec.POSTS_EXT), "<u4")
    terms = OccurrenceCodec().terms_reader(MappedStorage(folder), segment)
    for (fieldname, term), info in terms.items():
        if fieldname == FIELD:
            offset, length = stretch_of(info)
            its = keys[offset // 4 : (offset + length) // 4]
            places = scattered((its & (POSITIONS - 1)).astype(np.uint64) + np.uint64(hash_of(term.decode())))
            np.add.at(sums, its >> POSITION_BITS, places)
    return sums


@lru_cache(maxsize=200_000)
def hash_of(term: str) -> int:
    """A term as 64 bits, the same in every process; the highest bit is free, so that places can be added."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little") >> 1


def digest(record: bytes, lists: bytes, words: int) -> str:
    """All that identifies a document as one short text."""
    return hashlib.blake2b(record + lists + words.to_bytes(8, "little"), digest_size=16).hexdigest()
