"""Booking a place: who books, what is asked, what comes of it, and that nothing that was typed is lost."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from assetreg import clock
from assetreg.db import db
from assetreg.models import Message
from assetreg.throttle import TooManyTries
from booking.actions.places import VeryBusy
from booking.models import Booking, Occurrence
from tests.factories import booking as situations
from tests.inspecting_client import InspectingClient
from tests.reading import main_text

JO = {"for_whom": "self", "name": "Jo", "email": "jo@example.org"}


def book(client: InspectingClient, at: Occurrence, **typed: str) -> TestResponse:
    """Fill the form of a session in, and send it. What the test made is there even when the page undoes its own."""
    db.session.commit()
    return client.fill_in(f"/sessions/{at.public_id}/book", **{**JO, **typed})


def only_booking(session: Session, at: Occurrence) -> Booking:
    """The one booking there is."""
    return session.scalars(select(Booking).where(Booking.occurrence_id == at.id)).one()


def bookings(session: Session, at: Occurrence) -> int:
    """How many bookings there are."""
    return session.scalar(select(func.count(Booking.id)).where(Booking.occurrence_id == at.id)) or 0


def test_a_citizen_books_and_sees_the_reference(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    answer = book(client, one, party_size="2", comers_note="my son", access_needs="I cannot hear well")
    made = only_booking(session, one)
    assert answer.status_code == 303
    assert (made.state, made.name, made.email, made.party_size) == ("confirmed", "Jo", "jo@example.org", 2)
    assert (made.comers_note, made.access_needs, made.booked_by) == ("my son", "I cannot hear well", "self")
    text = main_text(client.get(answer.location))
    assert "We have saved your 2 places" in text
    assert made.reference in text
    session.refresh(one)
    assert one.places_taken == situations.live_places(one) == 2


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        (" 0121 496 0123 ", "+441214960123"),
        ("+353 1 679 2777", "+35316792777"),
        ("0049 30 901820", "+4930901820"),
        ("+33 1 42 68 53 00", "+33142685300"),
        ("０７７００　９００１２３", "+447700900123"),
    ],
)
def test_a_phone_alone_is_enough_in_the_way_of_any_country(
    client: InspectingClient, session: Session, typed: str, stored: str
) -> None:
    one = situations.occurrence()
    assert book(client, one, email="", phone=typed).status_code == 303
    assert only_booking(session, one).phone == stored


@pytest.mark.parametrize(
    "name", ["Zoë O’Brien", "محمد", "李小龙", "Владимир", "ਗੁਰਪ੍ਰੀਤ", "ශ්\u200dරියා", "مهدی\u200cپور", "  Jo   Bloggs "]
)
def test_names_in_every_script_are_names(client: InspectingClient, session: Session, name: str) -> None:
    one = situations.occurrence()
    assert book(client, one, name=name).status_code == 303
    assert only_booking(session, one).name == " ".join(name.split())


BAD = {
    "nobody named": ({"name": " "}, "name", "Enter your name"),
    "no contact": ({"email": ""}, "email", "Enter an e-mail address or a phone number"),
    "no e-mail": ({"email": "jo at home"}, "email", "like name@example.org"),
    "letters before the @": ({"email": "jö@example.org"}, "email", "like name@example.org"),
    "no phone": ({"phone": "12"}, "phone", "Enter a whole phone number"),
    "a helpline": ({"phone": "116 123"}, "phone", "Enter a whole phone number"),
    "a party of none": ({"party_size": "0"}, "party_size", "Enter at least 1 person"),
    "less than none": ({"party_size": "-1"}, "party_size", "as a number, like 2"),
    "half a person": ({"party_size": "1.5"}, "party_size", "as a number, like 2"),
    "a party of a thousand": ({"party_size": "1,000"}, "party_size", "as a number, like 2"),
    "a party of 1000": ({"party_size": "1000"}, "party_size", "at most 6 people"),
    "a number beyond numbers": ({"party_size": "9" * 30}, "party_size", "as a number, like 2"),
    "for nobody": ({"for_whom": ""}, "for_whom", "Choose who you are booking for"),
    "for somebody, by nobody": ({"for_whom": "other"}, "booker_name", "Enter your own name"),
    "too much": ({"access_needs": "a" * 1200}, "access_needs", "too long"),
    "a name too long": ({"name": "a" * 200}, "name", "too long"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_said_in_a_sentence_and_everything_is_kept(
    client: InspectingClient, session: Session, name: str
) -> None:
    wrong, field, said = BAD[name]
    one = situations.occurrence()
    typed = {**JO, "comers_note": "a carer", **wrong}
    answer = client.fill_in(f"/sessions/{one.public_id}/book", **typed)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    summary = page.select_one(".govuk-error-summary")
    assert summary is not None
    assert said in summary.get_text(" ")
    assert f"#{field}" in [link["href"] for link in summary.select("a")]
    assert kept(page) >= {(key, text) for key, text in typed.items() if text and key != "for_whom"}
    assert bookings(session, one) == 0


def kept(page: BeautifulSoup) -> set[tuple[str, str]]:
    """What is in the fields of a page."""
    fields = {(str(tag["name"]), str(tag.get("value", ""))) for tag in page.select("form input[name]")}
    return fields | {(str(tag["name"]), tag.get_text().strip("\n")) for tag in page.select("form textarea[name]")}


@pytest.mark.parametrize(("typed", "meant"), [("2 people", 2), ("two", 2), ("２", 2), (" 3 ", 3)])
def test_dictation_is_understood(client: InspectingClient, session: Session, typed: str, meant: int) -> None:
    one = situations.occurrence()
    assert book(client, one, party_size=typed, email=" jo @ example.org ").status_code == 303
    made = only_booking(session, one)
    assert (made.party_size, made.email) == (meant, "jo@example.org")


def test_pressing_twice_books_once_and_leads_to_the_same_page(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    page = BeautifulSoup(client.get(f"/sessions/{one.public_id}/book").get_data(as_text=True), "html.parser")
    hidden = {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[type=hidden]")}
    path = f"/sessions/{one.public_id}/book"
    first = client.post(path, data={**hidden, **JO, "party_size": "1"})
    second = client.post(path, data={**hidden, **JO, "party_size": "1"})
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert bookings(session, one) == 1
    assert "We booked once" in main_text(client.get(second.location))


def test_who_goes_back_and_books_for_the_next_person_books_for_them(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    db.session.commit()
    path = f"/sessions/{one.public_id}/book"
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    data = {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[type=hidden]")}
    first = client.post(path, data={**data, **JO, "party_size": "1"})
    second = client.post(path, data={**data, **JO, "name": "Sam", "email": "sam@example.org", "party_size": "1"})
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location != second.location
    assert bookings(session, one) == 2


def test_characters_that_no_database_keeps_are_left_out_of_free_text(
    client: InspectingClient, session: Session
) -> None:
    one = situations.occurrence()
    answer = book(client, one, access_needs="A ramp\x00\r\nand a chair\x00", comers_note="my\x00 son\nBcc: x")
    made = only_booking(session, one)
    assert answer.status_code == 303
    assert (made.access_needs, made.comers_note) == ("A ramp\nand a chair", "my son Bcc: x")


def test_two_forms_are_two_wishes_and_one_contact_books_once(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    assert book(client, one).status_code == 303
    answer = book(client, one, email="JO@example.org")
    assert answer.status_code == 409
    assert "There is a booking for this session with this e-mail or phone number already" in main_text(answer)
    assert bookings(session, one) == 1


def test_a_form_that_was_open_over_night_keeps_what_was_typed(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    path = f"/sessions/{one.public_id}/book"
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    hidden = {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[type=hidden]")}
    client.delete_cookie("session")
    answer = client.post(path, data={**hidden, **JO, "party_size": "1", "access_needs": "A ramp"})
    assert answer.status_code == 422
    assert "This page was open for a long time" in main_text(answer)
    again = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert kept(again) >= {("name", "Jo"), ("email", "jo@example.org"), ("access_needs", "A ramp")}
    assert ("key", hidden["key"]) in kept(again)
    assert bookings(session, one) == 0
    fresh = {str(tag["name"]): str(tag["value"]) for tag in again.select("main form input[type=hidden]")}
    assert client.post(path, data={**fresh, **JO, "party_size": "1", "access_needs": "A ramp"}).status_code == 303


def test_a_forged_form_books_nothing(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    answer = client.post(f"/sessions/{one.public_id}/book", data={**JO, "party_size": "1", "key": "k" * 20})
    assert answer.status_code == 422
    assert bookings(session, one) == 0


def test_the_last_place_that_goes_while_somebody_types(client: InspectingClient, session: Session) -> None:
    of = situations.series()
    one = situations.occurrence(of, capacity=1)
    other = situations.occurrence(of, starts_in_hours=24 * 9)
    path = f"/sessions/{one.public_id}/book"
    hidden = hidden_of(client.get(path))
    situations.booking(one)
    session.commit()
    answer = client.post(path, data={**hidden, **JO, "party_size": "1", "access_needs": "A ramp"})
    assert answer.status_code == 409
    text = main_text(answer)
    assert "The last place has just gone." in text
    assert "Nothing was booked" in text
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    forms = {str(form["action"]): form for form in page.select("main form")}
    carry = {str(tag["name"]): str(tag["value"]) for tag in forms[f"/sessions/{other.public_id}/book"].select("input")}
    carried = client.post(f"/sessions/{other.public_id}/book", data={**carry, "button": "carry"})
    assert carried.status_code == 200
    assert kept(BeautifulSoup(carried.get_data(as_text=True), "html.parser")) >= {
        ("name", "Jo"),
        ("access_needs", "A ramp"),
    }
    assert bookings(session, other) == 0
    wait = {str(tag["name"]): str(tag["value"]) for tag in forms[path].select("input")}
    waiting = client.post(path, data=wait)
    assert waiting.status_code == 303
    assert "You are first in line" in main_text(client.get(waiting.location))


def hidden_of(answer: TestResponse) -> dict[str, str]:
    """The hidden fields of a page's form."""
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return {str(tag["name"]): str(tag["value"]) for tag in page.select("main form input[type=hidden]")}


