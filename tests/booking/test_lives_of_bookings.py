"""Whatever is done to a session's bookings, in whatever order: the counter is right and the queue is fair.

After every step: places taken are the places of the live bookings and within capacity and what was overbooked; nobody
who waits would fit into what is free; nobody was offered a place before somebody who stood in front and asked for no
more; nobody both waits and has a place; and every event was told to its person exactly once.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from assetreg import clock
from assetreg.db import db
from assetreg.models import Message
from booking.actions.occurrences import cancel_occurrence, pause_occurrence, set_capacity
from booking.actions.places import BookingWish, book_place, cancel_booking, change_party, decline_request
from booking.actions.queue import list_waiting
from booking.actions.waiting import accept_offer, decline_offer, join, lapse_due, leave_waiting, set_priority
from booking.models import Booking, BookingEvent, Occurrence
from booking.rules.vocabulary import LIVE_STATES, OPEN_STATES
from booking.rules.waiting import is_late
from tests.factories import booking as situations
from tests.factories import register

PEOPLE = 7
DAYS = 12
# What each line of a booking's story is told as.
TOLD_AS = {
    "booked": "booked",
    "accepted": "booked",
    "late_place": "booked",
    "waiting": "waiting",
    "requested": "requested",
    "offered": "offered",
    "party_changed": "party_changed",
}

people = st.integers(0, PEOPLE - 1)
sizes = st.integers(1, 3)


class LivesOfBookings(RuleBasedStateMachine):
    """Seven people, one session with too few places, twelve days until it begins."""

    @initialize(
        capacity=st.integers(2, 4),
        kind=st.sampled_from(["bookable", "bookable", "ask_first"]),
        waiting=st.lists(sizes, min_size=2, max_size=4),
    )
    def begin(self, capacity: int, kind: str, waiting: list[int]) -> None:
        """A session that is full, and some who wait."""
        self.now: datetime = clock.now()
        self.steward = register.user("steward")
        at = situations.occurrence(situations.series(kind=kind), capacity=capacity, starts_in_hours=24 * DAYS)
        self.at: Occurrence = at
        self.at_id = at.id
        self.keys = 0
        self.waited_before: list[int] = []
        for number in range(capacity):
            book_place(self.wish(100 + number), self.tick())
        for number, size in enumerate(waiting):
            join(self.wish(200 + number, party_size=size), self.tick())

    def tick(self) -> datetime:
        """Time passes: what happens at different moments is told separately."""
        waiting = [one for one in self.bookings() if one.state == "waiting"]
        waiting.sort(key=lambda one: (not one.is_priority, one.waits_since, one.id))
        self.waited_before = [one.id for one in waiting]
        self.now += timedelta(seconds=1)
        return self.now

    def of(self, person: int, *states: str) -> Booking | None:
        """One of the bookings in these states; None when there is none."""
        found = sorted((one for one in self.bookings() if one.state in states), key=lambda one: one.id)
        return found[person % len(found)] if found else None

    def wish(self, person: int, **values: Any) -> BookingWish:
        """What this person asks for."""
        self.keys += 1
        return BookingWish(
            (self.at_id,), name="P", email=f"p{person}@example.org", key=f"form-{self.at_id}-{self.keys}", **values
        )

    @rule(person=people, size=sizes, may_wait=st.sampled_from([True, True, False]), wants_late=st.booleans())
    def book(self, person: int, size: int, may_wait: bool, wants_late: bool) -> None:
        """Somebody books, and the form is sent twice."""
        wish, now = self.wish(person, party_size=size, may_wait=may_wait, wants_late=wants_late), self.tick()
        first, again = book_place(wish, now), book_place(wish, now)
        assert first.kind == again.kind
        assert [one.id for one in first.bookings] == [one.id for one in again.bookings]

    @rule(person=people, size=sizes, wants_late=st.booleans())
    def wait(self, person: int, size: int, wants_late: bool) -> None:
        """Somebody wants to wait."""
        wish = self.wish(person, party_size=size, wants_late=wants_late)
        join(wish, self.tick())

    @rule(person=people, size=sizes)
    def overbook(self, person: int, size: int) -> None:
        """The organiser lets somebody in all the same."""
        book_place(
            self.wish(person, party_size=size, booked_by="organiser", overbook_reason="She came a long way."),
            self.tick(),
        )

    @rule(person=people)
    def cancel(self, person: int) -> None:
        """Somebody gives it up, twice."""
        booking = self.of(person, *OPEN_STATES)
        if booking is not None:
            now = self.tick()
            assert cancel_booking(booking.id, "guest", "", now).done == (self.at.starts_at > now)
            cancel_booking(booking.id, "guest", "", now)

    @rule(person=people, size=sizes)
    def change(self, person: int, size: int) -> None:
        """A party grows or shrinks."""
        booking = self.of(person, *OPEN_STATES)
        if booking is not None:
            change_party(booking.id, size, self.tick())

    @rule(person=people, answer=st.sampled_from([accept_offer, decline_offer]))
    def answer(self, person: int, answer: Any) -> None:
        """Somebody answers an offer."""
        booking = self.of(person, "offered", "lapsed", "declined")
        if booking is not None:
            answer(booking.id, self.tick())

    @rule(person=people)
    def leave(self, person: int) -> None:
        """Somebody waits no longer."""
        booking = self.of(person, "waiting")
        if booking is not None:
            assert leave_waiting(booking.id, self.tick()).done

    @rule(person=people)
    def decline(self, person: int) -> None:
        """The organiser says no to a request."""
        booking = self.of(person, "requested")
        if booking is not None:
            assert decline_request(booking.id, "", self.steward, self.tick()).done

    @rule(person=people, reason=st.sampled_from(["", "She is alone at home."]))
    def prefer(self, person: int, reason: str) -> None:
        """A Connector puts somebody first, or takes that back."""
        booking = self.of(person, "waiting")
        if booking is not None:
            assert set_priority(booking, reason, self.steward, self.tick()).done

    @rule(capacity=st.integers(1, 8), over=st.integers(0, 2))
    def resize(self, capacity: int, over: int) -> None:
        """The organiser makes it larger or smaller."""
        set_capacity(self.at, capacity, over, "A smaller room." if over else "", self.steward, self.tick())

    @precondition(lambda self: self.keys > 10)
    @rule(is_paused=st.sampled_from([False, False, True]))
    def pause(self, is_paused: bool) -> None:
        """The organiser takes no bookings for a while."""
        pause_occurrence(self.at, is_paused, self.steward, self.tick())

    @precondition(lambda self: self.of(0, "offered", "requested") is not None)
    @rule(hours=st.sampled_from([1, 5, 25]))
    def lapse(self, hours: int) -> None:
        """Time passes, and offers lapse."""
        self.tick()
        self.now += timedelta(hours=hours)
        lapse_due(self.now)

    @precondition(lambda self: self.keys > 14)
    @rule()
    def call_off(self) -> None:
        """The organiser cancels the date."""
        cancel_occurrence(self.at, "The leader is ill.", self.steward, self.tick())

    def bookings(self) -> list[Booking]:
        """All of them, as they are."""
        return list(
            db.session.scalars(
                select(Booking).where(Booking.occurrence_id == self.at_id).execution_options(populate_existing=True)
            )
        )

    @invariant()
    def counts_are_right(self) -> None:
        """Taken is what is live, within what there is."""
        at, bookings = self.at, self.bookings()
        db.session.refresh(at)
        assert at.places_taken == sum(one.party_size for one in bookings if one.state in LIVE_STATES)
        assert at.capacity is not None
        assert at.places_taken <= at.capacity + at.overbooked
        open_ones = Counter(one.email_key for one in bookings if one.state in OPEN_STATES)
        assert not [contact for contact, count in open_ones.items() if count > 1]
        if at.status == "cancelled":
            assert not open_ones

    @invariant()
    def queue_is_fair(self) -> None:
        """Whoever fits is not left waiting, and nobody is asked before somebody in front of them who fitted too."""
        at = self.at
        assert at.capacity is not None
        if at.status == "cancelled" or at.is_paused or is_late(self.now, at.starts_at):
            return
        free = at.capacity - at.places_taken
        assert not [one for one in list_waiting(self.at_id) if one.party_size <= free]
        by_id = {one.id: one for one in self.bookings()}
        asked = [by_id[one] for one in self.waited_before if by_id[one].offered_at == self.now]
        free += sum(one.party_size for one in asked)
        for one in (by_id[number] for number in self.waited_before):
            if one in asked:
                free -= one.party_size
            elif one.state == "waiting":
                assert one.party_size > free

    @invariant()
    def everything_is_told_once(self) -> None:
        """One message for each event and person."""
        public_ids = {one.id: one.public_id for one in self.bookings()}
        told: Counter[Any] = Counter()
        for row in db.session.execute(
            select(Message.about, Message.template).where(Message.about.in_(public_ids.values()))
        ):
            told[row.about, row.template] += 1
        events: Counter[Any] = Counter()
        for event in db.session.execute(
            select(BookingEvent.booking_id, BookingEvent.kind).where(BookingEvent.booking_id.in_(public_ids))
        ):
            if event.kind in TOLD_AS:
                events[public_ids[event.booking_id], TOLD_AS[event.kind]] += 1
        assert {key: count for key, count in told.items() if key[1] in TOLD_AS.values()} == dict(events)
        ended = [one for one in self.bookings() if one.state in ("cancelled", "lapsed")]
        for one in ended:
            assert sum(told[one.public_id, name] for name in ENDINGS) == 1


ENDINGS = ("cancelled_by_guest", "session_cancelled", "offer_lapsed", "request_declined")


def test_the_lives_of_bookings(app: Flask) -> None:
    assert app is not None
    run_state_machine_as_test(
        LivesOfBookings,
        settings=settings(
            max_examples=int(os.environ.get("LIVES", "12")),
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
