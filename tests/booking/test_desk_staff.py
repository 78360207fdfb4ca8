"""At a desk: booking for somebody else, finding a booking by its reference, and what one has booked for others."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assetreg.models import Message, Outbox
from assetreg.worker.registry import HANDLERS
from booking.actions.lost_links import LOST_LINK_TOPIC
from booking.links import manage_path, manage_token
from booking.models import Booking, BookingEvent
from booking.queries import own_bookings
from tests.factories import booking as situations
from tests.factories import register
from tests.inspecting_client import InspectingClient
from tests.reading import main_text


def test_a_connector_books_for_a_man_without_e_mail_and_phone(client: InspectingClient, session: Session) -> None:
    connie = register.user("connector", name="Connie")
    one = situations.occurrence()
    session.commit()
    client.sign_in(connie)
    page = main_text(client.get(f"/sessions/{one.public_id}/book"))
    assert "Book for somebody else" in page
    assert "Who is it for?" not in page
    answer = client.fill_in(f"/sessions/{one.public_id}/book", name="Arthur Price")
    made = session.scalars(select(Booking)).one()
    assert (made.booked_by, made.booked_by_id, made.email, made.phone) == ("connector", connie.id, None, None)
    text = main_text(client.get(answer.location))
    assert "Print this page, or write the reference down." in text
    assert "Connie, for Arthur Price" in text
    assert f"read out the reference {made.reference}." in text


def test_the_same_name_only_warns_and_only_staff(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    situations.booking(one, name="Arthur Price")
    session.commit()
    path = f"/sessions/{one.public_id}/book"
    stranger = client.fill_in(path, for_whom="self", name="arthur price", email="another@example.org")
    assert stranger.status_code == 303
    client.sign_in(register.user("connector"))
    session.commit()
    warned = client.fill_in(path, name="Arthur Price")
    assert warned.status_code == 422
    assert "Somebody called Arthur Price has a booking here already" in main_text(warned)
    again = fields_of(warned.get_data(as_text=True))
    assert client.post(path, data={**again, "name": "Arthur Price"}).status_code == 303


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the page's form, and one person."""
    from_form = page.split('name="csrf_token" value="')[1].split('"')[0]
    key = page.split('name="key" value="')[1].split('"')[0]
    return {"csrf_token": from_form, "key": key, "name_seen": "yes", "party_size": "1"}


def test_whoever_looks_after_a_session_makes_room_with_a_reason(client: InspectingClient, session: Session) -> None:
    person, of = situations.partner_with_series()
    one = situations.full_occurrence(1, of=of)
    session.commit()
    client.sign_in(person)
    path = f"/sessions/{one.public_id}/book"
    silent = client.fill_in(path, name="Arthur", overbooks="yes")
    assert silent.status_code == 422
    assert "Say why there is one more place" in main_text(silent)
    assert client.fill_in(path, name="Arthur", overbooks="yes", overbook_reason="His carer comes").status_code == 303
    made = session.scalars(select(Booking).where(Booking.name == "Arthur")).one()
    assert (made.state, made.booked_by) == ("confirmed", "organiser")
    session.refresh(one)
    assert (one.places_taken, one.capacity, one.overbooked) == (2, 1, 1)
    assert "Full" in main_text(client.get(f"/sessions/{one.public_id}"))


def test_nobody_else_makes_room(client: InspectingClient, session: Session) -> None:
    _person, of = situations.partner_with_series()
    one = situations.full_occurrence(1, of=of)
    stranger, _of = situations.partner_with_series()
    session.commit()
    for person in (stranger, register.user("adviser"), None):
        visitor = client if person is None else client.sign_in(person)
        session.commit()
        page = visitor.get(f"/sessions/{one.public_id}/book").get_data(as_text=True)
        assert "overbooks" not in page
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        visitor.post(
            f"/sessions/{one.public_id}/book",
            data={
                "csrf_token": token,
                "for_whom": "self",
                "name": "Eve",
                "email": "eve@example.org",
                "party_size": "1",
                "overbooks": "yes",
                "overbook_reason": "Please",
                "key": f"a key of their own {person}",
            },
        )
        session.refresh(one)
        assert (one.places_taken, one.overbooked) == (1, 0)


