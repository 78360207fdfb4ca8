"""What we tell people by e-mail, word for word, and how it leaves the house."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.actions import messages
from assetreg.mail import compose
from assetreg.messages.accounts import password_changed, reset_password
from assetreg.messages.wording import Sender, Wording
from assetreg.models import Message, Outbox
from assetreg.worker.loop import work_off_everything
from tests.golden import assert_golden
from tests.letter_box import LetterBox

SENDER = Sender(
    service="Near you in Birmingham",
    council="Birmingham sample council",
    phone="0121 496 0123",
    hours="Monday to Friday, 9am to 5pm",
    web_address="https://near.example.org",
)
LINK = "https://near.example.org/reset-password/Not.A.Real.Token"
WORDINGS = [reset_password("Amina", LINK, SENDER), password_changed("Amina", SENDER)]


@pytest.fixture
def box(app: Flask) -> LetterBox:
    """Everybody's letter box, empty."""
    return LetterBox(app)


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.kind)
def test_each_e_mail_says_exactly_this(app: Flask, wording: Wording) -> None:
    assert app is not None
    assert_golden(f"{wording.kind}.txt", f"Subject: {wording.subject}\n\n{wording.body}")


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording.kind)
def test_subjects_name_nobody_and_texts_say_how_to_reach_a_person(wording: Wording) -> None:
    assert "Amina" not in wording.subject
    assert SENDER.phone in wording.body
    assert SENDER.council in wording.body


def test_a_message_is_a_plain_e_mail_that_no_machine_answers(app: Flask, session: Session) -> None:
    assert app is not None
    message = messages.queue_message("amina@example.org", WORDINGS[0])
    session.refresh(message)
    email = compose(message, "Near you", "no-reply@example.org")
    assert email["Message-ID"] == f"<{message.public_id}@example.org>"
    assert (email["To"], email["From"]) == ("amina@example.org", "Near you <no-reply@example.org>")
    assert (email.get_content_type(), email["Auto-Submitted"]) == ("text/plain", "auto-generated")
    assert email.get_content().replace("\r\n", "\n") == WORDINGS[0].body
    assert len(email.as_bytes().splitlines()) > 10
    assert all(len(line) <= 998 for line in email.as_bytes().splitlines())


def test_names_and_addresses_cannot_smuggle_headers(app: Flask, session: Session) -> None:
    assert app is not None
    wording = Wording("reset_password", "Hello\r\nBcc: everybody@example.org", ("text",))
    message = messages.queue_message("amina@example.org", wording)
    session.refresh(message)
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage|header"):
        compose(message, "Near you", "no-reply@example.org")


def test_an_address_outside_ascii_is_written_as_mail_servers_look_it_up(app: Flask, session: Session) -> None:
    assert app is not None
    message = messages.queue_message("amina@ex\u00e4mple.org", WORDINGS[0])
    session.refresh(message)
    assert b"To: amina@xn--exmple-cua.org" in bytes(compose(message, "Near you", "no-reply@example.org"))


def test_without_a_mail_server_e_mails_become_files(box: LetterBox, session: Session) -> None:
    message = messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    (email,) = box.letters()
    assert email["To"] == "amina@example.org"
    session.refresh(message)
    assert message.sent_at is not None


def test_a_second_delivery_of_the_same_message_replaces_the_first(box: LetterBox, session: Session) -> None:
    """As when the worker is killed between sending and marking."""
    message = messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    first = box.letters()[0]["Message-ID"]
    message.sent_at = None
    session.execute(Outbox.__table__.update().values(done_at=None, due_at=clock.now(), payload=payload_of(message)))
    work_off_everything()
    assert [email["Message-ID"] for email in box.letters()] == [first]


def payload_of(message: Message) -> dict[str, Any]:
    """What the outbox row of a message holds until it is done."""
    return {"message": str(message.public_id)}


def test_a_message_is_not_sent_twice_when_its_row_comes_again(box: LetterBox, session: Session) -> None:
    message = messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    box.empty()
    session.execute(Outbox.__table__.update().values(done_at=None, due_at=clock.now(), payload=payload_of(message)))
    work_off_everything()
    assert box.letters() == []


def test_the_link_is_taken_out_of_our_records_once_it_is_sent(box: LetterBox, session: Session) -> None:
    message = messages.queue_message("amina@example.org", WORDINGS[0])
    work_off_everything()
    session.refresh(message)
    assert LINK not in message.body
    assert LINK in box.letters()[0].get_content()


def test_what_is_done_leaves_no_trace_of_whom_it_was_about(box: LetterBox, session: Session) -> None:
    assert box.letters() == []
    messages.queue_message("amina@example.org", WORDINGS[0])
    work_off_everything()
    assert session.scalars(select(Outbox.payload).where(Outbox.topic == messages.SEND_TOPIC)).all() == [{}]


def test_messages_are_kept_for_three_months(box: LetterBox, session: Session) -> None:
    assert box.letters() == []
    for days in (89, 91):
        old = messages.queue_message("amina@example.org", WORDINGS[0])
        old.created_at = clock.now() - timedelta(days=days)
    session.flush()
    work_off_everything()
    assert session.scalar(select(func.count()).select_from(Message)) == 1


class MailServer(socketserver.ThreadingTCPServer):
    """The least of an SMTP server: takes every e-mail, or refuses every recipient."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), MailConversation)
        self.refuses = refuses
        self.taken: list[bytes] = []


class MailConversation(socketserver.StreamRequestHandler):
    """One client's talk with the server."""

    def handle(self) -> None:
        """Answer each command."""
        assert isinstance(self.server, MailServer)
        self.say("220 here")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self.say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.taken.append(b"".join(lines))
                self.say("250 taken")
            elif command == b"QUIT":
                self.say("221 bye")
                return
            elif command == b"RCPT" and self.server.refuses:
                self.say("550 amina@example.org is not known here")
            else:
                self.say("250 fine")

    def say(self, line: str) -> None:
        """Send one line."""
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mail_server(app: Flask) -> Iterator[MailServer]:
    """A mail server that the application uses."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        app.config.update(SMTP_HOST="127.0.0.1", SMTP_PORT=server.server_address[1])
        yield server
        app.config.update(SMTP_HOST="", SMTP_PORT=587)
        server.shutdown()


def test_with_a_mail_server_e_mails_go_there(mail_server: MailServer, session: Session) -> None:
    message = messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    (raw,) = mail_server.taken
    email = message_from_bytes(raw, policy=policy.default)
    assert email["Message-ID"] == f"<{message.public_id}@example.org>"
    session.refresh(message)
    assert message.sent_at is not None


def test_a_mail_server_that_refuses_is_tried_again_and_nobody_is_named_in_the_records(
    mail_server: MailServer, session: Session
) -> None:
    mail_server.refuses = True
    message = messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    row = session.scalars(select(Outbox).where(Outbox.topic == messages.SEND_TOPIC)).one()
    assert (row.attempts, row.done_at, row.parked_at) == (1, None, None)
    assert row.due_at > clock.now()
    assert "SMTPRecipientsRefused" in row.last_error
    assert "amina" not in row.last_error
    session.refresh(message)
    assert message.sent_at is None


def test_a_mail_server_that_is_down_is_tried_again(app: Flask, mail_server: MailServer, session: Session) -> None:
    mail_server.server_close()
    app.config["SMTP_PORT"] = 1
    messages.queue_message("amina@example.org", WORDINGS[1])
    work_off_everything()
    row = session.scalars(select(Outbox).where(Outbox.topic == messages.SEND_TOPIC)).one()
    assert "ConnectionRefusedError" in row.last_error
