"""Rows of one service put together: several places, one entry; and rows that contradict an earlier one turned away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from assetreg.actions.import_services.staging import Staged
from assetreg.rules.importing.columns import Problem
from assetreg.rules.importing.packing import unpack
from assetreg.rules.importing.row import Place, Row
from assetreg.rules.opening import RegularTime

# What rows of one service may say differently because they are about different places.
_OF_THE_PLACE = {"times_note"}
_JOINED = {"languages", "access"}  # lists: each row adds to them
_EITHER = {"online", "telephone"}  # one row that says yes is enough
_PLACE_WORDS = {"name": "location_name", "address": "address", "lat": "latitude", "lon": "longitude"}
_ORGANISATION_WORDS = {"name": "organisation", "url": "organisation_url"}


@dataclass(slots=True)
class AtPlace:
    """What the rows about one place say: the place (None for a service without one) and its times."""

    line: int
    place: Place | None
    times: list[RegularTime] | None
    row: Row


@dataclass(slots=True)
class Wanted:
    """One service as the file has it. `is_whole` says that no row of it was turned away."""

    line: int
    source_id: str
    service_id: int | None
    organisation: dict[str, str]
    service: dict[str, Any]
    needs: list[int] | None
    interests: list[int] | None
    areas: list[int] | None
    contacts: dict[str, list[str]]
    at: dict[str, AtPlace] = field(default_factory=dict)
    is_whole: bool = True
    notes: dict[str, None] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)

    @property
    def places(self) -> list[AtPlace]:
        """Its places, in the order of the file."""
        return [at for at in self.at.values() if at.place is not None]

    def regular_times(self) -> list[tuple[RegularTime, str]] | None:
        """Every regular time with the key of the place it is for, "" for all; None when no row states any."""
        stated = {key: at.times for key, at in self.at.items() if at.times is not None}
        if not stated:
            return None
        sets = {frozenset(times) for times in stated.values()}
        if len(self.at) == 1 or (len(sets) == 1 and len(stated) == len(self.at)):
            return [(regular, "") for regular in next(iter(stated.values()))]
        return [(regular, key) for key, times in stated.items() for regular in times]


def merge(rows: Iterable[Staged], tell: Callable[[int, Problem], None]) -> Wanted | None:
    """One service out of its rows; `tell` hears of the rows that contradict an earlier one. None without a good row."""
    wanted: Wanted | None = None
    nature, is_whole = "", True
    for staged in rows:
        if staged.packed is None:
            is_whole = False
            continue
        row = unpack(staged.line, staged.packed)
        problem = None
        if wanted is None:
            wanted, nature = begin(row, staged.service_id), staged.natural_key
        elif not staged.has_id and staged.natural_key != nature:
            problem = Problem(
                "id",
                f"Line {wanted.line} has the same organisation and name, and a private place too. Postcodes of private "
                "places are not kept, so only ids can tell them apart: fill in id, and import with --source NAME.",
            )
        else:
            problem = why_not_together(wanted, row)
        if problem is not None:
            is_whole = False
            tell(row.line, problem)
            continue
        add(wanted, row)
        wanted.service_id = wanted.service_id or staged.service_id
    if wanted is not None:
        wanted.is_whole = is_whole
    return wanted


def begin(row: Row, service_id: int | None) -> Wanted:
    """A service as its first row has it, without its place."""
    return Wanted(
        line=row.line,
        source_id=row.source_id,
        service_id=service_id,
        organisation=dict(row.organisation),
        service=dict(row.service),
        needs=row.needs,
        interests=row.interests,
        areas=row.areas,
        contacts=dict(row.contacts),
    )


def key_of(row: Row) -> str:
    """What tells the place of a row from the service's other places."""
    return row.place.key if row.place is not None else ""