def test_a_referred_session_is_booked_by_staff_only(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence(situations.series(kind="referred"))
    session.commit()
    path = f"/sessions/{one.public_id}/book"
    assert client.get(path).location == f"/sessions/{one.public_id}"
    client.sign_in(register.user("adviser"))
    session.commit()
    assert client.fill_in(path, name="Arthur").status_code == 303


def test_priority_at_booking_needs_its_reason(client: InspectingClient, session: Session) -> None:
    one = situations.full_occurrence(1)
    client.sign_in(register.user("connector"))
    session.commit()
    path = f"/sessions/{one.public_id}/book"
    assert client.fill_in(path, name="Arthur", is_priority="yes").status_code == 422
    answer = client.fill_in(path, name="Arthur", is_priority="yes", priority_reason="Out of hospital")
    assert answer.status_code == 303
    made = session.scalars(select(Booking).where(Booking.name == "Arthur")).one()
    assert (made.state, made.is_priority, made.priority_reason) == ("waiting", True, "Out of hospital")


def test_visitors_cannot_put_themselves_first(client: InspectingClient, session: Session) -> None:
    one = situations.full_occurrence(1)
    session.commit()
    path = f"/sessions/{one.public_id}/book"
    page = client.get(path).get_data(as_text=True)
    assert "is_priority" not in page
    data = {**fields_of(page), "for_whom": "self", "name": "Eve", "email": "eve@example.org", "may_wait": "yes"}
    client.post(path, data={**data, "is_priority": "yes", "priority_reason": "Me first"})
    made = session.scalars(select(Booking).where(Booking.name == "Eve")).one()
    assert (made.state, made.is_priority) == ("waiting", False)


def ask(client: InspectingClient, reference: str, contact: str) -> str:
    """Ask for a lost link; what the page says."""
    answer = client.fill_in("/find-my-booking", reference=reference, contact=contact)
    return main_text(answer)


def work_off(session: Session) -> list[Message]:
    """Let the worker do what was asked; what was written."""
    for row in session.scalars(select(Outbox).where(Outbox.topic == LOST_LINK_TOPIC)).all():
        HANDLERS[LOST_LINK_TOPIC](row.payload)
        session.delete(row)
    session.flush()
    return list(session.scalars(select(Message).where(Message.kind == "own_booking_link")))


@pytest.mark.parametrize("contact", ["Jo@Example.org", "07700 900123"])
def test_a_lost_link_goes_to_the_contact_of_the_booking_and_is_never_shown(
    client: InspectingClient, session: Session, contact: str
) -> None:
    one = situations.booking(email="jo@example.org", phone="+447700900123")
    session.commit()
    answer = client.fill_in("/find-my-booking", reference=one.reference.lower().replace("-", " "), contact=contact)
    assert manage_token(one) not in answer.get_data(as_text=True)
    written = work_off(session)
    assert len(written) == 1
    assert manage_path(one) in written[0].body
    assert (written[0].to_email, written[0].to_phone) in (("Jo@example.org", None), (None, "+447700900123"))
    assert "yoga" not in (written[0].subject + written[0].body).lower()


def test_the_answer_is_the_same_whether_or_not_there_is_such_a_booking(
    client: InspectingClient, session: Session
) -> None:
    one = situations.booking(email="jo@example.org")
    session.commit()
    there = ask(client, one.reference, "jo@example.org")
    assert work_off(session)
    session.query(Message).delete()
    assert ask(client, one.reference, "eve@example.org") == there
    assert ask(client, "KX4-T9M", "jo@example.org") == there
    assert work_off(session) == []


def test_what_cannot_be_a_reference_or_a_contact_is_said(client: InspectingClient) -> None:
    answer = client.fill_in("/find-my-booking", reference="my booking", contact="me")
    assert answer.status_code == 422
    text = main_text(answer)
    assert "6 letters and numbers, like KX4-T9M" in text
    assert "Enter the e-mail address or the phone number that you booked with" in text
    assert 'value="my booking"' in answer.get_data(as_text=True)


def test_staff_open_a_booking_that_is_read_out_on_the_phone(client: InspectingClient, session: Session) -> None:
    one = situations.booking()
    adviser = register.user("adviser")
    session.commit()
    client.sign_in(adviser)
    answer = client.fill_in("/find-my-booking", reference=one.reference)
    assert answer.location == manage_path(one)
    told = session.scalars(select(BookingEvent).where(BookingEvent.booking_id == one.id)).one()
    assert (told.kind, told.user_id) == ("opened_by_staff", adviser.id)
    wrong = client.fill_in("/find-my-booking", reference="KX4-T9M")
    assert wrong.status_code == 422
    assert "There is no booking with this reference" in main_text(wrong)


def test_a_connector_sees_what_they_booked_and_nothing_else(client: InspectingClient, session: Session) -> None:
    connie, other = register.user("connector"), register.user("connector")
    mine = situations.booking(name="Arthur Price", booked_by="connector", booked_by_id=connie.id, email=None)
    situations.booking(name="Somebody Else", booked_by="connector", booked_by_id=other.id)
    situations.booking(situations.occurrence(starts_in_hours=-48), name="Long Ago", booked_by_id=connie.id)
    session.commit()
    assert client.get("/bookings/made-by-me").status_code == 302
    client.sign_in(connie)
    answer = client.get("/bookings/made-by-me")
    text = main_text(answer)
    assert "Arthur Price" in text
    assert "no e-mail, no phone" in text
    assert mine.reference in text
    assert "Somebody Else" not in text
    assert "Long Ago" not in text
    assert manage_path(mine) in answer.get_data(as_text=True)
    assert "no-store" in answer.headers["Cache-Control"]


def test_many_bookings_come_in_pages_and_by_name_or_reference(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_bookings, "MADE_ON_A_PAGE", 2)
    connie = register.user("connector")
    names = ("Ann 1%", "Ann 2", "Bert", "Cy", "Dot")
    made = [
        situations.booking(situations.occurrence(starts_in_hours=30 + at), name=name, booked_by_id=connie.id)
        for at, name in enumerate(names)
    ]
    session.commit()
    client.sign_in(connie)

    def listed(**asked: str | int) -> list[str]:
        page = client.get("/bookings/made-by-me", query_string=asked)
        return [name for name in names if name in main_text(page)]

    assert listed() == ["Ann 1%", "Ann 2"]
    assert listed(page=2) == ["Bert", "Cy"]
    assert listed(page=99) == ["Dot"]
    assert listed(q="ann") == ["Ann 1%", "Ann 2"]
    assert listed(q="%") == ["Ann 1%"], "a sign is a sign"
    assert listed(q=made[3].reference.lower().replace("-", " ")) == ["Cy"]
    nobody = main_text(client.get("/bookings/made-by-me?q=zebedee"))
    assert "You made no booking with this name or reference" in nobody
