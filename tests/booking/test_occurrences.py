"""One date changed by hand: everybody who has to know is told, and nothing gets into anything's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message, Outbox
from booking.actions.occurrences import add_occurrence, cancel_occurrence, list_alternatives, move_occurrence
from booking.actions.telling import TOPIC
from booking.models import Occurrence
from tests.factories import booking as situations
from tests.factories import register

pytestmark = pytest.mark.usefixtures("session")


def told(session: Session, template: str) -> set[str]:
    """Who is told of this, by e-mail address."""
    return set(session.scalars(select(Message.to_email).where(Message.template == template)))  # type: ignore[arg-type]


def test_a_cancelled_date_reaches_everybody_and_names_the_nearest_others(session: Session) -> None:
    series = situations.series(capacity=2)
    at = situations.occurrence(series, capacity=2)
    full = situations.full_occurrence(1, of=series, starts_in_hours=72)
    near, far = (situations.occurrence(series, starts_in_hours=hours) for hours in (30, 500))
    open_ones = [situations.booking(at, state) for state in ("confirmed", "offered")]
    waits = situations.booking(at, "waiting")
    gone = situations.booking(at, "cancelled")
    done = cancel_occurrence(at, "The leader is ill.", register.user("steward"), clock.now())
    assert (done.done, done.told) == (True, 3)
    assert told(session, "session_cancelled") == {one.email for one in (*open_ones, waits)}
    assert gone.email not in told(session, "session_cancelled")
    assert (at.places_taken, at.status, at.sequence) == (0, "cancelled", 1)
    assert {one.state for one in (*open_ones, waits)} == {"cancelled"}
    assert list_alternatives(at, clock.now()) == [near, far]
    assert full not in list_alternatives(at, clock.now())
    payload = session.scalars(select(Outbox.payload).where(Outbox.topic == TOPIC)).first()
    assert payload is not None
    assert payload["facts"]["alternatives"] == [str(near.public_id), str(far.public_id)]
    assert cancel_occurrence(at, "Twice.", None, clock.now()).told == 0
    assert at.cancel_reason == "The leader is ill."


def test_a_moved_date_keeps_its_bookings_and_tells_everybody_once_each_time(session: Session) -> None:
    at = situations.occurrence(starts_in_hours=48)
    booking = situations.booking(at, "offered", expires_at=clock.now() + timedelta(hours=24))
    new_start = clock.now() + timedelta(hours=12)
    assert move_occurrence(at, new_start, 60, None, clock.now()).told == 1
    assert (at.starts_at, at.ends_at - at.starts_at, at.is_changed) == (new_start, timedelta(hours=1), True)
    assert booking.expires_at == new_start
    assert move_occurrence(at, new_start, 60, None, clock.now()).told == 0
    assert move_occurrence(at, new_start + timedelta(hours=1), 60, None, clock.now()).told == 1
    assert len(session.scalars(select(Message).where(Message.template == "changed")).all()) == 2
    assert at.sequence == 2


def test_a_date_is_not_moved_into_another_or_into_the_past(session: Session) -> None:
    hall = situations.space()
    series = situations.series(in_space=hall)
    busy = situations.occurrence(series, starts_in_hours=72)
    at = situations.occurrence(series, starts_in_hours=48)
    before = at.starts_at
    clash = move_occurrence(at, busy.starts_at + timedelta(minutes=30), 60, None, clock.now())
    past = move_occurrence(at, clock.now() - timedelta(hours=1), 60, None, clock.now())
    assert [one.reason.name for one in (clash, past) if one.reason] == ["space_in_use", "started"]
    session.refresh(at)
    assert (at.starts_at, at.sequence) == (before, 0)
    assert told(session, "changed") == set()
    assert move_occurrence(at, busy.ends_at, 60, None, clock.now()).done


def test_a_date_that_the_rule_does_not_give_can_be_added_where_there_is_room(session: Session) -> None:
    series = situations.series(in_space=situations.space(), capacity=7)
    starts_at = clock.now() + timedelta(hours=60)
    added = add_occurrence(series, starts_at, None, clock.now()).occurrence
    assert added is not None
    assert (added.capacity, added.rule_on, added.space_id) == (7, None, series.space_id)
    refused = add_occurrence(series, starts_at + timedelta(minutes=10), None, clock.now())
    assert refused.reason is not None
    assert refused.reason.name == "space_in_use"
    assert session.scalars(select(Occurrence.id).where(Occurrence.series_id == series.id)).all() == [added.id]
    early = add_occurrence(series, clock.now() - timedelta(hours=1), None, clock.now())
    assert early.reason is not None
    assert early.reason.name == "started"


def test_who_is_told_of_another_place_is_not_told_the_name_of_a_private_one(session: Session) -> None:
    here = register.ward("Northfield")
    for visibility, was in (("public", "The Hall"), ("hidden", None), ("area_only", None)):
        private = visibility != "public"
        place = register.confidential_location(here, visibility, name="Rose House") if private else None
        series = situations.series(at=place or register.location("The Hall"))
        at = situations.occurrence(series)
        situations.booking(at)
        elsewhere = register.location("Another hall").id
        move_occurrence(at, at.starts_at, 60, None, clock.now(), location_id=elsewhere, keeps_place=False)
        payload = session.scalars(
            select(Outbox.payload).where(Outbox.topic == TOPIC).order_by(Outbox.id.desc())
        ).first()
        assert payload is not None
        assert payload["facts"].get("was_place") == was
