"""Who may do what: one table. Every route declares its answer with `@public` or `@allowed(Action.X)`.

A route that declares nothing is refused at start (and by a house test).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Action(StrEnum):
    """Everything that somebody has to be allowed to do."""

    SEE_OWN_ACCOUNT = "see own account"
    CHANGE_OWN_PASSWORD = "change own password"  # noqa: S105
    EDIT_WORDS = "edit words"
    ORGANISE_SESSIONS = "organise sessions"
    BOOK_FOR_OTHERS = "book for others"
    SEE_MESSAGES = "see messages"
    EDIT_MESSAGE_TEMPLATES = "edit message templates"
    TELL_IN_PERSON = "tell in person"
    EDIT_TERM_DATES = "edit term dates"
    SEE_REPORTS = "see reports"


EVERYONE_SIGNED_IN = frozenset(
    {"citizen", "partner", "adviser", "connector", "steward", "commissioner", "administrator"}
)

STEWARDS = frozenset({"steward", "administrator"})
# Partners only for organisations they are members of (booking/rules/standing.py). Overbooking needs no more than this.
ORGANISERS = frozenset({"partner", "connector"}) | STEWARDS

MAY: dict[Action, frozenset[str]] = {
    Action.SEE_OWN_ACCOUNT: EVERYONE_SIGNED_IN,
    Action.CHANGE_OWN_PASSWORD: EVERYONE_SIGNED_IN,
    Action.EDIT_WORDS: STEWARDS,
    Action.ORGANISE_SESSIONS: ORGANISERS,
    Action.BOOK_FOR_OTHERS: frozenset({"connector", "adviser"}) | STEWARDS,
    Action.SEE_MESSAGES: frozenset({"connector"}) | STEWARDS,
    Action.EDIT_MESSAGE_TEMPLATES: STEWARDS,
    # Whoever books for others or runs sessions tells those who have neither e-mail nor phone.
    Action.TELL_IN_PERSON: ORGANISERS | {"adviser"},
    Action.EDIT_TERM_DATES: STEWARDS,
    Action.SEE_REPORTS: ORGANISERS | {"commissioner"},
}


class Person(Protocol):
    """What the table needs to know of whoever asks."""

    @property
    def is_authenticated(self) -> bool:
        """Are they signed in?"""
        ...


def roles_of(person: Person) -> frozenset[str]:
    """The roles somebody has now: none when signed out; `partner` comes with the first membership."""
    if not person.is_authenticated:
        return frozenset()
    roles = {str(getattr(person, "role", "citizen"))}
    if getattr(person, "memberships", None):
        roles.add("partner")
    return frozenset(roles)


def may(person: Person, action: Action) -> bool:
    """Is this person allowed to do this?"""
    return bool(roles_of(person) & MAY[action])


def public(view: View) -> View:
    """Declare that anybody may ask for this route, signed in or not."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def allowed(action: Action) -> Callable[[View], View]:
    """Declare that only those whom the table names for `action` may ask for this route."""

    def declare(view: View) -> View:
        view.permission = action  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any]) -> Action | str | None:
    """What a route says of itself: "public", an Action, or None when it says nothing."""
    answer: Action | str | None = getattr(view, "permission", None)
    return answer
