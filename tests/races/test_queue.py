"""Places given back, taken and offered at the same moment: nobody's place is lost, and none is given twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from assetreg import clock
from assetreg.db import db
from assetreg.models import Message
from booking.actions import queue, waiting
from booking.actions.places import BookingWish, VeryBusy, book_place, cancel_booking, change
from booking.actions.waiting import accept_offer, lapse_due, leave_waiting
from booking.models import Booking, Occurrence
from tests.factories import booking as situations
from tests.races.conftest import at_once, counted

PLACES = 8


@pytest.fixture
def full(real: Flask) -> tuple[int, list[int], list[int]]:
    """A session whose eight places are taken, with eight who wait; the ids of it, of the bookings and of the waits."""
    with real.app_context():
        at = situations.occurrence(capacity=PLACES, starts_in_hours=200)
        taken = [situations.booking(at).id for _ in range(PLACES)]
        waits = [
            situations.booking(at, state="waiting", waits_since=clock.now() - timedelta(hours=PLACES - number)).id
            for number in range(PLACES)
        ]
        found = at.id, taken, waits
        db.session.commit()
        db.session.remove()
    return found


def cancelling(booking_id: int) -> Callable[[], Any]:
    """Give it back."""
    return lambda: cancel_booking(booking_id, "guest", "", clock.now()).done


def states(app: Flask, booking_ids: Sequence[int]) -> list[str]:
    """The states of these bookings, in this order."""
    with app.app_context():
        found = dict(db.session.execute(select(Booking.id, Booking.state)).all())
        db.session.remove()
    return [found[one] for one in booking_ids]


def test_everybody_cancels_at_once_and_everybody_who_waits_is_asked_once(
    real: Flask, full: tuple[int, list[int], list[int]]
) -> None:
    session_id, taken, waits = full
    assert at_once(real, [cancelling(one) for one in taken]) == [True] * PLACES
    assert states(real, waits) == ["offered"] * PLACES
    assert counted(real, session_id) == (PLACES, PLACES)
    with real.app_context():
        assert len(db.session.scalars(select(Message.id).where(Message.template == "offered")).all()) == PLACES


def test_cancelling_while_others_leave_accept_and_come_loses_no_place(
    real: Flask, full: tuple[int, list[int], list[int]]
) -> None:
    session_id, taken, waits = full
    deeds = [cancelling(one) for one in taken[:5]]
    deeds += [lambda one=one: leave_waiting(one, clock.now()).done for one in waits[:3]]
    deeds += [lambda one=one: accept_offer(one, clock.now()).done for one in waits[3:6]]
    deeds += [
        lambda n=n: book_place(BookingWish((session_id,), name="New", email=f"n{n}@example.org"), clock.now()).kind
        for n in range(4)
    ]
    outcomes = at_once(real, deeds)
    assert not [one for one in outcomes if isinstance(one, Exception)]
    came_in = outcomes[-4:].count("booked")
    assert counted(real, session_id) == (PLACES, PLACES)
    counts = Counter(states(real, waits))
    assert counts["offered"] + counts["confirmed"] == 5 - came_in


def test_an_offer_accepted_in_the_moment_it_lapses_is_one_or_the_other(
    real: Flask, full: tuple[int, list[int], list[int]]
) -> None:
    session_id, taken, waits = full
    with real.app_context():
        cancel_booking(taken[0], "guest", "", clock.now())
        db.session.commit()
        soon = clock.now() + timedelta(hours=23)
    later = soon + timedelta(hours=2)
    at_once(real, [lambda: accept_offer(waits[0], soon).done, lambda: lapse_due(later), lambda: lapse_due(later)])
    first, second = states(real, waits[:2])
    assert (first, second) in (("confirmed", "waiting"), ("lapsed", "offered"))
    assert counted(real, session_id) == (PLACES, PLACES)


def test_control_without_holding_the_session_places_are_lost(
    real: Flask, full: tuple[int, list[int], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody reads the counter before anybody writes it, and nobody waits for anybody."""
    session_id, taken, waits = full
    barrier = Barrier(PLACES)

    def read_only(occurrence_ids: Sequence[int]) -> list[Occurrence]:
        found = list(db.session.scalars(select(Occurrence).where(Occurrence.id.in_(occurrence_ids))))
        try:
            barrier.wait(10)
        except BrokenBarrierError:
            pytest.fail("not everybody came to the reading")
        return found

    for place in (change, waiting, queue):
        monkeypatch.setattr(place, "hold", read_only)
    with real.app_context():
        db.session.execute(delete(Booking).where(Booking.id.in_(waits)))
        db.session.commit()
    at_once(real, [cancelling(one) for one in taken])
    assert counted(real, session_id) == (PLACES - 1, 0)


def test_baskets_in_different_orders_wait_for_each_other_and_never_for_ever(real: Flask) -> None:
    with real.app_context():
        ids = [situations.occurrence(capacity=100).id for _ in range(4)]
        db.session.commit()
        db.session.remove()
    orders = [tuple(ids[n % 4 :] + ids[: n % 4]) for n in range(16)]
    deeds = [
        lambda n=n, order=order: (
            book_place(BookingWish(order, name="Guest", email=f"b{n}@example.org"), clock.now()).kind
        )
        for n, order in enumerate(orders)
    ]
    assert at_once(real, deeds) == ["booked"] * 16
    assert [counted(real, one) for one in ids] == [(16, 16)] * 4


def test_who_waits_too_long_for_a_session_is_told_so_and_nothing_is_saved(real: Flask) -> None:
    with real.app_context():
        session_id = situations.occurrence(capacity=5).id
        db.session.commit()
        holder = db.engine.connect()
        holder.execute(update(Occurrence).where(Occurrence.id == session_id).values(note="held"))
        wish = BookingWish((session_id,), name="Ada", email="ada@example.org", key="the-form-of-ada")
        try:
            with pytest.raises(VeryBusy):
                book_place(wish, clock.now())
            db.session.commit()
        finally:
            holder.rollback()
            holder.close()
        assert counted(real, session_id) == (0, 0)
        again = book_place(wish, clock.now())
        db.session.commit()
        assert (again.kind, again.is_repeat) == ("booked", False)
        db.session.remove()


def test_one_session_that_everybody_wants_keeps_no_other_from_its_turn(real: Flask) -> None:
    with real.app_context():
        busy, other = (situations.occurrence(capacity=1, starts_in_hours=200) for _ in range(2))
        ids = [situations.booking(at, "offered", expires_at=clock.now()).id for at in (busy, other)]
        busy_id = busy.id
        db.session.commit()
        holder = db.engine.connect()
        holder.execute(update(Occurrence).where(Occurrence.id == busy_id).values(note="held"))
        try:
            assert lapse_due(clock.now()) == 1
            db.session.commit()
        finally:
            holder.rollback()
            holder.close()
        db.session.remove()
    assert states(real, ids) == ["offered", "lapsed"]
    with real.app_context():
        assert lapse_due(clock.now()) == 1
        db.session.remove()
