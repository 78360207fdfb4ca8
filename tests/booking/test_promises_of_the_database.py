"""The database keeps booking's promises itself: each is broken with the guard in place, and with it taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from assetreg import clock
from assetreg.models import Audit
from booking.models import Leader
from tests.factories import booking as situations
from tests.factories import register

SERIES = "UPDATE series SET {}"
OCCURRENCE = "UPDATE occurrence SET {}"
BOOKING = "UPDATE booking SET {}"
ENDED = "ended_at = now(), ended_by = 'guest'"
ERASED = (
    "erased_at = now(), name = '', email = NULL, email_key = NULL, phone = NULL, comers = '{}', comers_note = '',"
    " access_needs = '', booker_name = '', booker_contact = '', priority_reason = '', end_reason = ''"
)

PROMISES = [
    *[
        ("series", f"ck_series_{promise}", SERIES.format(breaking))
        for promise, breaking in (
            ("kind_known", "kind = 'party'"),
            ("status_known", "status = 'maybe'"),
            ("frequency_known", "frequency = 'daily'"),
            ("audience_known", "audience = 'dogs'"),
            ("age_rule_known", "age_rule = 'guess', min_age = 18"),
            ("weekdays_known", "weekdays = '{7}'"),
            ("weekdays_known", "weekdays = '{1, NULL}'"),
            ("weeks_of_month_known", "frequency = 'monthly', weeks_of_month = '{6}'"),
            ("repeating_says_which_days", "weekdays = '{}'"),
            ("repeating_says_which_days", "frequency = 'once'"),
            ("monthly_says_which_weeks", "frequency = 'monthly'"),
            ("monthly_says_which_weeks", "weeks_of_month = '{1}'"),
            ("every_weeks_sensible", "every_weeks = 0"),
            ("every_weeks_sensible", "every_weeks = 2, frequency = 'monthly', weeks_of_month = '{1}'"),
            ("ends_after_it_starts", "ends_on = starts_on - 1"),
            ("once_is_one_day", "frequency = 'once', weekdays = '{}', ends_on = starts_on + 1"),
            ("once_is_one_day", "frequency = 'once', weekdays = '{}', sessions = 2"),
            ("sessions_sensible", "sessions = 0"),
            ("duration_sensible", "duration_minutes = 4"),
            ("duration_sensible", "duration_minutes = 1441"),
            ("zone_said", "zone = ''"),
            ("appointments_say_how_long", "kind = 'appointments'"),
            ("appointments_say_how_long", "slot_minutes = 20"),
            ("slot_fits_the_session", "kind = 'appointments', slot_minutes = 121"),
            ("slot_fits_the_session", "kind = 'appointments', slot_minutes = 4"),
            ("capacity_sensible", "capacity = 0"),
            ("capacity_sensible", "capacity = 1000000"),
            ("booked_places_counted", "capacity = NULL"),
            ("largest_party_sensible", "largest_party = 0"),
            ("course_booking_known", "kind = 'course', sessions = 6, course_booking = 'half'"),
            ("course_says_how_it_is_booked", "kind = 'course', sessions = 6"),
            ("course_says_how_it_is_booked", "course_booking = 'whole'"),
            ("course_has_an_end", "kind = 'course', course_booking = 'whole'"),
            ("opens_sensible", "opens_days = -1"),
            ("closes_sensible", "closes_minutes = -1"),
            ("ages_human", "min_age = 130"),
            ("ages_in_order", "min_age = 60, max_age = 18"),
            ("age_rule_has_an_age", "age_rule = 'refuse'"),
            ("cost_not_negative", "cost_pence = -1"),
            ("title_short", "title = repeat('a', 201)"),
            ("space_has_a_location", "space_id = (SELECT min(id) FROM space), location_id = NULL"),
            ("feed_is_on_the_web", "feed_url = 'file:///etc/passwd'"),
        )
    ],
    ("leader", "ck_leader_named", "UPDATE leader SET name = ''"),
    ("school_term", "ck_school_term_named", "UPDATE school_term SET name = ''"),
    ("closure", "ck_closure_starts_before_it_ends", "UPDATE closure SET ends_on = starts_on - 1"),
    ("question", "ck_question_kind_known", "UPDATE question SET kind = 'riddle'"),
    ("question", "ck_question_wording_said", "UPDATE question SET wording = ''"),
    ("question", "ck_question_choice_has_choices", "UPDATE question SET kind = 'choice', choices = '{Tea}'"),
    ("question", "ck_question_choice_has_choices", "UPDATE question SET choices = '{Tea, Coffee}'"),
    ("question", "ck_question_kept_a_year_at_most", "UPDATE question SET keep_days = 366"),
    (
        "question",
        "ck_question_emergency_contact_is_text",
        "UPDATE question SET kind = 'yes_no', is_emergency_contact = true",
    ),
    *[
        ("occurrence", f"ck_occurrence_{promise}", OCCURRENCE.format(breaking))
        for promise, breaking in (
            ("status_known", "status = 'perhaps'"),
            ("starts_before_it_ends", "ends_at = starts_at"),
            ("slot_not_negative", "slot = -1"),
            ("cancelled_says_when", "status = 'cancelled', cancel_reason = 'Snow'"),
            ("cancelled_says_when", "cancelled_at = now()"),
            ("cancelled_says_why", "status = 'cancelled', cancelled_at = now()"),
            ("capacity_sensible", "capacity = 0, overbooked = 9, overbooked_reason = 'x'"),
            ("places_not_negative", "places_taken = -1"),
            ("places_within_capacity", "places_taken = capacity + 1"),
            ("places_within_capacity", "capacity = places_taken - 1"),
            ("places_within_capacity", "overbooked = 1, overbooked_reason = 'x', places_taken = capacity + 2"),
            ("overbooked_not_negative", "overbooked = -1, overbooked_reason = 'x'"),
            ("overbooked_says_why", "overbooked = 1"),
            ("space_has_a_location", "location_id = NULL"),
        )
    ],
    *[
        ("booking", f"ck_booking_{promise}", BOOKING.format(breaking))
        for promise, breaking in (
            ("state_known", "state = 'dreamt'"),
            ("booked_by_known", "booked_by = 'magic'"),
            ("ended_by_known", "state = 'cancelled', ended_at = now(), ended_by = 'fate'"),
            ("party_has_somebody", "party_size = 0"),
            ("has_a_reference", "reference = ''"),
            ("named", "name = ''"),
            ("phone_is_international", "phone = '07700 900123'"),
            ("email_can_be_compared", "email_key = NULL"),
            ("email_can_be_compared", "email = NULL"),
            ("age_human", "age = 121"),
            ("link_version_not_negative", "link_version = -1"),
            ("waiting_says_since_when", "state = 'waiting'"),
            ("offered_says_when", "state = 'offered', expires_at = now()"),
            ("held_until", "state = 'offered', offered_at = now()"),
            ("held_until", "state = 'requested'"),
            ("confirmed_says_when", "confirmed_at = NULL"),
            *[("ended_says_when", f"state = '{state}'") for state in ("cancelled", "lapsed", "declined", "left")],
            ("ended_says_when", ENDED),
            ("ended_says_by_whom", "state = 'cancelled', ended_at = now()"),
            ("ended_says_by_whom", "ended_by = 'guest'"),
            ("priority_has_a_reason", "is_priority = true"),
            ("relative_is_named", "booked_by = 'relative'"),
            *[
                ("erased_has_no_details", f"{ERASED}".replace(empty, kept))
                for empty, kept in (
                    (" name = '',", " name = 'Ana',"),
                    (" email = NULL, email_key = NULL,", " email = 'a@example.org', email_key = 'a@example.org',"),
                    ("phone = NULL", "phone = '+447700900123'"),
                    ("comers = '{}'", "comers = '{Ana}'"),
                    ("comers_note = ''", "comers_note = 'carer'"),
                    ("access_needs = ''", "access_needs = 'ramp'"),
                    ("booker_name = ''", "booker_name = 'Bea'"),
                    ("booker_contact = ''", "booker_contact = 'b@example.org'"),
                    ("priority_reason = ''", "priority_reason = 'ill'"),
                    ("end_reason = ''", "end_reason = 'ill'"),
                )
            ],
        )
    ],
    ("booking_event", "ck_booking_event_kind_said", "UPDATE booking_event SET kind = ''"),
    ("submission", "ck_submission_key_long_enough", "UPDATE submission SET key = 'short'"),
    ("attendance", "ck_attendance_mark_known", "UPDATE attendance SET mark = 'late'"),
    ("attendance", "ck_attendance_came_agrees_with_the_mark", "UPDATE attendance SET mark = 'absent'"),
    ("attendance", "ck_attendance_came_agrees_with_the_mark", "UPDATE attendance SET came = 0"),
    ("attendance", "ck_attendance_walk_in_has_no_booking", "UPDATE attendance SET is_walk_in = true"),
    ("attendance", "ck_attendance_only_walk_ins_are_named_here", "UPDATE attendance SET name = 'Ana'"),
    ("message", "ck_message_channel_known", "UPDATE message SET channel = 'pigeon'"),
    ("message", "ck_message_can_be_reached", "UPDATE message SET to_email = NULL"),
    ("message", "ck_message_can_be_reached", "UPDATE message SET channel = 'text'"),
    ("message", "ck_message_can_be_reached", "UPDATE message SET channel = 'letter'"),
    ("message", "ck_message_attempts_not_negative", "UPDATE message SET attempts = -1"),
    ("message", "ck_message_sent_or_parked", "UPDATE message SET sent_at = now(), parked_at = now()"),
    ("message_template", "ck_message_template_said", "UPDATE message_template SET body = ''"),
    ("message_template", "ck_message_template_channel_known", "UPDATE message_template SET channel = 'pigeon'"),
    ("message_template", "ck_message_template_email_has_a_subject", "UPDATE message_template SET subject = ''"),
]


@pytest.fixture
def one_of_everything(session: Session) -> None:
    """A row in every table that a promise is about."""
    hall = register.location()
    room = situations.space(hall)
    row = situations.series(at=hall, in_space=room)
    situations.leader(register.organisation())
    situations.closure(hall)
    situations.question(row)
    at = situations.occurrence(row)
    situations.attendance(situations.booking(at, party_size=2))
    for statement in (
        f"INSERT INTO booking_event (occurrence_id, kind) VALUES ({at.id}, 'looked')",
        "INSERT INTO submission (key) VALUES ('a key of some length')",
        "INSERT INTO message (public_id, kind, to_email, subject, body)"
        " VALUES (gen_random_uuid(), 'a', 'a@example.org', 'a', 'a')",
        "INSERT INTO message_template (name, channel, subject, body) VALUES ('booked', 'email', 'a', 'a')",
    ):
        session.execute(text(statement))


@pytest.mark.parametrize(("table", "promise", "breaking"), PROMISES)
@pytest.mark.usefixtures("one_of_everything")
def test_the_database_refuses_to_break_it(session: Session, table: str, promise: str, breaking: str) -> None:
    with pytest.raises(IntegrityError, match=promise), session.begin_nested():
        session.execute(text(breaking))
    session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {promise}"))
    session.execute(text(breaking))


@pytest.mark.usefixtures("one_of_everything")
def test_every_check_of_booking_is_broken_above(session: Session) -> None:
    tables = sorted({table for table, _, _ in PROMISES})
    found = session.scalars(
        text(
            "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text = ANY(:tables)"
            " AND conname LIKE 'ck\\_%'"
        ),
        {"tables": tables},
    )
    assert set(found) == {promise for _, promise, _ in PROMISES} | {"ck_school_term_starts_before_it_ends"}


def refused_then_allowed(session: Session, promise: str, guard: str, breaking: Any) -> None:
    """`breaking` fails by name of the promise, and succeeds once the guard is taken away."""
    with pytest.raises(IntegrityError, match=promise), session.begin_nested():
        breaking()
    session.execute(text(guard))
    breaking()


def test_a_room_is_not_used_twice_at_once(session: Session) -> None:
    row = situations.series(in_space=situations.space())
    first = situations.occurrence(row, starts_in_hours=48)
    guard = "ALTER TABLE occurrence DROP CONSTRAINT ex_occurrence_space_in_use"
    refused_then_allowed(
        session,
        "ex_occurrence_space_in_use",
        guard,
        lambda: situations.occurrence(
            situations.series(in_space=row.space), starts_at=first.ends_at - timedelta(minutes=1)
        ),
    )


def test_nobody_leads_two_sessions_at_once(session: Session) -> None:
    guide = situations.leader(register.organisation())
    first = situations.occurrence(situations.series(leader_id=guide.id))
    refused_then_allowed(
        session,
        "ex_occurrence_leader_busy",
        "ALTER TABLE occurrence DROP CONSTRAINT ex_occurrence_leader_busy",
        lambda: situations.occurrence(
            situations.series(leader_id=guide.id), starts_at=first.starts_at + timedelta(minutes=30)
        ),
    )


@pytest.mark.parametrize("shared", ["space", "leader"])
def test_back_to_back_is_fine_and_so_is_the_time_of_a_cancelled_session(session: Session, shared: str) -> None:
    guide = situations.leader(register.organisation())
    room = situations.space()
    values: dict[str, Any] = {"in_space": room} if shared == "space" else {"leader_id": guide.id}
    row = situations.series(**values)
    first = situations.occurrence(row)
    second = situations.occurrence(row, starts_at=first.ends_at)
    second.status, second.cancelled_at, second.cancel_reason = "cancelled", clock.now(), "Snow"
    session.flush()
    situations.occurrence(row, starts_at=first.ends_at)


def test_sessions_without_a_room_or_a_leader_may_be_at_one_time(session: Session) -> None:
    assert session is not None
    row = situations.series()
    assert situations.occurrence(row).starts_at < situations.occurrence(row).ends_at


@pytest.mark.parametrize("state", ["confirmed", "offered", "requested", "waiting"])
@pytest.mark.parametrize("contact", [{"email": "Ana@example.org"}, {"email": None, "phone": "+447700900123"}])
def test_one_contact_has_one_open_booking_of_a_session(session: Session, state: str, contact: dict[str, Any]) -> None:
    at = situations.occurrence()
    situations.booking(at, **contact)
    promise = "uq_booking_email_once" if contact["email"] else "uq_booking_phone_once"
    lower = {**contact, "email": contact["email"] and "ana@example.org"}
    refused_then_allowed(
        session, promise, f"DROP INDEX {promise}", lambda: situations.booking(at, state=state, **lower)
    )


def test_the_same_contact_may_book_again_where_it_is_allowed_or_after_the_end(session: Session) -> None:
    assert session is not None
    at = situations.occurrence()
    contact: dict[str, Any] = {"email": "ana@example.org", "phone": "+447700900123"}
    situations.booking(at, state="cancelled", **contact)
    situations.booking(at, **contact)
    situations.booking(at, may_repeat=True, **contact)
    situations.booking(situations.occurrence(), **contact)


def test_a_date_of_the_rule_has_one_session_for_each_slot(session: Session) -> None:
    row = situations.series()
    today = clock.today()
    situations.occurrence(row, rule_on=today)
    situations.occurrence(row, rule_on=today, slot=1)
    situations.occurrence(row)
    situations.occurrence(row)
    promise = "uq_occurrence_series_id_rule_on_slot"
    refused_then_allowed(
        session,
        promise,
        f"ALTER TABLE occurrence DROP CONSTRAINT {promise}",
        lambda: situations.occurrence(row, rule_on=today),
    )


def test_an_entry_of_a_calendar_has_one_session(session: Session) -> None:
    row = situations.series()
    situations.occurrence(row, feed_uid="1@elsewhere")
    promise = "uq_occurrence_series_id_feed_uid"
    refused_then_allowed(
        session, promise, f"DROP INDEX {promise}", lambda: situations.occurrence(row, feed_uid="1@elsewhere")
    )


def test_a_leader_has_one_name_whatever_its_capitals(session: Session) -> None:
    group = register.organisation()
    situations.leader(group, "Priya")
    promise = "uq_leader_organisation_id_lower_name"
    refused_then_allowed(session, promise, f"DROP INDEX {promise}", lambda: situations.leader(group, "PRIYA"))
    assert session.query(Leader).count() == 2


def test_terms_do_not_overlap(session: Session) -> None:
    breaking = text(
        "INSERT INTO school_term (public_id, name, starts_on, ends_on)"
        " VALUES (gen_random_uuid(), 'Again', '2026-12-18', '2026-12-19')"
    )
    refused_then_allowed(
        session,
        "ex_school_term_one_at_a_time",
        "ALTER TABLE school_term DROP CONSTRAINT ex_school_term_one_at_a_time",
        lambda: session.execute(breaking),
    )


def test_a_term_starts_before_it_ends(session: Session) -> None:
    """The overlap's own range would refuse it as well, without a name: it is taken away for this test."""
    session.execute(text("ALTER TABLE school_term DROP CONSTRAINT ex_school_term_one_at_a_time"))
    refused_then_allowed(
        session,
        "ck_school_term_starts_before_it_ends",
        "ALTER TABLE school_term DROP CONSTRAINT ck_school_term_starts_before_it_ends",
        lambda: session.execute(text("UPDATE school_term SET ends_on = starts_on - 1")),
    )