def why_not_together(wanted: Wanted, row: Row) -> Problem | None:
    """What a row says differently from an earlier one of the same service; None when both can be right."""
    here = wanted.at.get(key_of(row))
    if here is not None:
        column = first_difference_at_one_place(here.row, row)
        return (
            None
            if column is None
            else Problem(
                column,
                f"This contradicts line {here.line}, which is the same service at the same place. Make both the same, "
                "or take one of them out.",
            )
        )
    column = first_difference(wanted.service, row.service, {}, skip=_OF_THE_PLACE | _JOINED | _EITHER)
    column = column or first_difference(wanted.organisation, row.organisation, _ORGANISATION_WORDS)
    return (
        None
        if column is None
        else Problem(
            column,
            f"This differs from line {wanted.line}, which has the same id. Rows of one service may differ in where and "
            "when, not in this. Make them the same, or give this row its own id.",
        )
    )


def first_difference_at_one_place(first: Row, second: Row) -> str | None:
    """The first column in which two rows about one place differ."""
    for name in ("needs", "interests", "areas", "times"):
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None and (set(one) != set(other)):
            return "area" if name == "areas" else name
    places = [{name: getattr(row.place, name) for name in _PLACE_WORDS} if row.place else {} for row in (first, second)]
    return (
        first_difference(first.service, second.service, {})
        or first_difference(first.organisation, second.organisation, _ORGANISATION_WORDS)
        or first_difference(first.contacts, second.contacts, {})
        or first_difference(places[0], places[1], _PLACE_WORDS)
    )


def first_difference(
    first: dict[str, Any], second: dict[str, Any], words: dict[str, str], skip: Iterable[str] = ()
) -> str | None:
    """The first key that both state, and state differently, by our column's name."""
    for key, value in second.items():
        stated = first.get(key)
        if key not in skip and stated not in (None, "", []) and value not in (None, "", []) and value != stated:
            return words.get(key, key)
    return None


def add(wanted: Wanted, row: Row) -> None:
    """Put what a row says to what the service has already."""
    for column, value in row.service.items():
        if column in _JOINED:
            wanted.service[column] = [*dict.fromkeys([*wanted.service.get(column, []), *value])]
        elif column in _EITHER:
            wanted.service[column] = bool(wanted.service.get(column)) or value
        elif column == "times_note":
            wanted.notes[value] = None
            wanted.service[column] = "\n".join(wanted.notes)
        else:
            wanted.service.setdefault(column, value)
    for name, value in row.organisation.items():
        wanted.organisation.setdefault(name, value)
    wanted.needs = together(wanted.needs, row.needs)
    wanted.interests = together(wanted.interests, row.interests)
    wanted.areas = together(wanted.areas, row.areas)
    for kind, values in row.contacts.items():
        wanted.contacts[kind] = [*dict.fromkeys([*wanted.contacts.get(kind, []), *values])]
    wanted.lines.append(row.line)
    here = wanted.at.get(key_of(row))
    if here is None:
        wanted.at[key_of(row)] = AtPlace(row.line, row.place, row.times, row)
    else:
        complete(here, row)


def complete(here: AtPlace, row: Row) -> None:
    """Fill in what the earlier rows about one place left empty, so that later rows are compared with all of it."""
    first = here.row
    for stated, more in ((first.service, row.service), (first.organisation, row.organisation)):
        for name, value in more.items():
            stated.setdefault(name, value)
    for kind, values in row.contacts.items():
        first.contacts.setdefault(kind, values)
    first.needs, first.interests = first.needs or row.needs, first.interests or row.interests
    first.areas, first.times = first.areas or row.areas, first.times or row.times
    here.times = first.times
    if here.place is not None and row.place is not None:
        here.place.name, here.place.address = here.place.name or row.place.name, here.place.address or row.place.address
        if row.place.has_coordinates:
            here.place.lat, here.place.lon, here.place.has_coordinates = row.place.lat, row.place.lon, True
            here.place.is_approximate, here.place.placement = False, row.place.placement


def together(first: list[int] | None, second: list[int] | None) -> list[int] | None:
    """Two lists of ids as one, each once; None when neither row states any."""
    if first is None or second is None:
        return second if first is None else first
    return [*dict.fromkeys([*first, *second])]
