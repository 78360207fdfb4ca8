"""What people are told when something is not there, not allowed or broken.

These pages must come out whatever is broken: none of them asks the database anything, not even who is signed in.
"""

from __future__ import annotations

import logging
import math
from contextlib import suppress

from flask import Flask, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed

from assetreg import clock
from assetreg.db import db
from assetreg.outages import DATABASE_ERRORS, is_outage
from assetreg.own_list import use_no_list
from assetreg.queries.errors import Gone, NotFound
from assetreg.sessions import use_stand_in
from assetreg.throttle import TooManyTries

LOG = logging.getLogger("assetreg.errors")

# Status → template. Any other 4xx is told as a bad request, any other 5xx as a fault of ours.
PAGES = {
    400: "bad_request",
    401: "not_allowed",
    403: "not_allowed",
    404: "not_found",
    405: "wrong_method",
    410: "gone",
    413: "too_large",
    429: "too_many_tries",
    500: "our_fault",
    503: "away",
}
TRY_AGAIN_AFTER_S = 30
DATA_PATHS = (".json", ".geojson")


def answer(
    status: int, headers: dict[str, str] | None = None, template: str = "", **values: object
) -> ResponseReturnValue:
    """The page for a status in plain words, or the same as JSON where data was asked for."""
    if status >= 500:
        use_stand_in()
        values["urgent"] = help_at_once()
        use_no_list()
    name = template or PAGES.get(status) or PAGES[400 if status < 500 else 500]
    if request.path.endswith(DATA_PATHS) or request.path.startswith("/health/"):
        told: dict[str, object] = {"error": name.replace("_", " "), "status": status}
        if values.get("urgent"):
            told["urgent_help"] = values["urgent"]
        response = make_response(jsonify(told), status)
    else:
        response = make_response(render_template(f"errors/{name}.html", **values), status)
    response.headers.update(headers or {})
    if status >= 500:
        response.headers["Cache-Control"] = "no-store"
    return response


def help_at_once() -> object:
    """Who helps at once when the words that could not be looked up are a cry for help; asks the database nothing."""
    find = current_app.extensions.get("help_at_once")
    words = request.args.get("q", "")
    if find is None or not words:
        return ()
    try:
        return find(words)
    except Exception:
        LOG.exception("help at once cannot be told")
        return ()


def show_http_error(problem: HTTPException) -> ResponseReturnValue:
    """Whatever Flask or a view refused."""
    if problem.code is None or problem.code < 400:
        return problem
    headers = {}
    if isinstance(problem, MethodNotAllowed) and problem.valid_methods:
        headers["Allow"] = ", ".join(sorted(problem.valid_methods))
    return answer(problem.code, headers)


def show_lost_form(_problem: CSRFError) -> ResponseReturnValue:
    """400: the form came without this session's token; what to do about it."""
    return answer(400, template="lost_form")


def show_not_found(_problem: Exception) -> ResponseReturnValue:
    """404 in plain words."""
    return answer(404)


def show_gone(problem: Gone) -> ResponseReturnValue:
    """410: it was there, and has ended."""
    return answer(410, name=problem.name)


def show_too_many_tries(problem: TooManyTries) -> ResponseReturnValue:
    """429: when the next try is welcome."""
    seconds = math.ceil((problem.until - clock.now()).total_seconds())
    until_time = problem.until.astimezone(clock.LOCAL_ZONE).time().replace(second=0, microsecond=0)
    return answer(
        429,
        {"Retry-After": str(max(seconds, 1))},
        minutes=math.ceil(seconds / 60),
        until_time=until_time,
        about=problem.about,
    )


def show_away(problem: Exception) -> ResponseReturnValue:
    """503 when the database does not answer; any other complaint of it is our fault."""
    db.session.rollback()
    if not is_outage(problem):
        raise problem
    LOG.warning("database away", extra={"problem": type(getattr(problem, "orig", None) or problem).__name__})
    return away()


def show_our_fault(problem: InternalServerError) -> ResponseReturnValue:
    """500 in plain words; 503 when an error page itself met a database that is away."""
    if is_outage(problem.original_exception):
        return away()
    return answer(500)


def away() -> ResponseReturnValue:
    """503, and when to come back."""
    was_sending = request.method not in ("GET", "HEAD")
    return answer(503, {"Retry-After": str(TRY_AGAIN_AFTER_S)}, was_sending=was_sending)


def let_go_of_database(_problem: BaseException | None) -> None:
    """Give the connection back; when the database went away meanwhile, the answer that is made already still counts.

    Flask-SQLAlchemy's own, which runs after this, would raise outside Flask, where the web server writes the words that
    somebody searched for into its log.
    """
    try:
        db.session.remove()
    except DATABASE_ERRORS as problem:
        LOG.warning("database away", extra={"problem": type(getattr(problem, "orig", None) or problem).__name__})
        with suppress(*DATABASE_ERRORS):
            db.session().invalidate()
        db.session.registry.clear()


def init_app(app: Flask) -> None:
    """Attach the answers."""
    app.teardown_appcontext(let_go_of_database)
    for kind in DATABASE_ERRORS:
        app.register_error_handler(kind, show_away)
    app.register_error_handler(NotFound, show_not_found)
    app.register_error_handler(Gone, show_gone)
    app.register_error_handler(TooManyTries, show_too_many_tries)
    app.register_error_handler(CSRFError, show_lost_form)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(InternalServerError, show_our_fault)
