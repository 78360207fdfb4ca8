"""How many statements the pages of whoever books may ask of the database."""

from __future__ import annotations

from sqlalchemy.orm import Session

from booking.links import manage_path
from tests.factories import booking as situations
from tests.inspecting_client import InspectingClient
from tests.sql_counting import count_statements

MOST = 14


def test_pages_ask_little_however_many_have_booked(client: InspectingClient, session: Session) -> None:
    of = situations.series()
    one = situations.occurrence(of, capacity=100)
    made = [situations.booking(one) for _ in range(30)]
    for n in range(20):
        situations.occurrence(of, starts_in_hours=24 * (n + 3))
    situations.question(of)
    session.commit()
    for path in (f"/sessions/{one.public_id}", f"/sessions/{one.public_id}/book", manage_path(made[0])):
        session.expire_all()
        with count_statements() as asked:
            assert client.get(path).status_code == 200
        assert len(asked) <= MOST, f"{path.split('/')[1]}: {len(asked)} statements"
