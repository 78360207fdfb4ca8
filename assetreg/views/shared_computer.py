"""Using a computer that others use too: nothing stays behind."""

from __future__ import annotations

import logging

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.actions import shortlists
from assetreg.actions.accounts import end_sessions
from assetreg.browser import forget_everything, list_key, remember_shared
from assetreg.db import db
from assetreg.outages import DATABASE_ERRORS, is_outage
from assetreg.permissions import public
from assetreg.sessions import end_session
from assetreg.views.blueprint import blueprint

LOG = logging.getLogger("assetreg.shared_computer")


@blueprint.route("/shared-computer", methods=["GET", "POST"])
@public
def use_shared_computer() -> ResponseReturnValue:
    """Say that this computer is shared: from now on nothing is kept longer than the browser window."""
    if request.method != "POST":
        return render_template("assetreg/use_shared_computer.html")
    session.permanent = False
    shorten_list()
    response = make_response(redirect(url_for("assetreg.use_shared_computer")))
    remember_shared(response)
    return response


@blueprint.route("/shared-computer/finish", methods=["GET", "POST"])
@public
def finish_on_shared_computer() -> ResponseReturnValue:
    """Sign out, and leave nothing in this browser: no cookie, no page, nothing stored."""
    if request.method != "POST":
        return render_template("assetreg/finish_on_shared_computer.html", is_finished=not request.cookies)
    if current_user.is_authenticated:
        end_sessions(current_user)
    clear_list()
    db.session.commit()
    end_session()
    response = make_response(redirect(url_for("assetreg.finish_on_shared_computer")))
    forget_everything(response)
    return response


def shorten_list() -> None:
    """The list ends with the browser window from now on, so keep it no longer than that can take.

    While the database is away the browser forgets its secret all the same, and the list ends by its age.
    """
    key = list_key()
    if key is None:
        return
    try:
        shortlist = shortlists.find_list(key)
        if shortlist is not None:
            shortlists.keep(shortlist, is_shared_computer=True)
        db.session.commit()
    except DATABASE_ERRORS as problem:
        pass_over_outage(problem)


def clear_list() -> None:
    """Remove the list with its notes and its link. A database that is away keeps nobody from finishing."""
    key = list_key()
    if key is None:
        return
    try:
        shortlists.clear(key)
    except DATABASE_ERRORS as problem:
        pass_over_outage(problem)


def pass_over_outage(problem: Exception) -> None:
    """Go on without the database when it is away; raise what else it complains about."""
    db.session.rollback()
    if not is_outage(problem):
        raise problem
    LOG.warning("left a list to end by its age: database away")
