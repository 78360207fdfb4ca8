"""What a list says of each service, on the page, on paper and in an e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from assetreg.clock import today
from assetreg.queries.cards import ServiceCard
from assetreg.queries.shortlists import Entry
from assetreg.rules.opening import timetable
from assetreg.texts import labels
from assetreg.texts.amounts import say_phone
from assetreg.texts.cards import say_when, say_where
from assetreg.texts.dates import say_day, say_line_day, say_times
from assetreg.texts.translate import gettext

MOST_LINES = 5


def say_regular_times(card: ServiceCard) -> str:
    """The days and times it has every week or month, for paper that is read later; else what is known instead.

    Days with the same times stand together: "Monday and Tuesday, 9am to 5pm; Friday, 9am to 12 noon".
    """
    lines = timetable(card.times)
    if card.status == "temporarily_closed" or not lines:
        return say_when(card)
    days_of: dict[tuple[tuple[time, time], ...], list[str]] = {}
    for line in lines:
        days_of.setdefault(line.times, []).append(say_line_day(line))
    said = [f"{joined(days)}, {joined([say_times(*pair) for pair in times])}" for times, days in days_of.items()]
    if len(said) > MOST_LINES:
        said = [*said[:MOST_LINES], gettext("and more")]
    if card.valid_from and card.valid_from > today():
        said.append(gettext("from %(day)s", day=say_day(card.valid_from)))
    return "; ".join(said)


def joined(words: Sequence[str]) -> str:
    """Words in a row: a, b and c."""
    if len(words) == 1:
        return words[0]
    return gettext("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])


def say_address(entry: Entry) -> str:
    """Where it is, with the whole address where it may be told."""
    said = say_where(entry.card)
    rest = [part for part in (entry.address, entry.postcode) if part and part not in said]
    if len(rest) == 2 and entry.postcode in entry.address:
        rest.pop()
    return ", ".join([said, *rest])


def say_phone_or_way(entry: Entry) -> str:
    """How to get in touch: a phone number if there is one, else the first way there is; empty when there is none."""
    if not entry.contacts:
        return ""
    contact = next((one for one in entry.contacts if one.kind == "phone"), entry.contacts[0])
    return say_phone(contact.value) if contact.kind == "phone" else contact.value


def say_access(card: ServiceCard) -> str:
    """What helps people to get in and get on; empty when we do not know."""
    return ", ".join(str(labels.ACCESS[feature]) for feature in card.all_access)


def say_ended(card: ServiceCard) -> str:
    """That it is not running any more, and why when somebody said so."""
    said = gettext("This is not running any more.")
    return f"{said} {card.status_note}" if card.status_note else said
