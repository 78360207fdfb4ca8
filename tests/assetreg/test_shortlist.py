"""My list, as its owner meets it: add, undo, order, notes, what has ended, until when, and on a shared computer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assetreg import clock, throttle
from assetreg.browser import remember_list
from assetreg.db import db
from assetreg.models import ContactPoint, Service, Shortlist, ShortlistEntry
from assetreg.rules.shortlists import LONGEST_NOTE, MOST_ENTRIES
from tests.conftest import make_app
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

LIST, BUTTONS = "/my-list", "/my-list/services"


def add(client: InspectingClient, *services: Service) -> TestResponse:
    """Press “Add to my list” on the page of each."""
    for service in services:
        answer = client.fill_in(f"/services/{service.public_id}", to=BUTTONS, button=("add", str(service.public_id)))
        assert answer.status_code == 302
    return answer


def page_of(client: InspectingClient, path: str = LIST) -> BeautifulSoup:
    """A page."""
    return BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")


def names(client: InspectingClient) -> list[str]:
    """What is on the list, in its order, as the page says it."""
    return [tag.get_text(strip=True) for tag in page_of(client).select(".app-mine__entry .app-card__name")]


def press(client: InspectingClient, button: str, service: Service | None = None, **notes: str) -> TestResponse:
    """Press a button of the list's form; every note on the page goes along as the browser would send it."""
    page = page_of(client)
    data = {str(tag["name"]): str(tag.get("value", "")) for tag in page.select("input[form=mine], #mine input")}
    data |= {str(tag["name"]): tag.get_text() for tag in page.select("textarea[form=mine]")}
    data |= {f"note-{key}": note for key, note in notes.items()}
    data["button"] = f"{button}:{service.public_id}" if service else button
    return client.post(LIST, data=data)


def cookie_of(answer: TestResponse) -> str:
    """The list's cookie as the answer sets it."""
    (found,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("my-list=")]
    return found


def test_an_empty_list_says_what_to_do(client: InspectingClient) -> None:
    page = client.get(LIST).get_data(as_text=True)
    assert "There is nothing on your list yet." in page
    assert "/search" in page


def test_adding_comes_back_to_the_same_card_and_says_so(client: InspectingClient) -> None:
    service = register.service("Choir", terms=("music",))
    asked = "/search?interest=music&sort=name"
    answer = client.fill_in(asked, to=BUTTONS, button=("add", str(service.public_id)))
    assert answer.location == f"{asked}#list-{service.public_id}"
    card = page_of(client, asked).select_one(f"#list-{service.public_id}")
    assert card is not None
    assert "Added to your list." in card.get_text()
    assert "On your list – take it off Choir" in card.get_text()
    again = page_of(client, asked).select_one(f"#list-{service.public_id} [data-news]")
    assert again is not None
    assert again.get_text() == ""


def test_the_same_button_is_the_undo(client: InspectingClient) -> None:
    service = register.service("Choir")
    add(client, service)
    path = f"/services/{service.public_id}"
    assert page_of(client, path).select_one(f"button[name=add][value='{service.public_id}']") is None
    client.fill_in(path, to=BUTTONS, button=("remove", str(service.public_id)))
    assert "Taken off your list." in str(page_of(client, path))
    assert names(client) == []


def test_the_header_says_how_many_and_only_when_there_are_some(client: InspectingClient) -> None:
    link = page_of(client, "/contact").select_one("#my-list-link")
    assert link is not None
    assert link.has_attr("hidden")
    add(client, register.service("A"), register.service("B"))
    link = page_of(client, "/contact").select_one("#my-list-link")
    assert link is not None
    assert link.get_text(strip=True) == "My list (2)"
    assert not link.has_attr("hidden")


def test_adding_twice_is_adding_once(client: InspectingClient) -> None:
    service = register.service("Choir")
    for _ in range(2):
        client.fill_in(f"/services/{service.public_id}", to=BUTTONS, button=("add", str(service.public_id)))
    assert names(client) == ["Choir"]


