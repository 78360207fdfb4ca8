"""Words by how they are spelled: those that begin with some letters, and those that a mistyped word may have meant.

Works on the forms of words as people wrote them, not on stems, because mistakes are made in forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS_FILE = ".wrd"
LONGEST = 24  # bytes; longer words are neither completed nor corrected
SHORTEST_TO_CORRECT = 4
SHORTEST_FOR_TWO_MISTAKES = 6
BASE = np.uint32(0x01000193)


@dataclass(frozen=True, slots=True)
class Form:
    """A word that is in the index: how often it was written, and how many mistakes away it is (0 for a completion)."""

    word: str
    times: int
    mistakes: int


class Forms:
    """The forms of one segment, in order of their bytes."""

    def __init__(self, words: list[bytes], times: NDArray[np.uint32]) -> None:
        """`words` in order, and how often each was written."""
        lengths = np.fromiter((len(word) for word in words), np.int64, len(words))
        short = lengths <= LONGEST
        self.words = np.array([word for word in words if len(word) <= LONGEST], f"S{LONGEST}")
        self.times = times[short]
        self.lengths = lengths[short]
        self.letters = self.words.view(np.uint8).reshape(len(self.words), LONGEST)
        self._hashes: NDArray[np.uint32] | None = None
        self._owners: NDArray[np.int32] | None = None
        self._signs: NDArray[np.uint32] | None = None

    def times_of(self, word: str) -> int:
        """How often this very form was written."""
        spelled = word.encode()
        place = int(np.searchsorted(self.words, spelled))
        return int(self.times[place]) if place < len(self.words) and self.words[place] == spelled else 0

    def beginning(self, letters: str, most: int) -> list[Form]:
        """The most frequent forms that begin like this."""
        spelled = letters.encode()
        if len(spelled) > LONGEST:
            return []
        low = int(np.searchsorted(self.words, spelled))
        high = low + int(np.searchsorted(self.words[low:], spelled + b"\xff" * (LONGEST - len(spelled)), side="right"))
        return self._pick(np.arange(low, high), 0, most)

    def one_mistake_from(self, word: str, most: int) -> list[Form]:
        """The most frequent forms that one letter too many, too few, wrong or swapped with the next turns into this.

        The words that share a form with one letter left out (Garbe's symmetric delete) are looked up by hash and then
        compared.
        """
        spelled = word.encode()
        if not SHORTEST_TO_CORRECT <= len(spelled) <= LONGEST or not len(self.words):
            return []
        hashes, owners = self._deletions()
        wanted = word_hashes(spelled)
        low = np.searchsorted(hashes, wanted)
        high = np.searchsorted(hashes, wanted, side="right")
        found = np.unique(np.concatenate([owners[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]))
        near = [place for place in found.tolist() if is_one_mistake(spelled, bytes(self.words[place]))]
        return self._pick(np.array(near, np.int64), 1, most)

    def two_mistakes_from(self, word: str, most: int) -> list[Form]:
        """The most frequent forms that are two mistakes away (Levenshtein), for words long enough to tell."""
        spelled = word.encode()
        if not SHORTEST_FOR_TWO_MISTAKES <= len(spelled) <= LONGEST or not len(self.words):
            return []
        if self._signs is None:
            self._signs = letter_signs(self.letters)
        sign = letter_signs(np.frombuffer(spelled, np.uint8)[None, :])[0]
        likely = np.flatnonzero(
            (np.abs(self.lengths - len(spelled)) <= 2) & (np.bitwise_count(self._signs ^ sign) <= 4)
        )
        distances = edit_distances(spelled, self.letters[likely], self.lengths[likely])
        return self._pick(likely[distances <= 2], 2, most)

    def _pick(self, places: NDArray[Any], mistakes: int, most: int) -> list[Form]:
        if len(places) > most:
            places = places[np.argpartition(self.times[places], -most)[-most:]]
        found = [Form(self.words[place].decode(), int(self.times[place]), mistakes) for place in places]
        return sorted(found, key=lambda form: (-form.times, form.word))

    def _deletions(self) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
        if self._hashes is None or self._owners is None:
            hashes, owners = deletion_hashes(self.letters, self.lengths)
            order = np.argsort(hashes)
            self._owners = owners[order].astype(np.int32)
            self._hashes = hashes[order]
        return self._hashes, self._owners

    def prepare(self) -> None:
        """Make now what the first mistyped word would otherwise wait for."""
        if len(self.words):
            self._deletions()
            self._signs = letter_signs(self.letters)


def read_forms(folder: Path, segment: Any) -> Forms:
    """The forms that were written with a segment. Raises OSError or ValueError when they are missing or damaged."""
    data = (folder / segment.make_filename(WORDS_FILE)).read_bytes()
    count = int(np.frombuffer(data, "<i8", 1)[0])
    times = np.frombuffer(data, "<u4", count, 8)
    words = data[8 + 4 * count :].split(b"\n") if count else []
    if len(words) != count:
        raise ValueError(f"Segment {segment.segment_id()} has {len(words)} forms where {count} were written.")
    return Forms(words, times)


def most_likely(found: Iterable[Form], word: str, most: int) -> list[Form]:
    """The best of what segments found: fewest mistakes, the same first letter, most frequent; each word once."""
    together: dict[str, Form] = {}
    for form in found:
        other = together.get(form.word)
        together[form.word] = Form(form.word, form.times + (other.times if other else 0), form.mistakes)
    ordered = sorted(
        together.values(), key=lambda form: (form.mistakes, form.word[:1] != word[:1], -form.times, form.word)
    )
    return ordered[:most]


def deletion_hashes(letters: NDArray[np.uint8], lengths: NDArray[Any]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """A hash of every word and of every word with one letter left out, and which word each hash is of.

    The hash of a whole is made from the hashes of its beginnings: dropping letter p of L leaves
    begin[p]·B^(L-1-p) + (begin[L] − begin[p+1]·B^(L-1-p)).
    """
    count, width = letters.shape
    powers = BASE ** np.arange(width + 1, dtype=np.uint32)
    begin = np.zeros((width + 1, count), np.uint32)
    for place in range(width):
        begin[place + 1] = begin[place] * BASE + letters[:, place]
    everyone = np.arange(count)
    whole = begin[lengths, everyone]
    hashes, owners = [whole], [everyone]
    for place in range(width):
        some = everyone[lengths > place]
        power = powers[lengths[some] - 1 - place]
        hashes.append(begin[place, some] * power + whole[some] - begin[place + 1, some] * power)
        owners.append(some)
    return np.concatenate(hashes), np.concatenate(owners)


def word_hashes(word: bytes) -> NDArray[np.uint32]:
    """The same for one word, each hash once."""
    found = set()
    for dropped in (word, *(word[:place] + word[place + 1 :] for place in range(len(word)))):
        value = 0
        for letter in dropped:
            value = (value * int(BASE) + letter) & 0xFFFFFFFF
        found.add(value)
    return np.array(sorted(found), np.uint32)


def is_one_mistake(one: bytes, other: bytes) -> bool:
    """Is one word the other with a letter added, left out, changed, or swapped with its neighbour?"""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or one == other:
        return False
    front = 0
    while front < len(short) and short[front] == long[front]:
        front += 1
    if len(short) < len(long):
        return short[front:] == long[front + 1 :]
    if short[front + 1 :] == long[front + 1 :]:
        return True
    swapped = short[front : front + 2] == long[front : front + 2][::-1]
    return swapped and short[front + 2 :] == long[front + 2 :]


def letter_signs(letters: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Which letters of the alphabet each word has, as bits; two words two mistakes apart differ in at most four."""
    signs = np.zeros(len(letters), np.uint32)
    for place in range(letters.shape[1]):
        column = letters[:, place]
        signs |= np.where(column > 0, np.uint32(1) << (column & 31).astype(np.uint32), np.uint32(0))
    return signs


def edit_distances(word: bytes, letters: NDArray[np.uint8], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Levenshtein's distance of one word to each of many, all at once, a column of letters at a time (Myers 1999)."""
    ones = ~np.uint64(0)
    last = np.uint64(1 << (len(word) - 1))
    matching = np.zeros(256, np.uint64)
    for place, letter in enumerate(word):
        matching[letter] |= np.uint64(1 << place)
    plus = np.full(len(letters), ones)
    minus = np.zeros(len(letters), np.uint64)
    distance = np.full(len(letters), len(word), np.int64)
    one = np.uint64(1)
    for place in range(int(lengths.max()) if len(lengths) else 0):
        match = matching[letters[:, place]]
        across = (((match & plus) + plus) ^ plus) | match
        up = minus | ~(across | plus)
        down = plus & across
        inside = lengths > place
        distance += np.where(inside & ((up & last) > 0), 1, 0) - np.where(inside & ((down & last) > 0), 1, 0)
        up = (up << one) | one
        down = down << one
        vertical = match | minus
        plus = down | ~(vertical | up)
        minus = up & vertical
    return distance
