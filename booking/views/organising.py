"""The organiser's week: their sessions day by day, and what waits to be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.permissions import Action, allowed
from booking import saying_sessions
from booking.forms.organising import read_day
from booking.queries.organising import (
    MOST_LINES,
    SessionLine,
    find_choice,
    list_own_organisations,
    list_this_week,
    list_to_do,
    list_wards_with_series,
)
from booking.queries.unsettled import list_unsettled
from booking.views.blueprint import blueprint
from booking.views.reach import own_reach

WEEK = timedelta(days=7)
REGISTERS_WAIT = timedelta(days=14)
FEW_CHOICES = 2  # a partner with one organisation has nothing to choose


@dataclass(frozen=True, slots=True)
class Card:
    """One session, or the appointments of one day of one series together."""

    lines: tuple[SessionLine, ...]

    @property
    def first(self) -> SessionLine:
        """The session, or the first appointment."""
        return self.lines[0]


@blueprint.get("/organise")
@allowed(Action.ORGANISE_SESSIONS)
def show_this_week() -> ResponseReturnValue:
    """Seven days of sessions from today, or from a day that the address names, and what waits to be done."""
    today, now = clock.today(), clock.now()
    first_on = read_day(request.args.get("from", "")) or today
    reach = own_reach()
    organisations = list_own_organisations(reach)
    wards = list_wards_with_series() if reach is None else []
    organisation = find_choice(organisations, request.args.get("organisation", ""))
    ward = find_choice(wards, request.args.get("ward", ""))
    lines = list_this_week(
        reach,
        start_of(first_on),
        start_of(first_on + WEEK),
        organisation.id if organisation else None,
        ward.id if ward else None,
    )
    # What waits for the whole city is too much to be anybody's list.
    is_narrow = reach is not None or organisation is not None or len(organisations) < FEW_CHOICES
    return render_template(
        "booking/show_this_week.html",
        days=days_of(lines),
        is_cut=len(lines) == MOST_LINES,
        to_do=list_to_do(reach, now, now - REGISTERS_WAIT, organisation.id if organisation else None)
        if is_narrow
        else None,
        unsettled=list_unsettled(reach, organisation.id if organisation else None) if is_narrow else [],
        organisations=organisations,
        wards=wards,
        organisation=organisation,
        ward=ward,
        may_choose=len(organisations) >= FEW_CHOICES,
        names_organisations=len(organisations) >= FEW_CHOICES and organisation is None,
        has_series=any(one.has_series for one in organisations),
        first_on=first_on,
        last_on=first_on + WEEK - timedelta(days=1),
        earlier_on=first_on - WEEK,
        later_on=first_on + WEEK,
        today_on=today,
        now=now,
    )


def days_of(lines: Sequence[SessionLine]) -> list[tuple[date, list[Card]]]:
    """The sessions by their day where the city is; appointments of one series on one day in one card."""
    days = []
    for on, of_day in groupby(lines, lambda line: clock.local_day(line.starts_at)):
        cards: dict[tuple[str, int], list[SessionLine]] = {}
        for line in of_day:
            key = ("series", line.series_id) if line.kind == "appointments" else ("session", line.id)
            cards.setdefault(key, []).append(line)
        days.append((on, [Card(tuple(of_card)) for of_card in cards.values()]))
    return days


def start_of(on: date) -> datetime:
    """The instant at which a day begins where the city is."""
    return datetime.combine(on, time(0), clock.LOCAL_ZONE).astimezone(UTC)


blueprint.add_app_template_filter(saying_sessions.say_clock, "clock_time")
blueprint.add_app_template_filter(saying_sessions.say_moment, "moment")
blueprint.add_app_template_filter(saying_sessions.say_session, "session_when")
blueprint.add_app_template_filter(saying_sessions.say_session_day, "session_day")
blueprint.add_app_template_filter(saying_sessions.say_session_times, "session_times")
blueprint.add_app_template_filter(saying_sessions.say_month, "month_of")
