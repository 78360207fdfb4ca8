"""A booking's own page, opened by its secret link: how it stands, and everything that can be done about it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.db import db
from booking.links import manage_path, manage_token
from booking.models import Booking, BookingEvent
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.reading import main_text


def words(client: InspectingClient, of: Booking) -> str:
    """What the booking's own page says."""
    db.session.commit()
    return main_text(client.get(manage_path(of)))


STATES = {
    "confirmed": ({}, "We have saved your place"),
    "offered": ({}, "There is a place for you"),
    "requested": ({}, "You have asked for a place"),
    "cancelled": ({"end_reason": "Ill"}, "You cancelled it on today"),
    "lapsed": ({"offered": True}, "The place has gone to somebody else"),
    "declined": ({"ended_by": "organiser", "end_reason": "Members only."}, "Members only."),
    "left": ({}, "You are not on the waiting list any more"),
}


@pytest.mark.parametrize("state", STATES)
def test_how_it_stands_is_said_in_words(client: InspectingClient, session: Session, state: str) -> None:
    values, said = STATES[state]
    values = dict(values)
    if values.pop("offered", False):
        values["offered_at"] = values["waits_since"] = clock.now()
    one = situations.booking(state=state, **values)
    session.flush()
    text = words(client, one)
    assert said in text
    assert one.reference in text


def test_a_link_altered_by_one_letter_says_what_to_do(client: InspectingClient, session: Session) -> None:
    one = situations.booking(name="Canary Person")
    session.flush()
    token = manage_token(one)
    for wrong in (("A" if token[0] != "A" else "B") + token[1:], token[:-1], token + "x"):
        for path in ("", "/cancel", "/party"):
            answer = client.get(f"/bookings/{one.public_id}/{wrong}{path}")
            assert answer.status_code == 404
            text = main_text(answer)
            assert "This link does not open a booking" in text
            assert "Find my booking" in text
            assert "0121" in text
            assert "Canary Person" not in answer.get_data(as_text=True)
    unknown = client.get(f"/bookings/00000000-0000-4000-8000-000000000000/{token}")
    altered = client.get(f"/bookings/{one.public_id}/{token[:-1]}")
    assert main_text(unknown) == main_text(altered)


