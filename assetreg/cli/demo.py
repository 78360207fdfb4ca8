"""The sample city, for showing the register and for measuring it."""

from __future__ import annotations

import sys

import click

from assetreg.actions.sample_city import (
    SERVICES,
    SampleRefused,
    add_sample_city,
    remove_sample_city,
)
from assetreg.audit import set_actor
from assetreg.db import db

MOST = 200_000


@click.command("demo")
@click.option("--services", type=click.IntRange(1, MOST), default=SERVICES, show_default=True, help="How many.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another number makes another city.")
@click.option("--force", is_flag=True, help="Add it even though the register holds other entries.")
@click.option("--remove", is_flag=True, help="Take the sample city out again.")
def demo(services: int, seed: int, *, force: bool, remove: bool) -> None:
    """Add a sample city: Birmingham's wards, invented organisations and services."""
    set_actor(db.session(), "command: demo")
    try:
        if remove:
            take_out()
        else:
            put_in(services, seed, is_forced=force)
    except SampleRefused as refusal:
        sys.exit(str(refusal))


def put_in(services: int, seed: int, *, is_forced: bool) -> None:
    """Add it, with a progress bar on a terminal."""
    is_watched = sys.stderr.isatty()
    with click.progressbar(length=services, label="Sample city", file=sys.stderr, hidden=not is_watched) as bar:
        made = add_sample_city(services, seed, is_forced=is_forced, tell=bar.update)
    db.session.commit()
    if not made.is_new:
        click.echo("This sample city is in the register already. Nothing was changed.")
        return
    click.echo(
        f"The sample city is in: {made.services:,} services of {made.organisations:,} organisations at "
        f"{made.locations:,} locations."
    )
    if made.parts:
        click.echo(f"With {said(made.parts)}.")
    if made.areas:
        click.echo(
            f"{made.areas} areas with approximate shapes were added. Load your council's boundaries to replace them."
        )


def take_out() -> None:
    """Remove it and say what stayed."""
    gone = remove_sample_city()
    db.session.commit()
    click.echo(
        f"The sample city is out: {gone.services:,} services, {gone.organisations:,} organisations, "
        f"{gone.locations:,} locations and {gone.areas} areas."
    )
    if gone.parts:
        click.echo(f"With them went {said(gone.parts)}.")
    if gone.organisations_stayed:
        click.echo(f"{gone.organisations_stayed} organisations stayed, because other services are theirs now.")
    if gone.have_areas_stayed:
        click.echo("The approximate areas stayed, because other entries lie in them.")


def said(parts: dict[str, int]) -> str:
    """What other floors added or took out: "400 series, 5,000 sessions"."""
    return ", ".join(f"{number:,} {name}" for name, number in parts.items())
