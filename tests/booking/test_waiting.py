"""The waiting list: who is asked, in which order and until when; and it can be told why somebody was not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message
from assetreg.worker.registry import WATCHES
from booking.actions.occurrences import move_occurrence, pause_occurrence
from booking.actions.places import cancel_booking, change_party
from booking.actions.series import pause_series
from booking.actions.waiting import (
    accept_offer,
    close_waiting,
    decline_offer,
    lapse_due,
    leave_waiting,
    set_priority,
)
from booking.models import Booking, Occurrence
from booking.queries.stories import story_of
from booking.saying_stories import SENTENCES, say_line
from booking.worker import look_for_lapses
from tests.factories import booking as situations
from tests.factories import register

pytestmark = pytest.mark.usefixtures("session")


def queue(at: Occurrence, *sizes: int, **values: Any) -> list[Booking]:
    """Parties that wait, who came one after the other."""
    since = clock.now() - timedelta(days=1)
    return [
        situations.booking(at, "waiting", size, waits_since=since + timedelta(minutes=n), **values)
        for n, size in enumerate(sizes)
    ]


def free_one(at: Occurrence, session: Session, hours_later: float = 0) -> None:
    """Somebody cancels."""
    taken = session.scalars(
        select(Booking).where(Booking.occurrence_id == at.id, Booking.state == "confirmed").limit(1)
    ).one()
    assert cancel_booking(taken.id, "guest", "", clock.now() + timedelta(hours=hours_later)).done
    session.refresh(at)
    assert at.places_taken == situations.live_places(at)


def told(session: Session, booking: Booking) -> list[str]:
    """What this person is told."""
    return list(
        session.scalars(select(Message.template).where(Message.about == booking.public_id).order_by(Message.id))
    )


def test_the_first_that_fits_is_offered_what_was_freed(session: Session) -> None:
    at = situations.full_occurrence(capacity=2, starts_in_hours=100)
    large, small, last = queue(at, 2, 1, 1)
    free_one(at, session)
    assert [one.state for one in (large, small, last)] == ["waiting", "offered", "waiting"]
    assert small.expires_at == small.offered_at + timedelta(hours=24)  # type: ignore[operator]
    assert told(session, small) == ["offered"]
    assert at.places_taken == 2


def test_an_offer_can_be_taken_once_and_again(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    (waits,) = queue(at, 1)
    free_one(at, session)
    for _ in range(2):
        assert accept_offer(waits.id, clock.now()).done
    assert waits.state == "confirmed"
    assert told(session, waits) == ["offered", "booked"]


@pytest.mark.parametrize("how", ["declined", "lapsed"])
def test_what_one_does_not_take_the_next_is_offered(session: Session, how: str) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    first, second = queue(at, 1, 1)
    free_one(at, session)
    later = clock.now() + timedelta(hours=25)
    if how == "declined":
        for _ in range(2):
            assert decline_offer(first.id, later).done
    else:
        assert [lapse_due(later), lapse_due(later)] == [1, 0]
        late = accept_offer(first.id, later)
        assert late.reason is not None
        assert late.reason.name == "offer_over"
    assert (first.state, second.state) == (how, "offered")
    assert second.offered_at == later


def test_an_offer_whose_time_is_over_cannot_be_taken_before_the_worker_has_seen_it(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    (waits,) = queue(at, 1)
    free_one(at, session)
    refused = accept_offer(waits.id, clock.now() + timedelta(hours=25))
    assert not refused.done
    assert refused.reason is not None
    assert refused.reason.name == "offer_over"


def test_a_late_place_goes_straight_to_the_first_who_asked_for_it_by_text(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=10)
    (patient,) = queue(at, 1)
    (late,) = queue(at, 1, wants_late=True, phone="+447700900123")
    free_one(at, session)
    assert (patient.state, late.state) == ("waiting", "confirmed")
    message = session.scalars(select(Message).where(Message.about == late.public_id)).one()
    assert (message.template, message.channel, message.to_phone) == ("booked", "text", "+447700900123")


def test_a_late_place_that_nobody_asked_for_is_open_to_everybody(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=10)
    (patient,) = queue(at, 1)
    free_one(at, session)
    assert (patient.state, at.places_taken) == ("waiting", 0)


def test_who_is_put_first_is_asked_first(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    first, second = queue(at, 1, 1)
    connector = register.user("connector")
    assert set_priority(second, "She is alone at home.", connector, clock.now()).done
    free_one(at, session)
    assert (first.state, second.state) == ("waiting", "offered")
    refused = set_priority(second, "", connector, clock.now())
    assert refused.reason is not None
    assert refused.reason.name == "not_waiting"


def test_a_party_that_shrinks_while_it_waits_is_asked_when_it_fits(session: Session) -> None:
    at = situations.full_occurrence(capacity=2, starts_in_hours=100)
    (large,) = queue(at, 2)
    free_one(at, session)
    assert large.state == "waiting"
    assert change_party(large.id, 1, clock.now()).done
    assert large.state == "offered"


def test_who_leaves_is_not_asked(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    first, second = queue(at, 1, 1)
    for _ in range(2):
        assert leave_waiting(first.id, clock.now()).done
    free_one(at, session)
    assert (first.state, second.state) == ("left", "offered")


def test_nobody_is_asked_while_bookings_are_paused_and_everybody_afterwards(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    (waits,) = queue(at, 1)
    assert pause_occurrence(at, True, None, clock.now()).done
    free_one(at, session)
    assert waits.state == "waiting"
    assert [one.id for one in pause_occurrence(at, False, None, clock.now()).promoted] == [waits.id]


def test_a_request_that_nobody_answers_lapses(session: Session) -> None:
    at = situations.occurrence(capacity=1, starts_in_hours=100)
    asked = situations.booking(at, "requested", expires_at=clock.now() - timedelta(seconds=1))
    assert lapse_due(clock.now()) == 1
    session.refresh(at)
    assert (asked.state, at.places_taken) == ("lapsed", 0)
    assert told(session, asked) == ["request_declined"]


def test_the_worker_looks_for_what_lapses_and_queues_end_with_the_start(session: Session) -> None:
    assert look_for_lapses in WATCHES
    at = situations.full_occurrence(capacity=1, starts_in_hours=1)
    (waits,) = queue(at, 1)
    assert close_waiting(clock.now()) == 0
    assert close_waiting(clock.now() + timedelta(hours=2)) == 1
    session.refresh(waits)
    assert (waits.state, waits.ended_by) == ("lapsed", "system")


def test_it_can_be_told_why_somebody_was_not_offered_and_then_was(session: Session) -> None:
    at = situations.full_occurrence(capacity=3, starts_in_hours=100)
    (large,) = queue(at, 2)
    assert set_priority(large, "He cannot come alone.", register.user("connector", name="Amara"), clock.now()).done
    free_one(at, session)
    assert lapse_due(clock.now()) == 0
    free_one(at, session)
    said = [say_line(line) for line in story_of(large)]
    assert said == [
        "Was put first in line. He cannot come alone. (Amara)",
        "Was not offered 1 free place: the party is larger.",
        "Was next in line and fitted, so was offered what was free.",
    ]


def test_the_same_cause_is_written_down_once(session: Session) -> None:
    at = situations.full_occurrence(capacity=4, starts_in_hours=10)
    (patient,) = queue(at, 1)
    for _ in range(3):
        free_one(at, session)
    assert [line.kind for line in story_of(patient)] == ["passed_over_not_late"]
    assert say_line(story_of(patient)[0]) == str(SENTENCES["passed_over_not_late"])


def test_nobody_is_asked_while_the_series_is_paused_and_everybody_afterwards(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    (waits,) = queue(at, 1)
    pause_series(at.series, True, None, clock.now())
    free_one(at, session)
    assert waits.state == "waiting"
    pause_series(at.series, False, None, clock.now())
    assert (waits.state, at.places_taken) == ("offered", 1)


def test_what_was_too_late_to_offer_is_offered_when_the_session_moves_away(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=10)
    (patient,) = queue(at, 1)
    free_one(at, session)
    assert patient.state == "waiting"
    moved = move_occurrence(at, clock.now() + timedelta(hours=100), 60, None, clock.now())
    assert [one.id for one in moved.promoted] == [patient.id]
    assert (patient.state, at.places_taken) == ("offered", 1)
    assert told(session, patient) == ["changed", "offered"]


def test_an_offer_is_over_in_the_moment_it_says_and_not_before(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=100)
    first, second = queue(at, 1, 1)
    free_one(at, session)
    over = first.expires_at
    assert over is not None
    assert lapse_due(over - timedelta(microseconds=1)) == 0
    assert not accept_offer(first.id, over).done
    assert lapse_due(over) == 1
    assert (first.state, second.state) == ("lapsed", "offered")
