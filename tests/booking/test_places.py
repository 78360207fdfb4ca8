"""Places are booked by rules that say what they want, all or nothing, once for each form and contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Message, Outbox
from assetreg.worker.loop import work_off_everything
from booking.actions import telling, waiting
from booking.actions.occurrences import set_capacity
from booking.actions.places import (
    BookingWish,
    Outcome,
    answer_to,
    book_place,
    book_run,
    cancel_booking,
    change_party,
    confirm_request,
    decline_request,
)
from booking.models import Answer, Booking, BookingEvent, Occurrence, Submission
from tests.factories import booking as situations
from tests.factories import register

pytestmark = pytest.mark.usefixtures("session")

KEY = "a-form-of-its-own"


def wish(*occurrences: Occurrence, **values: Any) -> BookingWish:
    """A party of one with an e-mail, unless said otherwise."""
    values = {"name": "Ada", "email": "ada@example.org"} | values
    return BookingWish(occurrence_ids=tuple(one.id for one in occurrences), **values)


def book(*occurrences: Occurrence, **values: Any) -> Outcome:
    """Book now."""
    outcome = book_place(wish(*occurrences, **values), clock.now())
    for one in occurrences:
        refreshed(one)
    return outcome


def refreshed(occurrence: Occurrence) -> Occurrence:
    """The session as it is in the database."""
    Session.object_session(occurrence).refresh(occurrence)  # type: ignore[union-attr]
    return occurrence


def reason_of(outcome: Outcome) -> str | None:
    """Why it was refused."""
    assert (outcome.kind == "refused") == (outcome.reason is not None)
    return outcome.reason.name if outcome.reason else None


def state_of(session: Session, outcome: Outcome) -> str:
    """The state of the one booking that was made."""
    (booked,) = outcome.bookings
    found = session.get_one(Booking, booked.id)
    assert (found.state, found.reference, found.public_id) == (booked.state, booked.reference, booked.public_id)
    return found.state


def test_a_booking_takes_its_places_and_leaves_a_story_and_something_to_tell(session: Session) -> None:
    at = situations.occurrence(capacity=4)
    outcome = book(at, party_size=3, access_needs="I use a wheelchair", phone="+447700900123", comers=("Ben",))
    assert outcome.kind == "booked"
    assert state_of(session, outcome) == "confirmed"
    assert at.places_taken == situations.live_places(at) == 3
    found = session.get_one(Booking, outcome.bookings[0].id)
    assert (found.name, found.email_key, found.phone) == ("Ada", "ada@example.org", "+447700900123")
    assert (found.access_needs, found.comers, found.party_size) == ("I use a wheelchair", ["Ben"], 3)
    assert session.scalars(select(BookingEvent.kind).where(BookingEvent.booking_id == found.id)).all() == ["booked"]
    (payload,) = session.scalars(select(Outbox.payload).where(Outbox.topic == telling.TOPIC)).all()
    message = session.scalars(select(Message).where(Message.about == found.public_id)).one()
    assert (message.template, message.to_email) == ("booked", "ada@example.org")
    assert payload["message"] == str(message.public_id)


def test_what_is_to_be_told_becomes_one_message(session: Session) -> None:
    outcome = book(situations.occurrence())
    work_off_everything()
    about = outcome.bookings[0].public_id
    assert session.scalar(select(func.count()).select_from(Message).where(Message.about == about)) == 1


def test_a_party_gets_all_its_places_or_none(session: Session) -> None:
    at = situations.occurrence(capacity=4)
    situations.booking(at, party_size=2)
    outcome = book(at, party_size=3)
    assert reason_of(outcome) == "full"
    assert outcome.reason is not None
    assert outcome.reason.facts["free"] == 2
    assert at.places_taken == 2
    assert book(at, party_size=2).kind == "booked"
    assert session.scalars(select(Submission)).all() == []


def test_a_basket_is_booked_whole_or_not_at_all(session: Session) -> None:
    first, second, full = situations.occurrence(), situations.occurrence(), situations.full_occurrence()
    refused = book(first, second, full)
    assert reason_of(refused) == "full"
    assert refused.reason is not None
    assert refused.reason.facts["occurrence_id"] == full.id
    assert [one.places_taken for one in (first, second)] == [0, 0]
    outcome = book(second, first)
    assert outcome.kind == "booked"
    assert [one.occurrence_id for one in outcome.bookings] == sorted([first.id, second.id])
    keys = {session.get_one(Booking, one.id).run_key for one in outcome.bookings}
    assert len(keys) == 1
    assert None not in keys
    assert len(session.scalars(select(Outbox).where(Outbox.topic == telling.TOPIC)).all()) == 1


def test_a_basket_with_a_session_that_is_booked_already_leaves_nothing_behind(session: Session) -> None:
    first, second = situations.occurrence(), situations.occurrence()
    situations.booking(second, email="ada@example.org")
    outcome = book(first, second, key=KEY)
    assert reason_of(outcome) == "already_booked"
    assert (first.places_taken, second.places_taken) == (0, 1)
    assert session.get(Submission, KEY) is None


@pytest.mark.parametrize("kind", ["booked", "waiting", "requested"])
def test_the_same_form_again_gets_the_first_answer(session: Session, kind: str) -> None:
    series = situations.series(kind="ask_first" if kind == "requested" else "bookable")
    at = situations.full_occurrence(of=series) if kind == "waiting" else situations.occurrence(series)
    before = at.places_taken
    first = book(at, key=KEY, may_wait=True)
    again = book(at, key=KEY, may_wait=True)
    assert first.kind == again.kind == kind
    assert again.is_repeat
    assert not first.is_repeat
    assert [one.reference for one in again.bookings] == [one.reference for one in first.bookings]
    assert at.places_taken == before + (kind != "waiting")
    assert len(session.scalars(select(BookingEvent).where(BookingEvent.kind == kind)).all()) == 1


def test_the_same_form_again_gets_the_first_answer_also_when_its_places_were_the_last() -> None:
    at = situations.occurrence(capacity=1)
    first = book(at, key=KEY)
    again = book(at, key=KEY)
    assert again.is_repeat
    assert again.bookings == first.bookings
    assert answer_to(KEY) == again
    assert answer_to("another-form") is None


@pytest.mark.parametrize(
    "contact", [{"email": "ADA@example.org"}, {"email": None, "phone": "+447700900123"}], ids=["email", "phone"]
)
def test_one_contact_has_one_booking_unless_the_organiser_allows_more(contact: Any) -> None:
    strict, lax = situations.occurrence(), situations.occurrence(situations.series(allows_repeats=True))
    for at in (strict, lax):
        book(at, phone="+447700900123")
    assert reason_of(book(strict, **contact)) == "already_booked"
    assert book(lax, **contact).kind == "booked"
    assert (strict.places_taken, lax.places_taken) == (1, 2)


def test_who_has_cancelled_may_book_again() -> None:
    at = situations.occurrence(capacity=1)
    first = book(at)
    assert cancel_booking(first.bookings[0].id, "guest", "", clock.now()).done
    assert book(at).kind == "booked"


def test_a_reference_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    at = situations.occurrence()
    drawn = iter(["AAA-AAA", "AAA-AAA", "CCC-CCC"])
    monkeypatch.setattr("booking.actions.places.book.new_reference", lambda: next(drawn))
    first = book(at)
    second = book(at, email="ben@example.org")
    assert [one.bookings[0].reference for one in (first, second)] == ["AAA-AAA", "CCC-CCC"]


def test_staff_may_overbook_with_a_reason_and_the_public_gains_nothing(session: Session) -> None:
    at = situations.full_occurrence(capacity=2)
    assert reason_of(book(at, overbook_reason="please")) == "full"
    outcome = book(at, booked_by="organiser", overbook_reason="Her carer has just phoned.")
    assert outcome.kind == "booked"
    assert (at.places_taken, at.overbooked, at.overbooked_reason) == (3, 1, "Her carer has just phoned.")
    guest = session.scalars(select(Booking).where(Booking.occurrence_id == at.id)).first()
    assert guest is not None
    cancel_booking(guest.id, "guest", "", clock.now())
    assert reason_of(book(at, email="ben@example.org")) == "full"
    assert (at.places_taken, at.overbooked) == (2, 0)


def test_ask_first_holds_the_places_until_the_organiser_answers(session: Session) -> None:
    at = situations.occurrence(situations.series(kind="ask_first"), capacity=2, starts_in_hours=200)
    user = register.user("steward")
    asked = book(at, party_size=2)
    assert asked.kind == "requested"
    assert state_of(session, asked) == "requested"
    assert asked.bookings[0].expires_at is not None
    assert reason_of(book(at, email="ben@example.org")) == "full"
    booking_id = asked.bookings[0].id
    for _ in range(2):
        assert confirm_request(booking_id, user, clock.now()).done
    assert session.get_one(Booking, booking_id).state == "confirmed"
    refused = decline_request(booking_id, "", user, clock.now())
    assert refused.reason is not None
    assert refused.reason.name == "not_asked"


def test_a_request_that_is_declined_gives_its_places_to_who_waits(session: Session) -> None:
    at = situations.occurrence(situations.series(kind="ask_first"), capacity=1, starts_in_hours=200)
    asked = book(at)
    waits = book(at, email="ben@example.org", may_wait=True)
    assert waits.kind == "waiting"
    for _ in range(2):
        assert decline_request(asked.bookings[0].id, "It is for beginners.", None, clock.now()).done
    assert session.get_one(Booking, waits.bookings[0].id).state == "offered"
    assert refreshed(at).places_taken == situations.live_places(at) == 1


def test_a_course_is_booked_as_a_whole_run() -> None:
    series = situations.series(kind="course")
    dates = [situations.occurrence(series, starts_in_hours=48 + 168 * week) for week in range(4)]
    assert reason_of(book(dates[0])) == "whole_run_only"
    outcome = book_run(series.id, wish(), clock.now())
    assert outcome.kind == "booked"
    assert len(outcome.bookings) == 4
    assert [refreshed(one).places_taken for one in dates] == [1] * 4
    assert cancel_booking(outcome.bookings[1].id, "guest", "", clock.now(), whole_run=True).done
    assert [refreshed(one).places_taken for one in dates] == [0] * 4


def test_of_a_course_with_single_dates_no_run_can_be_had() -> None:
    series = situations.series(kind="course", course_booking="single")
    date = situations.occurrence(series)
    assert reason_of(book_run(series.id, wish(), clock.now())) == "single_only"
    assert book(date).kind == "booked"


def test_of_a_course_that_has_begun_only_where_dates_are_free_the_rest_can_be_had() -> None:
    for course_booking, kind in (("whole", "refused"), ("either", "booked")):
        series = situations.series(kind="course", course_booking=course_booking)
        situations.occurrence(series, starts_in_hours=-48)
        coming = situations.occurrence(series)
        outcome = book_run(series.id, wish(), clock.now())
        assert outcome.kind == kind
        assert refreshed(coming).places_taken == (kind == "booked")


def test_answers_are_kept_until_their_own_day(session: Session) -> None:
    series = situations.series()
    asked, other = situations.question(series, keep_days=3), situations.question(situations.series())
    at = situations.occurrence(series)
    book(at, answers={asked.id: "Yes", other.id: "No"})
    (kept,) = session.scalars(select(Answer)).all()
    assert kept.text == "Yes"
    assert kept.erase_on == clock.local_day(at.ends_at) + timedelta(days=3)


def test_a_party_can_grow_if_it_fits_and_hears_how_many_can_come() -> None:
    at = situations.occurrence(capacity=5)
    booking_id = book(at, party_size=2).bookings[0].id
    situations.booking(at, party_size=1)
    refused = change_party(booking_id, 5, clock.now())
    assert refused.reason is not None
    assert (refused.reason.name, refused.reason.facts["most"]) == ("full", 4)
    assert change_party(booking_id, 4, clock.now()).done
    assert change_party(booking_id, 4, clock.now()).done
    assert refreshed(at).places_taken == situations.live_places(at) == 5
    largest = change_party(booking_id, 7, clock.now()).reason
    assert largest is not None
    assert (largest.name, largest.facts["largest"]) == ("party_too_large", 6)


def test_a_party_that_shrinks_lets_somebody_in(session: Session) -> None:
    at = situations.occurrence(capacity=3, starts_in_hours=200)
    booking_id = book(at, party_size=3).bookings[0].id
    waits = book(at, party_size=2, email="ben@example.org", may_wait=True)
    assert change_party(booking_id, 1, clock.now()).done
    assert session.get_one(Booking, waits.bookings[0].id).state == "offered"
    assert refreshed(at).places_taken == situations.live_places(at) == 3


def test_cancelling_twice_changes_nothing_more(session: Session) -> None:
    at = situations.occurrence(capacity=3)
    booking_id = book(at).bookings[0].id
    for _ in range(2):
        assert cancel_booking(booking_id, "guest", "I am ill.", clock.now()).done
    assert refreshed(at).places_taken == 0
    kinds = session.scalars(select(BookingEvent.kind).where(BookingEvent.booking_id == booking_id)).all()
    assert kinds == ["booked", "cancelled"]


def test_capacity_is_not_lowered_under_the_places_taken_but_on_purpose() -> None:
    at = situations.full_occurrence(capacity=3)
    refused = set_capacity(at, 2, 0, "", None, clock.now())
    assert refused.reason is not None
    assert (refused.reason.name, refused.reason.facts["over"]) == ("below_places_taken", 1)
    unexplained = set_capacity(at, 2, 1, "", None, clock.now()).reason
    assert unexplained is not None
    assert unexplained.name == "needs_a_reason"
    assert set_capacity(at, 2, 1, "A smaller room.", None, clock.now()).done
    assert (refreshed(at).capacity, at.overbooked) == (2, 1)


def test_more_places_are_offered_to_the_queue(session: Session) -> None:
    at = situations.full_occurrence(capacity=1, starts_in_hours=200)
    waits = [waiting.join(wish(at, email=f"w{n}@example.org"), clock.now()) for n in range(3)]
    assert [one.kind for one in waits] == ["waiting"] * 3
    assert len(set_capacity(at, 3, 0, "", None, clock.now()).promoted) == 2
    states = [session.get_one(Booking, one.bookings[0].id).state for one in waits]
    assert states == ["offered", "offered", "waiting"]


def test_a_wish_without_sessions_or_for_one_that_is_gone_is_told_so() -> None:
    assert reason_of(book_place(wish(), clock.now())) == "not_found"
    assert reason_of(book_place(replace(wish(), occurrence_ids=(1 << 40,)), clock.now())) == "not_found"


def test_nobody_waits_for_more_places_than_there_will_ever_be() -> None:
    at = situations.full_occurrence(capacity=2, starts_in_hours=200)
    refused = book(at, party_size=3, may_wait=True)
    assert reason_of(refused) == "party_too_large"
    assert refused.reason is not None
    assert refused.reason.facts["largest"] == 2
    waits = book(at, party_size=2, may_wait=True)
    larger = change_party(waits.bookings[0].id, 3, clock.now())
    assert larger.reason is not None
    assert larger.reason.name == "party_too_large"


def test_a_party_that_shrinks_gives_back_first_what_was_made_for_it() -> None:
    at = situations.occurrence(capacity=2)
    large = book(at, party_size=4, booked_by="organiser", overbook_reason="A family.").bookings[0].id
    assert (at.places_taken, at.overbooked) == (4, 2)
    assert change_party(large, 3, clock.now()).done
    assert (refreshed(at).places_taken, at.overbooked) == (3, 1)
    assert change_party(large, 1, clock.now()).done
    assert (refreshed(at).places_taken, at.overbooked) == (1, 0)


@pytest.mark.parametrize("first", ["has begun", "was given back"])
def test_the_rest_of_a_run_is_given_back_by_the_link_of_a_date_that_is_over(session: Session, first: str) -> None:
    series = situations.series(kind="course", course_booking="either")
    dates = [situations.occurrence(series, starts_in_hours=24 + 168 * week) for week in range(3)]
    bookings = book_run(series.id, wish(), clock.now()).bookings
    later = clock.now() + timedelta(hours=25 if first == "has begun" else 1)
    if first == "was given back":
        assert cancel_booking(bookings[0].id, "guest", "", clock.now()).done
    assert cancel_booking(bookings[0].id, "guest", "", later, whole_run=True).done
    assert [refreshed(one).places_taken for one in dates] == [int(first == "has begun"), 0, 0]
    told = session.scalars(select(Message.about).where(Message.template == "cancelled_by_guest")).all()
    assert told[-1] == bookings[1].public_id
    again = cancel_booking(bookings[0].id, "guest", "", later, whole_run=True)
    assert again.reason is not None
    assert again.reason.name == ("started" if first == "has begun" else "already_over")


def test_a_request_cannot_be_confirmed_after_its_time_although_the_worker_has_not_seen_it() -> None:
    at = situations.occurrence(situations.series(kind="ask_first"), starts_in_hours=200)
    asked = situations.booking(at, "requested", expires_at=clock.now())
    late = confirm_request(asked.id, None, clock.now())
    assert not late.done
    assert late.reason is not None
    assert late.reason.name == "not_asked"


def test_nobody_books_waits_or_overbooks_where_one_just_turns_up() -> None:
    at = situations.occurrence(capacity=None)
    assert reason_of(book(at, may_wait=True)) == "just_turn_up"
    assert reason_of(book(at, booked_by="organiser", overbook_reason="Please")) == "just_turn_up"
    assert at.places_taken == 0


def test_one_phone_is_one_contact_and_no_contact_is_nobody_else() -> None:
    at = situations.occurrence()
    assert book(at, email=None, phone="+447700900123").kind == "booked"
    assert reason_of(book(at, phone="+447700900123")) == "already_booked"
    assert [book(at, email=None, booked_by="connector").kind for _ in range(2)] == ["booked"] * 2
    assert book(at, email="ADA@example.org").kind == "booked"
    assert reason_of(book(at, email="ada@EXAMPLE.org")) == "already_booked"
