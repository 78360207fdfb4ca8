"""Publishing a series: dates, previews, clashes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from booking.actions.series import DatesClash, PlanRefused, preview_series, publish_series, publishing
from booking.models import Leader, Occurrence, Series
from booking.saying import say_clash
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.factories import register
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


def dates_of(series: Series, session: Session) -> list[datetime]:
    """When the sessions of a series begin."""
    return list(
        session.scalars(
            select(Occurrence.starts_at).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
        )
    )


def test_an_open_series_has_its_next_twelve_weeks(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    dates = dates_of(series, session)
    assert len(dates) == 12
    assert dates[0] == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert (series.status, series.topped_up_to) == ("published", date(2027, 2, 14))


def test_a_run_and_a_course_are_made_whole(session: Session) -> None:
    run = publish_series(plan(sessions=30), None, clock.now())
    course = publish_series(plan(kind="course", ends_on=date(2027, 6, 30), starts_time=time(14)), None, clock.now())
    assert len(dates_of(run, session)) == 30
    assert dates_of(course, session)[-1].date() == date(2027, 6, 29)


def test_a_year_with_preview_takes_few_statements(session: Session) -> None:
    hall = situations.space()
    wanted = plan(ends_on=date(2027, 11, 22), space_id=hall.id, location_id=hall.location_id, leader_name="Priya")
    with count_statements() as counted:
        preview_series(wanted, clock.now())
        series = publish_series(wanted, None, clock.now())
    assert len(dates_of(series, session)) == 52
    assert len(counted) <= 25, counted


def test_a_clash_names_the_session_the_time_and_whose_it_is(session: Session) -> None:
    hall = situations.space()
    choir = register.service("Choir", organisation=register.organisation("Singers"))
    other = situations.series(choir, in_space=hall, weekdays=[1])
    situations.occurrence(other, starts_at=datetime(2026, 12, 1, 11, tzinfo=UTC))
    wanted = plan(space_id=hall.id, location_id=hall.location_id)
    with pytest.raises(DatesClash) as refused:
        publish_series(wanted, None, clock.now())
    clashing = refused.value.preview.clashing
    assert [one.on for one in clashing] == [date(2026, 12, 1)]
    assert say_clash(clashing[0].clashes[0]) == "Main hall is in use by “Choir” of Singers, 11am to 1pm"
    assert session.scalar(select(func.count()).select_from(Series)) == 1

    series = publish_series(wanted, None, clock.now(), skip_dates={date(2026, 12, 1)})
    assert len(dates_of(series, session)) == 11
    assert [skip.left_out_on for skip in series.skips] == [date(2026, 12, 1)]


def test_back_to_back_is_no_clash_and_another_room_neither(session: Session) -> None:
    hall = situations.space()
    kitchen = situations.space(hall.location, name="Kitchen")
    other = situations.series(in_space=hall)
    situations.occurrence(other, starts_at=datetime(2026, 12, 1, 12, tzinfo=UTC))
    situations.occurrence(other, starts_at=datetime(2026, 12, 1, 10, tzinfo=UTC), space_id=kitchen.id)
    assert (
        len(dates_of(publish_series(plan(space_id=hall.id, location_id=hall.location_id), None, clock.now()), session))
        == 12
    )


def test_somebody_cannot_lead_two_sessions_at_once(session: Session) -> None:
    yoga = register.service("Yoga")
    publish_series(plan(yoga, leader_name="Priya"), None, clock.now())
    with pytest.raises(DatesClash) as refused:
        publish_series(plan(yoga, leader_name="priya "), None, clock.now())
    assert "Priya leads “Yoga”" in say_clash(refused.value.preview.clashing[0].clashes[0])
    assert session.scalar(select(func.count()).select_from(Leader)) == 1


def test_a_sensitive_session_in_the_way_is_not_named(session: Session) -> None:
    hall = situations.space()
    secret = register.service("Refuge talks", organisation=register.organisation("Safe House"), is_sensitive=True)
    situations.occurrence(situations.series(secret, in_space=hall), starts_at=datetime(2026, 12, 1, 11, tzinfo=UTC))
    preview = preview_series(plan(space_id=hall.id, location_id=hall.location_id), clock.now())
    said = say_clash(preview.clashing[0].clashes[0])
    assert "another session" in said
    assert "Refuge" not in said
    assert "Safe" not in said
    assert session is not None


def test_what_is_taken_after_looking_is_refused_by_the_database(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The preview sees nothing (as when the other is not committed yet): the constraint has the last word."""
    hall = situations.space()
    wanted = plan(space_id=hall.id, location_id=hall.location_id)
    clear = preview_series(wanted, clock.now())
    situations.occurrence(situations.series(in_space=hall), starts_at=datetime(2026, 12, 1, 11, tzinfo=UTC))
    real = publishing.preview_series
    answers = iter([clear])
    monkeypatch.setattr(publishing, "preview_series", lambda *given: next(answers, None) or real(*given))
    with pytest.raises(DatesClash) as refused:
        publish_series(wanted, None, clock.now())
    assert refused.value.is_just_taken
    assert [one.on for one in refused.value.preview.clashing] == [date(2026, 12, 1)]
    assert session.scalar(select(func.count()).select_from(Occurrence)) == 1


