"""Pages about messages: the log, who has to be told, and the words that stewards may change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message, User
from assetreg.worker.loop import work_off_everything
from booking.actions.telling import tell
from booking.messages.names import BLANKS
from booking.messages.writing import house_template
from booking.models import Booking, BookingEvent, MessageTemplate
from booking.queries.message_log import PAGE
from booking.rules.telling import EVENTS
from booking.rules.templates import PLACEHOLDERS, fill, fill_line, names_any, problems_of
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient


@pytest.fixture
def steward(client: InspectingClient) -> InspectingClient:
    """A steward's browser."""
    return client.sign_in(register.user("steward"))


def told(booking: Booking, event: str = "booked") -> Message:
    """A message about a booking, as far as the worker takes it."""
    tell(event, booking, clock.now())
    work_off_everything()
    session = register.db.session
    session.expire_all()
    return session.scalars(select(Message).where(Message.about == booking.public_id)).one()


# The log


def test_an_empty_log_says_so(steward: InspectingClient) -> None:
    assert "Nothing has been sent yet" in steward.get("/messages").text


def test_the_log_shows_what_was_kept_and_its_words_without_secrets(steward: InspectingClient) -> None:
    booking = situations.booking(name="Amina", email="amina@example.org")
    message = told(booking)
    page = steward.get("/messages?state=kept").text
    assert "amina@example.org" in page
    assert booking.reference in page
    shown = steward.get(f"/messages/{message.public_id}").text
    assert "We have saved your place." in shown
    assert f"/bookings/{booking.public_id}" not in shown


def test_a_link_is_hidden_before_it_is_sent_too(steward: InspectingClient, session: Session) -> None:
    link = "https://near.example.org/reset-password/Not.A.Real.Token"
    row = Message(kind="reset_password", to_email="a@example.org", subject="New", body=f"Follow {link}")
    session.add(row)
    session.flush()
    assert "Not.A.Real" not in steward.get(f"/messages/{row.public_id}").text


def test_a_connector_sees_what_is_about_their_bookings_only(client: InspectingClient) -> None:
    connector = register.user("connector")
    own = told(situations.booking(booked_by="connector", booked_by_id=connector.id, email="own@example.org"))
    others = told(situations.booking(email="other@example.org"))
    client.sign_in(connector)
    page = client.get("/messages").text
    assert "own@example.org" in page
    assert "other@example.org" not in page
    assert client.get(f"/messages/{own.public_id}").status_code == 200
    assert client.get(f"/messages/{others.public_id}").status_code == 404
    assert client.post(f"/messages/{others.public_id}").status_code in (400, 404)


def test_a_parked_message_is_named_and_tried_again(steward: InspectingClient, session: Session) -> None:
    message = told(situations.booking())
    message.sent_at, message.provider_ref = None, None
    message.parked_at, message.attempts, message.last_error = clock.now(), 8, "OSError in deliver, line 1"
    session.flush()
    assert "1 message could not be sent." in steward.get("/messages").text
    assert "OSError" in steward.get(f"/messages/{message.public_id}").text
    steward.fill_in(f"/messages/{message.public_id}")
    work_off_everything()
    session.refresh(message)
    assert message.sent_at is not None
    assert message.parked_at is None


def test_a_long_log_has_pages(steward: InspectingClient, session: Session) -> None:
    session.add_all(
        Message(kind="daily_list", to_email=f"a{number}@example.org", subject="x", body="x")
        for number in range(PAGE + 1)
    )
    session.flush()
    assert "Page 1 of 2" in steward.get("/messages").text
    assert steward.get("/messages?page=2").text.count("@example.org") == 1
    assert "Page 2 of 2" in steward.get("/messages?page=999").text
    assert "There is nothing of this kind" in steward.get("/messages?state=parked").text


# People to tell


def a_call(for_user: User | None = None, event: str = "session_cancelled", **values: object) -> Message:
    """Somebody without contact has to be told."""
    by = {"booked_by": "connector", "booked_by_id": for_user.id} if for_user else {}
    return told(situations.booking(email=None, **{"name": "Mr Okafor", **by, **values}), event)


def test_whoever_booked_tells_them_and_says_so(client: InspectingClient, session: Session) -> None:
    connector = register.user("connector")
    message = a_call(connector)
    client.sign_in(connector)
    assert "Tell Mr Okafor that this session is cancelled" in client.get("/calls").text
    client.fill_in("/calls", button=("button", "done"))
    session.refresh(message)
    assert message.provider_ref == "told"
    page = client.get("/calls").text
    assert "There is nobody to tell" in page
    assert "Not told after all" in page
    client.fill_in("/calls", button=("button", "undo"))
    session.refresh(message)
    assert message.sent_at is None
    kinds = session.scalars(select(BookingEvent.kind).order_by(BookingEvent.id)).all()
    assert kinds == ["told_in_person", "not_told_after_all"]


