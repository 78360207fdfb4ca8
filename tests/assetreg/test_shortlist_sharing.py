"""Lists leave their browser only as their owner says: by a link, by e-mail, and in no other way."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assetreg import clock, throttle
from assetreg.actions import shortlist_mail, shortlists
from assetreg.db import db
from assetreg.list_keys import key_hash
from assetreg.logs import PrivateFormatter
from assetreg.messages.shortlists import own_list
from assetreg.models import ContactPoint, Message, Outbox, Service, Shortlist, ShortlistLink
from assetreg.queries.shortlists import find_list_page
from assetreg.worker.loop import work_off_everything
from tests.assetreg.test_messages import SENDER
from tests.assetreg.test_shortlist import LIST, add, names, page_of, press
from tests.factories import register
from tests.factories.lists import a_list
from tests.golden import assert_golden
from tests.inspecting_client import InspectingClient
from tests.letter_box import LetterBox
from tests.stopped_clock import StoppedClock

LINK, EMAIL = "/my-list/link", "/my-list/email"
NOTE = "Ask for Pat about my debts"


@pytest.fixture
def other(app: Flask) -> InspectingClient:
    """Another browser."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    return client


@pytest.fixture
def box(app: Flask) -> LetterBox:
    """Everybody's letter box, empty."""
    return LetterBox(app)


def share(client: InspectingClient, **ticked: str) -> str:
    """Make a link; its path."""
    client.fill_in(LINK, button=("button", "make"), **ticked)
    return link_of(client)


def link_of(client: InspectingClient) -> str:
    """The path of the link as the owner's page shows it."""
    link = page_of(client, LINK).select_one("#link a")
    assert link is not None
    return "/" + str(link["href"]).split("/", 3)[3]


def noted(client: InspectingClient, name: str = "Choir", **values: object) -> Service:
    """A service on the list with a note."""
    service = register.service(name, **values)  # type: ignore[arg-type]
    add(client, service)
    press(client, "save", **{str(service.public_id): NOTE})
    return service


def test_whoever_has_the_link_sees_the_list_and_not_the_notes(
    client: InspectingClient, other: InspectingClient
) -> None:
    noted(client)
    path = share(client)
    answer = other.get(path)
    assert answer.status_code == 200
    assert "Choir" in answer.text
    assert NOTE not in answer.text
    assert other.get(LIST).text.count("Choir") == 0


