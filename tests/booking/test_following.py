"""Series that follow a group's own calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import SplitResult

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Outbox
from booking.actions.following import TOPIC, follow, set_feed
from booking.actions.series import publish_series, top_up
from booking.feed_reading import read_events
from booking.feeds import Answer, FeedTrouble, fetch_calendar, is_public, tidy_address
from booking.models import Occurrence, Series
from booking.worker import follow_series
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

ADDRESS = "https://calendar.example.org/yoga.ics"
WEEKLY = """BEGIN:VEVENT
UID:weekly
DTSTART;TZID=Europe/London:20261124T100000
DTEND;TZID=Europe/London:20261124T120000
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Yoga
END:VEVENT
"""
ONE = """BEGIN:VEVENT
UID:one
DTSTART:20261127T{hour}0000Z
DTEND:20261127T{hour}3000Z
END:VEVENT
"""


def calendar(*events: str) -> Callable[[str], bytes]:
    """A web on which this calendar is found."""
    body = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{''.join(events)}END:VCALENDAR\n"
    return lambda _url: body.replace("\n", "\r\n").encode()


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def series(session: Session) -> Series:
    """A series without dates that follows a calendar."""
    assert session is not None
    return situations.series(feed_url=ADDRESS, in_space=situations.space())


def starts(series: Series, session: Session, status: str = "scheduled") -> list[str]:
    """When the dates of a series begin."""
    session.expire_all()
    found = session.scalars(
        select(Occurrence.starts_at)
        .where(Occurrence.series_id == series.id, Occurrence.status == status)
        .order_by(Occurrence.starts_at)
    )
    return [f"{one.astimezone(UTC):%d.%m. %H}" for one in found]


def test_dates_follow_the_calendar(session: Session, series: Series) -> None:
    seen = series.version
    report = follow(series.id, clock.now(), calendar(WEEKLY, ONE.format(hour=14)))
    assert report is not None
    assert starts(series, session) == ["24.11. 10", "27.11. 14", "01.12. 10", "08.12. 10", "15.12. 10"]
    assert len(report["added"]) == 5
    again = follow(series.id, clock.now(), calendar(WEEKLY, ONE.format(hour=14)))
    assert again is not None
    assert (again["added"], again["moved"], again["gone"]) == ([], [], [])
    later = follow(series.id, clock.now(), calendar(ONE.format(hour=16)))
    assert later is not None
    assert starts(series, session) == ["27.11. 16"]
    assert len(later["moved"]) == 1
    assert len(later["gone"]) == 4
    assert series.version == seen


def test_one_moved_repetition_keeps_its_bookings(session: Session, series: Series) -> None:
    follow(series.id, clock.now(), calendar(WEEKLY))
    booked = session.scalars(select(Occurrence).order_by(Occurrence.starts_at).offset(1)).first()
    assert booked is not None
    guest = situations.booking(booked)
    moved = """BEGIN:VEVENT
