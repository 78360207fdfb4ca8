"""Changing a password, and getting a new one by a link."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg.actions import accounts
from assetreg.db import db
from assetreg.links import LinkEnded, PasswordLink, fingerprint_of, read_password_link, sign_password_link
from assetreg.messages.wording import Sender
from assetreg.models import Audit, Message, Outbox, User
from assetreg.throttle import BY_PERSON_AND_NETWORK, LINKS_BY_NETWORK
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories.register import user
from tests.inspecting_client import InspectingClient
from tests.letter_box import LetterBox
from tests.stopped_clock import StoppedClock

OLD = "mango river lamp seventeen"
NEW = "violet kettle on the harbour"
SENDER = Sender("Near you", "The council", "0121 496 0123", "all day", "https://near.example.org")


@pytest.fixture(scope="module")
def old_hash() -> str:
    """One hash for all tests: hashing is slow on purpose."""
    return accounts.hasher.hash(OLD)


@pytest.fixture
def amina(app: Flask, old_hash: str) -> User:
    """A citizen with a password."""
    assert app is not None
    return user(email="amina@example.org", name="Amina Khan", password_hash=old_hash)


@pytest.fixture
def box(app: Flask) -> LetterBox:
    """Everybody's letter box, empty."""
    return LetterBox(app)


def signs_in(client: InspectingClient, password: str) -> bool:
    """Does this password open Amina's account now?"""
    client.fill_in("/sign-out") if client.get("/account").status_code == 200 else None
    return client.fill_in("/sign-in", email="amina@example.org", password=password).status_code == 302


def test_a_new_password_takes_the_place_of_the_old(client: InspectingClient, amina: User) -> None:
    client.sign_in(amina)
    answer = client.fill_in("/account/password", current=OLD, new=NEW)
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "You have changed your password" in client.get("/account").get_data(as_text=True)
    assert not signs_in(client, OLD)
    assert signs_in(client, NEW)


def test_every_other_session_ends_and_this_one_goes_on(client: InspectingClient, app: Flask, amina: User) -> None:
    elsewhere = app.test_client()
    assert isinstance(elsewhere, InspectingClient)
    elsewhere.sign_in(amina)
    client.sign_in(amina)
    assert elsewhere.get("/account").status_code == 200
    client.fill_in("/account/password", current=OLD, new=NEW)
    assert elsewhere.get("/account").status_code == 302
    assert client.get("/account").status_code == 200


def test_the_person_is_told_by_e_mail(client: InspectingClient, amina: User, box: LetterBox) -> None:
    client.sign_in(amina)
    client.fill_in("/account/password", current=OLD, new=NEW)
    (letter,) = box.collect()
    assert (letter["To"], letter["Subject"]) == ("amina@example.org", "Your password has changed")


def test_the_history_says_that_it_changed_and_not_to_what(
    client: InspectingClient, amina: User, session: Session
) -> None:
    client.sign_in(amina)
    client.fill_in("/account/password", current=OLD, new=NEW)
    row = session.scalars(select(Audit).where(Audit.entity == "user_account").order_by(Audit.id.desc())).first()
    assert row is not None
    assert (row.action, row.actor, row.user_id) == ("update", "citizen", amina.id)
    assert row.changes == {"password_hash": ["…", "…"], "session_epoch": [0, 1]}


def test_the_history_holds_no_name_and_no_e_mail(amina: User, session: Session) -> None:
    row = session.scalars(select(Audit).where(Audit.entity_id == str(amina.public_id))).one()
    assert (row.changes["email"], row.changes["name"]) == (["…", "…"], ["…", "…"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"current": "", "new": NEW}, "Enter the password you have now"),
        ({"current": "not this one at all", "new": NEW}, "This is not your password now"),
        ({"current": OLD, "new": ""}, "Enter a new password"),
        ({"current": OLD, "new": "short and new"}, "Your new password is too short"),
        ({"current": OLD, "new": "x1" * 200}, "Your new password is too long"),
        ({"current": OLD, "new": OLD}, "This is the password you have now"),
        ({"current": OLD, "new": "amina@example.org 123"}, "Somebody could guess this password"),
        ({"current": OLD, "new": "Near you in Birmingham"}, "Somebody could guess this password"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    client: InspectingClient, amina: User, typed: dict[str, str], said: str
) -> None:
    client.sign_in(amina)
    answer = client.fill_in("/account/password", **typed)
    assert answer.status_code == 422
    assert answer.get_data(as_text=True).count(said) == 2
    assert amina.session_epoch == 0


def test_both_mistakes_are_named_at_once(client: InspectingClient, amina: User) -> None:
    client.sign_in(amina)
    page = client.fill_in("/account/password", current="wrong", new="short").get_data(as_text=True)
    assert "This is not your password now" in page
    assert "Your new password is too short" in page


def test_whoever_sits_down_at_an_open_session_cannot_guess_on(client: InspectingClient, amina: User) -> None:
    client.sign_in(amina)
    for _ in range(BY_PERSON_AND_NETWORK.amount):
        client.fill_in("/account/password", current="wrong", new=NEW)
    assert client.fill_in("/account/password", current=OLD, new=NEW).status_code == 429