@pytest.mark.parametrize(
    "leading", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_coming_back_never_leads_elsewhere(client: InspectingClient, leading: str) -> None:
    service = register.service()
    answer = client.fill_in(
        f"/services/{service.public_id}", to=BUTTONS, button=("add", str(service.public_id)), next=leading
    )
    assert answer.location == f"/my-list#list-{service.public_id}"


def test_the_script_is_answered_in_json(client: InspectingClient) -> None:
    service = register.service("Choir")
    page = page_of(client, f"/services/{service.public_id}")
    token = page.select_one("#list-form input[name=csrf_token]")
    assert token is not None
    headers = {"Accept": "application/json"}
    data = {"csrf_token": token["value"], "add": str(service.public_id)}
    answer = client.post(BUTTONS, data=data, headers=headers)
    assert answer.json == {"is_on": True, "count": 1, "header": "My list (1)", "said": "Added to your list."}
    data = {"csrf_token": token["value"], "remove": str(service.public_id)}
    answer = client.post(BUTTONS, data=data, headers=headers)
    assert answer.json == {"is_on": False, "count": 0, "header": "My list (0)", "said": "Taken off your list."}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_service_that_is_not_there_cannot_be_added(client: InspectingClient) -> None:
    service = register.service()
    page = page_of(client, f"/services/{service.public_id}")
    token = page.select_one("#list-form input[name=csrf_token]")
    assert token is not None
    unknown = "4f1f0d37-6a4e-4d0c-9d6d-0b6f8f4f7c11"
    assert client.post(BUTTONS, data={"csrf_token": token["value"], "add": unknown}).status_code == 404
    assert client.post(BUTTONS, data={"csrf_token": token["value"], "add": "1"}).status_code == 302
    assert client.post(BUTTONS, data={"add": str(service.public_id)}).status_code == 400
    assert names(client) == []


def test_a_list_shows_what_somebody_needs_to_get_there(client: InspectingClient, session: Session) -> None:
    register.ward("Northfield")
    hall = register.location("St Sample", address="4 Bell Lane, Birmingham", access=["step-free"])
    service = register.service("Chair yoga", at=hall, cost_pence=250)
    register.opening_time(service, weekday=1, starts=time(10, 30), ends=time(12))
    register.opening_time(service, weekday=3, starts=time(10, 30), ends=time(12))
    session.add(ContactPoint(service_id=service.id, kind="phone", value="+441214960001"))
    session.flush()
    add(client, service)
    said = page_of(client).get_text(" ")
    for words in (
        "Tuesday and Thursday, 10.30am to 12 noon", "St Sample, Northfield", "4 Bell Lane", "B31 2ZZ", "£2.50",
        "0121 496 0001", "Step-free", service.short_code,
    ):  # fmt: skip
        assert words in said, words


def test_a_confidential_place_stays_so_on_a_list(client: InspectingClient) -> None:
    house = register.confidential_location(register.ward("Northfield"), "hidden", name="Safe House")
    add(client, register.service("Safe place", at=house))
    page = client.get(LIST).get_data(as_text=True)
    assert "Address kept private" in page
    assert "Safe House" not in page


def test_order_is_changed_one_step_at_a_time_and_the_ends_hold(client: InspectingClient) -> None:
    a, b, c = (register.service(name) for name in "ABC")
    add(client, a, b, c)
    answer = press(client, "up", c)
    assert answer.location == f"/my-list#entry-{c.public_id}"
    assert names(client) == ["A", "C", "B"]
    press(client, "down", a)
    assert names(client) == ["C", "A", "B"]
    press(client, "up", c)
    press(client, "down", b)
    assert names(client) == ["C", "A", "B"]


def test_what_is_taken_off_can_be_put_back_where_it_was_with_its_note(client: InspectingClient) -> None:
    a, b, c = (register.service(name) for name in "ABC")
    add(client, a, b, c)
    press(client, "save", **{str(b.public_id): "Ask for Pat"})
    press(client, "remove", b)
    assert names(client) == ["A", "C"]
    page = page_of(client).select_one(".app-mine__gone")
    assert page is not None
    assert "You took off B." in page.get_text()
    press(client, "up", c)
    assert names(client) == ["C", "A"]
    press(client, "restore", b)
    assert names(client) == ["C", "B", "A"]
    assert "Ask for Pat" in str(page_of(client))


def test_after_a_while_what_was_taken_off_is_gone_with_its_note(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = StoppedClock(monkeypatch)
    a, b = register.service("A"), register.service("B")
    add(client, a, b)
    press(client, "save", **{str(a.public_id): "Ask for Pat"})
    press(client, "remove", a)
    stopped.move(minutes=11)
    assert page_of(client).select_one(".app-mine__gone") is None
    add(client, a)
    assert names(client) == ["B", "A"]
    assert session.scalars(select(ShortlistEntry.note).where(ShortlistEntry.note != "")).all() == []


def test_whatever_is_pressed_saves_every_note_on_the_page(client: InspectingClient) -> None:
    a, b = register.service("A"), register.service("B")
    add(client, a, b)
    press(client, "up", b, **{str(a.public_id): "one\r\ntwo", str(b.public_id): "three"})
    notes = [tag.get_text() for tag in page_of(client).select("textarea")]
    assert notes == ["three", "one\ntwo"]


def test_a_note_that_nobody_touched_does_not_overwrite_a_newer_one(client: InspectingClient, session: Session) -> None:
    a = register.service("A")
    add(client, a)
    press(client, "save", **{str(a.public_id): "old"})
    page = page_of(client)
    data = {str(tag["name"]): str(tag.get("value", "")) for tag in page.select("input[form=mine], #mine input")}
    data |= {f"note-{a.public_id}": "old", "button": f"save:{a.public_id}"}
    press(client, "save", **{str(a.public_id): "newer, from another window"})
    client.post(LIST, data=data)
    assert session.scalars(select(ShortlistEntry.note)).all() == ["newer, from another window"]


def test_a_note_that_is_too_long_loses_nothing_and_does_nothing(client: InspectingClient, session: Session) -> None:
    a, b = register.service("A"), register.service("B")
    add(client, a, b)
    long = "x" * (LONGEST_NOTE + 1)
    answer = press(client, "remove", a, **{str(a.public_id): long, str(b.public_id): "short"})
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422
    assert page.title is not None
    assert page.title.get_text(strip=True).startswith("Error: My list")
    assert page.select_one(f".govuk-error-summary a[href='#note-{a.public_id}']") is not None
    assert [tag.get_text() for tag in page.select("textarea")] == [long, "short"]
    assert set(session.scalars(select(ShortlistEntry.note))) == {""}
    assert names(client) == ["A", "B"]


def test_markup_in_a_note_is_harmless(client: InspectingClient) -> None:
    a = register.service("A")
    add(client, a)
    press(client, "save", **{str(a.public_id): "</textarea><script>alert(1)</script>\x00"})
    assert "<script>alert" not in client.get(LIST).get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "closed"}, "This is not running any more."),
        ({"valid_until": date(2020, 1, 1)}, "This is not running any more."),
        ({"status": "temporarily_closed", "reopens_on": date(2097, 3, 1)}, "Closed for now, back on Friday 1 March"),
        ({"valid_from": date(2097, 3, 1)}, "Not started yet. It begins on Friday 1 March 2097"),
    ],
)
def test_what_has_closed_meanwhile_is_said_kindly(
    client: InspectingClient, session: Session, values: dict[str, object], words: str
) -> None:
    service = register.service("Choir")
    add(client, service)
    for name, value in values.items():
        setattr(service, name, value)
    session.flush()
    said = " ".join(page_of(client).get_text(" ").split())
    assert "Choir" in said
    assert words in said


