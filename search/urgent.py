"""Words that say somebody needs help at once, and who gives it. Pure; works with nothing but its file.

It would rather show a number too often than once too seldom, but not so often that nobody looks any more: idioms and
courses ("die cutting", "suicide awareness training") are named in the list as exceptions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from search.phrases.ordinary import ordinary_words
from search.phrases.spelling import MOST_MENDED, Corrector
from search.phrases.words import Word, clean, split, stem
from search.requests import Urgent

FILE = Path(__file__).resolve().parent / "data" / "urgent.toml"
TONES = ("now", "today", "gentle")
WIDEST_GAP = 3  # words that ".." may stand for
SHORTEST_MENDED = 6  # letters; "beaten" may be misspelt, "beat" may not
GAP = "\N{HORIZONTAL ELLIPSIS}"

Step = tuple[frozenset[str], bool]  # the stems that will do, and whether the word may be missing
Pattern = tuple[Step, ...]
SETTINGS = ("council", "council_phone", "housing_phone", "children_phone", "adults_phone")


class BadPattern(ValueError):
    """A pattern that could never be matched, or always; the message says why."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How one kind of emergency is said: patterns, and what does not count. `help` names who helps, best first."""

    key: str
    tone: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()  # needs that the results below should be about


class UrgentHelp:
    """Immutable. Signs of emergencies, ready to be looked for, and the help that each brings."""

    __slots__ = ("_corrector", "_first", "_help", "_signs", "_unless")

    def __init__(self, signs: Sequence[Sign], help_: Mapping[str, Urgent]) -> None:
        """`help_` by key; a sign that names help we do not have simply brings less. Raises BadPattern."""
        self._signs = tuple(signs)
        self._help = dict(help_)
        self._first: dict[str, list[tuple[int, Pattern]]] = {}
        self._unless: dict[str, list[tuple[int, Pattern]]] = {}
        known: set[str] = set()
        for index, sign in enumerate(self._signs):
            for texts, table in ((sign.patterns, self._first), (sign.unless, self._unless)):
                for text in texts:
                    pattern = compiled(text)
                    known.update(word for stems, _ in pattern for word in stems)
                    for first in pattern[0][0]:
                        table.setdefault(first, []).append((index, pattern))
        self._corrector = Corrector(word for word in known if len(word) >= SHORTEST_MENDED)

    def recognise(self, line: str) -> tuple[Urgent, ...]:
        """The help that this line calls for: life first, then today, then gently; each number once."""
        return self.help_for(self.signs_in(split(clean(line))))

    def help_for(self, found: Iterable[Sign]) -> tuple[Urgent, ...]:
        """The help that these signs call for."""
        seen: dict[str, Urgent] = {}
        for sign in sorted(found, key=lambda sign: TONES.index(sign.tone)):
            for key in sign.help:
                if key in self._help and key not in seen:
                    seen[key] = replace(self._help[key], group=sign.key, tone=sign.tone)
        return tuple(seen.values())

    def signs_in(self, words: Sequence[Word]) -> tuple[Sign, ...]:
        """The signs that the words show, in the order of the list."""
        ordinary = ordinary_words()
        stems = [
            (at < MOST_MENDED and word.singular not in ordinary and self._corrector.correct(word.stem)) or word.stem
            for at, word in enumerate(words)
        ]
        excused: dict[int, set[int]] = {}
        for at, first in enumerate(stems):
            for index, pattern in self._unless.get(first, ()):
                after = match_at(words, stems, at, pattern)
                if after is not None:
                    excused.setdefault(index, set()).update(range(at, after))
        found: set[int] = set()
        for at, first in enumerate(stems):
            for index, pattern in self._first.get(first, ()):
                if index in found:
                    continue
                after = match_at(words, stems, at, pattern)
                if after is not None and excused.get(index, set()).isdisjoint(range(at, after)):
                    found.add(index)
        return tuple(self._signs[index] for index in sorted(found))

    def filled(self, settings: Mapping[str, str]) -> UrgentHelp:
        """The same with the council's own name and numbers; help whose number is not known is left out."""
        general = settings.get("council_phone", "")
        values = {name: settings.get(name, "") or (general if name.endswith("_phone") else "") for name in SETTINGS}
        ready: dict[str, Urgent] = {}
        for key, urgent in self._help.items():
            done = replace(urgent, title=_fill(urgent.title, values), phone=_fill(urgent.phone, values))
            if done.phone or done.text_number or done.url:
                ready[key] = done
        return UrgentHelp(self._signs, ready)

    def find(self, key: str) -> Urgent | None:
        """Who helps under this key; None when nobody does."""
        return self._help.get(key)

    def all_help(self) -> tuple[Urgent, ...]:
        """Everybody who helps, in the order of the list."""
        return tuple(self._help.values())


