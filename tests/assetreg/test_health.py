"""The two answers for whoever watches the server."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.inspecting_client import InspectingClient


def test_alive_says_so(client: InspectingClient) -> None:
    assert client.get("/health/live").get_json() == {"status": "alive"}


def test_ready_when_migrated(client: InspectingClient) -> None:
    assert client.get("/health/ready").status_code == 200


def test_not_ready_when_the_database_stands_elsewhere(client: InspectingClient, session: Session) -> None:
    session.execute(text("UPDATE schema_version SET version_num = '0000_before'"))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json()["status"] == "not ready"
