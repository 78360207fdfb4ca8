"""Who is signed in, according to the session cookie."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from flask import Flask, g, request, session
from flask_login import LoginManager, current_user, login_user

from assetreg import clock
from assetreg.audit import set_actor
from assetreg.browser import is_shared_computer
from assetreg.db import db
from assetreg.models import User
from assetreg.outages import DATABASE_ERRORS, is_outage
from assetreg.queries.users import find_user_of_session

# Citizens and groups are never thrown out for being slow, and stay signed in on their own phone. Whoever can read
# about others signs in every working day.
LONGEST_SESSION = timedelta(days=30)
LONGEST_STAFF_SESSION = timedelta(hours=12)
STARTED = "signed_in_at"
BEFORE = "signed_in_before_at"

LOG = logging.getLogger("assetreg.sessions")

# What never asks who it is for, and where somebody gets out even while we cannot ask.
NEEDS_NOBODY = frozenset({"static", "assetreg.show_alive"})
WAYS_OUT = frozenset({"assetreg.sign_out", "assetreg.finish_on_shared_computer"})

login_manager = LoginManager()
login_manager.session_protection = None


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(session_id: str) -> User | None:
    """The person a session cookie belongs to, unless it has been ended or is too old."""
    started = session.get(STARTED)
    if not isinstance(started, int):
        return None
    user = find_user_of_session(session_id)
    if user is None or clock.now() - datetime.fromtimestamp(started, UTC) > longest_session(user):
        return None
    return user


def longest_session(user: User) -> timedelta:
    """How long somebody stays signed in at most."""
    return LONGEST_SESSION if user.role == "citizen" else LONGEST_STAFF_SESSION


def start_session(user: User, signed_in_before_at: datetime | None = None) -> None:
    """Sign somebody in with a session of its own; whatever the old cookie held is gone (session fixation)."""
    session.clear()
    login_user(user)
    session[STARTED] = int(clock.now().timestamp())
    if signed_in_before_at is not None:
        session[BEFORE] = int(signed_in_before_at.timestamp())
    session.permanent = user.role == "citizen" and not is_shared_computer()
    set_actor(db.session(), user.role, user.id)


def end_session() -> None:
    """Sign out: the cookie holds nothing any more."""
    session.clear()
    g._login_user = login_manager.anonymous_user()


def find_sign_in_before() -> datetime | None:
    """When this person had signed in the time before this one; None when this is the first time."""
    before = session.get(BEFORE)
    return datetime.fromtimestamp(before, UTC) if isinstance(before, int) else None


class StandIn:
    """Somebody about whom nothing may be looked up now, because the database is away."""

    role = "unknown"
    memberships = ()

    def __init__(self, is_authenticated: bool) -> None:
        self.is_authenticated = is_authenticated


def use_stand_in() -> None:
    """From here on this request knows of its person only whether the cookie is a signed-in one's; no SQL."""
    g._login_user = StandIn("_user_id" in session)


def name_the_actor() -> None:
    """Tell the audit who the writes of this request are by.

    A database that is away keeps nobody from signing out: their cookie is emptied all the same, and their other
    sessions end by their age.
    """
    if request.endpoint in NEEDS_NOBODY:
        return
    try:
        is_known = "_user_id" in session and current_user.is_authenticated
    except DATABASE_ERRORS as problem:
        if request.endpoint not in WAYS_OUT or not is_outage(problem):
            raise
        LOG.warning("signed out without the database")
        g._login_user = login_manager.anonymous_user()
        return
    if is_known:
        set_actor(db.session(), current_user.role, current_user.id)
    else:
        set_actor(db.session(), "visitor")


def init_app(app: Flask) -> None:
    """Attach sign-in to the application."""
    login_manager.init_app(app)
    app.config["PERMANENT_SESSION_LIFETIME"] = LONGEST_SESSION
    app.before_request(name_the_actor)
