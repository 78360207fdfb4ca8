"""Reads the words of the index: for each term of a segment, in which documents it stands and where.

Whoosh 2.7.4 keeps postings as pickled blocks of 128 that are read and written one posting at a time, which is what
makes it slow (search.md, "Design"). Its codecs are an extension point, so this one keeps a term's occurrences as plain
numbers, document and position in 32 bits: they are mapped into memory and used as numpy arrays without decoding.
Term dictionary, columns, segments and their table of contents are Whoosh's own. `search.index` writes, this reads.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Format
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from search.schema import PART_OF_POSITION, PARTS, POSITION_BITS, POSITIONS

Keys = NDArray[np.uint32]  # occurrences: document number times POSITIONS plus position, in order
Docs = NDArray[np.int32]
Weights = NDArray[np.float32]

FIELD = "words"


class MappedFile(StructFile):  # type: ignore[misc]
    """One of Whoosh's files mapped into memory; unlike Whoosh's own, many threads may read it at once."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            is_empty = not file.read(1)
            self.mapped: mmap.mmap | bytes = b"" if is_empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        super().__init__(BytesIO() if is_empty else self.mapped, name=path.name)

    def get(self, position: int, length: int) -> bytes:
        """`length` bytes from `position`, without moving the place where others read."""
        return self.mapped[position : position + length]


class MappedStorage(FileStorage):  # type: ignore[misc]
    """A folder of Whoosh files that are only read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), readonly=True)

    def open_file(self, name: str, **_options: Any) -> StructFile:
        """The file, mapped."""
        return MappedFile(Path(self.folder) / name)


class PlaceFormat(Format):  # type: ignore[misc]
    """How Whoosh's own queries read our occurrences: positions as 16-bit numbers."""

    def decode_positions(self, value: bytes) -> list[int]:
        """The positions of one document's occurrences."""
        return [int(position) for position in np.frombuffer(value, "<u2")]


class OccurrenceCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with occurrences instead of blocks of postings."""

    length_stats = False

    def postings_reader(
        self, dbfile: StructFile, terminfo: Any, _format: Format, term: Any = None, scorer: Any = None
    ) -> ListMatcher:
        """One term's postings for Whoosh's own queries; the search itself uses `SegmentPostings`."""
        offset, length = stretch_of(terminfo)
        keys = np.frombuffer(dbfile.get(offset, length), "<u4")
        docs, starts = np.unique(keys >> POSITION_BITS, return_index=True)
        places = np.split((keys & (POSITIONS - 1)).astype("<u2"), starts[1:])
        return ListMatcher(
            docs.tolist(),
            [float(len(each)) for each in places],
            [each.tobytes() for each in places],
            PlaceFormat(),
            scorer=scorer,
            term=term,
            terminfo=terminfo,
        )


def stretch_of(info: Any) -> tuple[int, int]:
    """Where a term's occurrences begin in the file and how long they are, in bytes."""
    offset, length = info.extent()
    return offset, length[0] if isinstance(length, tuple) else length  # Whoosh 2.7.4 forgets to unpack what it read


@dataclass(frozen=True, slots=True)
class TermInSegment:
    """One term in one segment: its documents in order, how strongly it stands in each (0 to 1), and where."""

    docs: Docs
    strength: Weights
    keys: Keys


class SegmentPostings:
    """The words of one segment. Terms are kept after their first use for as long as the segment lives."""

    def __init__(self, folder: Path, segment: Any, part_weights: Weights, saturation: float) -> None:
        """`part_weights`: for each part and document, what one occurrence there counts (parts × documents).

        `saturation` is BM25's k1: how soon more occurrences stop to matter.
        """
        self.documents = int(segment.doc_count_all())
        self._terms = OccurrenceCodec().terms_reader(MappedStorage(folder), segment)
        self._keys = read_mapped(folder / segment.make_filename(W3Codec.POSTS_EXT), "<u4")
        self._weights = np.ascontiguousarray(part_weights, np.float32).ravel()
        self._saturation = np.float32(saturation)
        self._known: dict[str, TermInSegment] = {}

    def term(self, term: str) -> TermInSegment | None:
        """Where a term stands; None when it does not."""
        found = self._known.get(term)
        if found is None:
            found = self._read(term)
            if found is not None:
                self._known[term] = found
        return found

    def _read(self, term: str) -> TermInSegment | None:
        try:
            offset, length = stretch_of(self._terms.term_info(FIELD, term.encode()))
        except TermNotFound:
            return None
        keys = self._keys[offset // 4 : (offset + length) // 4]
        docs, strength = self.weigh(keys)
        return TermInSegment(docs, strength, keys)

    def weigh(self, keys: Keys) -> tuple[Docs, Weights]:
        """The documents of some occurrences, and how strongly they stand in each.

        BM25F (Robertson, Zaragoza, Taylor 2004): occurrences are weighted by part and its length, added up, and only
        then saturated; here to a number below one, the inverse document frequency comes in when it is asked.
        """
        docs = (keys >> POSITION_BITS).astype(np.int32)
        parts = PART_OF_POSITION[keys & (POSITIONS - 1)]
        weights = self._weights[parts.astype(np.int32) * self.documents + docs]
        first = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
        total = np.add.reduceat(weights, first) if len(first) < len(docs) else weights
        return docs[first], (total / (total + self._saturation)).astype(np.float32, copy=False)

    def parts_of(self, term: str, doc: int) -> tuple[str, ...]:
        """In which parts of one document a term stands."""
        found = self.term(term)
        if found is None:
            return ()
        first = np.uint32(doc << POSITION_BITS)
        low = int(np.searchsorted(found.keys, first))
        high = int(np.searchsorted(found.keys, first + np.uint32(POSITIONS - 1), side="right"))
        numbers = np.unique(PART_OF_POSITION[found.keys[low:high] & (POSITIONS - 1)])
        return tuple(PARTS[number] for number in numbers)


def follow(first: Keys, second: Keys, distance: int) -> Keys:
    """Those occurrences of `first` that have one of `second` exactly `distance` words later."""
    if not len(first) or not len(second):
        return first[:0]
    wanted = first + np.uint32(distance)
    if len(second) < len(wanted):
        place = np.searchsorted(wanted, second)
        place[place == len(wanted)] = 0
        hits = wanted[place] == second
        kept: Keys = first[place[hits]]
        return kept
    place = np.searchsorted(second, wanted)
    place[place == len(second)] = 0
    found: Keys = first[second[place] == wanted]
    return found


def open_columns(folder: Path, segment: Any, name: str, dtype: np.dtype[Any] | str) -> NDArray[Any]:
    """A column of one segment as an array over the file: fixed records, or what lists hold one after another."""
    return read_mapped(folder / W3Codec.column_filename(segment, name), dtype)


def read_mapped(path: Path, dtype: np.dtype[Any] | str) -> NDArray[Any]:
    """A file as an array, as far as whole elements go."""
    kind = np.dtype(dtype)
    count = path.stat().st_size // kind.itemsize
    return np.asarray(np.memmap(path, kind, "r", shape=(count,))) if count else np.empty(0, kind)
