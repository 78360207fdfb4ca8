"""The daily top-up: series without an end always have the next twelve weeks of dates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from assetreg import clock
from assetreg.actions.messages import queue_message
from assetreg.db import db
from assetreg.messages import Wording
from assetreg.models import User
from assetreg.texts.dates import say_day
from assetreg.texts.translate import gettext, ngettext
from booking.actions.series.publishing import occurrence_values
from booking.models import Occurrence, Series
from booking.queries.clashes import Clash, list_clashes
from booking.queries.planning import get_calendar, pattern_of
from booking.queries.series_dates import lock_series
from booking.rules.plans import last_day_to_plan
from booking.rules.recurrence import PlannedDate, planned_dates
from booking.saying import say_clash


def top_up(now: datetime) -> int:
    """Make the dates that every published series lacks; returns how many were made.

    Also looked at again: days that were outside the terms known, in a closure that is lifted, or taken before. A date
    with something in the way is left to the organiser (`series.unsettled`, and one message to whoever made the
    series); the other dates go on. Series that follow somebody's calendar are not touched.
    """
    made = 0
    for series_id in db.session.scalars(
        select(Series.id).where(Series.status == "published", Series.feed_url.is_(None)).order_by(Series.id)
    ).all():
        if lock_series(series_id, skip_locked=True):
            made += top_up_series(db.session.get_one(Series, series_id), now)
    return made


def top_up_series(series: Series, now: datetime) -> int:
    """Make the dates that one series lacks; returns how many were made."""
    pattern = pattern_of(series)
    until = last_day_to_plan(pattern, series.kind, clock.local_day(now))
    until = max(until, series.topped_up_to or until)
    calendar = get_calendar(pattern.starts_on, until, series.location_id, series.id)
    days_there = set(db.session.scalars(select(Occurrence.rule_on).where(Occurrence.series_id == series.id)))
    missing = [
        one
        for one in planned_dates(pattern, pattern.starts_on, until, calendar)
        if one.left_out is None and one.starts_at > now and one.on not in days_there
    ]
    made: set[tuple[object, int]] = set()
    if missing:
        # Whatever is in the way makes its own date fall out, and no other.
        statement = insert(Occurrence).on_conflict_do_nothing().returning(Occurrence.rule_on, Occurrence.slot)
        rows = [occurrence_values(series, one) for one in missing]
        made = {(row.rule_on, row.slot) for row in db.session.execute(statement, rows)}
    unsettled = [one for one in missing if (one.on, one.slot) not in made]
    settle_later(series, unsettled, until)
    return len(made)


def settle_later(series: Series, unsettled: list[PlannedDate], until: date) -> None:
    """Write down what the organiser has to decide, and tell whoever made the series of what is new.

    Written past the session: the organiser's form is not out of date because a new week came.
    """
    clashes = list_clashes([(one.starts_at, one.ends_at) for one in unsettled], series.space_id, series.leader_id)
    told = {line["on"] for line in series.unsettled}
    said = [
        {"on": one.on.isoformat(), "said": say_in_the_way(clashes.get(number, []))}
        for number, one in enumerate(unsettled)
    ]
    if said != series.unsettled or until != series.topped_up_to:
        db.session.execute(
            update(Series).where(Series.id == series.id).values(unsettled=said, topped_up_to=until),
            execution_options={"synchronize_session": False},
        )
        db.session.expire(series, ["unsettled", "topped_up_to", "updated_at"])
    new = [line for line in said if line["on"] not in told]
    if new:
        tell_organiser(series, new)


def say_in_the_way(clashes: list[Clash]) -> str:
    """What is in the way, in one line."""
    return "; ".join(say_clash(one) for one in clashes) or gettext("Something was in the way. It may be gone by now.")


def tell_organiser(series: Series, lines: list[dict[str, str]]) -> None:
    """One message about dates that could not be made. A sensitive service is not named."""
    organiser = db.session.get(User, series.made_by_id) if series.made_by_id else None
    if organiser is None or organiser.disabled_at is not None:
        return
    name = gettext("your sessions") if series.service.is_sensitive else (series.title or series.service.name)
    message = queue_message(
        organiser.email,
        Wording(
            "series_unsettled",
            ngettext("A date needs you", "%(num)s dates need you", len(lines)),
            (
                gettext("These dates of %(name)s could not be made, because something is in the way:", name=name),
                "\n".join(f"{say_day(date.fromisoformat(line['on']))}: {line['said']}" for line in lines),
                gettext("The other dates go on. Sign in and open “Sessions” to leave them out, or to move them."),
            ),
        ),
    )
    message.event_key = f"series:{series.public_id}:unsettled:{lines[0]['on']}:{len(lines)}"
    message.about = series.public_id
    db.session.flush()
