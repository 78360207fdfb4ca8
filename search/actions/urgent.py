"""Stewards change how emergencies are recognised and who helps. What would leave anybody without help is refused.

A sign or a number is never deleted: what is switched off stays in the list and can be switched on again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import exists, func, select

from assetreg.db import db
from search.actions.keeping_words import add, take_lock, write
from search.actions.lexicon import load_urgent_help
from search.models import UrgentHelpEntry, UrgentSign
from search.phrases.lexicon import Phrase
from search.queries.urgent_words import list_help_rows, list_sign_rows
from search.requests import Urgent
from search.urgent import Sign, UrgentHelp
from search.urgent_checks import UnsafeChange, check_help, check_list, check_sign

LONGEST_KEY = 40
T = TypeVar("T")
HELP_FIELDS = ("title", "says", "phone", "text_number", "text_word", "url")


@dataclass(frozen=True, slots=True)
class Around:
    """What a change is checked against: the council's settings, the slugs there are, and harmless phrases."""

    settings: Mapping[str, str]
    slugs: Collection[str]
    ordinary: Sequence[Phrase]


def sign_of(row: UrgentSign) -> Sign:
    """A row as the search knows it."""
    return Sign(row.key, row.tone, tuple(row.patterns), tuple(row.unless), tuple(row.help), tuple(row.terms))


def help_of(row: UrgentHelpEntry) -> Urgent:
    """A row as the search knows it."""
    return Urgent("", row.title, row.says, row.phone, row.text_number, row.text_word, row.url)


def key_from(name: str, taken: Collection[str]) -> str:
    """A key made of a name; empty when the name has no letter for it."""
    key = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_KEY].strip("-")
    number = 2
    free = key
    while free in taken or free == "new":  # the address of the page that adds one
        free, number = f"{key}-{number}", number + 1
    return free


def list_after(
    settings: Mapping[str, str],
    sign: tuple[str, Sign | None] | None = None,
    entry: tuple[str, Urgent | None] | None = None,
) -> tuple[list[Sign], dict[str, Urgent]]:
    """The list in use with one sign or one entry changed, added (by key) or, with None, taken away."""
    signs = {row.key: sign_of(row) for row in list_sign_rows() if row.is_active}
    entries = {row.key: help_of(row) for row in list_help_rows() if row.is_active}
    change(signs, sign)
    change(entries, entry)
    filled = UrgentHelp((), entries).filled(settings)
    return list(signs.values()), {key: one for key in entries if (one := filled.find(key)) is not None}


def change(table: dict[str, T], wanted: tuple[str, T | None] | None) -> None:
    """Put one value in or, with None, take it out."""
    if wanted is None:
        return
    key, value = wanted
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def start_lists() -> None:
    """Take the lock; while a table is empty the program's own list is in use, so that becomes the table."""
    take_lock()
    for table in (UrgentSign, UrgentHelpEntry):
        if not db.session.scalar(select(exists(select(table.id)))):
            load_urgent_help()


def checked(sign: Sign, around: Around) -> UrgentHelp:
    """The list as it would be with this sign. Raises UnsafeChange."""
    signs, help_ = list_after(around.settings, sign=(sign.key, sign))
    check_sign(sign, help_, around.slugs, around.ordinary)
    check_list(signs, help_)
    return UrgentHelp(signs, help_)


def add_sign(sign: Sign, around: Around) -> UrgentSign:
    """Add a sign under a key made of its name. Raises UnsafeChange."""
    start_lists()
    sign = replace(sign, key=key_from(sign.key, {row.key for row in list_sign_rows()}))
    checked(sign, around)
    row = UrgentSign(position=1 + (db.session.scalar(select(func.max(UrgentSign.position))) or 0), **values_of(sign))
    row.key, row.is_active = sign.key, True
    add(row)
    return row


