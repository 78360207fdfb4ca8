"""One segment of the index as arrays: columns, lists, and the words' postings. Never changes; kept across reloads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.postings import SegmentPostings, open_columns
from search.ranking import PART_WEIGHTS, SATURATION, part_weights
from search.records import LIST_WIDTHS, RECORD
from search.sets import Combinations, Lists, combinations_of, starts_of, stretches
from search.spelling import Forms, read_forms

POINT = np.dtype([("lat", "<f8"), ("lon", "<f8"), ("ward", "<i4"), ("precision", "<i4")])


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of Whoosh's index. Rows are Whoosh's document numbers; deleted ones are still there."""

    name: str
    records: NDArray[Any]
    points: Lists
    areas: Combinations
    terms: Combinations
    times: Combinations
    languages: Combinations
    postings: SegmentPostings
    forms: Forms

    @property
    def documents(self) -> int:
        """How many rows it has."""
        return len(self.records)


def open_segment(folder: Path, segment: Any, average_words: tuple[float, ...]) -> Segment:
    """Read one of Whoosh's segments. `average_words`: how many words each part has on average in the whole index.

    Raises OSError or ValueError when a file is missing or damaged.
    """
    count = int(segment.doc_count_all())
    records = open_columns(folder, segment, "record", RECORD)
    if len(records) != count:
        raise ValueError(f"Segment {segment.segment_id()} has {len(records)} records for {count} documents.")
    points, areas, terms, times, languages = read_lists(records, open_columns(folder, segment, "lists", "<i4"))
    return Segment(
        segment.segment_id(),
        records,
        Lists(points.values.view(POINT), points.starts // LIST_WIDTHS[0]),
        combinations_of(areas),
        combinations_of(terms),
        combinations_of(times),
        combinations_of(languages),
        SegmentPostings(folder, segment, part_weights(records["words"].T, average_words, PART_WEIGHTS), SATURATION),
        read_forms(folder, segment),
    )


def read_lists(records: NDArray[Any], blob: NDArray[Any]) -> list[Lists]:
    """Take apart what the column `lists` holds for each document one after another."""
    lengths = records["counts"].astype(np.int64) * np.array(LIST_WIDTHS)
    ends = np.cumsum(lengths.sum(axis=1))
    if len(ends) and len(blob) < ends[-1]:
        raise ValueError("The lists of a segment are shorter than its records say.")
    start = ends - lengths.sum(axis=1)
    found = []
    for number in range(len(LIST_WIDTHS)):
        counts = lengths[:, number]
        found.append(Lists(blob[stretches(start, counts)], starts_of(counts)))
        start = start + counts
    return found
