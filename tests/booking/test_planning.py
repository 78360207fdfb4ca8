"""What is read for the rules: the pattern of a series, terms, closures, bank holidays, dates left out."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assetreg import clock
from booking.actions.terms import load_starting_terms
from booking.models import SchoolTerm, SeriesSkip
from booking.queries.planning import get_calendar, pattern_of
from booking.rules.recurrence import Days, Pattern
from tests.factories import booking as situations
from tests.factories import register


def test_the_pattern_of_a_series(session: Session) -> None:
    assert session is not None
    row = situations.series(
        frequency="monthly", weekdays=[1], weeks_of_month=[1, 3], starts_on=date(2026, 9, 1), term_time_only=True
    )
    assert pattern_of(row) == Pattern(
        starts_on=date(2026, 9, 1),
        starts_time=time(10),
        duration_minutes=120,
        frequency="monthly",
        weekdays=(1,),
        weeks_of_month=(1, 3),
        term_time_only=True,
    )


def test_the_calendar_of_a_series_and_its_hall(session: Session) -> None:
    hall, elsewhere = register.location(), register.location("Elsewhere")
    row = situations.series(at=hall)
    session.add(SeriesSkip(series_id=row.id, left_out_on=date(2026, 12, 22), reason="Party"))
    situations.closure(hall)
    situations.closure(elsewhere)
    today = clock.today()
    calendar = get_calendar(today, today + timedelta(days=30), hall.id, row.id)
    tomorrow = today + timedelta(days=1)
    assert calendar.closures == [Days(tomorrow, tomorrow, "New floor")]
    assert calendar.skips == {date(2026, 12, 22): "Party"}
    assert get_calendar(tomorrow + timedelta(days=1), today + timedelta(days=30), hall.id).closures == []


def test_a_new_register_has_school_terms(session: Session) -> None:
    calendar = get_calendar(date(2026, 12, 1), date(2026, 12, 31))
    assert Days(date(2026, 11, 2), date(2026, 12, 18), "Autumn 2026 after half term") in calendar.terms
    assert date(2026, 12, 25) in calendar.bank_holidays
    assert session.scalar(select(func.count()).select_from(SchoolTerm)) == 18


def test_what_stewards_corrected_stays(session: Session) -> None:
    session.execute(delete(SchoolTerm).where(SchoolTerm.starts_on > date(2026, 1, 1)))
    assert load_starting_terms() == 0
