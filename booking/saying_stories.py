"""The story of a booking in sentences, for staff: "Was not offered 1 free place: the party is larger"."""

from __future__ import annotations

from assetreg.texts.translate import gettext, lazy_gettext, ngettext
from booking.queries.stories import Line

SENTENCES = {
    "booked": lazy_gettext("Booked."),
    "requested": lazy_gettext("Asked for places."),
    "waiting": lazy_gettext("Joined the waiting list, because the session was full."),
    "offered": lazy_gettext("Was next in line and fitted, so was offered what was free."),
    "accepted": lazy_gettext("Took the offer."),
    "late_place": lazy_gettext("Got a late place at once: was the first in line who had asked for late places."),
    "declined": lazy_gettext("The answer was no."),
    "lapsed": lazy_gettext("Nobody answered in time, so the places went to the next in line."),
    "left": lazy_gettext("Left the waiting list."),
    "cancelled": lazy_gettext("Cancelled."),
    "party_changed": lazy_gettext("The size of the party changed."),
    "passed_over_not_late": lazy_gettext(
        "Was not offered a free place: it was less than 24 hours before the start, and they had not asked for late "
        "places."
    ),
    "priority": lazy_gettext("Was put first in line."),
    "priority_ended": lazy_gettext("Went back to their own place in line."),
    "request_confirmed": lazy_gettext("The organiser said yes."),
    "capacity": lazy_gettext("The number of places changed."),
    "paused": lazy_gettext("Bookings were paused, so nobody was offered a place."),
    "unpaused": lazy_gettext("Bookings were taken again."),
    "moved": lazy_gettext("The session was moved."),
    "session_cancelled": lazy_gettext("The session was cancelled."),
}
# Whose notes are words of people, and belong behind the sentence.
WITH_NOTE = frozenset({"booked", "cancelled", "declined", "priority", "party_changed", "capacity", "session_cancelled"})


def say_line(line: Line) -> str:
    """One event in one or two sentences, with who did it where staff did."""
    if line.kind == "passed_over_too_large":
        free = int(line.note)
        said = ngettext(
            "Was not offered %(num)s free place: the party is larger.",
            "Was not offered %(num)s free places: the party is larger.",
            free,
        )
    else:
        said = str(SENTENCES.get(line.kind, line.kind.replace("_", " ").capitalize() + "."))
        if line.note and line.kind in WITH_NOTE:
            said = f"{said} {line.note}"
    return gettext("%(what)s (%(who)s)", what=said, who=line.by) if line.by else said
