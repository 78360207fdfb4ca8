"""A list that somebody gave others the link to: to read, and to copy into one's own."""

from __future__ import annotations

import hmac

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.actions import shortlists
from assetreg.browser import first_keys, is_shared_computer, list_key, remember_list
from assetreg.db import db
from assetreg.list_keys import is_key, key_hash
from assetreg.own_list import say_next_time
from assetreg.permissions import public
from assetreg.queries.errors import Gone
from assetreg.queries.shortlists import get_shared_list
from assetreg.texts.translate import gettext, ngettext
from assetreg.throttle import count_try, list_bounds, network_of
from assetreg.views.blueprint import blueprint
from assetreg.views.shortlists import private, say_outcome


@blueprint.get("/shared-lists/<key>")
@public
def show_shared_list(key: str) -> ResponseReturnValue:
    """The list as it is now. 410, in the same words for every link that opens nothing: nobody learns which ones did."""
    try:
        if not is_key(key):
            raise Gone
        shared = get_shared_list(key_hash(key), clock.now(), clock.today())
    except Gone:
        return unlinked(render_template("assetreg/show_shared_list_ended.html"), 410)
    own_key = list_key()
    is_own = own_key is not None and hmac.compare_digest(key_hash(own_key), shared.owner_hash)
    return unlinked(render_template("assetreg/show_shared_list.html", shared=shared, key=key, is_own=is_own))


@blueprint.post("/shared-lists/<key>")
@public
def copy_shared_list(key: str) -> ResponseReturnValue:
    """Put everything that is on it on one's own list."""
    own_key = list_key()
    shortlist = shortlists.find_list(own_key)
    if shortlist is None or own_key is None:
        count_try(list_bounds(network_of(request.remote_addr)), "list")
        shortlist, own_key = shortlists.begin_list(first_keys())
    try:
        added, left_out = shortlists.copy_shared(shortlist, key)
    except Gone:
        db.session.rollback()
        return unlinked(render_template("assetreg/show_shared_list_ended.html"), 410)
    shortlists.keep(shortlist, is_shared_computer=is_shared_computer())
    db.session.commit()
    said = ngettext("%(num)s thing was added to your list.", "%(num)s things were added to your list.", added)
    if not added and not left_out:
        said = gettext("All of it is on your list already.")
    say_next_time(None, f"{said} {say_outcome('full')}" if left_out else said)
    response = unlinked(redirect(url_for("assetreg.show_my_list")))
    remember_list(response, own_key)
    return response


def unlinked(answer: ResponseReturnValue, status: int | None = None) -> Response:
    """An answer that is kept nowhere, found by no search engine, and whose address no other page is told."""
    response = private(answer, status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
