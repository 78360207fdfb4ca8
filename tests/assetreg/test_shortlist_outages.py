"""A list while the database is away: pages that need no records are there, and nobody is kept from finishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import make_app
from tests.inspecting_client import InspectingClient

CLOSED = "postgresql+psycopg://nobody@127.0.0.1:1/none"


@pytest.fixture
def owner(tmp_path: Path) -> InspectingClient:
    """A browser with a list, while the database is away."""
    app = make_app(CLOSED, tmp_path, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = InspectingClient
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    client.set_cookie("my-list", "x" * 43)
    return client


@pytest.mark.parametrize("path", ["/contact", "/privacy", "/cookies", "/display", "/shared-computer"])
def test_pages_that_need_no_records_are_still_there(owner: InspectingClient, path: str) -> None:
    assert owner.get(path).status_code == 200


def test_the_list_itself_is_said_to_be_away_and_not_to_be_empty(owner: InspectingClient) -> None:
    answer = owner.get("/my-list")
    assert answer.status_code == 503
    assert "Sorry, this is not working just now" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "my-list" not in str(answer.headers.getlist("Set-Cookie"))


def test_somebody_can_finish_on_a_shared_computer_all_the_same(owner: InspectingClient) -> None:
    assert owner.fill_in("/shared-computer").status_code == 302
    cookie = owner.get_cookie("my-list")
    assert cookie is not None
    assert cookie.max_age is None
    assert owner.fill_in("/shared-computer/finish").status_code == 302
    assert owner.get_cookie("my-list") is None
