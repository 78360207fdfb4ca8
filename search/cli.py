"""The index, from the command line: build it, check it, and ask it why."""

from __future__ import annotations

import sys
import time
from datetime import timedelta

import click

from assetreg import clock
from assetreg.audit import set_actor
from assetreg.db import db
from search.actions.indexing import processes
from search.actions.lexicon import BadWords, load_lexicon, load_urgent_help
from search.explaining import explain_lines
from search.index.checking import compare
from search.index.folder import IndexBusy, IndexMissing
from search.index.writing import rebuild as rebuild_index
from search.loading import load
from search.queries.search_log import get_overview, list_misses
from search.reader import index_root
from search.requests import Request

MOST_NAMES = 10


@click.group("search")
def search() -> None:
    """The search index."""


@search.command("rebuild")
@click.option("--processes", "count", type=click.IntRange(1, 64), default=None, help="As many as there are cores.")
def rebuild(count: int | None) -> None:
    """Build the index anew beside the present one, and swap."""
    began = time.monotonic()
    bar = click.progressbar(length=1, label="Search index", file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        try:
            written = rebuild_index(db.session(), index_root(), processes=count or processes(), tell=tell)
        except IndexBusy as problem:
            sys.exit(f"{problem} Try again when it has finished.")
    click.echo(f"{written.documents:,} documents in {time.monotonic() - began:.1f} seconds.")


@search.command("load-words")
def load_words() -> None:
    """Load the phrases and the crisis list that come with the program; what stewards changed stays."""
    set_actor(db.session(), "command: search load-words")
    changed = load_lexicon() + load_urgent_help()
    db.session.commit()
    click.echo(f"{changed} phrases, signs and numbers added or changed.")


def load_starting_words() -> None:
    """The same after a migration: words that do not fit the needs of this register are named and left for later."""
    for load_some in (load_lexicon, load_urgent_help):
        try:
            load_some()
        except BadWords as problem:
            click.echo(f"Words not loaded: {problem} “search load-words” tries again.", err=True)


@search.command("check")
def check() -> None:
    """Compare the index with the register, both ways. Exit 1 when they differ."""
    try:
        found = compare(db.session(), index_root())
    except (IndexMissing, OSError, ValueError) as problem:
        sys.exit(f"{problem} “search rebuild” builds it anew.")
    for what, names in (
        ("are not in the index", found.missing),
        ("are in the index but should not be", found.superfluous),
        ("are otherwise in the index than in the register", found.different),
        ("are in the index more than once", found.repeated),
    ):
        if names:
            some = ", ".join(f"{entity} {key}" for entity, key in names[:MOST_NAMES])
            click.echo(f"{len(names)} {what}: {some}{' …' if len(names) > MOST_NAMES else ''}")
    if not found.is_right:
        sys.exit("The index and the register differ. The worker may be behind; “search rebuild” makes them agree.")
    click.echo(f"The index and the register agree on {found.documents:,} documents.")


@search.command("explain")
@click.argument("words")
@click.option("--near", help="Latitude,longitude.")
@click.option("--within", type=click.IntRange(1), help="Metres.")
@click.option("--results", type=click.IntRange(1, 200), default=10, show_default=True)
def explain(words: str, near: str | None, within: int | None, results: int) -> None:
    """Say what WORDS are read as, and why each result stands where it stands."""
    try:
        snapshot = load(index_root(), clock.today())
    except IndexMissing as problem:
        sys.exit(f"{problem} “search rebuild” builds it.")
    point = None
    if near:
        latitude, _, longitude = near.partition(",")
        try:
            point = (float(latitude), float(longitude))
        except ValueError:
            sys.exit("Give --near as latitude,longitude, such as 52.41,-1.97.")
    for line in explain_lines(Request(text=words, point=point, within_m=within, per_page=results), snapshot):
        click.echo(line)


@search.command("misses")
@click.option("--days", type=click.IntRange(1, 3660), default=30, show_default=True, help="How far back.")
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True)
def misses(days: int, most: int) -> None:
    """Show the words that found nothing most often."""
    since = clock.today() - timedelta(days=days)
    seen = get_overview(since)
    for miss in list_misses(since, most):
        click.echo(f"{miss.times:6,}  {miss.words}")
    click.echo(
        f"{seen.searches:,} searches since {since:%d %B %Y}; {seen.nothing:,} found nothing, {seen.nothing_known:,} of"
        f" them without a word that may be kept. {seen.urgent:,} called for help at once."
    )
