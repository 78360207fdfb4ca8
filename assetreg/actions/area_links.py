"""Which wards lie in which constituency or locality, from a look-up table (CSV)."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import delete, insert, select, update

from assetreg import clock
from assetreg.actions.areas import DERIVED, Incoming, join_parents, save_areas, why_another_kind
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.models import Area, AreaLink
from assetreg.rules.areas import code_of, listed, share_of, slug_of


class LinksUnreadable(Exception):
    """The table cannot be used and nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class LinkColumns:
    """The table's columns: the ward's code or name, the parent's code or name, its name, and the ward's share in it."""

    child: str
    parent: str
    parent_name: str | None = None
    share: str | None = None

    def named(self) -> list[str]:
        """The columns that must be there."""
        return [column for column in (self.child, self.parent, self.parent_name, self.share) if column]


@dataclass(frozen=True, slots=True)
class LinksLoaded:
    """What came of a look-up table, for the summary."""

    links: int
    parents_added: tuple[str, ...]
    outside: tuple[str, ...]  # wards of the table that are not wards here
    unlinked: tuple[str, ...]  # wards here that the table does not name
    problems: tuple[str, ...]  # rows that could not be used, with their line numbers


@dataclass(slots=True)
class _Table:
    """Rows by ward and parent, as the file gives them."""

    shares: dict[tuple[int, str], float | None] = field(default_factory=dict)
    rows: Counter[tuple[int, str]] = field(default_factory=Counter)
    parent_names: dict[str, str] = field(default_factory=dict)
    outside: dict[str, None] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def link_areas(path: Path, columns: LinkColumns, kind: str) -> LinksLoaded:
    """Make the table's links the only ones between wards and areas of this kind; parents that are missing are added.

    A ward in two parents has a share in each: from the share column, else in proportion to its rows. Wards that are
    not ours are named, not an error. Raises LinksUnreadable, having changed nothing, when the file is no such table
    or names no ward of ours.
    """
    wards = list(db.session.scalars(select(Area).where(Area.kind == "ward", Area.retired_at.is_(None))))
    if not wards:
        raise LinksUnreadable("There are no wards yet. Load them first: areas load FILE --kind ward.")
    table = _read(path, columns, kind, wards)
    if not table.rows:
        raise LinksUnreadable(
            f"Not one ward in the column “{columns.child}” of {path.name} is a ward here ({listed(table.outside)}). "
            "Nothing was changed."
        )
    parents, added = _parents(kind, table.parent_names)
    db.session.execute(
        delete(AreaLink)
        .where(AreaLink.parent_id.in_(select(Area.id).where(Area.kind == kind)))
        .execution_options(synchronize_session=False)
    )
    links = [
        {"child_id": child, "parent_id": parents[code], "share": share}
        for (child, code), share in _shares(table).items()
    ]
    db.session.execute(insert(AreaLink), links)
    _retire_empty(kind)
    join_parents()
    db.session.expire_all()
    linked = {child for child, _ in table.rows}
    note_load(db.session(), "area_link", kind, {"links": len(links), "file": path.name, "parents_added": len(added)})
    db.session.flush()
    return LinksLoaded(
        len(links),
        added,
        tuple(table.outside),
        tuple(sorted(ward.name for ward in wards if ward.id not in linked)),
        tuple(table.problems),
    )


def _read(path: Path, columns: LinkColumns, kind: str, wards: list[Area]) -> _Table:
    """The file's rows, sorted into usable ones, wards elsewhere, and problems."""
    by_code = {ward.code.upper(): ward.id for ward in wards}
    by_slug = {slug_of("ward", ward.name): ward.id for ward in wards}
    table = _Table()
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in columns.named() if column not in (reader.fieldnames or [])]
            if missing:
                there = ", ".join(reader.fieldnames or []) or "none"
                raise LinksUnreadable(f"{path.name} has no column “{missing[0]}”. Its columns are: {there}.")
            columns = _with_name(columns, list(reader.fieldnames or []))
            for row in reader:
                child, parent = (row[columns.child] or "").strip(), (row[columns.parent] or "").strip()
                ward_id = by_code.get(child.upper()) or by_slug.get(slug_of("ward", child) if child else "")
                if not child or not parent:
                    table.problems.append(f"Line {reader.line_num}: the ward or the {kind} is missing.")
                elif ward_id is None:
                    table.outside[child] = None
                else:
                    _add(table, columns, kind, row, reader.line_num, ward_id)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LinksUnreadable(f"{path.name} cannot be read as a table ({error}). Save it as CSV in UTF-8.") from error
    return table


def _with_name(columns: LinkColumns, there: list[str]) -> LinkColumns:
    """The statistics office names columns in pairs: PCON24CD holds codes, PCON24NM their names."""
    pair = f"{columns.parent[:-2]}NM"
    if columns.parent_name or not columns.parent.endswith("CD") or pair not in there:
        return columns
    return replace(columns, parent_name=pair)


def _add(table: _Table, columns: LinkColumns, kind: str, row: dict[str, str | None], line: int, ward_id: int) -> None:
    """One usable row: it may be the second for its ward and parent (a look-up by neighbourhood has many)."""
    parent = (row[columns.parent] or "").strip()
    code = code_of(kind, parent)
    share = None
    if columns.share:
        share = share_of(row[columns.share] or "")
        if share is None:
            table.problems.append(
                f"Line {line}: the share “{row[columns.share] or ''}” is not a part between 0 and 1, like 0.61 or 61%."
            )
            return
    name = (row[columns.parent_name] or "").strip() if columns.parent_name else ""
    table.parent_names[code] = name or table.parent_names.get(code, "") or parent
    table.rows[ward_id, code] += 1
    before = table.shares.get((ward_id, code))
    table.shares[ward_id, code] = share if before is None else min(before + (share or 0), 1.0)


def _shares(table: _Table) -> dict[tuple[int, str], float]:
    """The share of each ward in each parent; by the number of rows where the table gives none."""
    rows_of: dict[int, int] = defaultdict(int)
    for (child, _), count in table.rows.items():
        rows_of[child] += count
    return {
        key: round(table.shares[key] or table.rows[key] / rows_of[key[0]], 4) or 0.0001 for key in sorted(table.rows)
    }


def _parents(kind: str, names: dict[str, str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """The parents' ids by code, those added that were not there, and the added ones' names."""
    present = set(db.session.scalars(select(Area.code).where(Area.kind == kind, Area.retired_at.is_(None))))
    missing = sorted(set(names) - present)
    clash = why_another_kind(kind, missing)
    if clash:
        raise LinksUnreadable(clash)
    save_areas(kind, [Incoming(code, names[code], None, None, False) for code in missing], DERIVED)
    ids = dict(db.session.execute(select(Area.code, Area.id).where(Area.code.in_(names))).all())
    return ids, tuple(names[code] for code in missing)


def _retire_empty(kind: str) -> None:
    """Parents that only ever were what a table said, and of which none says so any more, are no longer shown."""
    has_wards = select(AreaLink.parent_id)
    db.session.execute(
        update(Area)
        .where(Area.kind == kind, Area.source == DERIVED, Area.retired_at.is_(None), Area.id.not_in(has_wards))
        .values(retired_at=clock.now())
        .execution_options(synchronize_session=False)
    )
