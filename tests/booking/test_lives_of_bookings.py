"""Whatever is done to a session's bookings, in whatever order: the counter is right and the queue is fair.

After every step: places taken are the places of the live bookings, within capacity and what was overbooked; a slow
queue of the test's own (`who_is_next`, by hand from the rules in words) names the same parties as the product did,
and how; nobody both waits and has a place; and every event was told to its person exactly once.

Seen to catch, each put into the product by hand: places not given back when somebody cancels; the queue in reverse,
or without priority; places offered to a party that does not fit; a queue that stops at a party too large; a lapse, a
cancellation or more places that nobody is offered; an offer that holds nothing; a party that shrinks and keeps its
places; late places for those who did not ask for them; a date called off that keeps who waits; one offer told twice.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
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
from booking.actions.waiting import accept_offer, decline_offer, join, lapse_due, leave_waiting, set_priority
from booking.models import Booking, BookingEvent, Occurrence
from booking.rules.vocabulary import LIVE_STATES, OPEN_STATES
from tests.factories import booking as situations
from tests.factories import register

PEOPLE = 7
DAY = timedelta(hours=24)
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
ENDINGS = ("cancelled_by_guest", "session_cancelled", "offer_lapsed", "request_declined")

people = st.integers(0, PEOPLE - 1)
sizes = st.sampled_from([1, 1, 2, 3])


def who_is_next(waiting: list[Booking], free: int, is_late: bool) -> list[int]:
    """Slowly, and without the product's rules: who gets what is free, one after the other."""
    left, asked = list(waiting), []
    while True:
        chosen = None
        for one in left:
            if one.party_size > free or (is_late and not one.wants_late):
                continue
            if chosen is None or (not one.is_priority, since(one)) < (not chosen.is_priority, since(chosen)):
                chosen = one
        if chosen is None:
            return asked
        left.remove(chosen)
        asked.append(chosen.id)
        free -= chosen.party_size


def since(booking: Booking) -> datetime:
    """When they began to wait."""
    assert booking.waits_since is not None
    return booking.waits_since


def there_is(*states: str) -> Any:
    """Only when there is a booking in one of these states: no step is wasted."""
    return precondition(lambda self: self.of(0, *states) is not None)


