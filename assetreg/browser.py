"""What this browser keeps for its person: how pages should look, whether the computer is shared, and what opens their
list.

All are cookies of ours, read on every page and needed on every page, and none says who somebody is.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from assetreg.list_keys import is_key
from assetreg.rules.display import Display, classes_of, read_display, write_display
from assetreg.rules.shortlists import KEPT_FOR

DISPLAY = "display"
SHARED = "shared"
LIST = "my-list"
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
