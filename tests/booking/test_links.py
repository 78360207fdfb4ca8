"""The secret link of a booking: made anew each time, stored nowhere, useless when one letter is another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from flask import Flask

from booking.links import is_manage_token, manage_path, manage_token


@dataclass(frozen=True)
class ABooking:
    public_id: UUID
    link_version: int = 0


def test_a_link_opens_its_booking_and_no_other(app: Flask) -> None:
    assert app is not None
    own, other = ABooking(uuid4()), ABooking(uuid4())
    assert is_manage_token(own, manage_token(own))
    assert not is_manage_token(other, manage_token(own))
    assert manage_path(own) == f"/bookings/{own.public_id}/{manage_token(own)}"


def test_a_link_with_one_letter_changed_opens_nothing(app: Flask) -> None:
    assert app is not None
    own = ABooking(uuid4())
    token = manage_token(own)
    for place, letter in enumerate(token):
        for other in ("A", "b", "_", "é", "\udcff"):
            if other != letter:
                assert not is_manage_token(own, token[:place] + other + token[place + 1 :])
    assert not is_manage_token(own, token[:-1])
    assert not is_manage_token(own, token + "A")
    assert not is_manage_token(own, "")


def test_a_raised_version_and_another_secret_end_older_links(app: Flask) -> None:
    own = ABooking(uuid4())
    token = manage_token(own)
    assert not is_manage_token(ABooking(own.public_id, 1), token)
    kept = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another installation"
        assert not is_manage_token(own, token)
    finally:
        app.config["SECRET_KEY"] = kept