def change_sign(row: UrgentSign, sign: Sign, around: Around, version: str | None) -> bool:
    """Change a sign; False when nothing differs. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    sign = replace(sign, key=row.key)
    if row.is_active:
        checked(sign, around)
    else:
        check_sign(sign, list_after(around.settings)[1], around.slugs, around.ordinary)
    values = values_of(sign)
    is_same = all(getattr(row, name) == value for name, value in values.items())
    return write(row, {**values, "is_from_file": row.is_from_file and is_same}, version)


def switch_sign(row: UrgentSign, is_active: bool, around: Around, version: str | None, is_sure: bool = False) -> bool:
    """Switch a sign off (it takes `is_sure`) or on. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    if is_active:
        checked(sign_of(row), around)
    else:
        check_list(*list_after(around.settings, sign=(row.key, None)))
        if not is_sure:
            raise UnsafeChange("sure", "not_sure")
    return write(row, {"is_active": is_active, "is_from_file": False}, version)


def add_help(entry: Urgent, position: int | None) -> UrgentHelpEntry:
    """Add somebody who helps. No sign names them yet. Raises UnsafeChange."""
    start_lists()
    check_help(entry)
    key = key_from(entry.title, {row.key for row in list_help_rows()})
    if not key:
        raise UnsafeChange("title", "no_title")
    last = 1 + (db.session.scalar(select(func.max(UrgentHelpEntry.position))) or 0)
    row = UrgentHelpEntry(key=key, position=last if position is None else position, **help_values(entry))
    row.is_active = True
    add(row)
    return row


def change_help(row: UrgentHelpEntry, entry: Urgent, position: int | None, around: Around, version: str | None) -> bool:
    """Change an entry; False when nothing differs. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    check_help(entry)
    if row.is_active:
        check_list(*list_after(around.settings, entry=(row.key, entry)))
    values = {**help_values(entry), "position": row.position if position is None else position}
    is_same = all(getattr(row, name) == value for name, value in values.items())
    return write(row, {**values, "is_from_file": row.is_from_file and is_same}, version)


def switch_help(
    row: UrgentHelpEntry, is_active: bool, around: Around, version: str | None, is_sure: bool = False
) -> bool:
    """Switch an entry off (it takes `is_sure`) or on. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    if is_active:
        check_help(help_of(row))
    else:
        check_list(*list_after(around.settings, entry=(row.key, None)))
        if not is_sure:
            raise UnsafeChange("sure", "not_sure")
    return write(row, {"is_active": is_active, "is_from_file": False}, version)


def put_sign_back(row: UrgentSign, before: Mapping[str, Any], around: Around, version: str | None) -> bool:
    """Make a sign what it was before a change. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    lists = (tuple(before[name]) for name in ("patterns", "unless", "help", "terms"))
    sign = Sign(row.key, before["tone"], *lists)
    if before["is_active"]:
        checked(sign, around)
    else:
        check_list(*list_after(around.settings, sign=(row.key, None)))
    return write(row, {**values_of(sign), "is_active": before["is_active"], "is_from_file": False}, version)


def put_help_back(row: UrgentHelpEntry, before: Mapping[str, Any], around: Around, version: str | None) -> bool:
    """Make an entry what it was before a change. Raises UnsafeChange, ChangedMeanwhile."""
    start_lists()
    entry = Urgent("", *(before[name] for name in HELP_FIELDS))
    check_help(entry)
    check_list(*list_after(around.settings, entry=(row.key, entry if before["is_active"] else None)))
    return write(row, {**help_values(entry), "is_active": before["is_active"], "is_from_file": False}, version)


def values_of(sign: Sign) -> dict[str, Any]:
    """The columns of a sign."""
    return {
        "tone": sign.tone,
        "patterns": list(sign.patterns),
        "unless": list(sign.unless),
        "help": list(sign.help),
        "terms": list(sign.terms),
    }


def help_values(entry: Urgent) -> dict[str, Any]:
    """The columns of an entry."""
    return {name: getattr(entry, name) for name in HELP_FIELDS}
