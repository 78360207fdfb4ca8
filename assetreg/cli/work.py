"""The worker process, and a look at what it could not do."""

from __future__ import annotations

import sys

import click
from flask import current_app

from assetreg.actions import outbox as actions
from assetreg.db import db
from assetreg.queries.outbox import list_parked
from assetreg.worker.loop import Worker, stopping_on_signals, work_off_everything


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
def work(once: bool) -> None:
    """Do what is in the outbox, until Ctrl-C. Any number of these may run at once."""
    if once:
        click.echo(f"{work_off_everything()} done.")
        return
    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    db.session.remove()
    with stopping_on_signals(worker):
        worker.run()


@click.group("outbox")
def outbox() -> None:
    """What waits to be done after a change was saved."""


@outbox.command("parked")
def parked() -> None:
    """List what has failed so often that somebody has to look at it."""
    rows = list_parked()
    for row in rows:
        click.echo(f"{row.id}\t{row.topic}\t{row.parked_at:%Y-%m-%d %H:%M} UTC\t{row.last_error}")
    if not rows:
        click.echo("Nothing is parked.")


@outbox.command("retry")
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="Everything that is parked.")
def retry(ids: tuple[int, ...], every: bool) -> None:
    """Try the parked rows with these IDS again."""
    if not ids and not every:
        sys.exit("Say which: give their numbers (see “outbox parked”), or --all.")
    count = actions.try_parked_again(None if every else list(ids))
    db.session.commit()
    click.echo(f"{count} will be tried again.")
