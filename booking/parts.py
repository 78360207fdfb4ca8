"""What this floor shows on the register's pages: the next sessions of a service, and what is on this week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any

from flask import Flask, g, render_template
from markupsafe import Markup

from assetreg import clock, parts
from assetreg.queries.area_index import get_area_index
from assetreg.queries.kept import keep
from assetreg.queries.pairs import PAIRED
from booking import saying_lists
from booking.queries.listed_sessions import (
    Day,
    ListedSession,
    by_day,
    list_next_sessions,
    list_sessions_in_city,
    list_sessions_in_wards,
    list_sessions_of_organisation,
)

ON_SERVICE, ON_ORGANISATION = 6, 12  # sessions
A_DAY_IN_AREA, A_DAY_IN_CITY = 3, 2
DAYS = 7
MOST_AGE_S = 5.0  # as old as the sessions of a search may be


def init_app(app: Flask) -> None:
    """Add the parts to the pages, and the words for sessions to the templates."""
    parts.PARTS.update(
        {
            "show_service": [next_sessions],
            "show_service:when": [next_when],
            "show_service:room": [next_room],
            "show_service:way": [next_way],
            "show_area": [week_in_area],
            "show_organisation": [week_of_organisation],
            "show_home": [week_in_city],
        }
    )
    app.jinja_env.filters.update(
        say_start=saying_lists.say_start,
        say_next_room=saying_lists.say_next_room,
        say_room=saying_lists.say_room,
        say_press=saying_lists.say_press,
    )


def next_sessions(page: Any) -> Markup:
    """On a service's page: its next sessions, and the way to all of them."""
    sessions, total = sessions_of(page)
    return drawn("booking/parts/next_sessions.html", page=page, days=by_day(sessions), total=total, shown=len(sessions))


def next_when(page: Any) -> Markup:
    """When the next one is, that somebody can come to; or the next at all."""
    one = first_of(page)
    return drawn("booking/parts/next_when.html", one=one) if one else Markup("")


def next_room(page: Any) -> Markup:
    """Whether there is room at it."""
    one = first_of(page)
    return drawn("booking/parts/next_room.html", one=one) if one else Markup("")


def next_way(page: Any) -> Markup:
    """The one thing to do: book, ask, wait, just turn up."""
    one = first_of(page)
    return drawn("booking/parts/next_way.html", one=one, page=page) if one else Markup("")


def first_of(page: Any) -> ListedSession | None:
    """The first of a service's next sessions with room, otherwise the very first; None when none is known."""
    sessions, _ = sessions_of(page)
    return next((one for one in sessions if one.has_room), sessions[0] if sessions else None)


def sessions_of(page: Any) -> tuple[list[ListedSession], int]:
    """The next sessions of the service of a page, asked once for all its parts."""
    asked = g.get("sessions_of_page")
    if asked is None or asked[0] != page.public_id:
        asked = g.sessions_of_page = (page.public_id, list_next_sessions(page.public_id, clock.now(), ON_SERVICE))
    found: tuple[list[ListedSession], int] = asked[1]
    return found


def week_in_area(area: Any) -> Markup:
    """On an area's page: what is on this week and has room."""
    return drawn("booking/parts/week_in_area.html", area=area, days=kept_days(area.slug, lambda: sessions_in(area)))


def sessions_in(area: Any) -> list[ListedSession]:
    """What is on this week in a ward, in several, or in the city."""
    now, today = clock.now(), clock.today()
    if area.kind == "ward":
        return list_sessions_in_wards([area.id], now, now + timedelta(days=DAYS), today, A_DAY_IN_AREA)
    wards = None if area.kind == "city" else [ward.id for ward in get_area_index().wards_in([area])]
    return list_sessions_in_city(now, coming_days(), today, A_DAY_IN_AREA, wards)


def kept_days(name: str, read: Callable[[], list[ListedSession]]) -> list[Day]:
    """A list of the week by day, its places left at most `MOST_AGE_S` old.

    What changes in the register (a service closes, a place becomes confidential) shows at once.
    """
    return keep(f"week {name}", lambda: by_day(read()), clock.today(), PAIRED, MOST_AGE_S)


def week_of_organisation(organisation: Any) -> Markup:
    """On an organisation's page: its sessions of this week."""
    sessions, total = list_sessions_of_organisation(organisation.public_id, clock.now(), clock.today(), ON_ORGANISATION)
    return drawn(
        "booking/parts/week_of_organisation.html",
        organisation=organisation,
        days=by_day(sessions),
        more=total - len(sessions),
    )


def week_in_city(_about: Any) -> Markup:
    """On the first page: a few things for every day of the week."""
    days = kept_days("/", lambda: list_sessions_in_city(clock.now(), coming_days(), clock.today(), A_DAY_IN_CITY))
    return drawn("booking/parts/week_in_city.html", days=days)


def coming_days(days: int = DAYS) -> list[tuple[datetime, datetime]]:
    """From midnight to midnight where the city is, today first."""
    midnights = [
        datetime.combine(clock.today() + timedelta(days=ahead), time(0), clock.LOCAL_ZONE) for ahead in range(days + 1)
    ]
    return list(pairwise(midnights))


def drawn(template: str, **values: Any) -> Markup:
    """One of our templates as a part of a page."""
    return Markup(render_template(template, **values))  # noqa: S704 - a template escapes
