"""Numbers for funders: right, without names, and there after the names are gone."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from assetreg.db import db
from booking.actions import attendance
from booking.models import Booking, Occurrence, Series
from booking.queries.reports import Numbers, add_up, list_report
from booking.rules.small_numbers import told_numbers
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    return StoppedClock(monkeypatch, NOW)


def held(series: Series, days_ago: int, **values: object) -> Occurrence:
    row: Occurrence = situations.occurrence(series, starts_at=NOW - timedelta(days=days_ago), **values)  # type: ignore[arg-type]
    return row


def a_month(series: Series) -> list[Booking]:
    """One session with 5 places booked, 3 who came of them and 2 more without booking; one cancelled date."""
    one = held(series, 1)
    bookings = [situations.booking(one, party_size=4), situations.booking(one)]
    situations.booking(one, "waiting")
    situations.booking(one, "cancelled")
    attendance.mark(one, bookings[0], 3, None, NOW)
    attendance.mark(one, bookings[1], 0, None, NOW)
    walk_in_key = series.public_id
    attendance.add_walk_in(one, walk_in_key, "Ann", 2, None, NOW)
    held(series, 2, status="cancelled")
    return bookings


def test_the_numbers_of_a_month_are_right() -> None:
    _partner, series = situations.partner_with_series()
    a_month(series)
    lines = list_report(None, BEGINNING, NOW, "service")
    assert [(line.month.isoformat(), line.name) for line in lines] == [("2026-11-01", "Coffee morning")]
    assert lines[0].numbers == Numbers(
        sessions=1, cancelled=1, places=12, bookings=2, booked=5, came=5, walk_ins=2, absent=2, registers=1
    )


def test_months_are_those_of_the_wall_clock() -> None:
    _partner, series = situations.partner_with_series()
    situations.occurrence(series, starts_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))  # half past midnight in July
    lines = list_report(None, BEGINNING, NOW, "service")
    assert [line.month.isoformat() for line in lines] == ["2026-07-01"]


def test_numbers_stay_when_personal_details_are_erased() -> None:
    _partner, series = situations.partner_with_series()
    bookings = a_month(series)
    before = list_report(None, BEGINNING, NOW, "service")
    for one in bookings:
        one.name, one.email, one.email_key, one.erased_at = "", None, None, NOW
    db.session.flush()
    assert list_report(None, BEGINNING, NOW, "service") == before


def test_a_partner_sees_the_numbers_of_their_own_groups_only(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    _other, foreign = situations.partner_with_series()
    foreign.service.name = "Foreign choir"
    a_month(series)
    held(foreign, 3)
    client.sign_in(partner)
    page = client.get("/organise/report?by=ward").get_data(as_text=True)
    assert "Coffee morning" in page
    assert "Foreign choir" not in page
    assert "Foreign choir" not in client.get("/organise/report.csv").get_data(as_text=True)
    key = str(foreign.service.organisation.public_id)
    assert "Foreign choir" not in client.get("/organise/report", query_string={"organisation": key}).get_data(
        as_text=True
    )


def test_a_commissioner_sees_every_ward_without_small_numbers(client: InspectingClient) -> None:
    register.ward("Northfield", west=-2.0)
    _partner, series = situations.partner_with_series()
    a_month(series)
    client.sign_in(register.user("commissioner"))
    page = BeautifulSoup(client.get("/organise/report?by=ward").get_data(as_text=True), "html.parser")
    row = page.select_one("tbody tr")
    assert row is not None
    cells = [cell.get_text(strip=True) for cell in row.select("td, th")]
    assert cells == ["November 2026", "Northfield", "1", "1", "12", "–", "5", "5", "–", "–", "1"]
    totals = [tag.get_text(strip=True) for tag in page.select(".app-report-total dd")]
    assert totals == ["1", "1", "12", "–", "5", "5", "–", "–", "1"]
    rows = list(csv.reader(io.StringIO(client.get("/organise/report.csv?by=ward").get_data(as_text=True))))
    assert rows[1][5] == "fewer than 5, or hidden"
    assert client.get("/organise").status_code == 403


def test_the_spreadsheet_says_what_the_page_says(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    series.service.name = "=Coffee"
    a_month(series)
    client.sign_in(partner)
    answer = client.get("/organise/report.csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
    assert rows[0][:4] == ["month", "service", "organisation", "sessions"]
    assert rows[1][0] == "2026-11"
    assert rows[1][1] == "'=Coffee"
    assert rows[1][3:] == ["1", "1", "12", "2", "5", "5", "2", "2", "1"]


def test_what_is_still_to_come_is_no_result(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    situations.occurrence(series, starts_at=NOW + timedelta(days=1))
    page = client.sign_in(partner).get("/organise/report?to=2027-01-01").get_data(as_text=True)
    assert "No session was held between these days" in page


def test_days_the_wrong_way_round_are_said(client: InspectingClient) -> None:
    partner, _series = situations.partner_with_series()
    page = client.sign_in(partner).get("/organise/report?from=2026-05-01&to=2026-04-01").get_data(as_text=True)
    assert "The first day is after the last day" in page


def test_a_year_of_sessions_takes_few_statements(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    for week in range(52):
        held(series, 7 * week + 1)
    db.session.expire_all()
    client.sign_in(partner)
    with count_statements() as statements:
        client.get("/organise/report")
    assert len(statements) <= 5, "\n\n".join(statements)


def test_small_numbers_are_not_told_and_cannot_be_worked_out() -> None:
    assert told_numbers([12, 0, 7]) == [12, 0, 7]
    assert told_numbers([12, 4, 7]) == [12, None, None]
    assert told_numbers([1, 4, 7]) == [None, None, 7]
    assert told_numbers([3, 0]) == [None, 0]
    assert told_numbers([]) == []


def test_nothing_adds_up_to_nothing() -> None:
    assert add_up([]) == Numbers()
