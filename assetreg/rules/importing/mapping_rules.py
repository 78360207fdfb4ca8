"""The rules a mapping file may name. Each takes a row of theirs, and gives the cells of one or more of our columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assetreg.rules.importing.mixed_contacts import take_contacts
from assetreg.rules.spoken_times import read_spoken_times
from assetreg.rules.times import DAYS, TimesError, find_day, format_times, read_times

Theirs = Mapping[str, str]


class BadRule(ValueError):
    """The rule is not described as it must be."""


@dataclass(frozen=True)
class Rule:
    """What every rule has: the column of ours that it stands under, and the columns of theirs that it reads."""

    column: str
    reads: tuple[str, ...]

    @property
    def fills(self) -> tuple[str, ...]:
        """Our columns that it may fill."""
        return (self.column,)

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """Our cells from their row, in which blank cells are empty texts."""
        raise NotImplementedError


@dataclass(frozen=True)
class Constant(Rule):
    """The same text in every row."""

    value: str

    def apply(self, _row: Theirs, /) -> dict[str, str]:
        """The text."""
        return {self.column: self.value}


@dataclass(frozen=True)
class Join(Rule):
    """Several of their columns in one cell, empty ones left out. One column alone is copied."""

    separator: str

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """What there is, joined."""
        parts = (row[column].strip() for column in self.reads)
        return {self.column: self.separator.join(part for part in parts if part)}


@dataclass(frozen=True)
class Template(Rule):
    """A sentence with their columns in it: "Closed in {Year closed}." Nothing at all when one of them is empty."""

    text: str

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """The sentence, or nothing."""
        if not all(row[column] for column in self.reads):
            return {}
        return {self.column: _FIELD.sub(lambda match: row[match[1]], self.text)}


@dataclass(frozen=True)
class Filled(Rule):
    """One value when their column has something in it, another when it is empty."""

    filled: str
    empty: str

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """One value or the other."""
        return {self.column: self.filled if any(row[column] for column in self.reads) else self.empty}


@dataclass(frozen=True)
class Translate(Rule):
    """The value of the first pattern found in their cell (small letters and capitals alike), else `otherwise`."""

    values: tuple[tuple[re.Pattern[str], str], ...]
    otherwise: str

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """The translation."""
        text = row[self.reads[0]]
        return {
            self.column: next(
                (value for pattern, value in self.values if text and pattern.search(text)), self.otherwise
            )
        }


@dataclass(frozen=True)
class DayHours(Rule):
    """A column for each weekday, "09:00-17:00" in each: our times. What is not a time goes to the note with its day."""

    days: tuple[tuple[str, str], ...]  # (our day, their column)
    closed: frozenset[str]

    @property
    def fills(self) -> tuple[str, ...]:
        """The times, and the note."""
        return (self.column, "times_note")

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """Each day's hours as our times."""
        times, notes = [], []
        for day, column in self.days:
            text = row[column].strip()
            if not text or text.lower() in self.closed:
                continue
            found = read_hours(f"{day} {text}")
            times.append(found)
            if not found:
                notes.append(f"{day}: {text}")
        return {self.column: "; ".join(time for time in times if time), "times_note": "\n".join(notes)}


@dataclass(frozen=True)
class SpokenTimes(Rule):
    """Opening times in everyday English: our times where they are clear, the words themselves in the note otherwise."""

    @property
    def fills(self) -> tuple[str, ...]:
        """The times, and the note."""
        return (self.column, "times_note")

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """The times, or the note."""
        found = read_spoken_times(row[self.reads[0]])
        return {self.column: format_times(found.times), "times_note": found.note}


@dataclass(frozen=True)
class Contacts(Rule):
    """Cells that hold phone numbers, e-mail or web addresses in any mixture, each put where it belongs.

    When something else is left in a cell, the whole cell also goes to the column `rest`, so that nothing is lost.
    """

    rest: str

    @property
    def fills(self) -> tuple[str, ...]:
        """The three kinds of contact, and where the rest goes."""
        return ("phone", "email", "url", *((self.rest,) if self.rest else ()))

    def apply(self, row: Theirs, /) -> dict[str, str]:
        """Each contact under its kind."""
        found: dict[str, list[str]] = {"phone": [], "email": [], "url": []}
        rest = []
        for column in self.reads:
            if take_contacts(row[column], found):
                rest.append(" ".join(row[column].split()))
        cells = {kind: "; ".join(dict.fromkeys(values)) for kind, values in found.items()}
        if self.rest:
            cells[self.rest] = "\n".join(rest)
        return cells