def test_notes_are_shown_only_where_their_owner_ticked_it(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    path = share(client, with_notes="y")
    assert NOTE in other.get(path).text
    assert "They see your notes." in client.get(LINK).text


def test_others_see_what_is_on_it_now_and_not_what_was_taken_off(
    client: InspectingClient, other: InspectingClient
) -> None:
    choir = noted(client)
    path = share(client, with_notes="y")
    add(client, register.service("Yoga"))
    press(client, "remove", choir)
    page = other.get(path).text
    assert "Yoga" in page
    assert "Choir" not in page
    assert NOTE not in page


def test_a_shared_list_is_kept_by_nobody_and_its_address_is_told_to_nobody(
    client: InspectingClient, other: InspectingClient
) -> None:
    noted(client)
    path = share(client)
    for answer in (other.get(path), other.get("/shared-lists/" + "x" * 43)):
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    page = BeautifulSoup(other.get(path).text, "html.parser")
    head = page.select_one(".app-print-head")
    assert head is not None
    assert path not in head.get_text()
    assert [tag["href"] for tag in page.select("a[href]") if path in str(tag["href"])] == []


@pytest.mark.parametrize("path", [LIST, LINK, EMAIL, "/my-list/clear"])
def test_no_cache_keeps_ones_own_pages(client: InspectingClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "private, no-store"
    noted(client)
    assert client.get(path).headers["Cache-Control"] == "private, no-store"


def test_the_link_ends_when_it_is_switched_off_and_a_new_one_is_another(
    client: InspectingClient, other: InspectingClient, session: Session
) -> None:
    noted(client)
    path = share(client)
    client.fill_in(LINK, button=("button", "stop"))
    gone = other.get(path)
    assert gone.status_code == 410
    assert "This list is not shared any more" in gone.text
    assert "Choir" not in gone.text
    assert session.scalars(select(ShortlistLink.shortlist_id)).all() == []
    assert share(client) != path
    assert other.get(path).status_code == 410


def test_the_link_ends_after_90_days_and_says_so_before(
    client: InspectingClient, other: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = StoppedClock(monkeypatch)
    service = noted(client)
    path = share(client)
    assert "22 February 2027" in client.get(LINK).text
    assert "22 February 2027" in other.get(path).text
    stopped.move(days=89)
    assert other.get(path).status_code == 200
    press(client, "save", **{str(service.public_id): "still wanted"})
    stopped.move(days=2)
    assert other.get(path).status_code == 410
    assert "Share your list by a link" in client.get(LINK).text
    assert names(client) == ["Choir"]


def test_clearing_the_list_ends_its_link(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    path = share(client)
    client.fill_in("/my-list/clear")
    assert other.get(path).status_code == 410


def test_links_that_open_nothing_are_all_answered_alike(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    path = share(client)
    client.fill_in(LINK, button=("button", "stop"))
    wrong = (path, path[:-1], path + "x", "/shared-lists/1", "/shared-lists/" + "A" * 43, "/shared-lists/%00")
    answers = [other.get(address) for address in wrong]
    assert {answer.status_code for answer in answers} == {410}
    bodies = {BeautifulSoup(answer.text, "html.parser").select_one("main").get_text() for answer in answers}  # type: ignore[union-attr]
    assert len(bodies) == 1


def test_a_link_does_not_open_what_its_owner_can_do(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    secret = share(client).rpartition("/")[2]
    other.set_cookie("my-list", secret)
    assert names(other) == []
    assert "Choir" not in other.get(LINK, follow_redirects=True).text


def test_nobody_gets_at_a_list_by_guessing(client: InspectingClient, app: Flask, session: Session) -> None:
    noted(client)
    shortlist = session.scalars(select(Shortlist)).one()
    guesses = ["", "1", str(shortlist.id), shortlist.key_hash.hex(), "x" * 43, "' OR 1=1 --", "%00", "null"]
    for guess in guesses:
        browser = app.test_client()
        assert isinstance(browser, InspectingClient)
        browser.set_cookie("my-list", guess)
        for path in (LIST, EMAIL, LINK, "/my-list/clear", "/contact"):
            page = browser.get(path, follow_redirects=True).text
            assert "Choir" not in page
            assert "My list (1)" not in page
    for path in (f"/my-list/{shortlist.id}", f"/lists/{shortlist.id}", "/my-list.json", "/shared-lists"):
        assert client.get(path).status_code == 404


def test_a_secret_that_opens_nothing_is_never_taken_over(other: InspectingClient, session: Session) -> None:
    other.set_cookie("my-list", "x" * 43)
    answer = add(other, register.service())
    assert "my-list=" + "x" * 43 not in str(answer.headers)
    assert session.scalars(select(Shortlist.key_hash)).one() != key_hash("x" * 43)


def test_no_log_holds_a_secret_a_note_or_an_address(client: InspectingClient, other: InspectingClient) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PrivateFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    try:
        noted(client)
        path = share(client, with_notes="y")
        other.get(path)
        other.fill_in(path)
        client.fill_in(EMAIL, email="amina@example.org", with_notes="y")
        work_off_everything()
        client.fill_in(LINK, button=("button", "stop"))
        other.get(path)
    finally:
        logging.getLogger().removeHandler(handler)
    cookie = client.get_cookie("my-list")
    assert cookie is not None
    assert "assetreg.show_shared_list" in stream.getvalue()
    for secret in (path.rpartition("/")[2], cookie.value, "Pat", "amina", "Choir"):
        assert secret not in stream.getvalue()


def test_a_shared_list_can_be_copied_and_is_then_ones_own(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    add(client, register.service("Yoga"))
    path = share(client)
    add(other, register.service("Walks"))
    answer = other.fill_in(path)
    assert answer.location == LIST
    assert "2 things were added to your list." in other.get(LIST).text
    assert names(other) == ["Walks", "Choir", "Yoga"]
    assert NOTE not in other.get(LIST).text
    client.fill_in("/my-list/clear")
    assert names(other) == ["Walks", "Choir", "Yoga"]


def test_copying_begins_a_list_and_brings_shown_notes_along(client: InspectingClient, other: InspectingClient) -> None:
    noted(client)
    path = share(client, with_notes="y")
    assert "my-list=" in str(other.fill_in(path).headers)
    assert names(other) == ["Choir"]
    assert NOTE in other.get(LIST).text
    other.fill_in(path)
    assert "All of it is on your list already." in other.get(LIST).text


def test_ones_own_shared_list_is_not_offered_for_copying(client: InspectingClient) -> None:
    noted(client)
    page = client.get(share(client)).text
    assert "This is your own list" in page
    assert "Copy to my list" not in page


def test_copying_from_a_link_that_has_ended_copies_nothing(
    client: InspectingClient, other: InspectingClient, session: Session
) -> None:
    noted(client)
    path = share(client)
    page = BeautifulSoup(other.get(path).text, "html.parser")
    token = page.select_one("main form input[name=csrf_token]")
    assert token is not None
    client.fill_in(LINK, button=("button", "stop"))
    session.commit()
    answer = other.post(path, data={"csrf_token": token["value"]})
    assert answer.status_code == 410
    assert "my-list=" not in str(answer.headers)
    assert len(session.scalars(select(Shortlist.id)).all()) == 1


def test_a_shared_list_with_something_sensitive_can_be_left_at_once(
    client: InspectingClient, other: InspectingClient, app: Flask
) -> None:
    noted(client, "Help after abuse", is_sensitive=True)
    page = other.get(share(client)).text
    assert "Exit this page" in page
    assert page.partition("<title>")[2].partition("</title>")[0].strip() == app.config["SERVICE_NAME"]


def test_making_links_is_slowed_down(client: InspectingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "LIST_LINKS_BY_LIST", throttle.RateLimitItemPerHour(2))
    noted(client)
    for _ in range(2):
        share(client)
        client.fill_in(LINK, button=("button", "stop"))
    assert client.fill_in(LINK, button=("button", "make")).status_code == 429


# By e-mail


def test_the_e_mail_says_exactly_this(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app is not None
    StoppedClock(monkeypatch, datetime(2026, 11, 24, 10, 30, tzinfo=UTC))
    register.ward("Northfield")
    hall = register.location("St Sample", address="4 Bell Lane", access=["step-free", "hearing-loop"])
    yoga = register.service("Chair yoga", at=hall, cost_pence=250, organisation=register.organisation("The Friends"))
    for weekday in (1, 3):
        register.opening_time(yoga, weekday=weekday, starts=time(10, 30), ends=time(12))
    session.add(ContactPoint(service_id=yoga.id, kind="phone", value="+441214960001"))
    helpline = register.service("Money line", is_telephone=True, organisation=register.organisation("City Advice"))
    ended = register.service("Old choir", status="closed", organisation=register.organisation("The Singers"))
    for service, code in ((yoga, "AAAAAAA"), (helpline, "BBBBBBB"), (ended, "CCCCCCC")):
        service.short_code = code
    session.flush()
    shortlist, key = a_list(yoga, helpline, ended)
    shortlists.write_notes(shortlist, {yoga.public_id: "Ask for Pat.\nSee evil.example.com", helpline.public_id: ""})
    page = find_list_page(key_hash(key), clock.now(), clock.today())
    assert page is not None
    wording = own_list(page.kept, with_notes=True, on=clock.today(), sender=SENDER)
    assert_golden("own_list.txt", f"Subject: {wording.subject}\n\n{wording.body}")
    without = own_list(page.kept, with_notes=False, on=clock.today(), sender=SENDER)
    assert "Pat" not in without.body
    assert without.subject == wording.subject


def test_the_list_comes_by_e_mail_and_neither_it_nor_the_address_is_kept(
    client: InspectingClient, box: LetterBox, session: Session
) -> None:
    noted(client)
    answer = client.fill_in(EMAIL, email=" amina@example.org ")
    assert answer.location == LIST
    assert "amina" not in client.get(LIST).text
    (letter,) = box.collect()
    assert letter["To"] == "amina@example.org"
    assert "Choir" in letter.get_content()
    assert NOTE not in letter.get_content()
    assert session.scalars(select(Message.id)).all() == []
    kept = session.scalars(select(Outbox.payload).where(Outbox.topic == shortlist_mail.SEND_TOPIC)).all()
    assert kept == [{}]


def test_notes_go_by_e_mail_only_when_ticked(client: InspectingClient, box: LetterBox) -> None:
    noted(client)
    client.fill_in(EMAIL, email="amina@example.org", with_notes="y")
    (letter,) = box.collect()
    assert NOTE in letter.get_content()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nonsense",
        "a@b",
        "a@example.org, b@example.org",
        "é@example.org",
        "a@example.org\r\nBcc: b@example.org",
        "x" * 300 + "@e.org",
    ],
)
def test_one_good_address_is_asked_for_and_what_was_typed_stays(
    client: InspectingClient, box: LetterBox, typed: str
) -> None:
    noted(client)
    answer = client.fill_in(EMAIL, email=typed)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    field = BeautifulSoup(answer.text, "html.parser").select_one("#email")
    assert field is not None
    assert field.get("value", "") == typed.replace("\r\n", "")
    assert box.collect() == []


def test_nobody_can_flood_a_letter_box(client: InspectingClient, box: LetterBox) -> None:
    noted(client)
    for _ in range(3):
        assert client.fill_in(EMAIL, email="amina@example.org").status_code == 302
    refused = client.fill_in(EMAIL, email="Amina@Example.org")
    assert refused.status_code == 429
    assert "We have sent this a few times already." in refused.text
    assert 'value="Amina@Example.org"' in refused.text
    assert client.fill_in(EMAIL, email="bea@example.org").status_code == 302
    assert len(box.collect()) == 4


def test_one_list_cannot_be_sent_to_everybody(
    client: InspectingClient, box: LetterBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "LIST_MAILS_BY_LIST", throttle.RateLimitItemPerDay(2))
    noted(client)
    statuses = [client.fill_in(EMAIL, email=f"somebody{number}@example.org").status_code for number in range(3)]
    assert statuses == [302, 302, 429]
    assert len(box.collect()) == 2


def test_without_a_list_nothing_is_sent_and_nothing_is_shared(client: InspectingClient, box: LetterBox) -> None:
    for path in (EMAIL, LINK, "/my-list/clear"):
        assert client.get(path).location == LIST
    assert box.collect() == []


def test_a_list_that_no_mail_server_takes_is_forgotten_after_a_week(session: Session) -> None:
    for days in (6, 8):
        db.session.add(
            Outbox(topic=shortlist_mail.SEND_TOPIC, payload={"email": "a@example.org"},
                   parked_at=clock.now() - timedelta(days=days))
        )  # fmt: skip
    session.flush()
    assert shortlist_mail.forget_unsent(clock.now() - timedelta(days=7)) == 1
    left = session.execute(text("SELECT count(*) FROM outbox WHERE topic = 'shortlist.send'")).scalar()
    assert left == 1


def test_the_daily_job_is_one_of_the_workers(client: InspectingClient, session: Session) -> None:
    noted(client)
    session.execute(text("UPDATE shortlist SET expires_at = now() - interval '1 second'"))
    session.commit()
    work_off_everything()
    assert session.execute(text("SELECT count(*) FROM shortlist")).scalar() == 0