def compiled(text: str) -> Pattern:
    """A pattern ready for matching. Raises BadPattern."""
    steps: list[Step] = []
    for piece in text.replace("..", f" {GAP} ").split():
        if piece == GAP:
            steps.append((frozenset({GAP}), False))
            continue
        is_optional = piece.endswith("?")
        stems = frozenset(stem(word.text) for word in split(clean(piece.rstrip("?").replace("/", " / "))))
        if not stems:
            raise BadPattern(f"“{text}” has a piece without a word in it: “{piece}”.")
        steps.append((stems, is_optional))
    if not steps or steps[0][1] or GAP in steps[0][0] or GAP in steps[-1][0]:
        raise BadPattern(f"“{text}” must begin and end with a word, and the first word may not be left out.")
    return tuple(steps)


def match_at(
    words: Sequence[Word],
    stems: Sequence[str],
    at: int,
    pattern: Pattern,
    step: int = 0,
    failed: set[tuple[int, int]] | None = None,
) -> int | None:
    """The index after the pattern when it begins at this word, else None.

    `failed` are the words and steps that were tried in vain: gaps and words that may be missing lead to the same ones
    in very many ways.
    """
    while step < len(pattern):
        wanted, is_optional = pattern[step]
        is_gap = GAP in wanted
        if is_gap or (is_optional and at < len(stems) and stems[at] in wanted):
            failed = set() if failed is None else failed
            for further in range(WIDEST_GAP + 1) if is_gap else (1,):
                if is_gap and (at + further >= len(stems) or (further and words[at + further].has_pause_before)):
                    return None
                if (at + further, step + 1) in failed:
                    continue
                after = match_at(words, stems, at + further, pattern, step + 1, failed)
                if after is not None:
                    return after
                failed.add((at + further, step + 1))
            if is_gap:
                return None
        elif at < len(stems) and stems[at] in wanted:
            at += 1
        elif not is_optional:
            return None
        step += 1
    return at


def _fill(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text.strip(" :")


def from_rows(signs: Iterable[Sign], help_: Iterable[tuple[str, Urgent]]) -> UrgentHelp:
    """From the stewards' tables; the file's list when either table is empty, so that help never disappears."""
    signs, known = tuple(signs), dict(help_)
    return UrgentHelp(signs, known) if signs and known else UrgentHelp(*read_urgent())


def read_urgent(path: Path = FILE) -> tuple[tuple[Sign, ...], dict[str, Urgent]]:
    """The signs and the help of a file."""
    with path.open("rb") as file:
        contents = tomllib.load(file)
    help_ = {key: Urgent(group="", **entry) for key, entry in contents["help"].items()}
    signs = tuple(
        Sign(
            key=group["key"],
            tone=group["tone"],
            patterns=tuple(group["patterns"]),
            unless=tuple(group.get("unless", ())),
            help=tuple(group["help"]),
            terms=tuple(group.get("terms", ())),
        )
        for group in contents["group"]
    )
    return signs, help_


@cache
def starting_help() -> UrgentHelp:
    """The list that comes with the program; the council's own numbers are not in it until `filled`."""
    signs, help_ = read_urgent()
    return UrgentHelp(signs, help_).filled({"council": "The council"})