def test_clearing_asks_first_and_leaves_nothing(client: InspectingClient, session: Session) -> None:
    service = register.service()
    add(client, service)
    page = client.get("/my-list/clear").get_data(as_text=True)
    assert "Clear your list?" in page
    assert names(client) == [service.name]
    answer = client.fill_in("/my-list/clear")
    assert "my-list=;" in cookie_of(answer)
    assert session.scalars(select(Shortlist.id)).all() == []
    assert "Nothing of it is left." in client.get(LIST).get_data(as_text=True)


def test_a_full_list_says_so(client: InspectingClient) -> None:
    services = [register.service(f"Thing {number:02}") for number in range(MOST_ENTRIES + 1)]
    add(client, *services)
    assert "Your list is full: it holds 50 things." in client.get(f"/services/{services[-1].public_id}").text
    assert len(names(client)) == MOST_ENTRIES


@pytest.mark.parametrize("path", [LIST, "/my-list/email", "/my-list/clear", "/my-list/link"])
def test_a_list_with_something_sensitive_can_be_left_at_once_and_its_tab_gives_nothing_away(
    client: InspectingClient, app: Flask, path: str
) -> None:
    add(client, register.service("Help after abuse", terms=("domestic-abuse",)))
    page = client.get(path).get_data(as_text=True)
    assert "Exit this page" in page
    assert page.partition("<title>")[2].partition("</title>")[0].strip() == app.config["SERVICE_NAME"]


