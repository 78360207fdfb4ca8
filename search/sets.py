"""Which values each document has, kept once for every combination that occurs.

Ten thousand services share a few hundred combinations of needs, of wards, of access features. A filter then looks at
the combinations and picks one bit for each document; a facet counts documents by combination and adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of numbers for each row: those of row i are `values[starts[i]:starts[i + 1]]`."""

    values: NDArray[Any]
    starts: Places

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.starts) - 1

    def counts(self) -> Places:
        """How many numbers each row has."""
        return np.diff(self.starts)

    def places_of(self, rows: NDArray[Any]) -> tuple[Places, Places]:
        """Where the numbers of some rows stand in `values`, one after another, and how many each of the rows has."""
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        return stretches(starts, counts), counts

    def take(self, rows: NDArray[Any]) -> Lists:
        """The same for some rows."""
        places, counts = self.places_of(rows)
        return Lists(self.values[places], starts_of(counts))


def starts_of(counts: NDArray[Any]) -> Places:
    """Where each of some stretches of these lengths begins, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))


def stretches(starts: Places, counts: Places) -> Places:
    """All places of stretches of these lengths from these starts, one after another."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)


@dataclass(frozen=True, slots=True)
class Combinations:
    """The different lists among some rows: which one each row has (`of`), what they are, and a mark for each."""

    of: Numbers
    lists: Lists
    marks: NDArray[np.uint64]


def combinations_of(lists: Lists) -> Combinations:
    """Find the different lists. The order of numbers within a list does not matter; none may repeat."""
    marks = np.zeros(lists.rows, np.uint64)
    filled = np.flatnonzero(lists.counts())
    if len(filled):
        marks[filled] = np.add.reduceat(scattered(lists.values), lists.starts[:-1][filled])
    different, first, of = np.unique(marks, return_index=True, return_inverse=True)
    return Combinations(of.astype(np.int32), lists.take(first), different)


def joined(parts: Sequence[Combinations]) -> Combinations:
    """The combinations of several groups of rows as one."""
    marks = np.concatenate([part.marks for part in parts]) if parts else np.empty(0, np.uint64)
    different, first, place = np.unique(marks, return_index=True, return_inverse=True)
    values = np.concatenate([part.lists.values for part in parts]) if parts else np.empty(0, np.int32)
    counts = np.concatenate([part.lists.counts() for part in parts]) if parts else np.empty(0, np.int64)
    of, offset = [], 0
    for part in parts:
        of.append(place[offset : offset + len(part.marks)][part.of])
        offset += len(part.marks)
    rows = np.concatenate(of).astype(np.int32) if of else np.empty(0, np.int32)
    return Combinations(rows, Lists(values, starts_of(counts)).take(first), different)


