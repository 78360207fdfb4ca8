"""Sessions as a calendar says them, in the reader's language."""

from __future__ import annotations

from assetreg.texts.translate import gettext, ngettext
from booking.calendars import Entry
from booking.queries.calendars import Dated


def say_dated(dated: Dated, web_address: str) -> Entry:
    """A session in a public calendar: what the website's own page says of it.

    Of a sensitive one only when it is and where to read more: others in the house see calendars.
    """
    address = f"{web_address}/sessions/{dated.session_id}"
    if dated.is_sensitive:
        return entry(dated, gettext("Session"), [], None, address)
    return entry(dated, dated.title, [gettext("With %(organiser)s", organiser=dated.organiser)], dated.address, address)


def say_own(dated: Dated) -> Entry:
    """A booking in a member of staff's own calendar. It names nobody and no sensitive service: others see calendars."""
    title = gettext("Booked session") if dated.is_sensitive else dated.title
    people = ngettext("%(num)s place", "%(num)s places", dated.people)
    lines = [gettext("Booking %(reference)s, %(people)s", reference=dated.reference, people=people)]
    if dated.state in ("waiting", "offered", "requested"):
        lines.append(gettext("Not sure yet"))
    return entry(dated, title, lines, None if dated.is_sensitive else dated.address, "")


def entry(dated: Dated, title: str, lines: list[str], address: str | None, url: str) -> Entry:
    """The entry, with as much of the place as may be told."""
    is_shown = bool(address)
    if dated.visibility == "area_only":
        lines.append(gettext("In %(ward)s. The address is kept private.", ward=dated.ward_name))
    elif dated.visibility == "hidden":
        lines.append(gettext("The address is kept private."))
    return Entry(
        public_id=dated.public_id,
        sequence=dated.sequence,
        starts_at=dated.starts_at,
        ends_at=dated.ends_at,
        title=title,
        created_at=dated.created_at,
        changed_at=dated.updated_at,
        is_cancelled=dated.is_cancelled,
        is_sure=dated.state not in ("waiting", "offered", "requested"),
        description="\n".join(lines),
        location=address or "",
        latitude=dated.latitude if is_shown else None,
        longitude=dated.longitude if is_shown else None,
        url=url,
    )
