"""Many people, few places: each is sold once. Everybody asks the rules before anybody writes, which is the worst case.

The controls do the same with the guard taken away, and sell places twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import JSONB

from assetreg import clock
from assetreg.db import db
from assetreg.models import Message
from booking.actions.occurrences import set_capacity
from booking.actions.places import BookingWish, Outcome, book, book_place
from booking.actions.places.statements import WITHOUT_KEY, placing
from booking.models import Booking, Occurrence
from tests.factories import booking as situations
from tests.races.conftest import CLIENTS, PATIENCE_S, at_once, counted

DOUBLE_CLICKS = 8
KEY = "the-form-of-one-person"
# The guards, taken away.
ANY_ROOM = "AND (:held >= 0 OR :most >= 0)"
ANY_SESSION = "o.id = :occurrence_id AND :starts_at IS NOT NULL AND :is_paused IS NOT NULL AND :capacity IS NOT NULL"


@pytest.fixture
def few_places(real: Flask) -> int:
    """A session with three places; committed."""
    return committed_session(real, 3)


def committed_session(app: Flask, capacity: int) -> int:
    """A session with so many places; its id."""
    with app.app_context():
        occurrence_id = situations.occurrence(capacity=capacity).id
        db.session.commit()
        db.session.remove()
    return occurrence_id


def booking(occurrence_id: int, **values: Any) -> Callable[[], Outcome]:
    """Book a place."""
    wish = BookingWish((occurrence_id,), **{"name": "Guest", **values})
    return lambda: book_place(wish, clock.now())


def all_ask_before_anybody_writes(monkeypatch: pytest.MonkeyPatch, clients: int) -> None:
    """Whoever comes to writing waits until everybody has."""
    barrier = Barrier(clients)
    write = book.place_all

    def wait_and_write(*arguments: Any) -> Outcome | None:
        try:
            barrier.wait(PATIENCE_S)
        except BrokenBarrierError:
            pytest.fail("not everybody came to the writing")
        return write(*arguments)

    monkeypatch.setattr(book, "place_all", wait_and_write)


def without_the_databases_own_promise(app: Flask) -> None:
    """The check on the counter taken away: the last guard of all would hide that ours is missing."""
    with app.app_context():
        db.session.execute(text("ALTER TABLE occurrence DROP CONSTRAINT ck_occurrence_places_within_capacity"))
        db.session.commit()
        db.session.remove()


def test_the_last_places_go_to_as_many_as_there_are_of_64_who_come_at_once(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ask_before_anybody_writes(monkeypatch, CLIENTS)
    outcomes = at_once(real, [booking(few_places, email=f"g{n}@example.org") for n in range(CLIENTS)])
    assert Counter(one.kind for one in outcomes) == {"booked": 3, "refused": CLIENTS - 3}
    assert {one.reason.name for one in outcomes if one.reason} == {"full"}
    assert counted(real, few_places) == (3, 3)
    with real.app_context():
        assert db.session.scalar(select(func.count()).select_from(Message)) == 3


def test_control_without_comparing_places_they_are_sold_twice(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_databases_own_promise(real)
    all_ask_before_anybody_writes(monkeypatch, CLIENTS)
    monkeypatch.setattr(book, "PLACE_WITHOUT_KEY", placing(WITHOUT_KEY, has_room=ANY_ROOM))
    outcomes = at_once(real, [booking(few_places, email=f"g{n}@example.org") for n in range(CLIENTS)])
    assert Counter(one.kind for one in outcomes)["booked"] > 3
    assert counted(real, few_places)[1] > 3


def test_the_database_itself_says_no_when_the_comparing_is_forgotten(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ask_before_anybody_writes(monkeypatch, 8)
    monkeypatch.setattr(book, "PLACE_WITHOUT_KEY", placing(WITHOUT_KEY, has_room=ANY_ROOM))
    at_once(real, [booking(few_places, email=f"g{n}@example.org") for n in range(8)])
    assert counted(real, few_places) == (3, 3)


def test_one_form_sent_many_times_at_once_books_once_and_says_so_every_time(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ask_before_anybody_writes(monkeypatch, DOUBLE_CLICKS)
    outcomes = at_once(real, [booking(few_places, key=KEY)] * DOUBLE_CLICKS)
    assert [one.kind for one in outcomes] == ["booked"] * DOUBLE_CLICKS
    assert len({one.bookings[0].reference for one in outcomes}) == 1
    assert sorted(one.is_repeat for one in outcomes) == [False] + [True] * (DOUBLE_CLICKS - 1)
    assert counted(real, few_places) == (1, 1)


def test_control_without_the_forms_key_it_books_again_and_again(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ask_before_anybody_writes(monkeypatch, 3)
    forgetful = "SELECT CAST(:key AS text) AS key FROM counted WHERE CAST(:made AS jsonb) IS NOT NULL"
    monkeypatch.setattr(book, "PLACE_WITH_KEY", placing(forgetful, made=JSONB))
    at_once(real, [booking(few_places, key=KEY)] * 3)
    assert counted(real, few_places) == (3, 3)


def test_one_contact_on_two_forms_at_once_has_one_booking_and_is_told_so(
    real: Flask, few_places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_ask_before_anybody_writes(monkeypatch, DOUBLE_CLICKS)
    forms = [booking(few_places, email="ada@example.org", key=f"form-number-{n}") for n in range(DOUBLE_CLICKS)]
    outcomes = at_once(real, forms)
    assert Counter(one.kind for one in outcomes) == {"booked": 1, "refused": DOUBLE_CLICKS - 1}
    assert {one.reason.name for one in outcomes if one.reason} == {"already_booked"}
    assert counted(real, few_places) == (1, 1)


def lower(occurrence_id: int, capacity: int) -> Callable[[], Any]:
    """Make the session smaller."""
    return lambda: set_capacity(db.session.get_one(Occurrence, occurrence_id), capacity, 0, "", None, clock.now())


def test_places_that_are_taken_away_while_people_book_are_not_sold(
    real: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = committed_session(real, 10)
    sold = sell_while_it_is_lowered(real, session_id, monkeypatch)
    assert sold["booked"] == 4
    assert counted(real, session_id) == (4, 4)


def test_control_without_comparing_the_session_places_that_are_gone_are_sold(
    real: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_databases_own_promise(real)
    session_id = committed_session(real, 10)
    monkeypatch.setattr("booking.actions.places.statements.IS_AS_IT_WAS", ANY_SESSION)
    monkeypatch.setattr(book, "PLACE_WITHOUT_KEY", placing(WITHOUT_KEY))
    assert sell_while_it_is_lowered(real, session_id, monkeypatch)["booked"] > 4
    assert counted(real, session_id)[1] > 4


def sell_while_it_is_lowered(app: Flask, session_id: int, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Nine people ask while there are ten places; before they write there are four."""
    write = book.place_all
    barrier = Barrier(9, action=lambda: at_once(app, [lower(session_id, 4)]))

    def wait_and_write(*arguments: Any) -> Outcome | None:
        barrier.wait(PATIENCE_S)
        monkeypatch.setattr(book, "place_all", write)
        return write(*arguments)

    monkeypatch.setattr(book, "place_all", wait_and_write)
    outcomes = at_once(app, [booking(session_id, email=f"g{n}@example.org") for n in range(9)])
    return Counter(one.kind for one in outcomes)


def test_a_capacity_under_the_places_taken_is_refused_whatever_comes_between(real: Flask) -> None:
    session_id = committed_session(real, 12)
    deeds = [booking(session_id, email=f"g{n}@example.org") for n in range(12)]
    *outcomes, lowered = at_once(real, [*deeds, lower(session_id, 5)])
    taken, live = counted(real, session_id)
    assert taken == live == sum(one.kind == "booked" for one in outcomes)
    assert taken == 12 if not lowered.done else taken == 5


def test_everybody_keeps_their_own_booking(real: Flask, few_places: int) -> None:
    at_once(real, [booking(few_places, email=f"g{n}@example.org", name=f"Guest {n}") for n in range(3)])
    with real.app_context():
        rows = db.session.execute(select(Booking.name, Booking.email)).all()
    assert sorted(name.split()[1] for name, _ in rows) == sorted(email[1] for _, email in rows) == ["0", "1", "2"]
