"""Reminders and the organiser's list of today: each once, at the right time, and never of what is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assetreg.models import Message, Outbox
from assetreg.worker.loop import work_off_everything
from booking.actions.reminders import remind_due
from booking.models import Booking, Occurrence, Series
from booking.worker import LISTS_TOPIC, REMINDING, plan_daily_lists, write_daily_lists
from tests.factories import booking as situations
from tests.factories import register
from tests.golden import assert_golden
from tests.letter_box import LetterBox
from tests.stopped_clock import StoppedClock


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Tuesday 24 November 2026, half past ten."""
    return StoppedClock(monkeypatch)


@pytest.fixture
def box(app: Flask) -> LetterBox:
    """Everybody's letter box, empty."""
    return LetterBox(app)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The watch has not looked yet."""
    monkeypatch.setattr(REMINDING, "looked_at", None)


def kinds(session: Session) -> list[str]:
    """The messages there are, in order."""
    return list(session.scalars(select(Message.kind).order_by(Message.id)))


def booked(stopped: StoppedClock, days: float = 5, **values: object) -> Booking:
    """Booked now for a session some days ahead, with both reminders."""
    series = situations.series(reminds_2_days=True, reminds_2_hours=True)
    at = situations.occurrence(series, starts_at=stopped.at + timedelta(days=days))
    return situations.booking(at, **values)


def test_two_days_and_two_hours_before_once_each(box: LetterBox, session: Session, stopped: StoppedClock) -> None:
    booking = booked(stopped)
    assert remind_due(stopped.at) == 0
    stopped.move(days=3)
    assert remind_due(stopped.at) == 1
    assert remind_due(stopped.move(hours=1)) == 0
    stopped.move(days=1, hours=20)
    assert remind_due(stopped.at) == 0
    stopped.move(hours=1, minutes=5)
    assert remind_due(stopped.at) == 1
    assert remind_due(stopped.move(minutes=2)) == 0
    assert kinds(session) == ["reminder_2_days", "reminder_2_hours"]
    letters = box.collect()
    assert {letter["To"] for letter in letters} == {booking.email}


def test_a_session_that_moved_is_reminded_of_at_its_new_time(
    box: LetterBox, session: Session, stopped: StoppedClock
) -> None:
    at = booked(stopped).occurrence
    stopped.move(days=3)
    assert remind_due(stopped.at) == 1
    at.starts_at += timedelta(days=7)
    at.ends_at += timedelta(days=7)
    session.flush()
    assert remind_due(stopped.at) == 0
    assert remind_due(stopped.move(days=7)) == 1
    session.flush()
    # The first was never sent: by the time the worker came to it, it spoke of a time that was no longer right.
    assert len(box.collect()) == 1
    assert "not needed" in session.scalars(select(Message.provider_ref)).all()


def test_nothing_after_a_cancellation(box: LetterBox, session: Session, stopped: StoppedClock) -> None:
    ended, off = booked(stopped), booked(stopped)
    ended.state, ended.ended_at, ended.ended_by = "cancelled", stopped.at, "guest"
    off.occurrence.status, off.occurrence.cancelled_at, off.occurrence.cancel_reason = "cancelled", stopped.at, "Flood"
    session.flush()
    assert remind_due(stopped.move(days=3)) == 0
    late = booked(stopped, days=2.5)
    assert remind_due(stopped.move(hours=13)) == 1
    late.state, late.ended_at, late.ended_by = "cancelled", stopped.at, "guest"
    session.flush()
    assert box.collect() == []


def test_who_books_the_day_before_is_not_reminded_of_two_days(app: Flask, stopped: StoppedClock) -> None:
    assert app is not None
    booked(stopped, days=1.5)
    assert remind_due(stopped.at) == 0


def test_a_series_may_do_without(app: Flask, stopped: StoppedClock) -> None:
    assert app is not None
    series = situations.series(reminds_2_days=False)
    situations.booking(situations.occurrence(series, starts_at=stopped.at + timedelta(days=5)))
    assert remind_due(stopped.move(days=3)) == 0


def test_a_reminder_that_is_too_late_is_let_go(app: Flask, stopped: StoppedClock) -> None:
    assert app is not None
    booked(stopped)
    stopped.move(days=4, hours=1)
    assert remind_due(stopped.at) == 0


def test_the_worker_looks_once_a_minute(app: Flask, session: Session, stopped: StoppedClock) -> None:
    assert app is not None
    booked(stopped)
    stopped.move(days=3)
    REMINDING()
    assert kinds(session) == ["reminder_2_days"]
    booked(stopped, days=2.0001)
    stopped.move(seconds=10)
    REMINDING()
    assert len(kinds(session)) == 1
    stopped.move(seconds=51)
    REMINDING()
    assert len(kinds(session)) == 2


def a_days_work(stopped: StoppedClock) -> tuple[Series, Occurrence]:
    """A partner's session this afternoon."""
    group = register.organisation("Frankley Friends")
    hall = register.location()
    register.partner(group, name="Priya", email="priya@example.org")
    series = situations.series(register.service("Chair yoga", organisation=group, at=hall), at=hall)
    return series, situations.occurrence(series, starts_at=stopped.at.replace(hour=14))


def test_the_list_of_today_says_exactly_this(box: LetterBox, stopped: StoppedClock) -> None:
    _, at = a_days_work(stopped)
    situations.booking(at, party_size=3, name="Amina Secret")
    situations.booking(at, "waiting")
    situations.booking(at, "requested")
    write_daily_lists({"on": "2026-11-24"})
    write_daily_lists({"on": "2026-11-24"})
    (letter,) = box.collect()
    assert letter["To"] == "priya@example.org"
    content = letter.get_content().replace(str(at.public_id), "UUID").replace("\r\n", "\n")
    assert "Amina" not in content
    assert_golden("booking/daily_list.txt", f"Subject: {letter['Subject']}\n\n{content}")


def test_without_sessions_there_is_no_list(box: LetterBox, stopped: StoppedClock, session: Session) -> None:
    _, at = a_days_work(stopped)
    at.status, at.cancelled_at, at.cancel_reason = "cancelled", stopped.at, "Flood"
    session.flush()
    write_daily_lists({"on": "2026-11-24"})
    assert box.collect() == []


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 24, 0, 5, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC)),
        (datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (datetime(2027, 6, 1, 0, 5, tzinfo=UTC), datetime(2027, 6, 1, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, 5, tzinfo=UTC), datetime(2027, 3, 28, 6, tzinfo=UTC)),
    ],
    ids=["in winter", "when the worker starts late", "in summer", "on the day clocks go forward"],
)
def test_lists_are_written_at_seven_by_the_citys_clocks(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, now: datetime, due: datetime
) -> None:
    assert app is not None
    StoppedClock(monkeypatch, now)
    plan_daily_lists({})
    plan_daily_lists({})
    assert session.scalars(select(Outbox.due_at).where(Outbox.topic == LISTS_TOPIC)).all() == [due]


def test_a_list_of_yesterday_is_let_go(app: Flask, session: Session, stopped: StoppedClock) -> None:
    assert app is not None
    a_days_work(stopped)
    write_daily_lists({"on": "2026-11-23"})
    assert kinds(session) == []


def test_the_day_begins_with_the_lists_job(app: Flask, session: Session, stopped: StoppedClock) -> None:
    assert app is not None
    a_days_work(stopped)
    session.execute(update(Outbox).values(done_at=stopped.at))
    work_off_everything()
    assert session.scalars(select(Message.kind)).all() == ["daily_list"]