UID:weekly
RECURRENCE-ID;TZID=Europe/London:20261201T100000
DTSTART;TZID=Europe/London:20261201T140000
DTEND;TZID=Europe/London:20261201T160000
END:VEVENT
"""
    follow(series.id, clock.now(), calendar(WEEKLY, moved))
    assert starts(series, session) == ["24.11. 10", "01.12. 14", "08.12. 10", "15.12. 10"]
    assert guest.occurrence.starts_at.hour == 14
    assert guest.state == "confirmed"


def test_what_is_taken_out_is_cancelled_for_whoever_booked(session: Session, series: Series) -> None:
    follow(series.id, clock.now(), calendar(WEEKLY, ONE.format(hour=14)))
    one = session.scalars(select(Occurrence).where(Occurrence.feed_uid == "one")).one()
    guest = situations.booking(one)
    follow(series.id, clock.now(), calendar(WEEKLY))
    session.refresh(guest)
    assert guest.state == "cancelled"
    assert starts(series, session, "cancelled") == ["27.11. 14"]


def test_a_calendar_that_became_empty_or_cannot_be_read_cancels_nothing(session: Session, series: Series) -> None:
    follow(series.id, clock.now(), calendar(ONE.format(hour=14)))
    guest = situations.booking(session.scalars(select(Occurrence)).one())
    kept = follow(series.id, clock.now(), calendar())
    assert kept is not None
    assert len(kept["kept"]) == 1
    broken = follow(series.id, clock.now(), lambda _url: b"<html>Sign in</html>")
    assert broken is not None
    assert broken["trouble"] == "not_a_calendar"
    session.refresh(guest)
    assert guest.state == "confirmed"


def test_what_is_in_the_way_is_reported_and_the_others_go_on(session: Session, series: Series) -> None:
    other = situations.series(in_space=series.space)
    situations.occurrence(other, starts_at=datetime(2026, 12, 1, 11, tzinfo=UTC))
    report = follow(series.id, clock.now(), calendar(WEEKLY))
    assert report is not None
    assert "Main hall is in use by" in report["in_the_way"][0][1]
    assert starts(series, session) == ["24.11. 10", "08.12. 10", "15.12. 10"]


def test_stopping_keeps_the_dates_and_makes_none_twice(session: Session) -> None:
    series = publish_series(plan(), None, clock.now())
    set_feed(series, "webcal://calendar.example.org/yoga.ics")
    assert series.feed_url == ADDRESS
    assert session.scalars(select(Outbox.topic).where(Outbox.topic == TOPIC)).all() == [TOPIC]
    follow(series.id, clock.now(), calendar(WEEKLY))
    assert len(starts(series, session)) == 4, "the rule's dates that nobody booked gave way"
    set_feed(series, "")
    top_up(clock.now())
    assert len(starts(series, session)) == 12


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  (it must be refused)
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "ff02::1",
    ],
)
def test_addresses_inside_are_never_asked(address: str) -> None:
    assert not is_public(address)

    def never(_parts: SplitResult, _address: str, _until: float) -> Answer:
        pytest.fail("it was asked")

    with pytest.raises(FeedTrouble, match="not_public"):
        fetch_calendar("https://inside.example.org/a.ics", lambda _host: ["93.184.215.14", address], never)


def test_a_redirect_is_looked_at_like_the_address_itself() -> None:
    def ask(parts: SplitResult, address: str, _until: float) -> Answer:
        assert address == "93.184.215.14"
        where = {"/a.ics": "https://10.0.0.1/secret", "/b.ics": "http://example.org/x", "/c.ics": "/c.ics"}
        return Answer(302, where.get(parts.path, ""), b"") if parts.path in where else Answer(200, "", b"found")

    def resolve(host: str) -> list[str]:
        return [host] if host[0].isdigit() else ["93.184.215.14"]

    for path, reason in (("a", "not_public"), ("b", "not_https"), ("c", "astray")):
        with pytest.raises(FeedTrouble, match=reason):
            fetch_calendar(f"https://example.org/{path}.ics", resolve, ask)
    assert fetch_calendar("https://example.org/d.ics", resolve, ask) == b"found"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://example.org/a.ics", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("https://user:word@example.org/a.ics", "not_an_address"),
        ("https://example.org:8443/a.ics", "not_an_address"),
        ("https://example.org:99999/", "not_an_address"),
        ("https://", "not_an_address"),
    ],
)
def test_only_plain_addresses_on_the_web_are_taken(address: str, reason: str) -> None:
    with pytest.raises(FeedTrouble, match=reason):
        fetch_calendar(tidy_address(address), lambda _host: ["93.184.215.14"])


def test_files_that_would_keep_us_busy_are_refused() -> None:
    since, until = datetime(2026, 11, 22, tzinfo=UTC), datetime(2027, 2, 22, tzinfo=UTC)
    every_second = calendar(WEEKLY.replace("FREQ=WEEKLY;COUNT=4", "FREQ=SECONDLY"))("")
    with pytest.raises(FeedTrouble, match="too_many"):
        read_events(every_second, since, until)


def test_the_page_says_what_is_wrong_and_what_changed(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner, series = situations.partner_with_series(starts_on=clock.today())
    client.sign_in(partner)
    path = f"/organise/series/{series.public_id}/calendar"
    wrong = client.fill_in(path, button=("button", "save"), address="http://example.org/a.ics")
    assert wrong.status_code == 422
    assert "has to begin with https://" in wrong.get_data(as_text=True)
    assert "http://example.org/a.ics" in wrong.get_data(as_text=True)
    client.fill_in(path, button=("button", "save"), address=ADDRESS)
    assert "We have not read it yet" in client.get(path).get_data(as_text=True)
    monkeypatch.setattr("booking.worker.following.follow", lambda one, now: follow(one, now, calendar(WEEKLY)))
    follow_series({"series": series.id})
    page = client.get(path).get_data(as_text=True)
    assert "The calendar has 4 dates in the next 12 weeks." in page
    assert "Tuesday 24 November, 10am" in page
    client.fill_in(path, button=("button", "stop"))
    session.expire_all()
    assert series.feed_url is None
