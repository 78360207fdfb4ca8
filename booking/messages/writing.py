"""From facts to words: a message about a booking, for one channel, in the language of the moment.

Whatever a template says: a sensitive service is named in no subject and no text, and no confidential address anywhere
(it is not stored). When a steward's words name a sensitive service all the same, the house's words are used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from assetreg.messages.wording import Sender
from assetreg.texts.amounts import say_cost, say_phone
from assetreg.texts.dates import say_day, say_time, say_times
from assetreg.texts.translate import gettext, ngettext
from booking.calendars import Entry
from booking.messages.house import HOUSE
from booking.queries.telling import OtherDate, RunDate, Told
from booking.rules.templates import Template, fill, fill_line, names_any

SECRET_WHERE_SEEN = ("organiser_phone", "place", "cost", "bring", "reason", "words", "other_dates")


@dataclass(frozen=True)
class Written:
    """A message as it goes out. A text has no subject: what stands there is for our own lists."""

    subject: str
    body: str


def house_template(event: str, channel: str) -> Template:
    """The house's own words, in the language of the moment. A letter is the e-mail on paper."""
    return Template(*HOUSE[event].template("email" if channel in ("letter", "kept") else channel))


def write(
    event: str,
    channel: str,
    told: Told,
    facts: Mapping[str, str],
    sender: Sender,
    manage_link: str,
    others: Sequence[OtherDate] = (),
    template: Template | None = None,
    run: Sequence[RunDate] = (),
) -> Written:
    """The message. `facts` are those that `tell` was given; `template` is a steward's, if there is one.

    `run` are all dates that were booked together, if there are several.
    """
    values = values_of(told, facts, sender, manage_link, others, with_links=channel != "call")
    zone = ZoneInfo(told.zone)
    if told.is_told_to_a_relative and channel not in ("call", "kept"):
        values["name"], values["guest"] = told.booker_name, told.name
    values["all_dates"] = "\n".join(say_span(one.starts_at, one.ends_at, zone) for one in run)
    if len(run) > 1 and channel == "text":
        values["when"] = gettext(
            "%(number)s dates from %(when)s", number=len(run), when=say_span(run[0].starts_at, run[0].ends_at, zone)
        )
    house = house_template(event, channel)
    chosen = template or house
    written = fill_in(chosen, channel, values, told)
    if told.is_sensitive and not chosen.is_house and names_any(what_is_seen(written, channel), told.secret_names):
        return fill_in(house, channel, values, told)
    return written


def fill_in(template: Template, channel: str, values: Mapping[str, str], told: Told) -> Written:
    """The words with their blanks filled; where others may see them, without what a sensitive service is."""
    in_sight = neutral(values) if told.is_sensitive else values
    body = fill(template.body, in_sight if channel == "text" else values)
    subject = fill_line(template.subject, in_sight) if template.subject else ""
    return Written(subject, body + "\n")


def what_is_seen(written: Written, channel: str) -> str:
    """What somebody else may read of it: the subject, and all of a text."""
    return f"{written.subject}\n{written.body}" if channel == "text" else written.subject


def neutral(values: Mapping[str, str]) -> dict[str, str]:
    """The values without anything that says what the session is."""
    quiet = dict.fromkeys(SECRET_WHERE_SEEN, "")
    return {**values, **quiet, "session": gettext("your session"), "organiser": gettext("the organiser")}


