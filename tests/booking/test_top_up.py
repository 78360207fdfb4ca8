"""The daily top-up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message
from assetreg.worker.registry import DAILY
from booking.actions.series import publish_series, top_up
from booking.models import Closure, Occurrence, SchoolTerm, Series
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.factories import register
from tests.stopped_clock import StoppedClock


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


def days_of(series: Series, session: Session) -> list[date]:
    """The days of a series."""
    return list(
        session.scalars(
            select(Occurrence.rule_on).where(Occurrence.series_id == series.id).order_by(Occurrence.rule_on)
        )
    )


def test_a_week_later_there_is_a_week_more_and_running_twice_adds_nothing(
    session: Session, stopped: StoppedClock
) -> None:
    series = publish_series(plan(), None, clock.now())
    seen = series.version
    stopped.move(days=7)
    assert top_up(clock.now()) == 1
    assert top_up(clock.now()) == 0
    assert days_of(series, session)[-1] == date(2027, 2, 16)
    session.refresh(series)
    assert series.topped_up_to == date(2027, 2, 21)
    assert series.version == seen, "an open form is not out of date because of this"
    assert "series.top_up" in DAILY


def test_a_clash_is_left_to_the_organiser_once_and_the_other_dates_go_on(
    session: Session, stopped: StoppedClock
) -> None:
    organiser = register.user("connector")
    hall = situations.space()
    series = publish_series(plan(space_id=hall.id, location_id=hall.location_id), organiser, clock.now())
    choir = register.service("Choir", organisation=register.organisation("Singers"))
    in_the_way = situations.occurrence(
        situations.series(choir, in_space=hall, status="ended"), starts_at=datetime(2027, 2, 16, 11, tzinfo=UTC)
    )
    stopped.move(days=14)
    assert top_up(clock.now()) == 1
    stopped.move(days=1)
    assert top_up(clock.now()) == 0
    assert days_of(series, session)[-1] == date(2027, 2, 23)
    session.refresh(series)
    assert [line["on"] for line in series.unsettled] == ["2027-02-16"]
    told = session.scalars(select(Message)).all()
    assert [message.to_email for message in told] == [organiser.email]
    assert "Main hall is in use by “Choir” of Singers" in told[0].body

    session.delete(in_the_way)
    session.flush()
    assert top_up(clock.now()) == 1, "it is looked at again"
    session.refresh(series)
    assert series.unsettled == []


def test_a_sensitive_service_is_not_named_in_the_message(session: Session, stopped: StoppedClock) -> None:
    hall = situations.space()
    secret = register.service("Refuge talks", is_sensitive=True)
    series = publish_series(
        plan(secret, space_id=hall.id, location_id=hall.location_id), register.user("connector"), clock.now()
    )
    situations.occurrence(
        situations.series(in_space=hall, status="ended"), starts_at=datetime(2027, 2, 16, 11, tzinfo=UTC)
    )
    stopped.move(days=7)
    top_up(clock.now())
    told = session.scalars(select(Message)).one()
    assert "Refuge" not in told.subject + told.body
    assert series.unsettled


def test_dates_wait_for_the_terms_and_come_when_they_are_known(session: Session) -> None:
    session.execute(delete(SchoolTerm).where(SchoolTerm.starts_on > date(2026, 12, 31)))
    series = publish_series(plan(term_time_only=True), None, clock.now())
    assert days_of(series, session)[-1] == date(2026, 12, 15)
    session.add(SchoolTerm(name="Spring 2027", starts_on=date(2027, 1, 4), ends_on=date(2027, 2, 12)))
    session.flush()
    assert top_up(clock.now()) == 6
    assert days_of(series, session)[-1] == date(2027, 2, 9)


def test_a_lifted_closure_brings_its_dates_back_but_not_what_was_cancelled(session: Session) -> None:
    hall = register.location()
    situations.closure(hall, days_from_now=2, days=7)
    series = publish_series(plan(location_id=hall.id), None, clock.now())
    off = session.scalars(select(Occurrence).where(Occurrence.rule_on == date(2026, 12, 1))).one()
    off.status, off.cancelled_at, off.cancel_reason = "cancelled", clock.now(), "Ill"
    session.execute(delete(Closure))
    session.flush()
    assert top_up(clock.now()) == 1
    assert days_of(series, session)[0] == date(2026, 11, 24)
    assert len(days_of(series, session)) == 12


def test_who_ended_who_follows_a_calendar_and_drafts_are_left_alone(session: Session, stopped: StoppedClock) -> None:
    for values in ({"status": "ended"}, {"feed_url": "https://example.org/a.ics"}, {"status": "draft"}):
        situations.series(**values)
    stopped.move(days=30)
    assert top_up(clock.now()) == 0
    assert session.scalars(select(Occurrence)).all() == []