class LivesOfBookings(RuleBasedStateMachine):
    """Seven people, and one session that is full and has a queue."""

    @initialize(
        sizes=st.lists(sizes, min_size=1, max_size=2),
        kind=st.sampled_from(["bookable", "bookable", "ask_first"]),
        waiting=st.lists(st.tuples(sizes, st.booleans()), min_size=2, max_size=4),
        hours=st.sampled_from([300, 20, 30]),
    )
    def begin(self, sizes: list[int], kind: str, waiting: list[tuple[int, bool]], hours: int) -> None:
        """One or two parties have all the places, and some wait."""
        self.now: datetime = clock.now()
        self.keys = self.steps = 0
        self.rows: list[Booking] = []
        self.waited: set[int] = set()
        self.steward = register.user("steward")
        at = situations.occurrence(situations.series(kind=kind), capacity=sum(sizes), starts_in_hours=hours)
        self.at: Occurrence = at
        self.at_id = at.id
        for number, size in enumerate(sizes):
            assert book_place(self.wish(100 + number, party_size=size), self.tick()).kind in ("booked", "requested")
        for number, (size, wants_late) in enumerate(waiting):
            joined = join(self.wish(200 + number, party_size=size, wants_late=wants_late), self.tick())
            assert joined.kind == "waiting" or size > sum(sizes)

    def tick(self, hours: int = 0) -> datetime:
        """Time passes: what happens at different moments is told separately."""
        self.waited = {one.id for one in self.rows if one.state == "waiting"}
        self.now += timedelta(hours=hours, seconds=1)
        self.steps += 1
        return self.now

    def of(self, person: int, *states: str) -> Booking | None:
        """One of the bookings in these states; None when there is none."""
        found = [one for one in self.rows if one.state in states]
        return found[person % len(found)] if found else None

    def one_of(self, person: int, *states: str) -> Booking:
        """One of the bookings in these states, of which there is one."""
        found = self.of(person, *states)
        assert found is not None
        return found

    def wish(self, person: int, **values: Any) -> BookingWish:
        """What this person asks for."""
        self.keys += 1
        return BookingWish(
            (self.at_id,), name="P", email=f"p{person}@example.org", key=f"form-{self.at_id}-{self.keys}", **values
        )

    @rule(person=people, size=sizes, may_wait=st.sampled_from([True, True, False]), wants_late=st.booleans())
    def book(self, person: int, size: int, may_wait: bool, wants_late: bool) -> None:
        """Somebody books or waits, and the form is sent twice."""
        wish, now = self.wish(person, party_size=size, may_wait=may_wait, wants_late=wants_late), self.tick()
        first, again = book_place(wish, now), book_place(wish, now)
        assert first.kind == again.kind
        assert [one.id for one in first.bookings] == [one.id for one in again.bookings]

    @rule(person=people, size=sizes)
    def overbook(self, person: int, size: int) -> None:
        """The organiser lets somebody in all the same."""
        book_place(
            self.wish(person, party_size=size, booked_by="organiser", overbook_reason="She came a long way."),
            self.tick(),
        )

    @there_is("confirmed", "requested")
    @rule(person=people)
    def cancel(self, person: int) -> None:
        """Somebody with a place gives it up, twice."""
        booking, now = self.one_of(person, "confirmed", "requested"), self.tick()
        assert cancel_booking(booking.id, "guest", "", now).done == (self.at.starts_at > now)
        cancel_booking(booking.id, "guest", "", now)

    @there_is(*LIVE_STATES, "waiting")
    @rule(person=people, size=sizes)
    def change(self, person: int, size: int) -> None:
        """A party grows or shrinks."""
        change_party(self.one_of(person, *OPEN_STATES).id, size, self.tick())

    @there_is("offered")
    @rule(person=people, answer=st.sampled_from([accept_offer, decline_offer]))
    def answer(self, person: int, answer: Any) -> None:
        """Somebody answers an offer, twice."""
        booking, now = self.one_of(person, "offered"), self.tick()
        assert answer(booking.id, now).done == answer(booking.id, now).done

    @there_is("waiting")
    @rule(person=people, way=st.sampled_from([leave_waiting, lambda one, now: cancel_booking(one, "guest", "", now)]))
    def leave(self, person: int, way: Any) -> None:
        """Somebody waits no longer."""
        booking, now = self.one_of(person, "waiting"), self.tick()
        assert way(booking.id, now).done or self.at.starts_at <= now

    @there_is("requested")
    @rule(person=people)
    def decline(self, person: int) -> None:
        """The organiser says no to a request."""
        assert decline_request(self.one_of(person, "requested").id, "", self.steward, self.tick()).done

    @there_is("waiting")
    @rule(person=people, reason=st.sampled_from(["", "She is alone at home.", "She is alone at home."]))
    def prefer(self, person: int, reason: str) -> None:
        """A Connector puts somebody first, or takes that back."""
        assert set_priority(self.one_of(person, "waiting"), reason, self.steward, self.tick()).done

    @rule(more=st.sampled_from([-2, -1, 1, 1, 2]), over=st.sampled_from([0, 0, 2]))
    def resize(self, more: int, over: int) -> None:
        """The organiser makes it larger or smaller."""
        capacity = max((self.at.capacity or 0) + more, 1)
        set_capacity(self.at, capacity, over, "A smaller room." if over else "", self.steward, self.tick())

    @precondition(lambda self: self.steps > 8)
    @rule()
    def pause(self) -> None:
        """The organiser takes no bookings for a while, or takes them again."""
        pause_occurrence(self.at, not self.at.is_paused, self.steward, self.tick())

    @there_is("offered", "requested")
    @rule(hours=st.sampled_from([5, 25, 25, 73]))
    def lapse(self, hours: int) -> None:
        """Time passes, and offers lapse."""
        lapse_due(self.tick(hours))

    @precondition(lambda self: self.steps > 11)
    @rule()
    def call_off(self) -> None:
        """The organiser cancels the date."""
        cancel_occurrence(self.at, "The leader is ill.", self.steward, self.tick())

    @invariant()
    def all_is_right(self) -> None:
        """What must hold after every step; everything is read once."""
        db.session.refresh(self.at)
        self.rows = list(
            db.session.scalars(
                select(Booking)
                .where(Booking.occurrence_id == self.at_id)
                .order_by(Booking.id)
                .execution_options(populate_existing=True)
            )
        )
        self.counts_are_right()
        self.queue_is_fair()
        self.everything_is_told_once()

    def counts_are_right(self) -> None:
        """Taken is what is live, within what there is; nobody has two."""
        at = self.at
        assert at.places_taken == sum(one.party_size for one in self.rows if one.state in LIVE_STATES)
        assert at.capacity is not None
        assert at.places_taken <= at.capacity + at.overbooked
        open_ones = Counter(one.email_key for one in self.rows if one.state in OPEN_STATES)
        assert not [contact for contact, count in open_ones.items() if count > 1]
        if at.status == "cancelled":
            assert not open_ones

    def queue_is_fair(self) -> None:
        """Who was asked in this step is whom the slow queue names, and in the way that it should be."""
        at = self.at
        asked = [one for one in self.rows if one.id in self.waited and one.state in ("offered", "confirmed")]
        if at.status == "cancelled" or at.is_paused or at.starts_at <= self.now:
            assert not asked
            return
        is_late = at.starts_at - self.now <= DAY
        waiting = asked + [one for one in self.rows if one.state == "waiting"]
        free = (at.capacity or 0) - sum(
            one.party_size for one in self.rows if one.state in LIVE_STATES and one not in asked
        )
        assert {one.id for one in asked} == set(who_is_next(waiting, free, is_late))
        for one in asked:
            if is_late:
                assert (one.state, one.confirmed_at) == ("confirmed", self.now)
            else:
                ends = min(self.now + DAY, at.starts_at - timedelta(hours=2))
                assert (one.state, one.offered_at, one.expires_at) == ("offered", self.now, ends)

    def everything_is_told_once(self) -> None:
        """One message for each event and person."""
        public_ids = {one.id: one.public_id for one in self.rows}
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
        for one in self.rows:
            if one.state in ("cancelled", "lapsed"):
                assert sum(told[one.public_id, name] for name in ENDINGS) == 1

    def teardown(self) -> None:
        """As if nothing had been: the next run begins on empty tables."""
        db.session.rollback()


def test_the_lives_of_bookings(app: Flask) -> None:
    """The same runs every time; `LIVES=1000` makes a thousand others, and looks for the shortest that fails."""
    assert app is not None
    lives = os.environ.get("LIVES")
    run_state_machine_as_test(
        LivesOfBookings,
        settings=settings(
            max_examples=int(lives or 30),
            stateful_step_count=12,
            deadline=None,
            derandomize=lives is None,
            database=None,
            phases=(Phase.generate, Phase.shrink) if lives else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