def test_nobody_elses_tasks_are_shown_or_done(client: InspectingClient, session: Session) -> None:
    message = a_call(register.user("connector"))
    client.sign_in(register.user("connector"))
    assert "Okafor" not in client.get("/calls").text
    client.post(f"/calls/{message.public_id}")
    session.refresh(message)
    assert message.sent_at is None


def test_without_anybody_who_booked_the_organisation_tells_them(client: InspectingClient) -> None:
    partner, series = situations.partner_with_series()
    told(situations.booking(situations.occurrence(series), email=None, name="Mr Okafor"))
    client.sign_in(partner)
    assert "Mr Okafor" in client.get("/calls").text
    client.sign_in(register.partner())
    assert "Mr Okafor" not in client.get("/calls").text


def test_a_task_ends_with_its_session(client: InspectingClient, session: Session) -> None:
    connector = register.user("connector")
    message = a_call(connector)
    booking = session.scalars(select(Booking).where(Booking.public_id == message.about)).one()
    booking.occurrence.starts_at -= timedelta(days=4)
    booking.occurrence.ends_at -= timedelta(days=4)
    session.flush()
    client.sign_in(connector)
    assert "Okafor" not in client.get("/calls").text


# Words


def test_the_house_keeps_its_own_rules(app: Flask) -> None:
    assert app is not None
    for event in EVENTS:
        for channel in ("email", "text", "call"):
            words = house_template(event, channel)
            assert problems_of(event, channel, words.subject, words.body) == []


def test_every_blank_is_explained() -> None:
    assert set(BLANKS) == set(PLACEHOLDERS)


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [
        ("", "Hello", "Write a subject"),
        ("Hello", "", "Write what the message should say"),
        ("Hello ((nme))", "Hello", "We do not know ((nme)). Choose one from the list below"),
        ("Hello", "((config.SECRET_KEY))", "We cannot use “config.SECRET_KEY” here"),
        ("Hello", "((name", "There is a bracket too many or too few"),
        ("Hello", "x" * 5001, "Use at most 5000 letters"),
    ],
)
def test_words_that_cannot_be_used_are_refused_and_kept(
    steward: InspectingClient, session: Session, subject: str, body: str, said: str
) -> None:
    page = steward.fill_in("/message-templates/booked/email", button=("button", "save"), subject=subject, body=body)
    assert page.status_code == 422
    assert said in page.text
    assert "There is a problem" in page.text
    assert body[:50] in page.text
    assert session.get(MessageTemplate, ("booked", "email")) is None


def test_what_a_message_needs_cannot_be_taken_out(steward: InspectingClient) -> None:
    page = steward.fill_in(
        "/message-templates/offered/email", button=("button", "save"), subject="Hello", body="Come at ((answer_by))"
    )
    assert "This message needs ((manage_link)). Put it back in" in page.text


def test_a_preview_saves_nothing_and_names_nothing_sensitive(steward: InspectingClient, session: Session) -> None:
    page = steward.fill_in(
        "/message-templates/booked/email",
        button=("button", "preview"),
        subject="See you: ((session)) at ((place))",
        body="Dear ((name)), <b>hello</b>",
    )
    assert "<strong>See you: Chair yoga at The Hall, 1 Sample Street, Birmingham, B31 2ZZ</strong>" in page.text
    assert "<strong>See you: your session at</strong>" in page.text
    assert "Dear Amina, &lt;b&gt;hello&lt;/b&gt;" in page.text
    assert session.get(MessageTemplate, ("booked", "email")) is None


def test_words_are_changed_used_and_put_back(steward: InspectingClient, session: Session) -> None:
    address = "/message-templates/booked/text"
    steward.fill_in(address, button=("button", "save"), body="All set, ((name)): ((when)).")
    assert session.get(MessageTemplate, ("booked", "text")) is not None
    assert "yours" in steward.get("/message-templates").text
    message = told(situations.booking(email=None, phone="+447700900123", name="Bo"))
    assert message.body.startswith("All set, Bo: ")
    steward.fill_in(address, button=("button", "reset"))
    session.expire_all()
    assert session.get(MessageTemplate, ("booked", "text")) is None


def test_no_such_message(steward: InspectingClient) -> None:
    assert steward.get("/message-templates/party/email").status_code == 404
    assert steward.get("/message-templates/booked/letter").status_code == 404


def test_lines_without_anything_to_say_are_left_out() -> None:
    template = "Hello ((name)),\n\nThe reason:\n((reason))\n\nCost: ((cost))\nBye"
    assert fill(template, {"name": "Bo"}) == "Hello Bo,\n\nBye"
    assert fill_line("((name)) is on", {"name": "Two\nlines"}) == "Two lines is on"


def test_secret_names_are_found_as_whole_words() -> None:
    assert names_any("at the  FREEDOM programme today", ("Freedom Programme",))
    assert not names_any("Artful", ("Art", ""))
