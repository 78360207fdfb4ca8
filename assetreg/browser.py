"""What this browser keeps for its person: how pages should look, whether the computer is shared, and what opens their
list.

All are cookies of ours, read on every page and needed on every page, and none says who somebody is.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, request, session

from assetreg import clock
from assetreg.list_keys import derived_key, is_key
from assetreg.rules.display import Display, classes_of, read_display, write_display
from assetreg.rules.shortlists import KEPT_FOR

DISPLAY = "display"
SHARED = "shared"
LIST = "my-list"
SEED = "csrf_token"  # in the session: random, and another in every browser
FIRST_LIST_S = 60
ONE_YEAR_S = 365 * 24 * 3600


def cookie_name(name: str) -> str:
    """The cookie's name here: in production browsers hold it to this host and to https by its prefix."""
    return f"__Host-{name}" if current_app.config["IS_PRODUCTION"] else name


def chosen_display() -> Display:
    """How this browser's person wants pages to look."""
    return read_display(request.cookies.get(cookie_name(DISPLAY), ""))


def display_classes() -> str:
    """The classes on `<html>` that make pages look as chosen."""
    return classes_of(chosen_display())


def is_shared_computer() -> bool:
    """Has somebody said that others use this computer too?"""
    return request.cookies.get(cookie_name(SHARED)) == "yes"


def remember_display(response: Response, display: Display) -> None:
    """Keep the choices for a year, or on a shared computer until the browser closes; forget them when all standard."""
    text = write_display(display)
    if text:
        keep(response, DISPLAY, text, None if is_shared_computer() else ONE_YEAR_S)
    else:
        forget(response, DISPLAY)


def remember_shared(response: Response) -> None:
    """From now on this computer is shared: nothing that we keep outlives the browser window."""
    keep(response, SHARED, "yes", None)
    text = write_display(chosen_display())
    if text:
        keep(response, DISPLAY, text, None)
    key = list_key()
    if key:
        keep(response, LIST, key, None)


def list_key() -> str | None:
    """The secret that opens this browser's list; None when it has none, or something else in its place."""
    key = request.cookies.get(cookie_name(LIST))
    return key if is_key(key) else None


def first_keys() -> tuple[str, ...]:
    """What this browser's first list is opened by when two of its windows begin one at the same time, newest last.

    Neither window has the other's cookie yet, but both have the same session. Worked out from it and from the minute,
    so that a list that is begun later has another secret. Empty when the browser has no session.
    """
    seed = session.get(SEED)
    if not seed:
        return ()
    minute = int(clock.now().timestamp()) // FIRST_LIST_S
    own = f"{current_app.config['SECRET_KEY']} a first list"
    return tuple(derived_key(own, f"{seed} {each}") for each in (minute - 1, minute))


def remember_list(response: Response, key: str) -> None:
    """Keep what opens the list for as long as the list is kept, or on a shared computer until the browser closes."""
    keep(response, LIST, key, None if is_shared_computer() else int(KEPT_FOR.total_seconds()))


def forget_list(response: Response) -> None:
    """Drop what opens the list."""
    forget(response, LIST)


def forget_everything(response: Response) -> None:
    """Drop every cookie that this browser sent, and ask it to drop all else that it holds of this website."""
    for name in request.cookies:
        response.delete_cookie(name, path="/", secure=current_app.config["IS_PRODUCTION"], httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response.headers["Cache-Control"] = "no-store"


def keep(response: Response, name: str, value: str, max_age: int | None) -> None:
    """Set one of our cookies; without `max_age` it ends with the browser."""
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age,
        path="/",
        secure=current_app.config["IS_PRODUCTION"],
        httponly=True,
        samesite="Lax",
    )


def forget(response: Response, name: str) -> None:
    """Drop one of our cookies."""
    response.delete_cookie(cookie_name(name), path="/", secure=current_app.config["IS_PRODUCTION"], httponly=True)


def init_app(app: Flask) -> None:
    """Let every template ask."""
    app.jinja_env.globals.update(display_classes=display_classes, is_shared_computer=is_shared_computer)
