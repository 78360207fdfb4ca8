"""Mapping files: how another list's columns become ours. docs/import.md describes the format for operators.

A mapping file is TOML. `[columns]` says for each of our columns where it comes from: the name of one of their columns,
or a table with a `rule`. Rules only rearrange and translate; what comes out is read like any spreadsheet of ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assetreg.rules.importing.columns import COLUMNS
from assetreg.rules.importing.mapping_rules import RULES, BadRule, Rule

TOP_LEVEL = {"source", "blank", "columns", "attribution", "url"}


class BadMap(ValueError):
    """The mapping file cannot be used; `str()` is a sentence that says what to change."""


@dataclass(frozen=True)
class Map:
    """A mapping file, read. `source` names the list, with the attribution that its licence asks for."""

    source: str
    attribution: str
    url: str
    blank: frozenset[str]
    rules: tuple[Rule, ...]

    @property
    def their_columns(self) -> list[str]:
        """Every column of theirs that a rule reads, in the order of the rules."""
        return list(dict.fromkeys(name for rule in self.rules for name in rule.reads))

    @property
    def our_columns(self) -> frozenset[str]:
        """Every column of ours that a rule may fill."""
        return frozenset(column for rule in self.rules for column in rule.fills)

    def apply(self, theirs: Mapping[str, str]) -> dict[str, str]:
        """A row under our columns' names. Two rules that fill one column each have their line in it."""
        row = {name: "" if is_blank(text, self.blank) else text.strip() for name, text in theirs.items()}
        ours: dict[str, str] = {}
        for rule in self.rules:
            for column, text in rule.apply(row).items():
                if text:
                    ours[column] = f"{ours[column]}\n{text}" if ours.get(column) else text
        return ours

    def origin(self, column: str) -> str:
        """Which of their columns a column of ours comes from, for the person who has their file open."""
        reads = list(dict.fromkeys(name for rule in self.rules if column in rule.fills for name in rule.reads))
        if not reads:
            return column
        return " + ".join(reads) if len(reads) <= 3 else f"{reads[0]} … {reads[-1]}"


def is_blank(text: str, blank: frozenset[str]) -> bool:
    """Whether a cell stands for nothing: empty, or one of the words that this list uses for that."""
    return re.sub(r"\s+", " ", text).strip().lower() in blank


def read_map(text: str) -> Map:
    """Read a mapping file. Raises BadMap."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMap(f"It is not a TOML file: {error}.") from None
    unknown = sorted(set(found) - TOP_LEVEL)
    if unknown:
        raise BadMap(f"“{unknown[0]}” means nothing here. At the top there may be {', '.join(sorted(TOP_LEVEL))}.")
    columns = found.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise BadMap("It needs a table [columns] that says where each of our columns comes from.")
    texts = {name: read_text(found, name) for name in ("source", "attribution", "url")}
    blank = found.get("blank", [])
    if not is_texts(blank):
        raise BadMap("“blank” must be a list of words that stand for an empty cell.")
    return Map(
        source=texts["source"],
        attribution=texts["attribution"],
        url=texts["url"],
        blank=frozenset(["", *(word.lower() for word in blank)]),
        rules=tuple(read_rule(name, described) for name, described in columns.items()),
    )


def read_rule(name: str, described: Any) -> Rule:
    """The rule for one entry of [columns]. Raises BadMap."""
    kind = "copy"
    values: dict[str, Any] = {"from": described} if isinstance(described, str) else {}
    if isinstance(described, dict):
        kind = str(described.get("rule", "copy"))
        values = {key: value for key, value in described.items() if key != "rule"}
    elif not values:
        raise BadMap(f"“{name}” must be the name of a column, or a table with a rule.")
    if kind not in RULES:
        raise BadMap(f"“{name}”: there is no rule “{kind}”. There are {', '.join(sorted(RULES))}.")
    try:
        rule = RULES[kind](name, values)
    except BadRule as error:
        raise BadMap(f"“{name}”: {error}") from None
    strange = sorted(set(rule.fills) - set(COLUMNS))
    if strange:
        raise BadMap(f"“{strange[0]}” is not a column of ours. docs/import.md lists them.")
    return rule


def read_text(found: Mapping[str, Any], name: str) -> str:
    """An optional text at the top of the file."""
    value = found.get(name, "")
    if not isinstance(value, str):
        raise BadMap(f"“{name}” must be a text.")
    return value.strip()


def is_texts(value: Any) -> bool:
    """Whether this is a list of texts."""
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value)
