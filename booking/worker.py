"""What this floor does in the worker process: writes what people are told, reminds them, erases what is past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import current_app
from flask_babel import force_locale

from assetreg import clock
from assetreg.actions import outbox
from assetreg.actions.messages import note_failure
from assetreg.messages.wording import Sender
from assetreg.queries.messages import find_unsent_message
from assetreg.worker.registry import Payload, handle, watch
from booking import lost_links
from booking.actions import following, telling
from booking.actions.reminders import remind_due
from booking.actions.retention import erase_past
from booking.actions.series import top_up
from booking.actions.waiting import close_waiting, lapse_due
from booking.calendars import Invited, Method, calendar_of
from booking.links import manage_path
from booking.messages.daily import daily_list
from booking.messages.writing import say_entries, write
from booking.queries.reminders import list_daily_lists
from booking.queries.telling import RunDate, Told, find_told, list_other_dates, list_run
from booking.queries.templates import find_template
from booking.rules.recurrence import MIDNIGHT, to_utc
from booking.rules.telling import why_not_needed
from booking.web import web_address

# With which entry for a calendar an e-mail goes.
METHODS: Mapping[str, Method] = {
    "booked": "REQUEST",
    "request_confirmed": "REQUEST",
    "changed": "REQUEST",
    "cancelled_by_guest": "CANCEL",
    "session_cancelled": "CANCEL",
}
# Dates that were booked together are told of together.
ABOUT_A_RUN = frozenset(
    {"booked", "waiting", "requested", "request_confirmed", "request_declined", "cancelled_by_guest"}
)
NAME_OTHER_DATES = frozenset({"session_cancelled", "cancelled_by_guest", "request_declined", "offer_lapsed"})
LISTS_TOPIC = "booking.daily_lists"
SEVEN = time(7)
REMIND_EVERY = timedelta(minutes=1)


def write_message(payload: Payload) -> None:
    """Write the words of a message that was only noted, and hand it on; or put it away when it is no longer true."""
    message = find_unsent_message(payload["message"])
    if message is None or message.body:
        return
    now = clock.now()
    event, facts = message.template, payload["facts"]
    told = find_told(message.about) if message.about else None
    reason = (
        "the booking is gone"
        if told is None
        else why_not_needed(event, told.state, told.is_cancelled, told.erased_at is not None, told.starts_at, now)
    )
    if told is None or reason or is_overtaken(told, facts):
        telling.put_away(message, reason or "the session has moved since", now)
        return
    sender = Sender.of(current_app.config, web_address())
    run = list_run(told) if event in ABOUT_A_RUN else []
    with force_locale(told.language):
        written = write(
            event,
            message.channel,
            told,
            facts,
            sender,
            web_address() + manage_path(told),
            list_other_dates(told, now) if event in NAME_OTHER_DATES else (),
            find_template(event, message.channel),
            run,
        )
        calendar = entry_for_mail(event, told, run, now) if message.channel == "email" else None
    telling.fill_message(message, written.subject, written.body, calendar, told.is_sensitive)


def is_overtaken(told: Told, facts: Mapping[str, Any]) -> bool:
    """Was this a reminder of a time that is not the session's any more?"""
    return "starts_at" in facts and datetime.fromisoformat(facts["starts_at"]) != told.starts_at


def entry_for_mail(event: str, told: Told, run: Sequence[RunDate], now: datetime) -> str | None:
    """The entries for the guest's calendar that go with an e-mail. A sensitive service is not named in them."""
    method = METHODS.get(event)
    if method is None or told.email is None:
        return None
    settings = current_app.config
    invited = Invited(settings["SERVICE_NAME"], settings["MAIL_FROM"], told.name, told.email)
    entries = say_entries(told, run, now)
    return calendar_of(entries, web_address(), method=method, invited=invited).decode()


def note_unwritten(payload: Payload, tries: int, problem: str, is_hopeless: bool) -> None:
    """Write down in the log of deliveries that the words could not be written."""
    note_failure(payload["message"], tries, problem, is_hopeless)


class Reminding:
    """Looks for people to remind, once a minute at most: the worker asks far more often."""

    def __init__(self) -> None:
        self.looked_at: datetime | None = None

    def __call__(self) -> None:
        """Remind whoever is due."""
        now = clock.now()
        if self.looked_at is None or not timedelta() <= now - self.looked_at < REMIND_EVERY:
            remind_due(now)
            self.looked_at = now


REMINDING = Reminding()


def plan_daily_lists(_payload: Payload) -> None:
    """Have today's lists written at seven in the morning, or at once when it is later than that."""
    on = clock.today()
    seven = to_utc(on, SEVEN, clock.LOCAL_ZONE.key)
    outbox.add(LISTS_TOPIC, {"on": on.isoformat()}, dedupe_key=on.isoformat(), due_at=max(seven, clock.now()))


def write_daily_lists(payload: Payload) -> None:
    """Write to everybody who organises something today. A day that is over is let go."""
    on = date.fromisoformat(payload["on"])
    if on != clock.today():
        return
    zone = clock.LOCAL_ZONE.key
    midnight, next_midnight = to_utc(on, MIDNIGHT, zone), to_utc(on + timedelta(days=1), MIDNIGHT, zone)
    sender = Sender.of(current_app.config, web_address())
    for listed in list_daily_lists(midnight, next_midnight):
        with force_locale(current_app.config["LANGUAGES"][0]):
            wording = daily_list(listed, on, sender)
        telling.write_once(listed.email, wording, f"daily_list:{listed.user_public_id}:{on}", clock.now())


def erase_details(_payload: Payload) -> None:
    """Erase what is past its time."""
    erase_past(clock.now(), current_app.config["BOOKING_DETAILS_DAYS"])


def top_up_series(_payload: Payload) -> None:
    """Make the dates of the coming weeks."""
    top_up(clock.now())


def follow_series(payload: Payload) -> None:
    """Read the calendar of one series."""
    following.follow(payload["series"], clock.now())


def follow_calendars(_payload: Payload) -> None:
    """Have every calendar that is followed read again."""
    following.ask_for_all()


def look_for_lapses() -> None:
    """End offers and requests whose time is over."""
    lapse_due(clock.now())


def close_queues(_payload: Payload) -> None:
    """End the queues of sessions that have begun."""
    close_waiting(clock.now())


def register_handlers() -> None:
    """Add it to the registry (`assetreg.worker.registry`)."""
    handle(telling.TOPIC, write_message, on_failure=note_unwritten)
    handle("booking.plan_daily_lists", plan_daily_lists, daily=True)
    handle(LISTS_TOPIC, write_daily_lists)
    handle("booking.erase_past", erase_details, daily=True)
    watch(REMINDING)
    handle("booking.close-queues", close_queues, daily=True)
    watch(look_for_lapses)
    handle("series.top_up", top_up_series, daily=True)
    handle(following.TOPIC, follow_series)
    handle("series.follow_all", follow_calendars, daily=True)
    lost_links.register_handlers()
