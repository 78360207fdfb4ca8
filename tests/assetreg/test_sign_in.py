"""Signing in: the right person gets in, everybody else learns nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from assetreg.actions import accounts
from assetreg.models import User
from assetreg.throttle import BY_PERSON_AND_NETWORK
from tests.factories.register import partner, user
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

PASSWORD = "mango river lamp seventeen"


@pytest.fixture(scope="module")
def password_hash() -> str:
    """One hash for all tests: hashing is slow on purpose."""
    return accounts.hasher.hash(PASSWORD)


@pytest.fixture
def amina(app: Flask, password_hash: str) -> User:
    """A citizen with a password."""
    assert app is not None
    return user(email="Amina@example.org", name="Amina Khan", password_hash=password_hash)


def cookie_of(client: InspectingClient) -> str:
    """The session cookie as the browser holds it."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def test_the_right_password_opens_the_account(client: InspectingClient, amina: User) -> None:
    answer = client.fill_in("/sign-in", email=amina.email, password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/account")
    assert "Amina Khan" in client.get("/account").get_data(as_text=True)


@pytest.mark.parametrize("email", ["amina@example.org", " AMINA@EXAMPLE.ORG "])
def test_capitals_and_blanks_around_the_e_mail_do_not_matter(client: InspectingClient, amina: User, email: str) -> None:
    assert amina is not None
    assert client.fill_in("/sign-in", email=email, password=f" {PASSWORD} ").status_code == 302


def test_wrong_unknown_unset_and_switched_off_get_the_same_answer(
    client: InspectingClient, amina: User, session: Session, password_hash: str
) -> None:
    user(email="nopassword@example.org")
    off = user(email="off@example.org", password_hash=password_hash)
    accounts.disable(off)
    session.flush()
    pages = set()
    for email, password in [
        (amina.email, "mango river lamp eighteen"),
        ("nobody@example.org", PASSWORD),
        ("nopassword@example.org", PASSWORD),
        ("off@example.org", PASSWORD),
    ]:
        answer = client.fill_in("/sign-in", email=email, password=password)
        assert answer.status_code == 422
        page = answer.get_data(as_text=True).replace(email, "EMAIL")
        pages.add(re.sub(r'(csrf_token" value|nonce)="[^"]*"', "", page))
    assert len(pages) == 1
    assert "We do not know this e-mail address and password together" in pages.pop()


def test_nobodys_hash_costs_as_much_as_a_real_one(app: Flask) -> None:
    assert app is not None
    assert not accounts.hasher.check_needs_rehash(accounts.NOBODYS_HASH)
    assert not accounts.is_password_right(None, PASSWORD)


def test_what_was_typed_is_kept_but_never_the_password(client: InspectingClient, amina: User) -> None:
    page = client.fill_in("/sign-in", email=amina.email, password="not my password at all").get_data(as_text=True)
    assert f'value="{amina.email}"' in page
    assert "not my password at all" not in page
    assert "<title>Error: Sign in" in page
    assert "There is a problem" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"email": "", "password": ""}, ["Enter your e-mail address", "Enter your password"]),
        ({"email": "amina", "password": "x"}, ["Enter an e-mail address in the right form"]),
        ({"email": "a" * 300 + "@example.org", "password": "x"}, ["Enter an e-mail address in the right form"]),
        ({"email": "ami\x00na@", "password": "x"}, ["Enter an e-mail address in the right form"]),
    ],
)
def test_each_mistake_is_named_once_above_and_once_beside_its_field(
    client: InspectingClient, typed: dict[str, str], said: list[str]
) -> None:
    page = client.fill_in("/sign-in", **typed).get_data(as_text=True)
    for sentence in said:
        assert page.count(sentence) == 2


def test_one_gets_to_where_one_wanted_to_go(client: InspectingClient, amina: User) -> None:
    wanted = client.get("/account/password?x=1")
    assert wanted.location == "/sign-in?next=/account/password?x%3D1"
    assert client.fill_in(wanted.location, email=amina.email, password=PASSWORD).location == "/account/password?x=1"


