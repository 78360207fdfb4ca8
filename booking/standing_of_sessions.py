"""What can be done about a session now, for its page and its form.

It is the ladder of `booking.rules.bookable`, asked for one person of the right age.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from booking.queries.session_pages import SessionPage
from booking.rules.bookable import Reason, Sitting, Wish, why_not_bookable

Way = Literal["book", "ask", "wait", "run", "turn_up", "none"]


@dataclass(frozen=True, slots=True)
class WayIn:
    """How somebody gets a place: `book` it, `ask` for it, `wait` for one, book the whole `run`, `turn_up`, or `none`.

    `reason` is why it cannot simply be booked.
    """

    way: Way
    reason: Reason | None = None


def sitting_of_page(page: SessionPage) -> Sitting:
    """The session of a page as the rules see it."""
    one, series = page.occurrence, page.series
    return Sitting(
        starts_at=one.starts_at,
        status=one.status,
        is_paused=one.is_paused or series.is_paused,
        series_status=series.status,
        kind=series.kind,
        course_booking=series.course_booking,
        capacity=one.capacity,
        overbooked=one.overbooked,
        places_taken=one.places_taken,
        largest_party=series.largest_party,
        opens_days=series.opens_days,
        closes_minutes=series.closes_minutes,
        min_age=series.min_age,
        max_age=series.max_age,
    )


def way_into(
    page: SessionPage, now: datetime, *, by_staff: bool = False, by_organiser: bool = False, whole_run: bool = False
) -> WayIn:
    """How somebody gets a place at this session now. Their age is asked on the form."""
    wish = Wish(by_staff=by_staff, by_organiser=by_organiser, is_whole_run=whole_run)
    reason = why_not_bookable(sitting_of_page(page), wish, now)
    if reason is None:
        return WayIn("ask" if page.series.kind == "ask_first" and not by_organiser else "book")
    if reason.name == "just_turn_up":
        return WayIn("turn_up", reason)
    if reason.name == "whole_run_only":
        return WayIn("run", reason)
    if reason.name == "full" and page.series.takes_waiting and not whole_run:
        return WayIn("wait", reason)
    return WayIn("none", reason)