_FIELD = re.compile(r"\{([^{}]+)\}")


def read_hours(text: str) -> str:
    """ "Mon 9am - 5pm" or "Mon 09:00-17:00" as our times cell; nothing when it is not clear."""
    try:
        found = read_times(text)
    except TimesError:
        return ""
    if found.note:
        found = read_spoken_times(text)
    return "" if found.note else format_times(found.times)


def columns_of(values: Mapping[str, Any], most: int = 100) -> tuple[str, ...]:
    """Their column or columns, under "from"."""
    named = values.get("from")
    names = (named,) if isinstance(named, str) else tuple(named) if isinstance(named, list) else ()
    if not names or len(names) > most or not all(isinstance(name, str) and name.strip() for name in names):
        wanted = "the name of one column" if most == 1 else "the name of a column, or a list of names"
        raise BadRule(f"“from” must be {wanted}.")
    return tuple(name.strip() for name in names)


def text_of(values: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text of a rule, which must be there unless it has a default."""
    value = values.get(name, default)
    if not isinstance(value, str):
        raise BadRule(f"“{name}” must be a text.")
    return value


def only(values: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Refuse words that the rule does not know: they are slips."""
    strange = sorted(set(values) - set(allowed))
    if strange:
        raise BadRule(f"“{strange[0]}” means nothing to this rule, which knows {', '.join(allowed)}.")


def make_constant(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “constant”: value."""
    only(values, ["value"])
    return Constant(name, (), text_of(values, "value"))


def make_copy(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “copy”: from."""
    only(values, ["from"])
    return Join(name, columns_of(values, most=1), "")


def make_join(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “join”: from, separator."""
    only(values, ["from", "separator"])
    return Join(name, columns_of(values), text_of(values, "separator", ", "))


def make_template(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “template”: text."""
    only(values, ["text"])
    text = text_of(values, "text")
    names = tuple(dict.fromkeys(_FIELD.findall(text)))
    if not names:
        raise BadRule("“text” must name a column of theirs in braces, like {Name}. For the same text always: constant.")
    return Template(name, names, text)


def make_filled(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “filled”: from, filled, empty."""
    only(values, ["from", "filled", "empty"])
    return Filled(name, columns_of(values), text_of(values, "filled"), text_of(values, "empty", ""))


def make_translate(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “translate”: from, values, otherwise."""
    only(values, ["from", "values", "otherwise"])
    pairs = values.get("values")
    if not isinstance(pairs, dict) or not pairs or not all(isinstance(value, str) for value in pairs.values()):
        raise BadRule("“values” must be a table of patterns and what they become.")
    try:
        patterns = tuple((re.compile(pattern, re.IGNORECASE), value) for pattern, value in pairs.items())
    except re.error as error:
        raise BadRule(f"“values” holds a pattern that cannot be read: {error}.") from None
    return Translate(name, columns_of(values, most=1), patterns, text_of(values, "otherwise", ""))


def make_day_hours(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “day_hours”: days, closed."""
    only(values, ["days", "closed"])
    days = values.get("days")
    if not isinstance(days, dict) or not days:
        raise BadRule("“days” must be a table of weekdays and their columns.")
    found: list[tuple[str, str]] = []
    for day, named in days.items():
        number = find_day(day)
        if number is None:
            raise BadRule(f"“{day}” is not a weekday. Write {', '.join(DAYS)}.")
        found.extend((DAYS[number], column) for column in columns_of({"from": named}))
    closed = values.get("closed", ["closed"])
    if not isinstance(closed, list) or not all(isinstance(word, str) for word in closed):
        raise BadRule("“closed” must be a list of words.")
    return DayHours(
        name, tuple(column for _, column in found), tuple(found), frozenset(word.lower() for word in closed)
    )


def make_spoken_times(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “spoken_times”: from."""
    only(values, ["from"])
    return SpokenTimes(name, columns_of(values, most=1))


def make_contacts(name: str, values: Mapping[str, Any]) -> Rule:
    """The rule “contacts”: from, rest."""
    only(values, ["from", "rest"])
    return Contacts(name, columns_of(values), text_of(values, "rest", ""))


RULES: dict[str, Callable[[str, Mapping[str, Any]], Rule]] = {
    "copy": make_copy,
    "constant": make_constant,
    "join": make_join,
    "template": make_template,
    "filled": make_filled,
    "translate": make_translate,
    "day_hours": make_day_hours,
    "spoken_times": make_spoken_times,
    "contacts": make_contacts,
}
