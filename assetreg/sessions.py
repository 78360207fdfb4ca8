"""Who is signed in, according to the session cookie."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager, current_user

from assetreg.audit import set_actor
from assetreg.db import db
from assetreg.models import User
from assetreg.queries.users import find_user_of_session

login_manager = LoginManager()
login_manager.session_protection = None


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_user(session_id: str) -> User | None:
    """The person a session cookie belongs to, unless it has been ended since."""
    return find_user_of_session(session_id)


def name_the_actor() -> None:
    """Tell the audit who the writes of this request are by."""
    if current_user.is_authenticated:
        set_actor(db.session(), current_user.role, current_user.id)
    else:
        set_actor(db.session(), "visitor")


def init_app(app: Flask) -> None:
    """Attach sign-in to the application."""
    login_manager.init_app(app)
    app.before_request(name_the_actor)