def test_a_link_by_e_mail_lets_one_choose_a_password(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert client.fill_in("/reset-password", email=" Amina@Example.org ").location == "/reset-password/sent"
    link = box.link()
    assert amina.email in client.get(link).get_data(as_text=True)
    answer = client.fill_in(link, new=NEW)
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert "You have a new password. Sign in with it now." in client.get("/sign-in").get_data(as_text=True)
    assert signs_in(client, NEW)


def test_looking_at_the_link_uses_nothing_up(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    client.fill_in("/reset-password", email="amina@example.org")
    link = box.link()
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert client.fill_in(link, new=NEW).status_code == 302


def test_a_link_works_once(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    client.fill_in("/reset-password", email="amina@example.org")
    link = box.link()
    client.fill_in(link, new=NEW)
    answer = client.get(link)
    assert answer.status_code == 410
    assert "This link has ended" in answer.get_data(as_text=True)


def test_every_link_ends_when_the_password_changes(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    client.fill_in("/reset-password", email="amina@example.org")
    first = box.link()
    client.fill_in("/reset-password", email="amina@example.org")
    client.fill_in(box.link(), new=NEW)
    assert client.get(first).status_code == 410


def test_a_link_lasts_an_hour(
    client: InspectingClient, amina: User, box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert amina is not None
    clock = StoppedClock(monkeypatch)
    client.fill_in("/reset-password", email="amina@example.org")
    link = box.link()
    clock.move(minutes=60)
    assert client.get(link).status_code == 200
    clock.move(seconds=1)
    assert client.get(link).status_code == 410


def test_a_weak_password_does_not_use_the_link_up(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    client.fill_in("/reset-password", email="amina@example.org")
    link = box.link()
    answer = client.fill_in(link, new="short")
    assert answer.status_code == 422
    assert "<title>Error: Choose a new password" in answer.get_data(as_text=True)
    assert client.fill_in(link, new=NEW).status_code == 302


def test_choosing_a_password_ends_every_session(client: InspectingClient, amina: User, box: LetterBox) -> None:
    client.sign_in(amina)
    client.fill_in("/reset-password", email="amina@example.org")
    client.fill_in(box.link(), new=NEW)
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "é" * 20, "a" * 3000, "WyJ4Il0.aaaa.bbbb"])
def test_a_garbled_link_has_ended(client: InspectingClient, token: str) -> None:
    assert client.get(f"/reset-password/{token}").status_code == 410


def test_a_link_of_another_installation_has_ended(app: Flask, amina: User) -> None:
    token = sign_password_link(amina.public_id, 0, None)
    assert read_password_link(token).public_id == amina.public_id
    before = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another-secret"
    try:
        with pytest.raises(LinkEnded):
            read_password_link(token)
    finally:
        app.config["SECRET_KEY"] = before


def test_the_answer_is_the_same_without_an_account_and_no_e_mail_goes_out(
    client: InspectingClient, amina: User, box: LetterBox, session: Session
) -> None:
    off = user(email="off@example.org")
    accounts.disable(off)
    session.flush()
    for email in ("nobody@example.org", "off@example.org"):
        answer = client.fill_in("/reset-password", email=email)
        assert (answer.status_code, answer.location) == (302, "/reset-password/sent")
    assert box.collect() == []
    assert amina.session_epoch == 0


def test_the_request_does_the_same_work_whether_or_not_there_is_an_account(
    client: InspectingClient, amina: User, session: Session
) -> None:
    for email in (amina.email, "nobody@example.org"):
        client.fill_in("/reset-password", email=email)
    asked = select(Outbox.topic).where(Outbox.topic == accounts.LINK_TOPIC)
    assert session.scalars(asked).all() == [accounts.LINK_TOPIC] * 2
    assert session.scalars(select(Message.id)).all() == []


def test_somebody_without_a_password_gets_a_first_one_by_a_link(
    client: InspectingClient, app: Flask, box: LetterBox
) -> None:
    assert app is not None
    user(email="amina@example.org", name="Amina Khan")
    client.fill_in("/reset-password", email="amina@example.org")
    client.fill_in(box.link(), new=NEW)
    assert box.collect() == []
    assert signs_in(client, NEW)


def test_nobodys_letter_box_is_filled_up(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    for _ in range(5):
        assert client.fill_in("/reset-password", email="amina@example.org").status_code == 302
    assert len(box.collect()) == 3


def test_asking_for_links_is_slowed_down(client: InspectingClient, app: Flask) -> None:
    assert app is not None
    for number in range(LINKS_BY_NETWORK.amount):
        client.fill_in("/reset-password", email=f"person{number}@example.org")
    answer = client.fill_in("/reset-password", email="amina@example.org")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_secret_of_a_link_is_not_printed_on_paper(client: InspectingClient, amina: User, box: LetterBox) -> None:
    assert amina is not None
    client.fill_in("/reset-password", email="amina@example.org")
    link = box.link()
    assert link.rpartition("/")[2] not in client.get(link).get_data(as_text=True)


def test_of_two_who_use_one_link_at_once_one_gets_in(
    template_database: str, worker_name: str, tmp_path: Path, old_hash: str
) -> None:
    name = f"{worker_name}_links"
    app = make_app(copy_database(template_database, name), tmp_path)
    with app.app_context():
        person = User(email="amina@example.org", name="Amina", password_hash=old_hash)
        db.session.add(person)
        db.session.commit()
        link = PasswordLink(UUID(str(person.public_id)), 0, fingerprint_of(old_hash))
    start = Barrier(2)

    def choose(number: int) -> str:
        with app.app_context():
            start.wait(timeout=20)
            try:
                accounts.choose_password(link, f"{NEW} {number}", SENDER)
                db.session.commit()
            except LinkEnded:
                return "ended"
            return "chosen"

    try:
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(choose, range(2))) == ["chosen", "ended"]
    finally:
        with app.app_context():
            db.engine.dispose()
        with administrator() as connection:
            drop_database(name, connection)


def test_a_welcome_link_lasts_three_days(app: Flask, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app is not None
    clock = StoppedClock(monkeypatch)
    token = sign_password_link(amina.public_id, 0, None, "welcome")
    clock.at += timedelta(days=3)
    read_password_link(token)
    clock.move(seconds=1)
    with pytest.raises(LinkEnded):
        read_password_link(token)
