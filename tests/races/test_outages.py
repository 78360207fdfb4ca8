"""The database or the worker dies in the middle: nothing is half-saved, and doing it again is harmless."""

from __future__ import annotations

import signal
import threading
from email import message_from_bytes
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from assetreg import clock
from assetreg.actions import messages
from assetreg.db import db
from assetreg.models import Message, Outbox
from booking.actions import telling
from booking.actions.places import BookingWish, Outcome, answer_to, book, book_place
from booking.models import Booking, BookingEvent, Submission
from tests.assetreg.test_worker_process import PATIENCE_S, DeadlyMailServer, Process
from tests.factories import booking as situations
from tests.races.conftest import counted

KEY = "the-form-of-ada"


@pytest.fixture
def wish(real: Flask) -> BookingWish:
    """A wish for one of five places; the session is committed."""
    with real.app_context():
        at = situations.occurrence(capacity=5)
        found = BookingWish((at.id,), name="Ada", email="ada@example.org", key=KEY)
        db.session.commit()
        db.session.remove()
    return found


def hang_up(app: Flask) -> None:
    """End this session's connection, as a killed database does."""
    pid = db.session.scalar(text("SELECT pg_backend_pid()"))
    with app.app_context(), db.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def book_for_good(wish: BookingWish) -> Outcome:
    """Book and commit, as a page does."""
    outcome = book_place(wish, clock.now())
    db.session.commit()
    return outcome


def rows() -> tuple[int, ...]:
    """How much of a booking there is in each table."""
    tables = (Booking, BookingEvent, Submission, Message)
    to_tell = select(func.count()).select_from(Outbox).where(Outbox.topic == telling.TOPIC)
    return (
        *(db.session.scalar(select(func.count()).select_from(one)) or 0 for one in tables),
        db.session.scalar(to_tell) or 0,
    )


@pytest.mark.parametrize("moment", ["before writing", "before the commit"])
def test_a_database_killed_in_the_middle_saves_nothing_and_the_same_form_books_once(
    real: Flask, wish: BookingWish, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    write = book.place_all

    def cut(*arguments: Any) -> Outcome | None:
        if moment == "before writing":
            hang_up(real)
            return write(*arguments)
        came = write(*arguments)
        hang_up(real)
        return came

    with real.app_context():
        with monkeypatch.context() as patch:
            patch.setattr(book, "place_all", cut)
            with pytest.raises(DBAPIError) as caught:
                book_for_good(wish)
        assert caught.value.connection_invalidated
        db.session.rollback()
        assert answer_to(KEY) is None  # so they are told that nothing was booked
        assert rows() == (0, 0, 0, 0, 0)
        again = book_for_good(wish)
        assert (again.kind, again.is_repeat) == ("booked", False)
        db.session.remove()
    assert counted(real, wish.occurrence_ids[0]) == (1, 1)


def test_a_booking_whose_answer_was_lost_on_the_way_is_found_by_its_form(real: Flask, wish: BookingWish) -> None:
    with real.app_context():
        first = book_place(wish, clock.now())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        found = answer_to(KEY)
        assert found is not None
        assert found.bookings == first.bookings
        again = book_place(wish, clock.now())
        db.session.commit()
        assert again.is_repeat
        db.session.remove()
    assert counted(real, wish.occurrence_ids[0]) == (1, 1)


def test_a_worker_killed_between_sending_and_marking_sends_the_same_message_again(
    real: Flask, wish: BookingWish
) -> None:
    with real.app_context():
        book_place(wish, clock.now())
        db.session.commit()
        db.session.remove()
    with DeadlyMailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(server.server_address[1])}
        settings["PUBLIC_URL"] = "https://near.example.org"
        first = Process(real, **settings)
        server.victim = first.process.pid
        first.process.communicate(timeout=PATIENCE_S)
        assert first.process.returncode == -signal.SIGKILL
        server.victim = None
        with real.app_context():
            assert db.session.scalars(select(Message.sent_at)).all() == [None]
            db.session.execute(update(Outbox).values(due_at=clock.now()))
            db.session.commit()
            db.session.remove()
        second = Process(real, **settings)
        second.wait_for("done", topic=messages.SEND_TOPIC)
        assert second.end() == 0
        server.shutdown()
    assert len(server.taken) == 2
    assert len({message_from_bytes(raw)["Message-ID"] for raw in server.taken}) == 1
    with real.app_context():
        assert len(db.session.scalars(select(Message.id).where(Message.sent_at.is_not(None))).all()) == 1
        db.session.remove()
