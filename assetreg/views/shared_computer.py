"""Using a computer that others use too: nothing stays behind."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.actions.accounts import end_sessions
from assetreg.browser import forget_everything, remember_shared
from assetreg.db import db
from assetreg.permissions import public
from assetreg.sessions import end_session
from assetreg.views.blueprint import blueprint


@blueprint.route("/shared-computer", methods=["GET", "POST"])
@public
def use_shared_computer() -> ResponseReturnValue:
    """Say that this computer is shared: from now on nothing is kept longer than the browser window."""
    if request.method != "POST":
        return render_template("assetreg/use_shared_computer.html")
    session.permanent = False
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
        db.session.commit()
    end_session()
    response = make_response(redirect(url_for("assetreg.finish_on_shared_computer")))
    forget_everything(response)
    return response
