"""Calendar files: parsed back by other people's programs, they say what the pages say, and nothing that is secret."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from flask import Flask
from sqlalchemy.orm import Session

from assetreg import clock
from booking import calendars
from booking.links import manage_token
from booking.models import Occurrence, Series
from booking.queries.planning import get_calendar, pattern_of
from booking.rules.recurrence import planned_dates
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements
from tests.stopped_clock import StoppedClock

LONDON = ZoneInfo("Europe/London")


def sessions_in(content: bytes, from_on: date, to_on: date) -> list[tuple[datetime, datetime, str]]:
    """What somebody else's program shows between two days: start, end, title; in order."""
    calendar = icalendar.Calendar.from_ical(content)
    found = recurring_ical_events.of(calendar).between(from_on, to_on)
    return sorted((event["DTSTART"].dt, event["DTEND"].dt, str(event["SUMMARY"])) for event in found)


def materialised(series: Series, to_on: date) -> list[Occurrence]:
    """Every session that the rule of a series gives."""
    calendar = get_calendar(series.starts_on, to_on, series.location_id, series.id)
    planned = planned_dates(pattern_of(series), series.starts_on, to_on, calendar)
    return [
        situations.occurrence(series, starts_at=one.starts_at, minutes=series.duration_minutes, rule_on=one.on)
        for one in planned
        if one.left_out is None
    ]


@pytest.mark.parametrize(
    ("now", "starts_on", "starts_time", "weekday"),
    [
        (datetime(2027, 3, 1, tzinfo=UTC), date(2027, 3, 7), time(10), 6),
        (datetime(2027, 3, 1, tzinfo=UTC), date(2027, 3, 7), time(1, 30), 6),
        (datetime(2027, 10, 1, tzinfo=UTC), date(2027, 10, 3), time(10), 6),
        (datetime(2027, 10, 1, tzinfo=UTC), date(2027, 10, 3), time(1, 30), 6),
    ],
    ids=["spring", "spring at 1.30am", "autumn", "autumn at 1.30am"],
)
def test_across_a_clock_change_calendars_show_the_hours_of_the_rule(
    app: Flask,
    client: InspectingClient,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
    starts_on: date,
    starts_time: time,
    weekday: int,
) -> None:
    assert app is not None
    StoppedClock(monkeypatch, now)
    series = situations.series(starts_on=starts_on, starts_time=starts_time, weekdays=[weekday], duration_minutes=60)
    kept = materialised(series, starts_on + timedelta(days=60))
    content = client.get(f"/series/{series.public_id}/calendar.ics").data
    shown = sessions_in(content, starts_on, starts_on + timedelta(days=61))
    assert [(start, end) for start, end, _ in shown] == [(one.starts_at, one.ends_at) for one in kept]
    walls = {start.astimezone(LONDON).time() for start, _, _ in shown}
    assert walls <= {starts_time, time(2)}
    assert len(kept) == 9


