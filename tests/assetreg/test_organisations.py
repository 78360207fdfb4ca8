"""Who runs things: the A to Z and one organisation's page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from assetreg.models import ContactPoint
from tests.factories import register
from tests.inspecting_client import InspectingClient


def test_list_organisations_shows_those_with_something_on(client: InspectingClient) -> None:
    register.service(organisation=register.organisation("Busy Bees"))
    register.service(organisation=register.organisation("Gone Quiet"), status="closed")
    register.organisation("Never Began")
    page = client.get("/organisations").get_data(as_text=True)
    assert "Busy Bees" in page
    assert "Gone Quiet" not in page
    assert "Never Began" not in page


def test_list_organisations_is_a_sentence_when_empty(client: InspectingClient) -> None:
    assert "Nobody has entered a group" in client.get("/organisations").get_data(as_text=True)


def test_a_letter_narrows_the_list(client: InspectingClient) -> None:
    for name in ("Apple Trust", "Bramble Trust"):
        register.service(organisation=register.organisation(name))
    page = client.get("/organisations?letter=b").get_data(as_text=True)
    assert "Bramble Trust" in page
    assert "Apple Trust" not in page


def test_a_long_list_has_pages(client: InspectingClient) -> None:
    for number in range(65):
        register.service(organisation=register.organisation(f"Group {number:03}"))
    assert "Group 064" not in client.get("/organisations").get_data(as_text=True)
    assert "Group 064" in client.get("/organisations?page=2").get_data(as_text=True)
    assert client.get("/organisations?page=3").status_code == 404


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=-1", "?page=x", "?letter=%00", "?letter=%F0%9F%98%80", "?page=1e9"]
)
def test_bad_values_do_not_break_the_list(client: InspectingClient, query: str) -> None:
    register.service()
    assert client.get(f"/organisations{query}").status_code == 200


def test_show_organisation_says_what_it_runs_and_how_to_reach_it(client: InspectingClient, session: Session) -> None:
    group = register.organisation("Frankley Friends", summary="Neighbours who meet.", charity_number="1234567")
    session.add(ContactPoint(organisation_id=group.id, kind="email", value="hello@example.org"))
    running = register.service("Lunch club", organisation=group)
    register.service("Old lunch club", organisation=group, status="closed")
    page = client.get(f"/organisations/{group.public_id}").get_data(as_text=True)
    assert "Neighbours who meet." in page
    assert "mailto:hello@example.org" in page
    assert "1234567" in page
    assert str(running.public_id) in page
    assert "Old lunch club" not in page


def test_show_organisation_without_anything_on_is_a_sentence(client: InspectingClient) -> None:
    group = register.organisation()
    page = client.get(f"/organisations/{group.public_id}").get_data(as_text=True)
    assert "nothing on at the moment" in page


def test_unknown_and_malformed_ids_are_not_found(client: InspectingClient) -> None:
    for address in (f"/organisations/{uuid4()}", "/organisations/nonsense", "/organisations/%27"):
        assert client.get(address).status_code == 404