def test_a_booking_is_in_the_register_once(session: Session) -> None:
    guest = situations.booking()
    situations.attendance(guest)
    promise = "uq_attendance_occurrence_id_booking_id"
    refused_then_allowed(
        session,
        promise,
        f"ALTER TABLE attendance DROP CONSTRAINT {promise}",
        lambda: situations.attendance(guest),
    )


@pytest.mark.parametrize(("table", "column"), [("message", "event_key"), ("booking", "reference")])
@pytest.mark.usefixtures("one_of_everything")
def test_one_row_for_each(session: Session, table: str, column: str) -> None:
    """One message for an event, one booking for a reference."""
    session.execute(
        text(
            "INSERT INTO message (public_id, kind, channel, subject, body, event_key)"
            " VALUES (gen_random_uuid(), 'a', 'kept', 'a', 'a', 'KX4-T9M'),"
            " (gen_random_uuid(), 'a', 'kept', 'a', 'a', 'other')"
        )
    )
    situations.booking(reference="KX4-T9M")
    promise = f"uq_{table}_{column}"
    refused_then_allowed(
        session,
        promise,
        f"ALTER TABLE {table} DROP CONSTRAINT {promise}",
        lambda: session.execute(text(f"UPDATE {table} SET {column} = 'KX4-T9M'")),
    )


