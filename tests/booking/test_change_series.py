"""Changing a series: exceptions, bookings and the past stay as they are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message
from booking.actions.series import (
    ChangedMeanwhile,
    DatesClash,
    PlannedQuestion,
    change_series,
    copy_plan,
    end_series,
    pause_series,
    plan_of,
    plan_to_change,
    preview_change,
    publish_series,
)
from booking.forms.series import form_of, read_plan, typed_of
from booking.models import Answer, BookingEvent, Occurrence, Series
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.stopped_clock import StoppedClock

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


def rows_of(series: Series, session: Session) -> dict[date | None, Occurrence]:
    """The sessions of a series by the date that the rule gave."""
    session.expire_all()
    found = session.scalars(select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at))
    return {one.rule_on: one for one in found}


def change(
    series: Series, scope: Any = "all", from_on: date | None = None, skip: Collection[date] = (), **values: Any
) -> Any:
    """Change some of what a series says."""
    wanted, begins = plan_to_change(series, scope, from_on, clock.now())
    return change_series(series, replace(wanted, **values), begins, None, clock.now(), skip_dates=skip)


def test_a_new_time_moves_every_coming_date_and_bookings_come_along(session: Session, stopped: StoppedClock) -> None:
    series = publish_series(plan(), None, clock.now())
    stopped.move(days=3)
    booked = rows_of(series, session)[date(2026, 12, 1)]
    situations.booking(booked)
    address = booked.public_id
    done = change(series, starts_time=time(11))
    rows = rows_of(series, session)
    assert rows[TUESDAY].starts_at.hour == 10, "the past stays"
    assert {row.starts_at.hour for on, row in rows.items() if on != TUESDAY} == {11}
    assert rows[date(2026, 12, 1)].public_id == address
    assert rows[date(2026, 12, 1)].places_taken == 1
    assert rows[date(2026, 12, 1)].sequence == 1
    assert [one.rule_on for one in done.told] == [date(2026, 12, 1)]
    assert len(session.scalars(select(BookingEvent)).all()) == len(done.moved)


def test_this_and_the_following_leaves_the_dates_before(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    change(series, "following", date(2026, 12, 15), starts_time=time(14))
    rows = rows_of(series, session)
    assert [row.starts_at.hour for row in rows.values()] == [10] * 3 + [14] * (len(rows) - 3)
    assert len(rows) >= 12


def test_another_day_keeps_booked_dates_and_makes_the_new_ones(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    before = rows_of(series, session)
    situations.booking(before[date(2026, 12, 8)])
    situations.booking(before[date(2026, 12, 15)], state="cancelled")
    done = change(series, weekdays=(3,))
    rows = rows_of(series, session)
    held = [on for on, row in rows.items() if row.status == "scheduled"]
    assert [on for on in held if on.weekday() == 1] == [date(2026, 12, 8)], "somebody has booked it"
    assert all(on.weekday() == 3 for on in held if on != date(2026, 12, 8))
    assert rows[date(2026, 12, 8)].is_changed
    assert rows[date(2026, 12, 15)].status == "cancelled", "its booking has a story"
    assert [(one.rule_on, why) for one, why in done.kept] == [(date(2026, 12, 8), "booked")]


def test_exceptions_stay_as_they_are(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    before = rows_of(series, session)
    moved, off = before[date(2026, 12, 1)], before[date(2026, 12, 8)]
    moved.starts_at, moved.ends_at = (
        one.replace(hour=18 + n) for n, one in enumerate((moved.starts_at, moved.ends_at))
    )
    moved.is_changed = True
    off.status, off.cancelled_at, off.cancel_reason = "cancelled", clock.now(), "The leader is ill."
    session.flush()
    change(series, starts_time=time(11))
    rows = rows_of(series, session)
    assert rows[date(2026, 12, 1)].starts_at.hour == 18
    assert rows[date(2026, 12, 8)].status == "cancelled"
    assert rows[date(2026, 12, 8)].starts_at.hour == 10
    assert rows[date(2026, 12, 15)].starts_at.hour == 11


def test_a_run_keeps_its_number_of_sessions(session: Session, stopped: StoppedClock) -> None:
    series = publish_series(plan(sessions=6), None, clock.now())
    stopped.move(days=10)
    wanted, _begins = plan_to_change(series, "all", None, clock.now())
    assert wanted.sessions == 4
    change(series, weekdays=(3,))
    assert len(rows_of(series, session)) == 6


def test_fewer_places_than_are_taken_takes_nobodys_place(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    full = rows_of(series, session)[date(2026, 12, 1)]
    situations.booking(full, party_size=5)
    own = rows_of(series, session)[date(2026, 12, 8)]
    own.capacity = 30
    session.flush()
    done = change(series, capacity=3)
    rows = rows_of(series, session)
    assert rows[date(2026, 12, 1)].capacity == 5
    assert rows[date(2026, 12, 8)].capacity == 30, "a number of its own"
    assert rows[TUESDAY].capacity == 3
    assert [one.rule_on for one in done.fuller] == [date(2026, 12, 1)]


def test_half_an_hour_later_in_the_same_room_is_not_in_its_own_way(session: Session) -> None:
    hall = situations.space()
    wanted = plan(space_id=hall.id, location_id=hall.location_id, kind="appointments", slot_minutes=20, capacity=1)
    series = publish_series(wanted, None, clock.now())
    change(series, starts_time=time(10, 20))
    starts = [row.starts_at.minute for row in rows_of(series, session).values()]
    assert set(starts) <= {0, 20, 40}
    assert preview_change(series, *plan_to_change(series, "all", None, clock.now()), clock.now()).preview.clashing == []


def test_what_is_in_the_way_of_the_new_time_is_named_and_can_be_left(session: Session) -> None:
    hall = situations.space()
    series = publish_series(plan(space_id=hall.id, location_id=hall.location_id), None, clock.now())
    other = situations.series(in_space=hall)
    situations.occurrence(other, starts_at=datetime(2026, 12, 8, 14, tzinfo=UTC))
    with pytest.raises(DatesClash) as refused:
        change(series, starts_time=time(14))
    assert [one.on for one in refused.value.preview.clashing] == [date(2026, 12, 8)]
    change(series, starts_time=time(14), skip={date(2026, 12, 8)})
    rows = rows_of(series, session)
    assert rows[date(2026, 12, 8)].starts_at.hour == 10
    assert rows[date(2026, 12, 8)].is_changed
    assert rows[date(2026, 12, 15)].starts_at.hour == 14


def test_the_second_of_two_editors_is_told(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    seen = series.version
    wanted, begins = plan_to_change(series, "all", None, clock.now())
    change_series(series, replace(wanted, note="Bring a mat"), begins, None, clock.now(), seen)
    with pytest.raises(ChangedMeanwhile):
        change_series(series, replace(wanted, note="Bring tea"), begins, None, clock.now(), seen)
    assert session.scalar(select(Series.note)) == "Bring a mat"


def test_a_copy_begins_today_and_leads_to_a_series_of_its_own(session: Session, stopped: StoppedClock) -> None:
    series = publish_series(plan(title="Chair yoga", note="Bring a mat"), None, clock.now())
    stopped.move(days=30)
    copied = copy_plan(series)
    assert (copied.title, copied.note, copied.starts_on) == ("Chair yoga", "Bring a mat", date(2026, 12, 22))
    assert publish_series(copied, None, clock.now()).id != series.id
    assert session is not None


def test_whoever_booked_is_told_of_the_new_time_and_nobody_else(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    rows = rows_of(series, session)
    guest = situations.booking(rows[date(2026, 12, 1)])
    situations.booking(rows[date(2026, 12, 8)], state="cancelled")
    change(series, starts_time=time(11))
    told = session.scalars(select(Message)).all()
    assert [(message.about, message.template) for message in told] == [(guest.public_id, "changed")]


def test_more_places_are_offered_to_those_who_wait(session: Session) -> None:
    series = publish_series(plan(capacity=1), None, clock.now())
    full = rows_of(series, session)[date(2026, 12, 1)]
    situations.booking(full)
    waiting = situations.booking(full, state="waiting")
    change(series, capacity=2)
    session.refresh(waiting)
    assert waiting.state == "offered"


def test_what_was_too_late_to_offer_is_offered_when_a_series_moves_away(session: Session) -> None:
    series = publish_series(plan(capacity=1), None, clock.now())
    first = rows_of(series, session)[date(2026, 12, 1)]
    first.capacity = 2
    waiting = situations.booking(first, state="waiting")
    change(series, starts_time=time(11))
    session.refresh(waiting)
    assert waiting.state == "offered"


def test_ending_a_series_asks_what_becomes_of_booked_dates(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    booked = rows_of(series, session)[date(2026, 12, 1)]
    guest = situations.booking(booked)
    assert end_series(series, None, clock.now(), cancels_booked=False) == 1
    rows = rows_of(series, session)
    assert [on for on, row in rows.items() if row.status == "scheduled"] == [date(2026, 12, 1)]
    assert guest.state == "confirmed"
    assert end_series(series, None, clock.now(), cancels_booked=True, reason="The hall is sold.") == 0
    session.refresh(guest)
    assert guest.state == "cancelled"
    assert rows_of(series, session)[date(2026, 12, 1)].cancel_reason == "The hall is sold."
    assert series.status == "ended"


def test_pausing_takes_no_bookings_and_leaves_a_line_in_every_story(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    pause_series(series, True, None, clock.now())
    assert series.is_paused
    assert {event.kind for event in session.scalars(select(BookingEvent))} == {"bookings_paused"}
    pause_series(series, False, None, clock.now())
    assert not series.is_paused


def test_a_question_whose_words_are_corrected_keeps_its_answers(session: Session) -> None:
    asked = (PlannedQuestion("Who can we cal?"), PlannedQuestion("Tea?", "yes_no"))
    series = publish_series(plan(questions=asked), None, clock.now())
    guest = situations.booking(rows_of(series, session)[date(2026, 12, 1)])
    for question in series.questions:
        session.add(Answer(booking_id=guest.id, question_id=question.id, text="Ann", erase_on=date(2027, 1, 1)))
    session.flush()
    change(series, questions=(PlannedQuestion("Who can we call?"), PlannedQuestion("Tea?", "yes_no")))
    answers = session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [answer.question.wording for answer in answers] == ["Who can we call?", "Tea?"]


def test_a_form_that_nobody_touched_changes_nothing(session: Session) -> None:
    """What a series says survives being typed and read: closing times of half an hour, five questions, a weekly two."""
    asked = tuple(PlannedQuestion(f"Question {number}?", keep_days=number) for number in range(5))
    wanted = plan(
        closes_minutes=90, every_weeks=2, cost_pence=250, min_age=18, age_rule="refuse", opens_days=14, questions=asked
    )
    series = publish_series(wanted, None, clock.now())
    again, problems = read_plan(
        form_of(typed_of(plan_of(series), "", "")), wanted.service_id, (None, None), clock.today(), is_new=False
    )
    assert problems == []
    assert again == plan_of(series) == wanted
    assert session is not None