def test_a_party_too_large_for_what_is_left_is_told_how_many_there_are(
    client: InspectingClient, session: Session
) -> None:
    one = situations.occurrence(capacity=3)
    situations.booking(one)
    answer = book(client, one, party_size="3")
    assert answer.status_code == 409
    assert "Only 2 places are left, and you asked for more." in main_text(answer)
    assert "Come with fewer people" in main_text(answer)
    assert bookings(session, one) == 1


def test_a_session_cancelled_a_second_ago_says_so_with_the_nearest_dates(
    client: InspectingClient, session: Session
) -> None:
    of = situations.series()
    one = situations.occurrence(of)
    other = situations.occurrence(of, starts_in_hours=24 * 9)
    hidden = hidden_of(client.get(f"/sessions/{one.public_id}/book"))
    one.status, one.cancelled_at, one.cancel_reason = "cancelled", clock.now(), "Water in the hall."
    session.commit()
    answer = client.post(f"/sessions/{one.public_id}/book", data={**hidden, **JO, "party_size": "1"})
    assert answer.status_code == 409
    assert "Water in the hall." in main_text(answer)
    assert f"/sessions/{other.public_id}/book" in answer.get_data(as_text=True)
    assert bookings(session, one) == 0


def test_waiting_is_chosen_and_says_the_place_in_line(client: InspectingClient, session: Session) -> None:
    one = situations.full_occurrence(1)
    situations.booking(one, state="waiting")
    answer = book(client, one, phone="07700 900123", wants_late="yes")
    made = session.scalars(select(Booking).where(Booking.name == "Jo")).one()
    assert (made.state, made.wants_late) == ("waiting", True)
    text = main_text(client.get(answer.location))
    assert "You are second in line" in text
    assert "We text you if a place comes free on the last day" in text


