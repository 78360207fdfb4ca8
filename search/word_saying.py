"""What the stewards' pages say of phrases, signs and changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from assetreg.clock import LOCAL_ZONE
from assetreg.queries.terms import CountedTerm, Taxonomy
from assetreg.texts.translate import gettext, lazy_gettext
from search.phrases.checking import strength_of
from search.phrases.lexicon import Phrase
from search.queries.word_history import Change
from search.urgent import SETTINGS

LONGEST_SHOWN = 300
WEIGHTS = {
    "plain": lazy_gettext("Plain"),
    "likely": lazy_gettext("Likely"),
    "hint": lazy_gettext("A hint"),
}
TONES = {
    "now": lazy_gettext("Life or safety: help now"),
    "today": lazy_gettext("Help today"),
    "gentle": lazy_gettext("In case they want it"),
}
COLUMNS = {
    "phrase": lazy_gettext("What people say"),
    "terms": lazy_gettext("What it means"),
    "weight": lazy_gettext("How sure"),
    "note": lazy_gettext("Note"),
    "is_active": lazy_gettext("Used"),
    "tone": lazy_gettext("How urgent"),
    "patterns": lazy_gettext("Words that show it"),
    "unless": lazy_gettext("But not these words"),
    "help": lazy_gettext("Who helps"),
    "title": lazy_gettext("Name"),
    "says": lazy_gettext("One sentence about it"),
    "phone": lazy_gettext("Phone number"),
    "text_number": lazy_gettext("Number to text"),
    "text_word": lazy_gettext("Word to text"),
    "url": lazy_gettext("Web address"),
    "position": lazy_gettext("Place in the list"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One column of a change: its name, before and after; empty is a dash."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Past:
    """One change as the page tells it. `number` goes into the button that undoes it; None where nothing was before."""

    on: date
    at_time: time
    who: str
    did: str
    lines: tuple[Line, ...]
    number: int | None


def term_groups(taxonomy: Taxonomy) -> list[tuple[str, list[tuple[str, str]]]]:
    """Needs and interests for a list to choose from: what lies under another is set in."""
    return [
        (gettext("Help with"), list(indented(taxonomy, taxonomy.roots("need")))),
        (gettext("Things people do"), list(indented(taxonomy, taxonomy.roots("interest")))),
    ]


def indented(taxonomy: Taxonomy, terms: Iterable[CountedTerm], depth: int = 0) -> Iterable[tuple[str, str]]:
    """Slug and name of terms and of all that lie under them."""
    for term in terms:
        yield term.slug, "– " * depth + term.name
        yield from indented(taxonomy, taxonomy.children(term), depth + 1)


def say_strength(weight: float) -> str:
    """How sure a phrase is, in a word."""
    return str(WEIGHTS[strength_of(weight)])


def differs_from_file(row: Any, phrase: Phrase) -> bool:
    """Is a saved phrase another one than came with the program?"""
    saved = (row.phrase, tuple(row.terms), float(row.weight), row.note, row.is_active)
    return saved != (phrase.phrase, phrase.terms, phrase.weight, phrase.note, True)


def history(changes: Sequence[Change], taxonomy: Taxonomy) -> list[Past]:
    """The changes, the newest first."""
    return [past(change, taxonomy) for change in changes]


def past(change: Change, taxonomy: Taxonomy) -> Past:
    """One change."""
    at = change.at.astimezone(LOCAL_ZONE)
    did = {"create": gettext("added it"), "update": gettext("changed it")}.get(change.action, gettext("took it away"))
    lines = tuple(
        Line(str(COLUMNS[name]), shown(name, before, taxonomy), shown(name, after, taxonomy))
        for name, (before, after) in change.changes.items()
        if name in COLUMNS
    )
    number = change.number if change.before is not None and lines else None
    return Past(at.date(), at.time().replace(second=0, microsecond=0), change.who, did, lines, number)


def shown(name: str, value: Any, taxonomy: Taxonomy) -> str:
    """One value of a column in words."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if name == "weight":
        return say_strength(float(value))
    if name == "tone":
        return str(TONES[value])
    if name == "terms":
        return ", ".join(taxonomy.by_slug[slug].name if slug in taxonomy.by_slug else slug for slug in value)
    if name == "position":
        return str(int(value) + 1)
    said = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]} …"


def sign_name(key: str) -> str:
    """What a sign is called on screen."""
    return key.replace("-", " ").capitalize()


def number_names() -> list[tuple[str, str]]:
    """What stewards may write in place of a number of the council's own, and what it stands for."""
    says = {
        "council_phone": gettext("the council's main number"),
        "housing_phone": gettext("the council's housing team"),
        "children_phone": gettext("children's services"),
        "adults_phone": gettext("adult social care"),
    }
    return [(f"{{{name}}}", says[name]) for name in SETTINGS if name in says]
