"""The list of this browser's person, as every page shows it: how many things are on it, and which buttons say so."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from uuid import UUID

from flask import Flask, flash, g, get_flashed_messages, url_for

from assetreg import clock
from assetreg.browser import list_key
from assetreg.db import db
from assetreg.list_keys import key_hash
from assetreg.outages import DATABASE_ERRORS, is_outage
from assetreg.queries.shortlists import Glance, find_glance
from assetreg.texts.translate import gettext

LOG = logging.getLogger("assetreg.own_list")
NOTHING = Glance()
NEWS = "list"  # the kind of news that belongs to one service on somebody's list


def my_list() -> Glance:
    """What is on this browser's list, read once a request; without a list nothing is asked.

    Pages that need no records are there while the database is away: they show no list then.
    """
    if "my_list" not in g:
        g.my_list = read_list()
    found: Glance = g.my_list
    return found


def read_list() -> Glance:
    """What the database says of this browser's list."""
    key = list_key()
    if key is None:
        return NOTHING
    try:
        return find_glance(key_hash(key), clock.now()) or NOTHING
    except DATABASE_ERRORS as problem:
        if not is_outage(problem):
            raise
        db.session.rollback()
        LOG.warning("shown without a list")
        return NOTHING


def use_list(glance: Glance) -> None:
    """The list is known already: this request need not ask for it."""
    g.my_list = glance


def use_no_list() -> None:
    """From here on this request asks for no list: it tells that something is broken."""
    use_list(NOTHING)


def say_next_time(public_id: UUID | None, said: str) -> None:
    """Say something on the next page, beside this service's button, or at the top when it is about none."""
    flash(f"{public_id or ''} {said}", NEWS)


def list_news() -> dict[str, str]:
    """What is to be said now about services, by their public ids; once."""
    told = (str(news).partition(" ") for news in get_flashed_messages(category_filter=[NEWS]))
    return {public_id: said for public_id, _space, said in told}


@dataclass(frozen=True, slots=True)
class Words:
    """What the buttons of a page say, and where the list is."""

    add: str
    remove: str
    see: str
    url: str


def list_words() -> Words:
    """In the reader's language."""
    return Words(
        add=gettext("Add to my list"),
        remove=gettext("On your list – take it off"),
        see=gettext("See my list"),
        url=url_for("assetreg.show_my_list"),
    )


def init_app(app: Flask) -> None:
    """Let every template ask."""
    app.jinja_env.globals.update(my_list=my_list, list_news=list_news, list_words=list_words)