def values_of(
    told: Told,
    facts: Mapping[str, str],
    sender: Sender,
    manage_link: str,
    others: Sequence[OtherDate],
    *,
    with_links: bool,
) -> dict[str, str]:
    """What fills each blank; empty when there is nothing to say. What is said aloud has no links."""
    zone = ZoneInfo(told.zone)
    starts, ends = told.starts_at.astimezone(zone), told.ends_at.astimezone(zone)
    return {
        "name": told.name,
        "guest": "",
        "session": told.session,
        "day": say_day(starts.date()),
        "time": say_times(starts.time(), ends.time()),
        "when": say_span(told.starts_at, told.ends_at, zone),
        "place": say_place(told),
        "organiser": told.organiser,
        "organiser_phone": say_phone(told.organiser_phone) if told.organiser_phone else "",
        "reference": told.reference,
        "people": ngettext("%(num)s place", "%(num)s places", told.party_size),
        "manage_link": manage_link if with_links else "",
        "bring": told.bring,
        "cost": "" if told.cost_pence is None else with_note(say_cost(told.cost_pence), told.cost_note),
        "reason": say_reason(told, facts),
        "answer_by": say_instant(told.expires_at, zone) if told.expires_at else "",
        "before": say_before({**facts, "was_place": ""} if told.is_sensitive else facts, zone),
        "other_dates": "\n".join(
            say_span(other.starts_at, other.ends_at, zone)
            + (f": {sender.web_address}/sessions/{other.public_id}" if with_links else "")
            for other in others
        ),
        "words": facts.get("words", ""),
        "phone": sender.phone,
        "hours": sender.hours,
        "website": sender.web_address,
        "council": sender.council,
    }


def say_span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Tuesday 24 November, 10.30am to 12 noon."""
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    return f"{say_day(starts.date())}, {say_times(starts.time(), ends.time())}"


def say_instant(at: datetime, zone: ZoneInfo) -> str:
    """10.30am on Tuesday 24 November."""
    local = at.astimezone(zone)
    return gettext("%(time)s on %(day)s", time=say_time(local.time()), day=say_day(local.date()))


def say_place(told: Told) -> str:
    """Where it is, as far as it may be told."""
    if told.visibility == "hidden":
        return gettext("The address is kept private. Call to hear how to get there.")
    if told.visibility == "area_only":
        return gettext("In %(ward)s. The address is kept private. Call to hear how to get there.", ward=told.ward_name)
    if told.address:
        return told.address
    return gettext("Online") if told.is_online else ""


def say_reason(told: Told, facts: Mapping[str, str]) -> str:
    """Why it is off; that nobody answered is a reason too."""
    if told.state == "lapsed":
        return gettext("Nobody answered in time.")
    return facts.get("reason") or told.cancel_reason


def say_before(facts: Mapping[str, str], zone: ZoneInfo) -> str:
    """How it was before a change: the time, the place, or both."""
    said = []
    if facts.get("was"):
        local = datetime.fromisoformat(facts["was"]).astimezone(zone)
        said.append(f"{say_day(local.date())}, {say_time(local.time())}")
    if facts.get("was_place"):
        said.append(facts["was_place"])
    return ", ".join(said)


def with_note(said: str, note: str) -> str:
    """A cost with what is said about it."""
    return f"{said} ({note})" if note else said


def say_entries(told: Told, run: Sequence[RunDate], now: datetime) -> list[Entry]:
    """As `say_entry`, for every date that was booked together."""
    first = say_entry(told, now)
    if not run:
        return [first]
    return [
        replace(
            first,
            public_id=one.public_id,
            sequence=one.sequence,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            created_at=one.created_at,
        )
        for one in run
    ]


def say_entry(told: Told, now: datetime) -> Entry:
    """One booking as an entry of the guest's own calendar, which others in the house may see.

    A sensitive service is not named in it, and neither is its place.
    """
    lines = [gettext("Your reference: %(reference)s", reference=told.reference)]
    if told.bring and not told.is_sensitive:
        lines.append(told.bring)
    return Entry(
        public_id=told.occurrence_public_id,
        sequence=told.sequence,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        title=gettext("Your session") if told.is_sensitive else told.session,
        created_at=told.created_at,
        changed_at=now,
        is_cancelled=told.is_cancelled or told.ended_at is not None,
        is_sure=told.state == "confirmed",
        description="\n".join(lines),
        location="" if told.is_sensitive or told.visibility != "public" else say_place(told),
    )
