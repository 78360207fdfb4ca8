"""A list and what stands around it: windows that begin it together, news that pile up, more than it can hold."""

from __future__ import annotations

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assetreg.list_keys import is_key
from assetreg.models import Service, Shortlist, ShortlistEntry
from assetreg.news import MOST_WAITING
from assetreg.throttle import letter_box
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

LIST, BUTTONS = "/my-list", "/my-list/services"


def add(client: InspectingClient, service: Service) -> TestResponse:
    """Press “Add to my list” on its page."""
    return client.fill_in(f"/services/{service.public_id}", to=BUTTONS, button=("add", str(service.public_id)))


def test_two_windows_that_begin_a_list_together_begin_one(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = StoppedClock(monkeypatch)
    choir, yoga = register.service("Choir"), register.service("Chair yoga")
    assert add(client, choir).status_code == 302
    client.delete_cookie("my-list")  # what the second window sent was on its way before the cookie came
    time.move(seconds=45)
    assert add(client, yoga).status_code == 302
    assert session.scalar(select(func.count()).select_from(Shortlist)) == 1
    written = client.get(LIST).get_data(as_text=True)
    assert "Choir" in written
    assert "Chair yoga" in written


def test_a_list_that_is_begun_later_is_another(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = StoppedClock(monkeypatch)
    assert add(client, register.service("Choir")).status_code == 302
    client.delete_cookie("my-list")
    time.move(minutes=3)
    assert add(client, register.service("Chair yoga")).status_code == 302
    assert session.scalar(select(func.count()).select_from(Shortlist)) == 2
    assert "Choir" not in client.get(LIST).get_data(as_text=True)


def test_another_browser_at_the_same_moment_begins_a_list_of_its_own(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    StoppedClock(monkeypatch)
    other = client.application.test_client()
    assert isinstance(other, InspectingClient)
    keys = set()
    for browser in (client, other):
        assert add(browser, register.service()).status_code == 302
        cookie = browser.get_cookie("my-list")
        assert cookie is not None
        assert is_key(cookie.value)
        keys.add(cookie.value)
    assert len(keys) == 2
    assert session.scalar(select(func.count()).select_from(Shortlist)) == 2


def test_a_list_begun_anew_after_clearing_is_empty_but_for_the_new(client: InspectingClient) -> None:
    choir, yoga = register.service("Choir"), register.service("Chair yoga")
    add(client, choir)
    client.fill_in("/my-list/clear")
    add(client, yoga)
    written = client.get(LIST).get_data(as_text=True)
    assert "Chair yoga" in written
    assert "Choir" not in written


def token(client: InspectingClient, path: str) -> str:
    """What guards the forms of a page."""
    tag = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser").select_one("[name=csrf_token]")
    assert tag is not None
    return str(tag["value"])


def test_news_that_nobody_reads_do_not_pile_up_in_the_cookie(client: InspectingClient) -> None:
    services = [register.service(f"Club {number}") for number in range(MOST_WAITING + 5)]
    guard = token(client, f"/services/{services[0].public_id}")
    waiting = []
    for service in services:  # and never a look at the page that would say what came of it
        assert client.post(BUTTONS, data={"add": str(service.public_id), "csrf_token": guard}).status_code == 302
        with client.session_transaction() as cookie:
            waiting.append(len(cookie["_flashes"]))
    assert waiting == [*range(1, MOST_WAITING + 1), *[MOST_WAITING] * 5]
    assert "Added to your list." in client.get(f"/services/{services[-1].public_id}").get_data(as_text=True)


def test_more_than_a_list_can_hold_is_refused_and_nothing_of_it_saved(
    client: InspectingClient, session: Session
) -> None:
    choir = register.service("Choir")
    add(client, choir)
    notes = {f"note-{uuid4()}": "x" for _ in range(500)} | {"csrf_token": token(client, LIST)}
    answer = client.post(LIST, data={**notes, f"note-{choir.public_id}": "Mine", "button": f"remove:{choir.public_id}"})
    assert answer.status_code == 422
    assert "That is more than a list can hold. It holds 50 things." in answer.get_data(as_text=True)
    assert session.scalars(select(ShortlistEntry.note)).all() == [""]
    assert "Choir" in client.get(LIST).get_data(as_text=True)


@pytest.mark.parametrize(
    ("email", "box"),
    [
        ("Amina+1@Example.org", "amina@example.org"),
        ("amina+a+b@example.org", "amina@example.org"),
        (" amina@example.org ", "amina@example.org"),
        ("+@example.org", "+@example.org"),
        ("a.mi.na+x@googlemail.com", "amina@gmail.com"),
        ("a.mina@example.org", "a.mina@example.org"),
    ],
)
def test_one_letter_box_is_counted_as_one_however_it_is_written(email: str, box: str) -> None:
    assert letter_box(email) == box


def test_a_letter_box_is_not_flooded_by_additions_to_its_name(client: InspectingClient) -> None:
    add(client, register.service())
    for number in range(3):
        assert client.fill_in("/my-list/email", email=f"amina+{number}@example.org").status_code == 302
    refused = client.fill_in("/my-list/email", email="amina+other@example.org")
    assert refused.status_code == 429
    assert 'value="amina+other@example.org"' in refused.get_data(as_text=True)
