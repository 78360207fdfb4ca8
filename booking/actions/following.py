"""Series that follow a group's own calendar: its dates become ours, and what changed is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from assetreg import clock
from assetreg.actions import outbox
from assetreg.db import db
from booking.actions.occurrences import cancel_occurrence, move_occurrence
from booking.actions.series.publishing import EXCLUSION, check_version, flush_series
from booking.feed_reading import FedEvent, read_events
from booking.feeds import FeedTrouble, fetch_calendar, look_at, tidy_address
from booking.models import Occurrence, Series
from booking.queries.clashes import list_clashes
from booking.queries.series_dates import SeriesDate, list_series_dates, lock_series
from booking.rules.plans import AHEAD
from booking.saying import say_clash

TOPIC = "series.follow"
TAKEN_OUT = "The group took this date out of its calendar."
Fetch = Callable[[str], bytes]
Report = dict[str, Any]


def set_feed(series: Series, address: str, version: int | None = None) -> None:
    """Have a series follow the calendar at this address, or none when it is empty; it is read after the commit.

    Raises FeedTrouble for what cannot be an address on the web, ChangedMeanwhile.
    """
    check_version(series, version)
    url = tidy_address(address)
    if url:
        look_at(url)
    if series.feed_url and not url:
        keep_as_own(series)
    series.feed_url = url or None
    series.feed_report, series.feed_checked_at, series.unsettled = {}, None, []
    flush_series()
    if url:
        ask_for(series)


def ask_for(series: Series) -> None:
    """Have the calendar read by the worker."""
    outbox.add(TOPIC, {"series": series.id}, dedupe_key=str(series.id))


def ask_for_all() -> None:
    """Have every calendar that is followed read by the worker."""
    followed = select(Series).where(Series.status == "published", Series.feed_url.is_not(None)).order_by(Series.id)
    for series in db.session.scalars(followed):
        ask_for(series)


def keep_as_own(series: Series) -> None:
    """The dates that came from a calendar are the series' own from now on: its rule makes no second one that day."""
    taken = set(
        db.session.scalars(
            select(Occurrence.rule_on).where(Occurrence.series_id == series.id, Occurrence.rule_on.is_not(None))
        )
    )
    fed = select(Occurrence).where(Occurrence.series_id == series.id, Occurrence.feed_uid.is_not(None))
    for one in db.session.scalars(fed.order_by(Occurrence.starts_at, Occurrence.id)):
        one.feed_uid, one.is_changed = None, True
        on = clock.local_day(one.starts_at)
        if one.rule_on is None and on not in taken:
            one.rule_on = on
            taken.add(on)
    db.session.flush()


def follow(series_id: int, now: datetime, fetch: Fetch = fetch_calendar) -> Report | None:
    """Read the calendar of a series and bring its dates in line; returns the report, None when there is none to read.

    A calendar that cannot be read changes nothing. One that has become empty cancels nothing that somebody booked: it
    is more likely broken than meant.
    """
    series = db.session.get(Series, series_id)
    if series is None or series.status != "published" or not series.feed_url:
        return None
    until = now + AHEAD
    report: Report = {"trouble": "", "status": 0, "dates": 0}
    try:
        events = read_events(fetch(series.feed_url), now, until, series.zone)
    except FeedTrouble as trouble:
        report |= {"trouble": trouble.reason, "status": trouble.status}
    else:
        lock_series(series.id)
        report |= {"dates": len(events), **bring_in_line(series, events, now, until)}
    # Past the session: an open form is not out of date because a calendar was read.
    db.session.execute(
        update(Series).where(Series.id == series.id).values(feed_report=report, feed_checked_at=now),
        execution_options={"synchronize_session": False},
    )
    db.session.expire(series)
    return report


def bring_in_line(series: Series, events: list[FedEvent], now: datetime, until: datetime) -> Report:
    """Make, move and take away dates until they are the calendar's; says which."""
    there = list_series_dates(series.id, after=now, before=until)
    uids = {
        row.id: row.feed_uid
        for row in db.session.execute(
            select(Occurrence.id, Occurrence.feed_uid).where(Occurrence.series_id == series.id)
        )
    }
    by_uid = {uid: occurrence_id for occurrence_id, uid in uids.items() if uid is not None}
    unclaimed = {one.starts_at: one for one in there if uids[one.id] is None and one.status == "scheduled"}
    report: Report = {"added": [], "moved": [], "gone": [], "cancelled": [], "kept": [], "in_the_way": []}
    seen: set[int] = set()
    for event in events:
        occurrence_id = by_uid.get(event.uid)
        if occurrence_id is None and event.starts_at in unclaimed:
            occurrence_id = unclaimed.pop(event.starts_at).id
            db.session.get_one(Occurrence, occurrence_id).feed_uid = event.uid
            db.session.flush()
        if occurrence_id is None:
            add_from(series, event, report)
            continue
        seen.add(occurrence_id)
        move_to(db.session.get_one(Occurrence, occurrence_id), event, report, now)
    for one in there:
        if one.id not in seen and one.status == "scheduled":
            take_out(one, is_fed=uids[one.id] is not None, is_empty=not events, report=report, now=now)
    return report


def add_from(series: Series, event: FedEvent, report: Report) -> None:
    """Make the date of an event, unless something is in the way."""
    added = Occurrence(
        series_id=series.id,
        service_id=series.service_id,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        feed_uid=event.uid,
        location_id=series.location_id,
        space_id=series.space_id,
        leader_id=series.leader_id,
        capacity=series.capacity,
    )
    try:
        with db.session.begin_nested():
            db.session.add(added)
            db.session.flush()
    except IntegrityError as problem:
        if getattr(problem.orig, "sqlstate", None) != EXCLUSION:
            raise
        note_in_the_way(series.space_id, series.leader_id, event, (), report)
    else:
        report["added"].append(event.starts_at.isoformat())


def move_to(occurrence: Occurrence, event: FedEvent, report: Report, now: datetime) -> None:
    """Bring a date to the time of its event; whoever booked is told."""
    if occurrence.status == "cancelled" or (occurrence.starts_at, occurrence.ends_at) == (
        event.starts_at,
        event.ends_at,
    ):
        return
    was = occurrence.starts_at
    minutes = int((event.ends_at - event.starts_at) / timedelta(minutes=1))
    done = move_occurrence(occurrence, event.starts_at, minutes, None, now)
    if done.done:
        report["moved"].append([was.isoformat(), event.starts_at.isoformat()])
    else:
        note_in_the_way(occurrence.space_id, occurrence.leader_id, event, (occurrence.id,), report)


def take_out(one: SeriesDate, *, is_fed: bool, is_empty: bool, report: Report, now: datetime) -> None:
    """A date that the calendar does not have (any more)."""
    said = one.starts_at.isoformat()
    occurrence = db.session.get_one(Occurrence, one.id)
    if not one.booked_ever:
        db.session.delete(occurrence)
        db.session.flush()
        report["gone"].append(said)
    elif is_fed and not is_empty:
        cancel_occurrence(occurrence, TAKEN_OUT, None, now)
        report["cancelled"].append(said)
    else:
        report["kept"].append(said)


def note_in_the_way(
    space_id: int | None, leader_id: int | None, event: FedEvent, but_ids: tuple[int, ...], report: Report
) -> None:
    """Write down what keeps a date of the calendar from being made."""
    found = list_clashes([(event.starts_at, event.ends_at)], space_id, leader_id, but_ids).get(0, [])
    report["in_the_way"].append([event.starts_at.isoformat(), "; ".join(say_clash(clash) for clash in found)])
