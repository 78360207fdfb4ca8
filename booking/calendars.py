"""Sessions as calendars read them (RFC 5545): files to download, addresses to subscribe to, entries that go with mail.

Each session is an entry of its own with instants in UTC, so that every calendar shows the right wall time on both
sides of a clock change. An entry keeps its UID for ever; SEQUENCE goes up when it moves, and a session that is
cancelled stays in the calendar as cancelled for a while, so that calendars take it out. A confidential place has no
address and no point.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vDuration, vGeo, vText, vUri

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
PRODUCT = "-//assetreg//Sessions//EN"
ASK_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as a calendar shows it. Instants are aware; `location` is empty for confidential places."""

    public_id: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    created_at: datetime
    changed_at: datetime
    is_cancelled: bool = False
    is_sure: bool = True
    description: str = ""
    location: str = ""
    latitude: float | None = None
    longitude: float | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """Between whom an entry goes by mail: the organiser of the mail, and whoever gets it."""

    from_name: str
    from_email: str
    to_name: str
    to_email: str


def calendar_of(
    entries: Iterable[Entry],
    web_address: str,
    name: str = "",
    method: Method = "PUBLISH",
    invited: Invited | None = None,
) -> bytes:
    """The file. `web_address` ("https://near.example.org") is where the entries' UIDs belong."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", vText(on_one_line(name)))
        calendar.add("x-wr-calname", vText(on_one_line(name)))
        calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    host = urlsplit(web_address).hostname or "localhost"
    for entry in entries:
        calendar.add_component(event_of(entry, host, method, invited))
    content: bytes = calendar.to_ical()
    return content


def event_of(entry: Entry, host: str, method: Method, invited: Invited | None) -> Event:
    """One entry."""
    event = Event()
    event.add("uid", f"{entry.public_id}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", whole(entry.changed_at))
    event.add("created", whole(entry.created_at))
    event.add("last-modified", whole(entry.changed_at))
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", entry.title)
    is_off = entry.is_cancelled or method == "CANCEL"
    event.add("status", "CANCELLED" if is_off else ("CONFIRMED" if entry.is_sure else "TENTATIVE"))
    event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
    if entry.description:
        event.add("description", entry.description)
    if entry.location:
        event.add("location", entry.location)
    if entry.latitude is not None and entry.longitude is not None:
        event.add("geo", vGeo((round(entry.latitude, 5), round(entry.longitude, 5))))
    if entry.url:
        event.add("url", vUri(entry.url))
    if invited is not None:
        add_people(event, invited)
    return event


def add_people(event: Event, invited: Invited) -> None:
    """From whom and for whom (RFC 5546 wants both in what goes by mail)."""
    organiser = vCalAddress(f"mailto:{invited.from_email}")
    organiser.params["CN"] = vText(on_one_line(invited.from_name))
    event["organizer"] = organiser
    guest = vCalAddress(f"mailto:{invited.to_email}")
    guest.params["CN"] = vText(on_one_line(invited.to_name))
    guest.params["ROLE"] = vText("REQ-PARTICIPANT")
    guest.params["PARTSTAT"] = vText("ACCEPTED")
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest, encode=False)


def on_one_line(text: str) -> str:
    """Where a line's end would be the end of the file's own line: names of calendars and of people."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def whole(at: datetime) -> datetime:
    """An instant in UTC, without parts of a second: calendars know none."""
    return at.astimezone(UTC).replace(microsecond=0)