@pytest.mark.parametrize(
    "address", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_website(client: InspectingClient, amina: User, address: str) -> None:
    answer = client.fill_in(f"/sign-in?next={address}", email=amina.email, password=PASSWORD)
    assert answer.location == "/account"
    assert client.get(f"/sign-in?next={address}").location == "/account"


def test_a_session_that_somebody_planted_is_worth_nothing_after_signing_in(
    client: InspectingClient, amina: User
) -> None:
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    client.fill_in("/sign-in", email=amina.email, password=PASSWORD)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_signing_out_takes_a_button(client: InspectingClient, amina: User) -> None:
    client.sign_in(amina)
    assert "Sign out?" in client.get("/sign-out").get_data(as_text=True)
    assert client.get("/account").status_code == 200
    answer = client.fill_in("/sign-out")
    assert (answer.status_code, answer.location) == (302, "/sign-out")
    assert "You are signed out" in client.get("/sign-out").get_data(as_text=True)
    assert client.get("/account").status_code == 302


def test_pages_of_somebody_signed_in_are_not_kept_by_the_browser(client: InspectingClient, amina: User) -> None:
    assert client.get("/contact").headers["Cache-Control"] == "private, no-cache"
    client.sign_in(amina)
    assert client.get("/contact").headers["Cache-Control"] == "no-store"


def test_a_password_hashed_the_old_way_is_hashed_anew(client: InspectingClient, session: Session, app: Flask) -> None:
    assert app is not None
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    person = user(password_hash=old)
    client.fill_in("/sign-in", email=person.email, password=PASSWORD)
    session.refresh(person, ["password_hash"])
    assert person.password_hash != old
    assert not accounts.hasher.check_needs_rehash(person.password_hash or "")
    assert person.session_epoch == 0


def test_a_session_ends_when_the_account_is_switched_off(
    client: InspectingClient, amina: User, session: Session
) -> None:
    client.sign_in(amina)
    assert client.get("/account").status_code == 200
    accounts.disable(amina)
    session.flush()
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(("role", "longest"), [("citizen", timedelta(days=30)), ("steward", timedelta(hours=12))])
def test_staff_sign_in_daily_and_citizens_stay(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch, app: Flask, role: str, longest: timedelta
) -> None:
    assert app is not None
    clock = StoppedClock(monkeypatch)
    client.sign_in(user(role))
    clock.at += longest
    assert client.get("/account").status_code == 200
    clock.move(seconds=1)
    assert client.get("/account").status_code == 302


def test_a_citizens_cookie_outlives_the_browser_and_a_stewards_does_not(
    client: InspectingClient, amina: User, password_hash: str
) -> None:
    answer = client.fill_in("/sign-in", email=amina.email, password=PASSWORD)
    assert "Expires=" in answer.headers["Set-Cookie"]
    client.fill_in("/sign-out")
    steward = user("steward", password_hash=password_hash)
    answer = client.fill_in("/sign-in", email=steward.email, password=PASSWORD)
    assert "Expires=" not in answer.headers["Set-Cookie"]


def test_what_caches_may_keep_carries_nobodys_session(client: InspectingClient, amina: User) -> None:
    client.fill_in("/sign-in", email=amina.email, password=PASSWORD)
    for path in ("/static/images/favicon.svg", "/areas.geojson"):
        assert "Set-Cookie" not in client.get(path).headers


def test_a_session_cookie_that_was_tampered_with_signs_nobody_in(client: InspectingClient, amina: User) -> None:
    client.sign_in(amina)
    client.set_cookie("session", cookie_of(client)[:-2] + "xx")
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("session_id", ["", "nonsense", "1:0", "00000000-0000-0000-0000-000000000000:0"])
def test_a_session_of_nobody_is_no_session(client: InspectingClient, session_id: str) -> None:
    with client.session_transaction() as session:
        session["_user_id"] = session_id
        session["signed_in_at"] = 1_764_000_000
    assert client.get("/account").status_code == 302


def test_after_many_wrong_tries_one_is_told_when_to_try_again(
    client: InspectingClient, amina: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StoppedClock(monkeypatch)
    for _ in range(BY_PERSON_AND_NETWORK.amount):
        assert client.fill_in("/sign-in", email=amina.email, password="a wrong password").status_code == 422
    clock.move(minutes=3)
    answer = client.fill_in("/sign-in", email=amina.email, password=PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(12 * 60)
    assert "Wait 12 minutes, then try again. That will be at 10.45am." in answer.get_data(as_text=True)
    assert "No account was locked" in answer.get_data(as_text=True)


def test_whoever_has_the_password_gets_in_from_elsewhere_while_somebody_guesses(
    client: InspectingClient, app: Flask, amina: User
) -> None:
    for _ in range(BY_PERSON_AND_NETWORK.amount + 1):
        client.fill_in("/sign-in", email=amina.email, password="a wrong password")
    elsewhere = app.test_client()
    assert isinstance(elsewhere, InspectingClient)
    elsewhere.environ_base = {**elsewhere.environ_base, "REMOTE_ADDR": "81.2.69.160"}
    assert elsewhere.fill_in("/sign-in", email=amina.email, password=PASSWORD).status_code == 302


def test_the_sample_password_opens_nothing_in_production(client: InspectingClient, app: Flask) -> None:
    accounts.add_sample_people([])
    assert client.fill_in("/sign-in", email="steward@example.org", password=accounts.SAMPLE_PASSWORD).status_code == 302
    client.fill_in("/sign-out")
    app.config["IS_PRODUCTION"] = True
    try:
        answer = client.fill_in("/sign-in", email="steward@example.org", password=accounts.SAMPLE_PASSWORD)
    finally:
        app.config["IS_PRODUCTION"] = False
    assert answer.status_code == 422


def test_account_shows_who_one_is_and_when_one_came_before(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch, app: Flask, password_hash: str
) -> None:
    assert app is not None
    clock = StoppedClock(monkeypatch)
    person = partner(role="owner", email="olive@example.org", name="Olive Owner", password_hash=password_hash)
    client.fill_in("/sign-in", email=person.email, password=PASSWORD)
    first = client.get("/account").get_data(as_text=True)
    assert "This is your first time." in first
    client.fill_in("/sign-out")
    clock.move(days=1)
    client.fill_in("/sign-in", email=person.email, password=PASSWORD)
    page = client.get("/account").get_data(as_text=True)
    for words in ("Olive Owner", "olive@example.org", "24 November 2026 at 10.30am", "say who else can"):
        assert words in page


def test_a_copied_cookie_is_worth_nothing_after_signing_out(client: InspectingClient, app: Flask, amina: User) -> None:
    client.sign_in(amina)
    assert client.get("/account").status_code == 200
    thief = app.test_client()
    thief.set_cookie("session", cookie_of(client))
    assert thief.get("/account").status_code == 200
    client.fill_in("/sign-out")
    assert thief.get("/account").status_code == 302