def test_the_secret_of_a_link_is_in_no_log(
    client: InspectingClient, session: Session, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    one = situations.booking()
    session.flush()
    client.get(manage_path(one))
    client.get(manage_path(one)[:-1])
    told = capsys.readouterr()
    logged = told.err + told.out + caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "booking.show_booking" in logged
    assert manage_token(one)[:-1] not in logged
    assert str(one.public_id) not in logged


def test_looking_changes_nothing_whatever_is_followed(client: InspectingClient, session: Session) -> None:
    offered = situations.booking(situations.occurrence(capacity=1), state="offered")
    before = (offered.state, offered.occurrence.places_taken, session.query(BookingEvent).count())
    session.commit()
    for path in ("", "/cancel", "/party", "/accept", "/decline", "/leave", "/late"):
        client.get(manage_path(offered) + path)
    session.refresh(offered)
    assert (offered.state, offered.occurrence.places_taken, session.query(BookingEvent).count()) == before


def test_cancelling_asks_and_then_frees_the_place_for_who_waits(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence(capacity=1, starts_in_hours=24 * 5)
    gone = situations.booking(one)
    next_one = situations.booking(one, state="waiting")
    session.commit()
    assert "Cancel this booking?" in main_text(client.get(manage_path(gone) + "/cancel"))
    answer = client.fill_in(manage_path(gone) + "/cancel", reason="I am ill")
    assert answer.status_code == 303
    assert "Your booking is cancelled" in main_text(client.get(answer.location))
    session.refresh(gone)
    session.refresh(next_one)
    assert (gone.state, gone.ended_by, gone.end_reason) == ("cancelled", "guest", "I am ill")
    assert next_one.state == "offered"
    assert "There is a place for you" in words(client, next_one)


def press(client: InspectingClient, of: Booking, path: str, **fields: str) -> str:
    """Press a button of the booking's page, and read the page that comes then."""
    db.session.commit()
    answer = client.fill_in(manage_path(of), to=manage_path(of) + path, **fields)
    return main_text(answer if answer.status_code != 303 else client.get(answer.location))


def test_an_offer_is_taken_or_turned_down_by_a_button(client: InspectingClient, session: Session) -> None:
    for path, state, said in (
        ("/accept", "confirmed", "The place is yours."),
        ("/decline", "declined", "We offer the place to the next person."),
    ):
        one = situations.booking(situations.occurrence(capacity=1), state="offered")
        assert said in press(client, one, path)
        session.refresh(one)
        assert one.state == state


def test_an_offer_that_ran_out_is_said_kindly_and_takes_no_place(client: InspectingClient, session: Session) -> None:
    one = situations.booking(situations.occurrence(capacity=1), state="offered")
    session.commit()
    page = client.get(manage_path(one)).get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    one.expires_at = clock.now() - timedelta(seconds=1)
    session.commit()
    answer = client.post(manage_path(one) + "/accept", data={"csrf_token": token})
    text = main_text(client.get(answer.location))
    assert "The time to take this place is over." in text
    assert "The place has gone to somebody else" in text
    assert "We are sorry it did not work out this time." in text
    session.refresh(one)
    assert one.state != "confirmed"


def test_a_party_is_made_larger_and_smaller_while_there_is_room(client: InspectingClient, session: Session) -> None:
    one = situations.booking(situations.occurrence(capacity=4), party_size=2)
    situations.booking(one.occurrence)
    session.commit()
    path = manage_path(one) + "/party"
    assert client.fill_in(path, party_size="3").status_code == 303
    session.refresh(one)
    assert one.party_size == 3
    assert situations.live_places(one.occurrence) == 4
    refused = client.fill_in(path, party_size="5")
    assert refused.status_code == 422
    assert "There is room for 3 people in your booking, not for more" in main_text(refused)
    assert 'value="5"' in refused.get_data(as_text=True)
    for wrong in ("0", "many", "1000", ""):
        answer = client.fill_in(path, party_size=wrong)
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.get_data(as_text=True)
    assert client.fill_in(path, party_size="1").status_code == 303
    session.refresh(one.occurrence)
    assert one.occurrence.places_taken == situations.live_places(one.occurrence) == 2


def test_the_queue_is_left_and_late_places_are_asked_for(client: InspectingClient, session: Session) -> None:
    one = situations.booking(situations.full_occurrence(1), state="waiting")
    assert "Enter a whole phone number" in press(client, one, "/late", phone="")
    assert "We will text you if a place comes free on the last day" in press(client, one, "/late", phone="07700 900123")
    session.refresh(one)
    assert (one.wants_late, one.phone) == (True, "+447700900123")
    press(client, one, "/late")
    session.refresh(one)
    assert not one.wants_late
    other = situations.booking(one.occurrence, state="waiting")
    assert "has this phone number" in press(client, other, "/late", phone="07700900123")
    assert "You have left the waiting list." in press(client, one, "/leave")
    session.refresh(one)
    assert one.state == "left"


def test_one_date_or_the_whole_course_is_cancelled(client: InspectingClient, session: Session) -> None:
    of = situations.series(kind="course")
    for n in range(3):
        situations.occurrence(of, starts_in_hours=24 * 7 * (n + 1))
    session.commit()
    made = client.fill_in(f"/series/{of.public_id}/book-run", for_whom="self", name="Jo", email="jo@example.org")
    path = made.location
    client.fill_in(path + "/cancel")
    states = [one.state for one in session.query(Booking).order_by(Booking.occurrence_id)]
    assert states == ["cancelled", "confirmed", "confirmed"]
    second = session.query(Booking).order_by(Booking.occurrence_id).all()[1]
    client.fill_in(manage_path(second) + "/cancel", which="run")
    session.expire_all()
    assert {one.state for one in session.query(Booking)} == {"cancelled"}


def test_staff_see_why_somebody_was_not_offered_and_visitors_do_not(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence(capacity=1, starts_in_hours=24 * 5)
    gone = situations.booking(one)
    large = situations.booking(one, state="waiting", party_size=2)
    session.commit()
    client.fill_in(manage_path(gone) + "/cancel")
    assert "too few for their party" not in words(client, large)
    client.sign_in(register.user("adviser"))
    assert "Was not offered a place: 1 was free, too few for their party" in words(client, large)


def test_a_connector_puts_somebody_first_in_line_with_a_reason(client: InspectingClient) -> None:
    one = situations.full_occurrence(1)
    situations.booking(one, state="waiting")
    second = situations.booking(one, state="waiting")
    assert "You are second in line" in words(client, second)
    client.sign_in(register.user("connector"))
    assert "Nothing was changed." in press(client, second, "/priority")
    text = press(client, second, "/priority", priority_reason="Just out of hospital")
    assert "You are first in line" in text
    assert "Just out of hospital" in text
    assert client.post(manage_path(second) + "/priority").status_code in (302, 400)


def test_an_erased_booking_still_says_how_it_stood(client: InspectingClient, session: Session) -> None:
    one = situations.booking(situations.occurrence(starts_in_hours=-24 * 100), email=None)
    one.name, one.erased_at = "", clock.now()
    session.flush()
    text = words(client, one)
    assert "This session is over" in text
    assert "removed" in text


def test_a_sensitive_service_is_not_named_in_the_title(client: InspectingClient, session: Session) -> None:
    of = situations.series(of=register.service("Leaving violence", is_sensitive=True))
    one = situations.booking(situations.occurrence(of))
    session.flush()
    for path in ("", "/cancel", "/party"):
        page = client.get(manage_path(one) + path).get_data(as_text=True)
        assert "Leaving" not in page.partition("<title>")[2].partition("</title>")[0]
        assert "Exit this page" in page