def test_a_session_with_bookings_cannot_be_removed_with_its_series(session: Session) -> None:
    at = situations.booking().occurrence
    refused_then_allowed(
        session,
        "fk_booking_occurrence_id_occurrence",
        "ALTER TABLE booking DROP CONSTRAINT fk_booking_occurrence_id_occurrence",
        lambda: session.execute(text(f"DELETE FROM series WHERE id = {at.series_id}")),
    )


def test_the_second_of_two_editors_of_a_series_is_refused(session: Session) -> None:
    row = situations.series()
    session.execute(text("UPDATE series SET version = version + 1"))
    row.title = "Late"
    with pytest.raises(StaleDataError), session.begin_nested():
        session.flush()


def test_bookings_leave_no_trace_in_the_audit_and_series_do(session: Session) -> None:
    guest = situations.booking(name="Ana Personal")
    guest.name = "Ana Changed"
    session.flush()
    entities = {row.entity for row in session.query(Audit)}
    assert "series" in entities
    assert entities.isdisjoint({"booking", "occurrence", "booking_event", "answer", "attendance", "submission"})


def test_situations_count_their_places(session: Session) -> None:
    assert session is not None
    full = situations.full_occurrence(capacity=3)
    assert (full.places_taken, situations.live_places(full)) == (3, 3)
    for state in ("confirmed", "waiting", "offered", "requested", "cancelled", "lapsed", "declined", "left"):
        at = situations.occurrence()
        situations.booking(at, state=state, party_size=2)
        assert at.places_taken == situations.live_places(at)
    person, row = situations.partner_with_series(kind="course")
    assert row.service.organisation_id == person.memberships[0].organisation_id