def test_late_places_need_a_phone(client: InspectingClient, session: Session) -> None:
    one = situations.full_occurrence(1)
    answer = book(client, one, wants_late="yes")
    assert answer.status_code == 422
    assert "Enter a phone number that gets texts" in main_text(answer)
    assert bookings(session, one) == 1


def test_asking_first_keeps_the_place_until_they_answer(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence(situations.series(kind="ask_first"))
    answer = book(client, one)
    assert only_booking(session, one).state == "requested"
    assert "You have asked for a place" in main_text(client.get(answer.location))


def test_the_organisers_questions_say_how_long_answers_are_kept(client: InspectingClient, session: Session) -> None:
    of = situations.series()
    text = situations.question(of, "Whom do we call in an emergency?", is_emergency_contact=True, keep_days=1)
    choice = situations.question(of, "Tea or coffee?", kind="choice", is_required=True, keep_days=0)
    yes_no = situations.question(of, "Have you been before?", kind="yes_no", keep_days=30)
    one = situations.occurrence(of)
    shown = main_text(client.get(f"/sessions/{one.public_id}/book"))
    assert "They keep the answer for 30 days after the session" in shown
    assert "The answer is removed the day after the session." in shown
    answers = {f"answer-{text.public_id}": "Pat, 0121 496 0123", f"answer-{yes_no.public_id}": "no"}
    missing = book(client, one, **answers)
    assert missing.status_code == 422
    assert "Choose an answer" in main_text(missing)
    assert "Pat, 0121 496 0123" in missing.get_data(as_text=True)
    forged = book(client, one, **answers, **{f"answer-{choice.public_id}": "Whisky"})
    assert forged.status_code == 422
    done = book(client, one, **answers, **{f"answer-{choice.public_id}": "Tea"})
    assert done.status_code == 303
    made = only_booking(session, one)
    assert {answer.question_id: answer.text for answer in made.answers} == {
        text.id: "Pat, 0121 496 0123",
        choice.id: "Tea",
        yes_no.id: "no",
    }


def test_names_are_asked_where_the_organiser_needs_them(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence(situations.series(asks_names=True))
    short = book(client, one, party_size="3", comers="Ali")
    assert short.status_code == 422
    assert "Enter the name of everybody who comes along, one on each line: 2 in all" in main_text(short)
    assert book(client, one, party_size="3", comers="Ali\r\n\r\nBea").status_code == 303
    assert only_booking(session, one).comers == ["Ali", "Bea"]


def test_an_age_rule_refuses_or_warns_as_the_organiser_chose(client: InspectingClient, session: Session) -> None:
    strict = situations.occurrence(situations.series(min_age=18, age_rule="refuse"))
    assert book(client, strict, age="").status_code == 422
    young = book(client, strict, age="17")
    assert young.status_code == 422
    assert "18 and over" in main_text(young)
    assert bookings(session, strict) == 0
    assert book(client, strict, age="18").status_code == 303
    mild = situations.occurrence(situations.series(min_age=18, age_rule="warn"))
    warned = book(client, mild, age="17")
    assert warned.status_code == 422
    assert "You can still book. Press the button again" in main_text(warned)
    assert bookings(session, mild) == 0
    again = client.post(
        f"/sessions/{mild.public_id}/book", data={**hidden_of(warned), **JO, "party_size": "1", "age": "17"}
    )
    assert again.status_code == 303
    assert only_booking(session, mild).age == 17


def test_a_relative_books_for_somebody(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    answer = book(client, one, for_whom="other", name="Mum", booker_name="Jo Bloggs")
    made = only_booking(session, one)
    assert (made.booked_by, made.booker_name, made.name) == ("relative", "Jo Bloggs", "Mum")
    assert "Jo Bloggs" in main_text(client.get(answer.location))


def test_a_whole_course_is_booked_together(client: InspectingClient, session: Session) -> None:
    of = situations.series(kind="course")
    dates = [situations.occurrence(of, starts_in_hours=24 * 7 * (n + 1)) for n in range(3)]
    assert client.get(f"/sessions/{dates[0].public_id}/book").status_code == 302
    path = f"/series/{of.public_id}/book-run"
    assert "All 3 dates, booked together" in main_text(client.get(path))
    answer = client.fill_in(path, **JO)
    assert answer.status_code == 303
    text = main_text(client.get(answer.location))
    assert "All the dates of your course" in text
    assert [bookings(session, one) for one in dates] == [1, 1, 1]


def test_one_network_cannot_fill_everything(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise TooManyTries(clock.now(), "booking")

    one = situations.occurrence()
    monkeypatch.setattr("booking.views.booking.count_try", refuse)
    answer = book(client, one)
    assert answer.status_code == 429
    assert "Nothing was saved" in main_text(answer)
    assert ("name", "Jo") in kept(BeautifulSoup(answer.get_data(as_text=True), "html.parser"))
    assert bookings(session, one) == 0


def test_nothing_about_a_booking_is_kept_by_caches_or_told_to_others(client: InspectingClient) -> None:
    one = situations.occurrence()
    answer = book(client, one)
    for reply in (answer, client.get(answer.location)):
        assert "no-store" in reply.headers["Cache-Control"]
        assert reply.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in reply.headers["X-Robots-Tag"]


def test_one_message_is_written_for_a_booking(client: InspectingClient, session: Session) -> None:
    one = situations.occurrence()
    book(client, one)
    made = only_booking(session, one)
    assert session.scalars(select(Message.template).where(Message.about == made.public_id)).all() == ["booked"]


def test_when_it_is_very_busy_nothing_is_saved_and_everything_is_kept(
    client: InspectingClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: object) -> None:
        raise VeryBusy

    one = situations.occurrence()
    monkeypatch.setattr("booking.views.booking.book_place", busy)
    answer = book(client, one, access_needs="A ramp")
    assert answer.status_code == 503
    assert "Nothing was saved. Press the button again." in main_text(answer)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert kept(page) >= {("name", "Jo"), ("access_needs", "A ramp")}
    monkeypatch.undo()
    again = client.post(
        f"/sessions/{one.public_id}/book", data={**hidden_of(answer), **JO, "party_size": "1", "access_needs": "A ramp"}
    )
    assert again.status_code == 303
    assert bookings(session, one) == 1
