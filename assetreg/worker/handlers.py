"""What this floor does from the outbox: sends messages, writes password links, clears away what is past its time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import current_app
from flask_babel import force_locale

from assetreg import clock, mail, texting
from assetreg.actions import accounts, messages, outbox, shortlist_mail, shortlists
from assetreg.links import sign_password_link
from assetreg.messages.accounts import reset_password
from assetreg.messages.wording import Sender
from assetreg.models import Message
from assetreg.queries.messages import find_unsent_message
from assetreg.queries.users import find_user_to_sign_in
from assetreg.throttle import purge_counters
from assetreg.worker.registry import Payload, handle

KEEP_DONE = timedelta(days=30)
KEEP_MESSAGES = timedelta(days=90)
KEEP_UNSENT_LISTS = timedelta(days=7)


def send_message(payload: Payload) -> None:
    """Hand one message to the post or to whoever carries texts, and mark it as sent. Calls are made by people."""
    message = find_unsent_message(payload["message"])
    if message is None or message.channel == "call":
        return
    settings = current_app.config
    reference = "kept"
    if message.channel == "email":
        mail.channel().deliver(mail.compose(message, settings["SERVICE_NAME"], settings["MAIL_FROM"]))
        reference = "" if settings["SMTP_HOST"] else "kept"
    elif message.channel in ("text", "letter"):
        reference = texting.carrier(message.channel).deliver(message)
    messages.mark_sent(message, reference or None)


def note_unsent(payload: Payload, tries: int, problem: str, is_hopeless: bool) -> None:
    """Write down in the log of deliveries that a try has failed."""
    messages.note_failure(payload["message"], tries, problem, is_hopeless)


def send_password_link(payload: Payload) -> None:
    """Write to whoever has this e-mail, if anybody has. Asked for in the same way whether or not they have."""
    user = find_user_to_sign_in(payload["email"])
    if user is None or not user.is_active:
        return
    token = sign_password_link(user.public_id, user.session_epoch, user.password_hash)
    link = f"{payload['web_address']}/reset-password/{token}"
    with force_locale(payload["language"]):
        wording = reset_password(user.name, link, Sender.of(current_app.config, payload["web_address"]))
    messages.queue_message(user.email, wording)


def purge_outbox(_payload: Payload) -> None:
    """Clear away what was done a month ago."""
    outbox.purge(clock.now() - KEEP_DONE)


def purge_messages(_payload: Payload) -> None:
    """Clear away messages of three months ago."""
    messages.purge(clock.now() - KEEP_MESSAGES)


def purge_rate_counters(_payload: Payload) -> None:
    """Clear away counters whose window has passed."""
    purge_counters()


def send_list(payload: Payload) -> None:
    """Hand somebody's list to the post. It is no message that we keep: the row that held it is emptied."""
    settings = current_app.config
    letter = Message(
        public_id=UUID(payload["message"]),
        to_email=payload["email"],
        subject=payload["subject"],
        body=payload["body"],
        created_at=clock.now(),
    )
    mail.channel().deliver(mail.compose(letter, settings["SERVICE_NAME"], settings["MAIL_FROM"]))


def purge_lists(_payload: Payload) -> None:
    """Clear away lists and links whose time is over, and lists that no mail server would take."""
    shortlists.purge(clock.now())
    shortlist_mail.forget_unsent(clock.now() - KEEP_UNSENT_LISTS)


def register_handlers() -> None:
    """Add them to the registry."""
    handle(messages.SEND_TOPIC, send_message, on_failure=note_unsent)
    handle(accounts.LINK_TOPIC, send_password_link)
    handle("outbox.purge", purge_outbox, daily=True)
    handle("message.purge", purge_messages, daily=True)
    handle(shortlist_mail.SEND_TOPIC, send_list)
    handle("shortlist.purge", purge_lists, daily=True)
    handle("throttle.purge", purge_rate_counters, daily=True)