def scattered(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Each number as 64 bits that look random (the finaliser of splitmix64), so that sums tell lists apart."""
    mixed = values.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class ValueSets:
    """For each document its combination, and for each value the combinations that have it.

    `values[i]` is what the address and the facet call it: ("need", "debt"). The combinations with it are
    `members[starts[i]:starts[i + 1]]`, never none.
    """

    of: Numbers
    size: int
    values: tuple[tuple[str, str], ...]
    members: Numbers
    starts: Places
    place: dict[tuple[str, str], int]

    def has(self, document: int, value: tuple[str, str]) -> bool:
        """Whether one document has a value."""
        number = self.place.get(value)
        if number is None:
            return False
        members = self.members[self.starts[number] : self.starts[number + 1]]
        at = int(np.searchsorted(members, self.of[document]))
        return at < len(members) and members[at] == self.of[document]

    def having(self, facet: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """For each combination, whether it has any of these values."""
        mask = np.zeros(self.size, np.bool_)
        for value in values:
            number = self.place.get((facet, value))
            if number is not None:
                mask[self.members[self.starts[number] : self.starts[number + 1]]] = True
        return mask


def value_sets(
    combinations: Combinations, meanings: Lists, numbers: NDArray[Any], names: Sequence[tuple[str, str]]
) -> ValueSets:
    """Say what the numbers in the combinations mean.

    Row i of `meanings` are places in `names`: everything that number `numbers[i]` (in order) stands for, such as a need
    and the need it belongs to. Numbers without a meaning are left out.
    """
    lists = combinations.lists
    rows = np.repeat(np.arange(lists.rows), lists.counts())
    place = np.searchsorted(numbers, lists.values)
    place[place == len(numbers)] = 0
    known = numbers[place] == lists.values if len(numbers) else np.zeros(len(rows), np.bool_)
    places, counts = meanings.places_of(place[known])
    pairs = np.unique(meanings.values[places].astype(np.int64) * lists.rows + np.repeat(rows[known], counts))
    value_of, members = np.divmod(pairs, max(lists.rows, 1))
    used, starts = np.unique(value_of, return_index=True)
    values = tuple(names[int(value)] for value in used)
    return ValueSets(
        combinations.of,
        lists.rows,
        values,
        members.astype(np.int32),
        np.append(starts, len(members)).astype(np.int64),
        {value: number for number, value in enumerate(values)},
    )


DIRECT_COST = 60  # looking up one document's values costs about as much as adding up this many members


@dataclass(frozen=True, slots=True)
class Table:
    """Several groups of values side by side, so that all of them are counted at once.

    Combinations and values are numbered through: those of the second group come after those of the first.
    """

    of: NDArray[np.int32]  # documents × groups
    sizes: Places  # where each group's combinations begin, and where the last one's end
    bounds: Places  # the same for its values
    names: tuple[tuple[str, str], ...]
    members: Numbers
    starts: Places  # of each value's members, and where the last one's end
    values: Numbers  # the same the other way round: the values of each combination
    value_starts: Places
    value_counts: Places

    def count(self, documents: NDArray[Any]) -> NDArray[Any]:
        """How many of the documents have each value, in the order of `names`."""
        if not len(self.members) or not len(documents):
            return np.zeros(len(self.names), np.int64)
        combinations = self.of.take(documents, axis=0).ravel()
        if len(documents) * DIRECT_COST < len(self.members):
            return np.bincount(self._values_of(combinations), minlength=len(self.names))
        by_combination = np.bincount(combinations, minlength=self.sizes[-1])
        return np.add.reduceat(by_combination[self.members], self.starts[:-1])

    def count_group(self, documents: NDArray[Any], group: int) -> NDArray[Any]:
        """The same for one group; the values of the others are 0."""
        numbers = np.zeros(len(self.names), np.int64)
        low, high = int(self.bounds[group]), int(self.bounds[group + 1])
        first, end = int(self.starts[low]), int(self.starts[high])
        if first == end or not len(documents):
            return numbers
        combinations = self.of[documents, group]
        if len(documents) * DIRECT_COST < end - first:
            return np.bincount(self._values_of(combinations), minlength=len(self.names))
        by_combination = np.bincount(combinations, minlength=self.sizes[group + 1])
        numbers[low:high] = np.add.reduceat(by_combination[self.members[first:end]], self.starts[low:high] - first)
        return numbers

    def _values_of(self, combinations: NDArray[Any]) -> NDArray[Any]:
        counts = self.value_counts[combinations]
        ends = counts.cumsum()
        places = (self.value_starts[combinations] - ends + counts).repeat(counts)
        places += np.arange(len(places))
        found: Numbers = self.values[places]
        return found


def side_by_side(groups: Sequence[ValueSets]) -> Table:
    """Put groups of values together."""
    sizes = starts_of(np.array([group.size for group in groups], np.int64))
    bounds = starts_of(np.array([len(group.values) for group in groups], np.int64))
    members = np.concatenate([group.members + offset for group, offset in zip(groups, sizes[:-1], strict=True)])
    counts = np.concatenate([np.diff(group.starts) for group in groups])
    values = np.arange(bounds[-1]).repeat(counts)
    of_combination = np.bincount(members, minlength=sizes[-1])
    return Table(
        np.stack([group.of + offset for group, offset in zip(groups, sizes[:-1], strict=True)], axis=1).astype(
            np.int32
        ),
        sizes,
        bounds,
        tuple(name for group in groups for name in group.values),
        members.astype(np.int32),
        starts_of(counts),
        values[np.argsort(members, kind="stable")].astype(np.int32),
        starts_of(of_combination)[:-1],
        of_combination.astype(np.int64),
    )
