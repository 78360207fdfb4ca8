"""The organiser's week: every session in its place, what waits to be done, and nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from assetreg.db import db
from assetreg.models import Membership
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday
MOST_STATEMENTS = 8


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    return StoppedClock(monkeypatch, NOW)


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=UTC)


def test_this_week_shows_each_session_on_its_day_with_its_numbers(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    today = situations.occurrence(series, starts_at=at(24))
    situations.booking(today, party_size=3)
    situations.booking(today, state="waiting")
    off = situations.occurrence(series, starts_at=at(26), status="cancelled", cancel_reason="No heating.")
    situations.occurrence(series, starts_at=at(30, 23))  # the last hour of the seven days
    situations.occurrence(series, starts_at=datetime(2026, 12, 1, 0, 0, tzinfo=UTC))
    page = client.sign_in(partner).get("/organise").get_data(as_text=True)
    said = text_of(page)
    assert "3 of 12 places taken" in said
    assert "1 waiting" in said
    assert "Cancelled" in said
    assert "No heating." in said
    days = [tag.get_text() for tag in BeautifulSoup(page, "html.parser").select(".app-organise-day")]
    assert days == ["Today, Tuesday 24 November", "Thursday 26 November", "Monday 30 November"]
    assert f"/organise/sessions/{today.public_id}/register" in page
    assert f"/organise/sessions/{off.public_id}/register" not in page


def test_this_week_counts_its_days_by_the_wall_clock(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    situations.occurrence(series, starts_at=datetime(2026, 6, 7, 23, 30, tzinfo=UTC))  # 00.30 on Monday in summer
    first = text_of(client.sign_in(partner).get("/organise?from=2026-06-01").get_data(as_text=True))
    second = text_of(client.get("/organise?from=2026-06-08").get_data(as_text=True))
    assert "Monday 8 June" not in first.replace("Sessions from", "")
    assert "12.30am" in second


def test_the_other_weeks_are_one_link_away(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    situations.occurrence(series, starts_at=at(24))
    page = client.sign_in(partner).get("/organise").get_data(as_text=True)
    assert "/organise?from=2026-12-01" in page
    assert "/organise?from=2026-11-17" in page
    later = text_of(client.get("/organise?from=2026-12-01").get_data(as_text=True))
    assert "Sessions from Tuesday 1 December to Monday 7 December" in later
    assert "No sessions in these seven days" in later


@pytest.mark.parametrize("given", ["yesterday", "2026-13-01", "9999-01-01", "0001-01-01", "24/11", "'", "", "2026-11"])
def test_a_day_that_is_none_is_today(client: InspectingClient, given: str) -> None:
    partner, _series = situations.partner_with_series()
    page = client.sign_in(partner).get("/organise", query_string={"from": given})
    assert page.status_code == 200
    assert "This week’s sessions" in text_of(page.get_data(as_text=True))


def test_a_partner_sees_only_sessions_of_their_own_groups(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    _other, foreign = situations.partner_with_series(title="Somebody else's choir")
    situations.occurrence(series, starts_at=at(25))
    hidden = situations.occurrence(foreign, starts_at=at(25))
    situations.booking(hidden, state="requested")
    page = client.sign_in(partner).get("/organise", query_string={"organisation": "x"}).get_data(as_text=True)
    assert "choir" not in page
    assert str(hidden.public_id) not in page
    key = str(foreign.service.organisation.public_id)
    assert "choir" not in client.get("/organise", query_string={"organisation": key}).get_data(as_text=True)


def test_staff_choose_a_group_or_a_ward(client: InspectingClient) -> None:
    here = register.ward("Northfield", west=-2.0)
    there = register.ward("Quinton", west=-1.9)
    _one, series = situations.partner_with_series(title="Knitting")
    _two, other = situations.partner_with_series(title="Drumming")
    far = register.location("Far hall", longitude=-1.89)
    situations.occurrence(series, starts_at=at(25))
    situations.occurrence(other, starts_at=at(25), location_id=far.id)
    other.location_id = far.id
    db.session.flush()
    assert series.location is not None
    assert (series.location.ward_id, far.ward_id) == (here.id, there.id)
    client.sign_in(register.user("connector"))
    everything = client.get("/organise").get_data(as_text=True)
    assert "Knitting" in everything
    assert "Drumming" in everything
    of_group = client.get("/organise", query_string={"organisation": str(series.service.organisation.public_id)})
    assert "Knitting" in of_group.get_data(as_text=True)
    assert "Drumming" not in of_group.get_data(as_text=True)
    of_ward = client.get("/organise?ward=quinton").get_data(as_text=True)
    assert "Drumming" in of_ward
    assert "Knitting" not in of_ward


def test_what_waits_to_be_done_stands_first(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series(kind="ask_first", title="Cooking")
    asked = situations.occurrence(series, starts_at=at(29))
    situations.booking(asked, state="requested")
    over = situations.occurrence(series, starts_at=at(20))
    situations.booking(over)
    nobody = situations.occurrence(series, starts_at=at(19))
    marked = situations.occurrence(series, starts_at=at(18), register_marked_at=at(18))
    situations.booking(marked)
    series.unsettled = [{"on": "2027-02-02", "said": "The hall is in use."}]
    db.session.flush()
    page = BeautifulSoup(client.sign_in(partner).get("/organise").get_data(as_text=True), "html.parser")
    to_do = page.select_one(".app-organise-todo")
    assert to_do is not None
    links = [tag["href"] for tag in to_do.select("a")]
    assert links == [
        f"/organise/sessions/{asked.public_id}#requests",
        f"/organise/series/{series.public_id}",
        f"/organise/sessions/{over.public_id}/register",
    ]
    assert str(nobody.public_id) not in str(to_do)
    assert "The hall is in use." in to_do.get_text()
    assert "Mark the register" in client.sign_in(register.user("connector")).get("/organise").get_data(as_text=True)
    situations.partner_with_series()  # with two groups staff choose one first
    assert "Mark the register" not in client.get("/organise").get_data(as_text=True)
    group = {"organisation": str(series.service.organisation.public_id)}
    assert "Mark the register" in client.get("/organise", query_string=group).get_data(as_text=True)


def test_a_group_without_sessions_is_led_to_its_first(client: InspectingClient) -> None:
    page = client.sign_in(register.partner()).get("/organise").get_data(as_text=True)
    assert "You have no sessions here yet." in page
    assert "/organise/series/new" in page


def test_appointments_of_a_day_stand_together(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series(kind="appointments", capacity=1, title="Advice")
    for slot in range(3):
        situations.occurrence(
            series, capacity=1, starts_at=at(25) + timedelta(minutes=20 * slot), minutes=20, slot=slot
        )
    page = BeautifulSoup(client.sign_in(partner).get("/organise").get_data(as_text=True), "html.parser")
    assert len(page.select(".app-card")) == 1
    assert len(page.select(".app-organise-slot")) == 3


def test_two_hundred_sessions_take_few_statements(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    db.session.add(Membership(user_id=partner.id, organisation_id=register.organisation("A second group").id))
    db.session.flush()
    db.session.refresh(partner)
    first = None
    for number in range(200):
        one = situations.occurrence(
            series, capacity=20, starts_at=at(24) + timedelta(hours=number * 0.7), minutes=10, places_taken=0
        )
        first = first or one
    assert first is not None
    situations.booking(first, state="requested")
    situations.booking(first, state="waiting")
    db.session.expire_all()
    client.sign_in(partner)
    with count_statements() as statements:
        page = client.get("/organise")
    assert len(BeautifulSoup(page.get_data(as_text=True), "html.parser").select(".app-card")) == 200
    assert len(statements) <= MOST_STATEMENTS, "\n\n".join(statements)
    group = str(series.service.organisation.public_id)
    client.sign_in(register.user("steward"))
    with count_statements() as of_staff:
        client.get("/organise", query_string={"organisation": group})
    assert len(of_staff) <= MOST_STATEMENTS, "\n\n".join(of_staff)


def test_the_header_leads_organisers_to_their_sessions(client: InspectingClient) -> None:
    assert 'href="/organise"' not in client.get("/about").get_data(as_text=True)
    client.sign_in(register.user("citizen"))
    assert 'href="/organise"' not in client.get("/about").get_data(as_text=True)
    client.sign_in(register.partner())
    assert 'href="/organise"' in client.get("/about").get_data(as_text=True)


def test_a_year_is_only_said_when_it_is_another(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    situations.occurrence(series, starts_at=datetime(2027, 1, 5, 10, 0, tzinfo=UTC))
    said = text_of(client.sign_in(partner).get("/organise?from=2027-01-01").get_data(as_text=True))
    assert "Tuesday 5 January 2027" in said
    assert date(2027, 1, 5).isoformat() in client.get("/organise?from=2027-01-01").get_data(as_text=True)