def test_first_and_third_tuesday_in_term_time_says_what_is_left_out(session: Session) -> None:
    wanted = plan(frequency="monthly", weeks_of_month=(1, 3), term_time_only=True, ends_on=date(2027, 3, 31))
    preview = preview_series(wanted, clock.now())
    assert [one.on.isoformat() for one in preview.held] == [
        "2026-12-01", "2026-12-15", "2027-01-05", "2027-01-19", "2027-02-02", "2027-03-02", "2027-03-16",
    ]  # fmt: skip
    assert [(one.on.isoformat(), one.left_out) for one in preview.left_out] == [("2027-02-16", "outside_term")]
    assert session is not None


def test_where_terms_are_not_known_yet_it_is_said_once(session: Session) -> None:
    wanted = plan(term_time_only=True, sessions=100)
    preview = preview_series(wanted, clock.now())
    said = {remark.reason: remark for remark in preview.warnings}
    assert said["terms_unknown"].number > 1
    assert said["run_not_whole"].number == len(preview.held) < 100
    assert preview.dates[-1].left_out is None
    assert session is not None


def test_closures_and_bank_holidays_are_named(session: Session) -> None:
    hall = register.location()
    situations.closure(hall, days_from_now=2, days=7, reason="New floor")
    wanted = plan(location_id=hall.id, skips_bank_holidays=True, weekdays=(1, 4))
    left_out = {one.on: (one.left_out, one.planned[0].detail) for one in preview_series(wanted, clock.now()).left_out}
    assert left_out[date(2026, 11, 24)] == ("closed", "New floor")
    assert left_out[date(2026, 12, 25)] == ("bank_holiday", "Christmas Day")
    assert session is not None


def test_appointments_are_cut_and_shown_as_one_day(session: Session) -> None:
    wanted = plan(kind="appointments", slot_minutes=20, capacity=1)
    preview = preview_series(wanted, clock.now())
    assert len(preview.held) == 12
    assert len(preview.held[0].planned) == 6
    series = publish_series(wanted, None, clock.now())
    assert len(dates_of(series, session)) == 72


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"starts_on": date(2026, 11, 21)}, "starts_on", "in_the_past"),
        ({"ends_on": date(2026, 11, 1)}, "ends_on", "ends_before_it_starts"),
        ({"duration_minutes": -60}, "ends_time", "time_ends_before_it_starts"),
        ({"capacity": 0}, "capacity", "capacity"),
        ({"capacity": 1_000_000}, "capacity", "capacity"),
        ({"capacity": None}, "capacity", "capacity_needed"),
        ({"weekdays": ()}, "weekdays", "no_days"),
        ({"kind": "course"}, "ends", "course_needs_an_end"),
        ({"kind": "appointments"}, "slot_minutes", "appointments_too_short"),
        ({"min_age": 60, "max_age": 50}, "max_age", "ages_in_order"),
        ({"sessions": 0}, "sessions", "sessions"),
        ({"sessions": 401}, "sessions", "sessions"),
        ({"title": "x" * 201}, "title", "text_too_long"),
        ({"ends_on": date(2026, 11, 23)}, "starts_on", "nothing_held"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    session: Session, values: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(PlanRefused) as refused:
        publish_series(plan(**values), None, clock.now())
    assert (field, reason) in [(problem.field, problem.reason) for problem in refused.value.problems]
    assert session.scalar(select(func.count()).select_from(Series)) == 0


def test_a_session_that_began_today_is_not_made(session: Session, stopped: StoppedClock) -> None:
    stopped.move(days=2, hours=2)
    wanted = plan()
    assert [remark.reason for remark in preview_series(wanted, clock.now()).warnings][:1] == ["over_today"]
    assert dates_of(publish_series(wanted, None, clock.now()), session)[0].date() == date(2026, 12, 1)


def test_ten_in_the_morning_stays_ten_across_the_clock_change(session: Session) -> None:
    series = publish_series(plan(starts_on=date(2027, 3, 16), sessions=4), None, clock.now())
    starts = [one.astimezone(clock.LOCAL_ZONE) for one in dates_of(series, session)]
    assert {one.hour for one in starts} == {10}
    assert starts[-1].utcoffset() == timedelta(hours=1)
