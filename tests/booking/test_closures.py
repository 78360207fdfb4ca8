"""Days when a place is closed, and school terms."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg import clock
from booking.actions.series import publish_series
from booking.models import Closure, Occurrence, SchoolTerm
from tests.booking.plans import plan
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.stopped_clock import StoppedClock

CLOSURES = "/organise/closures"
TERMS = "/organise/terms"


@pytest.fixture(autouse=True)
def stopped(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Sunday 22 November 2026, 9am."""
    return StoppedClock(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=UTC))


def test_a_closure_names_who_has_booked_and_the_organiser_decides(client: InspectingClient, session: Session) -> None:
    group = register.organisation("Neighbours")
    hall = register.location("The Hall")
    yoga = register.service("Chair yoga", organisation=group, at=hall)
    series = publish_series(plan(yoga, location_id=hall.id), None, clock.now())
    rows = session.scalars(
        select(Occurrence).where(Occurrence.series_id == series.id).order_by(Occurrence.starts_at)
    ).all()
    guest = situations.booking(rows[1])
    client.sign_in(register.partner(group))
    saved = client.fill_in(
        CLOSURES, location=str(hall.public_id), starts_on="24/11/2026", ends_on="1/12/2026", reason="New floor"
    )
    assert saved.status_code == 302, saved.get_data(as_text=True)
    page = client.get(saved.location).get_data(as_text=True)
    assert "Tuesday 1 December, 10am to 12 noon" in page
    assert "1 booking" in page
    assert "Nobody has booked" in page
    session.expire_all()
    assert [row.status for row in rows[:2]] == ["scheduled", "scheduled"]
    client.fill_in(saved.location, to=saved.location, button=("button", "cancel"), session=str(rows[1].public_id))
    session.expire_all()
    assert [row.status for row in rows[:2]] == ["scheduled", "cancelled"]
    assert rows[1].cancel_reason == "New floor"
    assert guest.state == "cancelled"


def test_a_place_that_others_use_too_is_not_a_partners_to_close(client: InspectingClient, session: Session) -> None:
    group = register.organisation("Neighbours")
    library = register.location("The Library")
    own = register.service("Chair yoga", organisation=group, at=library)
    situations.series(own, at=library)
    register.service("Choir", at=library)
    client.sign_in(register.partner(group))
    page = client.get(CLOSURES).get_data(as_text=True)
    assert "only your group uses" in page
    closed = situations.closure(library)
    assert client.get(f"{CLOSURES}/{closed.public_id}").status_code == 404
    client.sign_in(register.user("connector"))
    assert client.get(f"{CLOSURES}/{closed.public_id}").status_code == 200
    assert session is not None


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        ("1/11/2026", "2/11/2026", "These days are over"),
        ("2/12/2026", "1/12/2026", "The last day is before the first day"),
        ("2/12/2026", "1/12/2036", "too many days"),
        ("sometime", "", "We cannot read this day"),
        ("1/1/9999", "31/12/9999", "This day is very far away"),
    ],
)
def test_days_that_cannot_be_are_refused_with_what_was_typed(
    client: InspectingClient, session: Session, starts: str, ends: str, said: str
) -> None:
    hall = register.location()
    situations.series(at=hall)
    client.sign_in(register.user("steward"))
    answer = client.fill_in(CLOSURES, location=str(hall.public_id), starts_on=starts, ends_on=ends)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422
    assert said in page.get_text(" ")
    assert page.select_one("#starts_on")["value"] == starts  # type: ignore[index]
    assert session.scalars(select(Closure)).all() == []


def test_stewards_enter_change_and_remove_terms(client: InspectingClient, session: Session) -> None:
    client.sign_in(register.user("steward"))
    client.fill_in(TERMS, name="Summer 2031", starts_on="21/4/2031", ends_on="18/7/2031")
    term = session.scalars(select(SchoolTerm).where(SchoolTerm.name == "Summer 2031")).one()
    path = f"{TERMS}/{term.public_id}"
    client.fill_in(path, button=("button", "save"), ends_on="25/7/2031")
    session.expire_all()
    assert term.ends_on == date(2031, 7, 25)
    overlapping = client.fill_in(TERMS, name="Again", starts_on="1/5/2031", ends_on="2/5/2031")
    assert overlapping.status_code == 422
    assert "belong to another term" in overlapping.get_data(as_text=True)
    client.fill_in(path, button=("button", "remove"))
    assert session.scalars(select(SchoolTerm).where(SchoolTerm.name == "Summer 2031")).all() == []
    client.sign_in(register.user("connector"))
    assert client.get(TERMS).status_code == 403