def test_every_public_address_says_the_same(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    here = register.ward("Northfield")
    group = register.organisation()
    hall = register.location()
    of = register.service("Chair yoga", organisation=group, at=hall)
    series = situations.series(of, at=hall)
    kept = [situations.occurrence(series, starts_in_hours=hours) for hours in (24, 48, 24 * 8)]
    for address in (
        f"/series/{series.public_id}",
        f"/services/{of.public_id}",
        f"/organisations/{group.public_id}",
        f"/areas/{here.slug}",
    ):
        answer = client.get(f"{address}/calendar.ics")
        assert answer.mimetype == "text/calendar"
        parsed = icalendar.Calendar.from_ical(answer.data)
        events = parsed.walk("VEVENT")
        assert [event["UID"].split("@")[0] for event in events] == [str(one.public_id) for one in kept]
        for event, one in zip(events, kept, strict=True):
            assert event["DTSTART"].dt == one.starts_at.replace(microsecond=0)
            assert (event["SEQUENCE"], event["STATUS"], event["SUMMARY"]) == (0, "CONFIRMED", "Chair yoga")
            assert event["LOCATION"] == "The Hall, 1 Sample Street, Birmingham, B31 2ZZ"
            assert event["DTSTAMP"].dt.tzinfo is not None
            assert "LAST-MODIFIED" in event
            assert event["GEO"].latitude == pytest.approx(52.41)
        assert parsed["METHOD"] == "PUBLISH"
        assert b"X-PUBLISHED-TTL:PT6H" in answer.data
        assert not parsed.errors


def test_a_moved_session_keeps_its_name_and_a_cancelled_one_says_so(
    app: Flask, client: InspectingClient, session: Session
) -> None:
    assert app is not None
    one = situations.occurrence()
    address = f"/series/{one.series.public_id}/calendar.ics"
    before = icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    one.starts_at += timedelta(hours=1)
    one.ends_at += timedelta(hours=1)
    one.sequence += 1
    session.flush()
    moved = icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    assert moved["UID"] == before["UID"]
    assert moved["SEQUENCE"] == 1
    one.status, one.cancelled_at, one.cancel_reason = "cancelled", clock.now(), "Flood"
    one.sequence += 1
    session.flush()
    gone = icalendar.Calendar.from_ical(client.get(address).data).walk("VEVENT")[0]
    assert (gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == (before["UID"], 2, "CANCELLED")


def test_what_has_not_changed_is_not_sent_again(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    address = f"/series/{situations.occurrence().series.public_id}/calendar.ics"
    first = client.get(address)
    assert first.headers["Cache-Control"] == "max-age=300, public"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_calendar_takes_few_statements(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    series = situations.series()
    for hours in range(24, 24 * 20, 24):
        situations.occurrence(series, starts_in_hours=hours)
    address = f"/series/{series.public_id}/calendar.ics"
    client.get(address)
    with count_statements() as statements:
        client.get(address)
    assert len(statements) <= 6, statements


def test_a_confidential_place_has_no_address_and_no_point(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    here = register.ward("Northfield")
    for visibility in ("area_only", "hidden"):
        place = register.confidential_location(here, visibility, name="Rose House")
        series = situations.series(register.service(at=place), at=place)
        situations.occurrence(series)
        (event,) = icalendar.Calendar.from_ical(client.get(f"/series/{series.public_id}/calendar.ics").data).walk(
            "VEVENT"
        )
        assert "LOCATION" not in event
        assert "GEO" not in event
        assert "Rose House" not in str(event)
        assert "kept private" in event["DESCRIPTION"]
    in_ward = client.get(f"/areas/{here.slug}/calendar.ics").data
    assert len(icalendar.Calendar.from_ical(in_ward).walk("VEVENT")) == 1


def test_a_sensitive_service_is_named_in_no_calendar(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    here = register.ward("Northfield")
    group = register.organisation("Quiet Help")
    hall = register.location()
    of = register.service("Leaving safely", organisation=group, at=hall, is_sensitive=True)
    series = situations.series(of, at=hall, title="Safe evening")
    situations.occurrence(series)
    for address in (f"/series/{series.public_id}", f"/services/{of.public_id}"):
        content = client.get(f"{address}/calendar.ics").data
        (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
        assert event["SUMMARY"] == "Session"
        for secret in (b"Leaving", b"Safe evening", b"Quiet Help", b"The Hall"):
            assert secret not in content
    for address in (f"/organisations/{group.public_id}", f"/areas/{here.slug}"):
        assert b"VEVENT" not in client.get(f"{address}/calendar.ics").data


@pytest.mark.parametrize("name", ["Ann\r\nEND:VEVENT\r\nBEGIN:VEVENT", 'Tea; talk, "and" more\nBEGIN:VALARM'])
def test_a_title_is_no_way_to_write_other_entries(app: Flask, client: InspectingClient, name: str) -> None:
    assert app is not None
    series = situations.series(title=name, note=name)
    situations.occurrence(series)
    content = client.get(f"/series/{series.public_id}/calendar.ics").data
    parsed = icalendar.Calendar.from_ical(content)
    assert [len(parsed.walk(part)) for part in ("VEVENT", "VALARM")] == [1, 0]
    assert not parsed.errors
    told = calendars.Invited("Council\nX: y", "from@example.org", name, "to@example.org")
    now = clock.now()
    entry = calendars.Entry(series.public_id, 0, now, now, name, now, now, description=name, location=name)
    sent = icalendar.Calendar.from_ical(calendars.calendar_of([entry], "https://x.example", name, "REQUEST", told))
    assert [len(sent.walk(part)) for part in ("VEVENT", "VALARM")] == [1, 0]
    assert not sent.errors


def test_pages_lead_to_their_calendars(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    here = register.ward("Northfield")
    group = register.organisation()
    hall = register.location()
    of = register.service("Chair yoga", organisation=group, at=hall)
    situations.occurrence(situations.series(of, at=hall))
    for page in (f"/services/{of.public_id}", f"/organisations/{group.public_id}", f"/areas/{here.slug}"):
        assert f'href="{page}/calendar.ics"' in client.get(page).get_data(as_text=True)


def test_drafts_and_unlisted_series_are_not_in_public_calendars(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    of = register.service("Chair yoga")
    draft = situations.series(of, status="draft")
    unlisted = situations.series(of, is_listed=False)
    for series in (draft, unlisted):
        situations.occurrence(series)
    assert client.get(f"/series/{draft.public_id}/calendar.ics").status_code == 404
    assert b"VEVENT" in client.get(f"/series/{unlisted.public_id}/calendar.ics").data
    assert b"VEVENT" not in client.get(f"/services/{of.public_id}/calendar.ics").data


def test_a_booking_has_its_own_file_behind_its_link(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    booking = situations.booking()
    token = manage_token(booking)
    answer = client.get(f"/bookings/{booking.public_id}/{token}/calendar.ics")
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert event["DTSTART"].dt == booking.occurrence.starts_at.replace(microsecond=0)
    assert booking.reference in event["DESCRIPTION"]
    assert "private" in answer.headers["Cache-Control"]
    wrong = ("A" if token[0] != "A" else "B") + token[1:]
    assert client.get(f"/bookings/{booking.public_id}/{wrong}/calendar.ics").status_code == 404


def test_a_booking_that_ended_takes_its_entry_out(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    booking = situations.booking(state="cancelled")
    answer = client.get(f"/bookings/{booking.public_id}/{manage_token(booking)}/calendar.ics")
    assert icalendar.Calendar.from_ical(answer.data).walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_a_booked_run_is_one_file(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    series = situations.series()
    key = uuid4()
    run = [
        situations.booking(situations.occurrence(series, starts_in_hours=24 * days), run_key=key, email="a@example.org")
        for days in (2, 9, 16)
    ]
    answer = client.get(f"/bookings/{run[1].public_id}/{manage_token(run[1])}/calendar.ics")
    shown = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert [event["UID"].split("@")[0] for event in shown] == [str(one.occurrence.public_id) for one in run]


def test_a_connectors_own_calendar_is_made_renewed_and_stopped(app: Flask, client: InspectingClient) -> None:
    assert app is not None
    connector = register.user("connector")
    booking = situations.booking(name="Mr Okafor", booked_by="connector", booked_by_id=connector.id)
    situations.booking(name="Somebody else's")
    client.sign_in(connector)
    client.fill_in("/my-calendar", button="make")
    first = address_on(client)
    content = app.test_client().get(first).data
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert booking.reference in event["DESCRIPTION"]
    assert b"Okafor" not in content
    client.fill_in("/my-calendar", button="make")
    second = address_on(client)
    assert second != first
    assert app.test_client().get(first).status_code == 404
    assert app.test_client().get(second).status_code == 200
    client.fill_in("/my-calendar", button="stop")
    assert app.test_client().get(second).status_code == 404
    assert app.test_client().get("/calendars/nonsense.ics").status_code == 404
    assert app.test_client().get(second.replace(".ics", "A.ics")).status_code == 404


def address_on(client: InspectingClient) -> str:
    """The path of the secret address that the page shows."""
    found = client.get("/my-calendar").text.partition('value="http://127.0.0.1:8000')[2].partition('"')[0]
    assert found.startswith("/calendars/")
    return found


def test_the_own_calendar_of_somebody_who_left_is_closed(
    app: Flask, client: InspectingClient, session: Session
) -> None:
    connector = register.user("connector")
    client.sign_in(connector)
    client.fill_in("/my-calendar", button="make")
    address = address_on(client)
    connector.disabled_at = clock.now()
    session.flush()
    assert app.test_client().get(address).status_code == 404
