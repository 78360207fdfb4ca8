"""What whoever asks may do at a desk, and answers that nobody but them may keep."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, current_app, make_response
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.permissions import Action, may, roles_of
from assetreg.queries.errors import NotFound
from booking.queries.session_pages import SessionPage
from booking.rules.standing import may_organise

WRONG_FORM = 422
REFUSED = 409


@dataclass(frozen=True, slots=True)
class Powers:
    """`books_for_others`: staff whose work that is. `organises`: looks after this very session."""

    books_for_others: bool = False
    organises: bool = False

    @property
    def is_desk(self) -> bool:
        """Do they fill in the form for somebody who needs no e-mail and no phone?"""
        return self.books_for_others or self.organises


def powers_over(page: SessionPage) -> Powers:
    """What whoever asks may do with this session."""
    if not current_user.is_authenticated:
        return Powers()
    member_of = {one.organisation_id for one in current_user.memberships}
    return Powers(
        books_for_others=may(current_user, Action.BOOK_FOR_OTHERS),
        organises=may(current_user, Action.ORGANISE_SESSIONS)
        and may_organise(roles_of(current_user), member_of, page.organisation_id),
    )


def refuse_unlisted(page: SessionPage, powers: Powers, public_id: UUID) -> None:
    """Sessions that are kept off the lists are there for staff only. Raises NotFound for everybody else."""
    if not page.is_listed and not powers.is_desk:
        raise NotFound(str(public_id))


def secret(answer: ResponseReturnValue, status: int | None = None) -> Response:
    """An answer about one person's booking: no cache keeps it, no search engine lists it, and no other website learns
    the address that somebody came from.
    """
    response = make_response(answer)
    if status is not None:
        response.status_code = status
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def council_phone() -> str:
    """Whom people call."""
    return str(current_app.config["COUNCIL_PHONE"])
