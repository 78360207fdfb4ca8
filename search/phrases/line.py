"""The line being read: its words, which of them are explained, and the request that grows out of them.

Readers run one after another over the same `Line`. A word that one reader took, no later one reads again, with two
exceptions: a `SHARED` word may still stand for a need or interest, and a `NAMED` one (a place's) still raises services
that use it. A `KEPT` word is for the text only, because the person said that its meaning was wrong, or put it in
quotes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from search.phrases.words import Word, clean, split, squeezed
from search.requests import Chip, Request, Somewhere

FREE, TAKEN, SHARED, NAMED, KEPT = range(5)
EMPTY = {field.name: field.default for field in fields(Request)}
# A place in the form decides about the place, however the words would have said it.
TOGETHER = dict.fromkeys(("point", "point_name", "point_areas", "areas"), ("point", "areas"))
TOGETHER |= dict.fromkeys(("age", "ages"), ("age", "ages"))
TOGETHER |= {"days": ("days", "dates"), "dates": ("days", "dates")}
MOST_WORDS = 60  # read for meaning; who types more says no more, and must not wait longer
MOST_WEIGHT = 1.5
SAID_AGAIN = 0.2  # what a second phrase for the same need adds
V = TypeVar("V")


class Table(Generic[V]):
    """Phrases and what each means, matched longest first. Plural endings do not matter."""

    __slots__ = ("_longest", "_meanings")

    def __init__(self, meanings: Mapping[str, V]) -> None:
        """Keys are phrases in small letters; several with one meaning may be joined with "|"."""
        self._meanings: dict[str, V] = {}
        self._longest: dict[str, int] = {}  # by first word: most words in a phrase that begins so
        for phrases, meaning in meanings.items():
            for phrase in phrases.split("|"):
                singulars = [word.singular for word in split(clean(phrase))]
                self._meanings[" ".join(singulars)] = meaning
                self._longest[singulars[0]] = max(self._longest.get(singulars[0], 0), len(singulars))

    def at(self, line: Line, first: int) -> tuple[int, V] | None:
        """The longest phrase that begins with this word: the index after its end, and its meaning."""
        singulars = line.singulars
        longest = self._longest.get(singulars[first], 0)
        for after in range(min(first + longest, len(singulars)), first, -1):
            meaning = self._meanings.get(" ".join(singulars[first:after]))
            if meaning is not None and not line.has_pause_inside(first, after):
                return after, meaning
        return None

    def spans(self, line: Line, through_guards: bool = False) -> Iterator[tuple[int, int, V]]:
        """Every phrase in words nobody took yet, from left to right, not one inside another."""
        at = 0
        while at < len(line.words):
            found = self.at(line, at) if line.states[at] == FREE else None
            if found is not None and line.is_open(at, found[0], through_guards):
                yield at, found[0], found[1]
                at = found[0]
            else:
                at += 1


@dataclass(frozen=True, slots=True)
class Guard:
    """Words that belong together in one phrase, from `first` to before `after`."""

    first: int
    after: int


class Line:
    """A line, its words and what was made of them so far. Lives for one reading."""

    __slots__ = (
        "_base",
        "_fixed",
        "_ignored",
        "chips",
        "cues",
        "denied",
        "guards",
        "near_me",
        "places",
        "singulars",
        "spelt",
        "states",
        "text",
        "unplaced",
        "values",
        "weights",
        "words",
    )

    def __init__(self, text: str, words: Sequence[Word], base: Request, ignored: Collection[str] = ()) -> None:
        """`words` are those of the cleaned `text`; `base` is what the form asks for, which words never change."""
        self.text = text
        self.words = words[:MOST_WORDS]
        self.singulars = [word.singular for word in self.words]
        self.states = [KEPT if word.quote or word.is_beginning else FREE for word in self.words]
        self.guards: dict[int, Guard] = {}
        self.denied: dict[int, int] = {}  # word under a "not" → index of the "not"
        self.cues: dict[int, int] = {}  # index of a "not" → index after the words it denies
        self.values: dict[str, Any] = {}
        self.chips: dict[str, Chip] = {}
        self.weights: dict[str, float] = {}
        self.places: tuple[Somewhere, ...] = ()
        self.unplaced: list[str] = []
        self.spelt: dict[int, str] = {}  # words put right, by index
        self.near_me = False
        self._base = base
        self._ignored = frozenset(ignored)
        self._fixed = {name for name, default in EMPTY.items() if getattr(base, name) != default}

    def word(self, at: int) -> str:
        """The word at this index, or "" outside the line."""
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def source(self, first: int, after: int) -> str:
        """These words as they were typed."""
        return squeezed(self.text[self.words[first].start : self.words[after - 1].end])

    def has_pause_inside(self, first: int, after: int) -> bool:
        """Whether a comma, a full stop or a new line parts these words."""
        return any(word.has_pause_before for word in self.words[first + 1 : after])

    def is_open(self, first: int, after: int, through_guards: bool = False) -> bool:
        """Whether these words may be read: nobody took them, no longer phrase holds one, no "not" stands before."""
        for at in range(first, after):
            if self.states[at] != FREE:
                return False
            cue = self.denied.get(at)
            if cue is not None and not first <= cue < after:
                return False
            guard = self.guards.get(at)
            if guard and not through_guards and (guard.first < first or guard.after > after):
                return False
        return True

    def is_free(self, at: int) -> bool:
        """Whether there is such a word and nobody took it yet."""
        return 0 <= at < len(self.words) and self.states[at] == FREE

    def is_settled(self, name: str) -> bool:
        """Whether the form already says this."""
        return any(field in self._fixed for field in TOGETHER.get(name, (name,)))

    def is_ignored(self, key: str) -> bool:
        """Whether the person said that this reading is wrong."""
        return key in self._ignored

    def mark(self, first: int, after: int, state: int) -> None:
        """Set the state of these words."""
        self.states[first:after] = [state] * (after - first)

    def take(self, first: int, after: int, chip: Chip, state: int = TAKEN, **values: Any) -> bool:
        """These words mean `values`: put them into the request and remember the chip. False when they may not.

        Tuples are added to what is there already, other values replace it. Words of an ignored reading stay text;
        words that say what the form already says are taken without a trace.
        """
        if chip.key in self._ignored:
            self.mark(first, after, KEPT)
            return False
        self.mark(first, after, state)
        if any(self.is_settled(name) for name in values):
            return False
        for name, value in values.items():
            if isinstance(EMPTY[name], tuple) and not isinstance(EMPTY[name], str):
                so_far = self.values.get(name, ())
                self.values[name] = so_far + tuple(item for item in value if item not in so_far)
            else:
                self.values[name] = value
        self.add_chip(chip)
        return True

    def add_chip(self, chip: Chip) -> None:
        """Remember a chip; the words of a second one that means the same are added to the first."""
        known = self.chips.get(chip.key)
        if known is not None and chip.source not in known.source:
            chip = replace(known, source=f"{known.source} … {chip.source}")
        self.chips[chip.key] = known if known is not None and chip.source in known.source else chip

    def forget(self, *kinds: str) -> None:
        """Take readings of these kinds back; their words stay explained."""
        self.chips = {key: chip for key, chip in self.chips.items() if chip.kind not in kinds}
        for kind in kinds:
            self.values.pop({"date": "dates", "day": "days", "time": "times"}.get(kind, kind), None)

    def hint(self, slug: str, weight: float, chip: Chip) -> None:
        """A need or interest that the words hint at; said twice, it is surer."""
        if chip.key in self._ignored:
            return
        before = self.weights.get(slug)
        self.weights[slug] = min(weight if before is None else max(before, weight) + SAID_AGAIN, MOST_WEIGHT)
        self.add_chip(chip)

    def chip(self, kind: str, value: str, label: str, first: int, after: int) -> Chip:
        """A chip for the words from `first` to before `after`."""
        return Chip(kind, value, label, self.source(first, after))

    def request(self) -> Request:
        """The form's request with what the words added."""
        return replace(self._base, **self.values)