# Until when, and by what


def test_the_cookie_survives_the_browser_and_is_for_nobody_else(client: InspectingClient) -> None:
    answer = add(client, register.service())
    parts = {part.strip() for part in cookie_of(answer).split(";")}
    assert {"HttpOnly", "Path=/", "SameSite=Lax", f"Max-Age={90 * 24 * 3600}"} <= parts
    assert re.match(r"my-list=[\w-]{43};", cookie_of(answer))


def test_in_production_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    production = make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path, IS_PRODUCTION=True)
    with production.test_request_context():
        response = production.response_class()
        remember_list(response, "x" * 43)
    (line,) = response.headers.getlist("Set-Cookie")
    assert line.startswith("__Host-my-list=xxx")
    assert "; Secure" in line
    assert "Domain" not in line


def test_a_list_is_kept_for_90_days_after_its_last_change(
    client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = StoppedClock(monkeypatch)
    service = register.service("Choir")
    add(client, service)
    stopped.move(days=60)
    press(client, "save", **{str(service.public_id): "still wanted"})
    stopped.move(days=89)
    assert names(client) == ["Choir"]
    stopped.move(days=2)
    assert names(client) == []
    assert "My list (" not in client.get("/contact").get_data(as_text=True).replace("My list (0)", "")


def test_looking_at_a_list_changes_nothing(client: InspectingClient, session: Session) -> None:
    service = register.service()
    add(client, service)
    client.fill_in("/my-list/link", button=("button", "make"))
    link = page_of(client, "/my-list/link").select_one("#link a")
    assert link is not None
    session.commit()
    db.engine.execute(text("SET TRANSACTION READ ONLY"))  # type: ignore[attr-defined]
    for path in (LIST, "/my-list/email", "/my-list/link", "/my-list/clear", "/contact", str(link["href"])):
        assert client.get(path).status_code == 200
    # Control: with the same database a press is refused, so the pages above would have been seen to write.
    assert press(client, "remove", service).status_code == 503


def test_a_note_that_has_no_place_any_more_is_given_back(client: InspectingClient, session: Session) -> None:
    a, b = register.service("A"), register.service("B")
    add(client, a, b)
    page = page_of(client)
    data = {str(tag["name"]): str(tag.get("value", "")) for tag in page.select("input[form=mine], #mine input")}
    data |= {f"note-{a.public_id}": "Ask for Pat", f"note-{b.public_id}": "Bring a mug", "button": "save"}
    session.delete(a)
    session.flush()
    answer = client.post(LIST, data=data)
    assert answer.status_code == 422
    assert "Ask for Pat" in answer.text
    assert names(client) == ["B"]
    assert "Bring a mug" in str(page_of(client))
    client.fill_in("/my-list/clear")
    answer = client.post(LIST, data=data)
    assert answer.status_code == 422
    assert "Ask for Pat" in answer.text


def test_signing_in_and_out_leaves_the_list_to_the_browser(client: InspectingClient) -> None:
    person = register.user()
    add(client, register.service("Choir"))
    client.sign_in(person)
    assert names(client) == ["Choir"]
    client.fill_in("/sign-out")
    assert names(client) == ["Choir"]


def test_an_account_shows_no_list_in_another_browser(client: InspectingClient, app: Flask) -> None:
    person = register.user()
    add(client.sign_in(person), register.service("Choir"))
    other = app.test_client()
    assert isinstance(other, InspectingClient)
    assert names(other.sign_in(person)) == []


def test_on_a_shared_computer_the_list_ends_with_the_window(client: InspectingClient, session: Session) -> None:
    add(client, register.service())
    answer = client.fill_in("/shared-computer")
    assert "Max-Age" not in cookie_of(answer)
    assert "Expires" not in cookie_of(answer)
    session.expire_all()
    assert session.scalars(select(Shortlist.expires_at)).one() <= clock.now() + timedelta(days=1)
    answer = add(client, register.service())
    assert "Max-Age" not in cookie_of(answer)
    session.expire_all()
    assert session.scalars(select(Shortlist.expires_at)).one() <= clock.now() + timedelta(days=1)
    assert "your list ends when you finish" in client.get(LIST).get_data(as_text=True)


def test_finishing_on_a_shared_computer_deletes_the_list(client: InspectingClient, session: Session) -> None:
    add(client, register.service())
    assert "Your list and its link are deleted." in client.get("/shared-computer/finish").get_data(as_text=True)
    client.fill_in("/shared-computer/finish")
    assert session.scalars(select(Shortlist.id)).all() == []
    assert session.scalars(select(ShortlistEntry.id)).all() == []


def test_many_new_lists_from_one_network_are_slowed_down(
    client: InspectingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "LISTS_BY_NETWORK", throttle.RateLimitItemPerHour(2))
    service = register.service()

    def press_anew() -> TestResponse:
        browser = app.test_client()
        assert isinstance(browser, InspectingClient)
        return browser.fill_in(f"/services/{service.public_id}", to=BUTTONS, button=("add", str(service.public_id)))

    add(client, service)
    assert press_anew().status_code == 302
    refused = press_anew()
    assert refused.status_code == 429
    assert "password" not in refused.get_data(as_text=True)
    assert add(client, register.service()).status_code == 302  # whoever has a list is not slowed down


@pytest.fixture
def count_statements(app: Flask) -> Callable[[Callable[[], object]], list[object]]:
    """The statements about lists that something runs."""
    assert app is not None

    def count(what: Callable[[], object]) -> list[object]:
        seen = []

        def note(*arguments: object) -> None:
            if "shortlist" in str(arguments[2]):
                seen.append(arguments[2])

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            what()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return [*seen]

    return count


def test_a_list_costs_a_page_one_statement_and_nobody_else_any(
    client: InspectingClient, count_statements: Callable[[Callable[[], object]], list[object]]
) -> None:
    services = [register.service(f"Choir {number}", terms=("music",)) for number in range(5)]

    def ask() -> TestResponse:
        return client.get("/search?interest=music")

    ask()
    assert count_statements(ask) == []
    add(client, *services[:3])
    ask()
    assert len(count_statements(ask)) == 1
    assert len(count_statements(lambda: client.get("/contact"))) == 1
    assert len(count_statements(lambda: client.get(LIST))) == 2  # and the cards
