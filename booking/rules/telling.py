"""What people are told about a booking: which events there are, which way a message goes, when it is out of date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import phonenumbers

Channel = Literal["email", "text", "letter", "call", "kept"]

EVENTS = (
    "booked",
    "waiting",
    "requested",
    "request_confirmed",
    "request_declined",
    "offered",
    "offer_lapsed",
    "reminder_2_days",
    "reminder_2_hours",
    "changed",
    "party_changed",
    "cancelled_by_guest",
    "session_cancelled",
    "organiser_note",
)
# A letter or a call task takes days; these are read on a phone at once where there is one.
PRESSING = frozenset({"reminder_2_hours"})
# Whoever booked for somebody was there when this happened: no call is needed to tell them.
DONE_IN_PERSON = frozenset({"booked", "waiting", "requested", "party_changed", "cancelled_by_guest"})
# Nobody is rung up to be reminded; whoever booked for them decides whether they need it.
REMINDERS = frozenset({"reminder_2_days", "reminder_2_hours"})
# What may happen to one booking more than once: each time is an event of its own.
BY_INSTANT = frozenset({"party_changed", "offered", "offer_lapsed"})
# In these states what was said at the beginning is still true.
BEGINNINGS = {
    "booked": ("confirmed",),
    "waiting": ("waiting",),
    "requested": ("requested",),
    "request_confirmed": ("confirmed",),
    "offered": ("offered",),
    "reminder_2_days": ("confirmed",),
    "reminder_2_hours": ("confirmed",),
    "changed": ("confirmed", "offered", "requested", "waiting"),
    "party_changed": ("confirmed", "offered", "requested", "waiting"),
}


@dataclass(frozen=True)
class Reach:
    """Which way a message goes, and where to."""

    channel: Channel
    to_email: str | None = None
    to_phone: str | None = None


def reach_of(
    event: str, email: str | None, phone: str | None, booker_contact: str, is_by_staff: bool, is_pressing: bool = False
) -> Reach:
    """E-mail, else text, else a call task. A relative's contact stands in for the person's own.

    Without any contact, what staff did with the person beside them is only kept, and so are reminders.
    """
    if not email and not phone and booker_contact:
        email, phone = contact_in(booker_contact)
    if phone and (is_pressing or event in PRESSING or not email):
        return Reach("text", to_phone=phone)
    if email:
        return Reach("email", to_email=email)
    if event in REMINDERS or (is_by_staff and event in DONE_IN_PERSON):
        return Reach("kept")
    return Reach("call")


def contact_in(written: str) -> tuple[str | None, str | None]:
    """The e-mail or the phone number (E.164) in what a relative wrote as their contact; neither when it is neither."""
    tidy = written.strip()
    if "@" in tidy:
        return (tidy, None) if " " not in tidy and not tidy.startswith("@") and not tidy.endswith("@") else (None, None)
    try:
        parsed = phonenumbers.parse(tidy, "GB")
    except phonenumbers.NumberParseException:
        return None, None
    if not phonenumbers.is_possible_number(parsed):
        return None, None
    return None, phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def event_key(public_id: object, event: str, now: datetime, facts: Mapping[str, Any]) -> str:
    """The name of one event of one booking: "booking:<uuid>:booked:0". The same event has the same name for ever.

    The last part is `facts["sequence"]` where there is one; a note is known by its words, and what can happen again
    by when it did.
    """
    if "sequence" in facts:
        number = str(facts["sequence"])
    elif event == "organiser_note":
        number = sha256(str(facts.get("words", "")).encode()).hexdigest()[:16]
    elif event in BY_INSTANT:
        number = f"{now:%Y%m%d%H%M%S%f}"
    else:
        number = "0"
    return f"booking:{public_id}:{event}:{number}"


def sees_every_message(roles: Collection[str]) -> bool:
    """Stewards and administrators see what went to anybody; others only what was about bookings they made."""
    return not {"steward", "administrator"}.isdisjoint(roles)


def why_not_needed(
    event: str, state: str, is_cancelled: bool, is_erased: bool, starts_at: datetime, now: datetime
) -> str:
    """Why a message has become untrue before it went out, in plain words; empty when it should go."""
    if is_erased:
        return "the details are erased"
    if event in BEGINNINGS and state not in BEGINNINGS[event]:
        return f"the booking is {state} by now"
    if event in BEGINNINGS and is_cancelled:
        return "the session is cancelled by now"
    if event in BEGINNINGS and starts_at <= now:
        return "the session has begun"
    return ""
