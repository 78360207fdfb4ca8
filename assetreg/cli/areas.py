"""Areas: load their boundaries, say which lie in which, list them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app

from assetreg.actions.area_links import LinkColumns, LinksLoaded, LinksUnreadable, link_areas
from assetreg.actions.areas import AreasLoaded, AreasRefused, load_areas
from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.queries.places import list_areas
from assetreg.rules.areas import listed
from assetreg.rules.vocabulary import AREA_KINDS
from geo.boundaries import read_boundaries
from geo.boundary_files import BoundaryFileError

REFUSED, UNREADABLE = 1, 2
PARENT_KINDS = ("constituency", "locality")
FILE = click.Path(path_type=Path)


@click.group("areas")
def areas() -> None:
    """Wards, constituencies, localities and the city."""


@areas.command("load")
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice(AREA_KINDS), required=True, help="What the file's areas are.")
@click.option("--name-field", help="The field with the names; guessed when only one can be meant.")
@click.option("--code-field", help="The field with the codes; guessed when only one can be meant.")
@click.option("--layer", help="Which layer of a GeoPackage, when it has several.")
@click.option("--only", multiple=True, metavar="FIELD=VALUE", help="Only features that hold this, e.g. LAD24NM=Leeds.")
@click.option("--source", default="", help="Whose boundaries these are, shown with the map.")
@click.option("--approximate", is_flag=True, help="The shapes are sketches, and are labelled so.")
@click.option("--force", is_flag=True, help="Replace the present areas even by quite different ones.")
@click.option("--dry-run", is_flag=True, help="Check and count everything, change nothing.")
def load(
    file: Path,
    kind: str,
    name_field: str | None,
    code_field: str | None,
    layer: str | None,
    only: tuple[str, ...],
    source: str,
    approximate: bool,
    force: bool,
    dry_run: bool,
) -> None:
    """Load boundaries from FILE: GeoJSON, GeoPackage or shapefile, in WGS84 or British National Grid.

    Everything is checked before anything is replaced. Ends with 0 when the areas were loaded, 1 when the file is good
    but does not fit what is there (--force), 2 when the file cannot be used.
    """
    set_actor(db.session(), "command: areas load")
    try:
        found = read_boundaries(
            file,
            name_field,
            code_field,
            layer=layer,
            only=_pairs(only),
            may_lack_codes=kind in ("locality", "city"),
        )
    except BoundaryFileError as error:
        _complain(list(error.problems), UNREADABLE)
    click.echo(f"{file.name}: {len(found.boundaries)} areas ({found.name_field}, {found.code_field}).")
    for note in found.notes:
        click.echo(f"  {note}")
    try:
        loaded = load_areas(
            found,
            kind,
            city=(current_app.config["CITY_NAME"], current_app.config["CITY_CODE"]),
            source=source,
            is_approximate=approximate,
            is_forced=force,
        )
    except AreasRefused as refusal:
        db.session.rollback()
        _complain([str(refusal)], REFUSED)
    if dry_run:
        db.session.rollback()
        click.echo("This was a dry run: nothing was changed. It would have been:")
    else:
        db.session.commit()
    _tell_loaded(loaded)


@areas.command("link")
@click.argument("file", type=FILE)
@click.option("--child-field", required=True, help="The column with the ward's code (or name).")
@click.option("--parent-field", required=True, help="The column with the parent's code (or name).")
@click.option("--parent-kind", type=click.Choice(PARENT_KINDS), required=True, help="What the wards lie in.")
@click.option("--parent-name-field", help="The column with the parent's name, when --parent-field holds codes.")
@click.option("--share-field", help="The column with the part of the ward that lies there, like 0.61 or 61%.")
@click.option("--dry-run", is_flag=True, help="Check and count everything, change nothing.")
def link(
    file: Path,
    child_field: str,
    parent_field: str,
    parent_kind: str,
    parent_name_field: str | None,
    share_field: str | None,
    dry_run: bool,
) -> None:
    """Say which wards lie in which constituency or locality, from a look-up table (CSV).

    A ward may lie in two. Ends with 0 when every row was used or is of a ward elsewhere, 1 when some rows could not be
    used, 2 when the table cannot be used.
    """
    set_actor(db.session(), "command: areas link")
    columns = LinkColumns(child_field, parent_field, parent_name_field, share_field)
    try:
        linked = link_areas(file, columns, parent_kind)
    except LinksUnreadable as error:
        db.session.rollback()
        _complain([str(error)], UNREADABLE)
    if dry_run:
        db.session.rollback()
        click.echo("This was a dry run: nothing was changed. It would have been:")
    else:
        db.session.commit()
    _tell_linked(linked, parent_kind)
    sys.exit(REFUSED if linked.problems else 0)


@areas.command("list")
@click.option("--kind", type=click.Choice(AREA_KINDS), help="Only these.")
def show_list(kind: str | None) -> None:
    """List the present areas: kind, code, name, and whose boundaries they have."""
    for each in (kind,) if kind else AREA_KINDS:
        for area in list_areas(each):
            how = " (approximate)" if area.is_approximate else ""
            click.echo(f"{area.kind:<13}{area.code:<22}{area.name:<40}{area.source}{how}".rstrip())


def _pairs(only: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for one in only:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise click.BadParameter(f"“{one}” is not FIELD=VALUE, like LAD24NM=Leeds.", param_hint="--only")
        pairs[name.strip()] = value.strip()
    return pairs


def _complain(sentences: list[str], status: int) -> NoReturn:
    """Say every problem on the error stream, and end."""
    for sentence in sentences:
        click.echo(sentence, err=True)
    if status == UNREADABLE:
        click.echo("Nothing was changed.", err=True)
    sys.exit(status)


def _tell_loaded(loaded: AreasLoaded) -> None:
    click.echo(f"  {loaded.added} added, {loaded.changed} changed, {loaded.unchanged} as before.")
    if loaded.retired:
        click.echo(f"  {len(loaded.retired)} no longer shown: {listed(loaded.retired, 10)}.")
    click.echo(
        f"  Locations: {loaded.moved} are in another ward now, {loaded.now_inside} came into a ward, "
        f"{loaded.now_outside} are in no ward any more."
    )
    for name, services in loaded.left_behind:
        click.echo(f"  Still said to serve {name}, which is no longer shown: {listed(services)}. Please edit them.")
    if loaded.confidential_left_behind:
        click.echo(
            f"  {loaded.confidential_left_behind} confidential locations are kept in a ward that is no longer shown. "
            "Please choose their ward again."
        )
    if loaded.without_parent:
        click.echo(f"  {loaded.without_parent} wards are in no constituency or locality yet: areas link FILE.")


def _tell_linked(linked: LinksLoaded, kind: str) -> None:
    click.echo(f"  {linked.links} links between wards and areas of the kind “{kind}”.")
    if linked.parents_added:
        click.echo(f"  Added: {listed(linked.parents_added, 20)}.")
    if linked.outside:
        click.echo(f"  {len(linked.outside)} wards of the file lie outside: {listed(linked.outside)}.")
    if linked.unlinked:
        click.echo(f"  {len(linked.unlinked)} wards here are not in the file: {listed(linked.unlinked)}.")
    for problem in linked.problems:
        click.echo(f"  {problem}", err=True)
