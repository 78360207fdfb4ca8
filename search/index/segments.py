"""Writes one segment of the Whoosh index from documents, all its postings at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3FieldWriter, W3TermInfo
from whoosh.filedb.filestore import FileStorage
from whoosh.system import pack_ushort

from search.index.folder import INDEX_NAME
from search.postings import FIELD, Keys, OccurrenceCodec
from search.records import Document, lists_of, record_of
from search.schema import PART_ROOM, PART_STARTS, PARTS, POSITION_BITS, SCHEMA, stem_of, words_of
from search.spelling import WORDS_FILE

MOST_IN_A_SEGMENT = 1 << (32 - POSITION_BITS)


class Vocabulary(dict[str, int]):
    """Numbers the words as they come: each form its own number, and which term it is indexed under (-1: a filler)."""

    def __init__(self) -> None:
        super().__init__()
        self.term_of_form = array("i")
        self.terms: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        term = stem_of(word)
        self.term_of_form.append(self.terms.setdefault(term, len(self.terms)) if term else -1)
        return number


@dataclass
class Gathered:
    """Everything said in some documents: the forms in order, and how many words each part of each document has."""

    vocabulary: Vocabulary
    forms: array[int]
    lengths: array[int]


class OccurrenceWriter(W3FieldWriter):  # type: ignore[misc]
    """Whoosh's term dictionary; what it points at is written term by term, as `OccurrenceCodec` reads it."""

    def add_term(self, spelled: bytes, keys: Keys, documents: int) -> None:
        """The next term in order of spelling, with all its occurrences, in how many documents."""
        info = W3TermInfo()
        info._weight, info._df = float(len(keys)), documents
        info._minid, info._maxid = int(keys[0] >> POSITION_BITS), int(keys[-1] >> POSITION_BITS)
        data = keys.astype("<u4").tobytes()
        info.set_extent(self._postfile.tell(), len(data))
        self._postfile.write(data)
        self._tindex.add(pack_ushort(self._fieldid) + spelled, info.to_bytes())


def write_segment(folder: Path, documents: Iterable[Document], language_numbers: dict[str, int]) -> Any | None:
    """Write the documents as one segment into a Whoosh folder; nothing refers to it until it is committed.

    Returns Whoosh's segment, or None when there was no document. Keys may not repeat.
    """
    storage = FileStorage(str(folder))
    codec = OccurrenceCodec()
    segment = codec.new_segment(storage, INDEX_NAME)
    columns = codec.per_document_writer(storage, segment)
    gathered = Gathered(Vocabulary(), array("i"), array("H"))
    count = 0
    for count, document in enumerate(documents, 1):
        columns.start_doc(count - 1)
        columns.add_column_value(
            "record", SCHEMA["record"].column_type, record_of(document, gather(document, gathered))
        )
        columns.add_column_value("lists", SCHEMA["lists"].column_type, lists_of(document, language_numbers))
        columns.finish_doc()
    if count > MOST_IN_A_SEGMENT:
        raise ValueError(f"A segment holds at most {MOST_IN_A_SEGMENT} documents.")
    segment.set_doc_count(count)
    columns.close()
    write_words(storage, codec, segment, gathered, count)
    return segment if count else None


def gather(document: Document, into: Gathered) -> list[int]:
    """Add one document's words; returns how many each part has."""
    lengths = []
    vocabulary = into.vocabulary
    for text, room in zip(document.parts, PART_ROOM, strict=True):
        forms = [vocabulary[word] for word in words_of(text)[:room]] if text else []
        into.forms.extend(forms)
        lengths.append(len(forms))
    into.lengths.extend(lengths)
    return lengths


def write_words(storage: FileStorage, codec: OccurrenceCodec, segment: Any, gathered: Gathered, count: int) -> None:
    """Turn the words in order into occurrences by term, and write dictionary, occurrences and forms."""
    lengths = np.array(gathered.lengths, np.int64)
    forms = np.array(gathered.forms, np.int32)
    part_starts = np.tile(np.array(PART_STARTS), count)
    documents = np.repeat(np.arange(count), len(PARTS))
    # Where each part begins as a key, less how many words come before it: adding a running number gives every key.
    bases = ((documents << POSITION_BITS) + part_starts) - (np.cumsum(lengths) - lengths)
    keys = np.repeat(bases, lengths) + np.arange(len(forms))
    term_of_form = np.array(gathered.vocabulary.term_of_form, np.int32)
    terms = term_of_form[forms] if len(forms) else forms
    kept = terms >= 0
    terms = terms[kept]
    order = np.argsort(terms, kind="stable")
    terms = terms[order]
    occurrences: Keys = keys[kept][order].astype(np.uint32)
    starts = np.searchsorted(terms, np.arange(len(gathered.vocabulary.terms) + 1))
    rows = occurrences >> POSITION_BITS
    new_document = np.concatenate(([True], rows[1:] != rows[:-1]))
    write_terms(storage, codec, segment, gathered.vocabulary.terms, occurrences, starts, new_document)
    write_forms(storage, segment, gathered.vocabulary, np.bincount(forms, minlength=len(gathered.vocabulary)))


def write_terms(
    storage: FileStorage,
    codec: OccurrenceCodec,
    segment: Any,
    terms: dict[str, int],
    keys: Keys,
    starts: NDArray[np.int64],
    new_document: NDArray[np.bool_],
) -> None:
    """Whoosh's term dictionary, each term pointing at its stretch of occurrences."""
    writer = OccurrenceWriter(codec, storage, segment)
    writer.start_field(FIELD, SCHEMA[FIELD])
    for spelled, number in sorted((term.encode(), number) for term, number in terms.items()):
        low, high = int(starts[number]), int(starts[number + 1])
        writer.add_term(spelled, keys[low:high], int(np.count_nonzero(new_document[low + 1 : high])) + 1)
    writer.close()


def write_forms(storage: FileStorage, segment: Any, vocabulary: Vocabulary, counts: NDArray[np.int64]) -> None:
    """Every form that is not a filler, in alphabetical order, with how often it was written."""
    forms = sorted(
        (word.encode(), number) for word, number in vocabulary.items() if vocabulary.term_of_form[number] >= 0
    )
    with segment.create_file(storage, WORDS_FILE) as file:
        numbers = np.array([number for _, number in forms], np.int64)
        file.write(np.array([len(forms)], "<i8").tobytes())
        file.write(counts[numbers].astype("<u4").tobytes())
        file.write(b"\n".join(word for word, _ in forms))
