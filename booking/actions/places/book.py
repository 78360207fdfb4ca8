"""Places taken: one session, several, or a whole run; all of them or none."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, exists, insert, or_, select, update

from assetreg.clock import local_day
from assetreg.db import db
from booking.actions.outcomes import Booked, BookingWish, Kind, Outcome, patiently
from booking.actions.places.statements import LOCK_AND_READ, PLACE_WITH_KEY, PLACE_WITHOUT_KEY, READ
from booking.actions.telling import noted
from booking.models import Answer, Booking, Occurrence, Question, Series, Submission
from booking.rules.bookable import Reason, Sitting, Wish, overbooked_after, warnings_about, why_not_bookable
from booking.rules.references import new_reference
from booking.rules.vocabulary import OPEN_STATES
from booking.rules.waiting import request_expires_at

MOST_DRAWS = 20


class Guest:
    """Whom a booking's message is about, before the booking was read back."""

    def __init__(self, public_id: uuid.UUID, wish: BookingWish) -> None:
        self.public_id = public_id
        self.email, self.phone, self.booker_contact = wish.email, wish.phone, wish.booker_contact
        self.booked_by, self.booked_by_id = wish.booked_by, wish.booked_by_id


class Taken(Exception):
    """One session of several said no; whatever was written for the others is undone."""


def book_place(wish: BookingWish, now: datetime) -> Outcome:
    """Book these places, ask for them, or wait for them; else say why not.

    Raises VeryBusy when a session's row could not be had within 3 seconds.
    """
    made = [drafted(wish, occurrence_id, now) for occurrence_id in sorted(set(wish.occurrence_ids))]
    with patiently():
        db.session.flush()
        return (len(made) == 1 and book_at_once(wish, made[0], now)) or book_with_care(wish, made, now)


def book_at_once(wish: BookingWish, values: dict[str, Any], now: datetime) -> Outcome | None:
    """One session, as it mostly goes: ask the rules without holding it, then write, holding it shortly.

    None when something came between, or when it takes more than that: then it has to be done with care.
    """
    connection = db.session.connection()
    row = connection.execute(READ, {"id": values["occurrence_id"]}).one_or_none()
    if row is None or wish.overbook_reason:
        return None
    outcome = decide(wish, [row], 1, now)
    if outcome.kind == "refused":
        return answer_to(wish.key) or outcome
    if outcome.kind == "waiting":
        return None  # nobody may wait because places were full a moment ago
    return place_all(wish, outcome, [(values, row)], now, connection)


def book_with_care(wish: BookingWish, made: list[dict[str, Any]], now: datetime) -> Outcome:
    """Hold the sessions first, then ask the rules, then write."""
    found = lock_and_read([values["occurrence_id"] for values in made])
    outcome = decide(wish, found, len(made), now)
    if outcome.kind == "refused":
        return answer_to(wish.key) or outcome
    for _ in range(MOST_DRAWS):
        for values in made:
            values["reference"] = new_reference()
        placed = place_all(wish, outcome, list(zip(made, found, strict=True)), now, db.session.connection())
        if placed is not None:
            return placed
    raise RuntimeError("no reference is free")


def book_run(series_id: int, wish: BookingWish, now: datetime) -> Outcome:
    """Book every date of a course, all or none; of a course that has begun, where single dates can be had, the rest.

    `wish.occurrence_ids` does not matter.
    """
    rows = db.session.execute(
        select(Occurrence.id, Occurrence.starts_at, Series.course_booking)
        .join(Series, Series.id == Occurrence.series_id)
        .where(Occurrence.series_id == series_id, Occurrence.status == "scheduled")
        .order_by(Occurrence.id)
    ).all()
    if any(row.course_booking == "whole" and row.starts_at <= now for row in rows):
        return answer_to(wish.key) or Outcome("refused", reason=Reason("started"))
    coming = tuple(row.id for row in rows if row.starts_at > now)
    return book_place(replace(wish, occurrence_ids=coming, is_whole_run=True), now)


def lock_and_read(occurrence_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Hold the rows of these sessions until the transaction ends, and read what the rules need to know."""
    return db.session.connection().execute(LOCK_AND_READ, {"ids": list(occurrence_ids)}).all()


def decide(wish: BookingWish, found: Sequence[Row[Any]], asked: int, now: datetime) -> Outcome:
    """What is to come of a wish, by the rules, for sessions that are held."""
    if len(found) < asked or not asked:
        return Outcome("refused", reason=Reason("not_found"))
    wanted = wanted_of(wish)
    warnings: tuple[Reason, ...] = ()
    for row in found:
        sitting = sitting_of(row)
        reason = why_not_bookable(sitting, wanted, now)
        if reason is not None:
            if reason.name == "full" and wish.may_wait and asked == 1 and row.takes_waiting:
                return Outcome("waiting", warnings=warnings_about(sitting, wanted))
            facts = {**reason.facts, "occurrence_id": row.id, "takes_waiting": row.takes_waiting and asked == 1}
            return Outcome("refused", reason=Reason(reason.name, facts))
        warnings = warnings or warnings_about(sitting, wanted)
    asks_first = found[0].kind == "ask_first" and not wanted.by_organiser
    return Outcome("requested" if asks_first else "booked", warnings=warnings)


def wanted_of(wish: BookingWish) -> Wish:
    """The wish as the rules see it."""
    return Wish(
        party_size=wish.party_size,
        age=wish.age,
        by_staff=wish.booked_by == "connector",
        by_organiser=wish.booked_by == "organiser",
        is_whole_run=wish.is_whole_run,
        overbook_reason=wish.overbook_reason,
    )


def sitting_of(row: Row[Any]) -> Sitting:
    """The session as the rules see it."""
    return Sitting(
        starts_at=row.starts_at,
        status=row.status,
        is_paused=row.is_paused or row.series_is_paused,
        series_status=row.series_status,
        kind=row.kind,
        course_booking=row.course_booking,
        capacity=row.capacity,
        overbooked=row.overbooked,
        places_taken=row.places_taken,
        largest_party=row.largest_party,
        opens_days=row.opens_days,
        closes_minutes=row.closes_minutes,
        age_rule=row.age_rule,
        min_age=row.min_age,
        max_age=row.max_age,
    )


def drafted(wish: BookingWish, occurrence_id: int, now: datetime) -> dict[str, Any]:
    """All of a booking that can be known before its session is held."""
    return {
        "public_id": uuid.uuid4(),
        "reference": new_reference(),
        "occurrence_id": occurrence_id,
        "run_key": None,
        "party_size": wish.party_size,
        "name": wish.name,
        "email": wish.email,
        "phone": wish.phone,
        "email_key": wish.email.lower() if wish.email else None,
        "comers": list(wish.comers),
        "comers_note": wish.comers_note,
        "access_needs": wish.access_needs,
        "age": wish.age,
        "booked_by": wish.booked_by,
        "booked_by_id": wish.booked_by_id,
        "booker_name": wish.booker_name,
        "booker_contact": wish.booker_contact,
        "wants_late": wish.wants_late,
        "is_priority": bool(wish.priority_reason),
        "priority_reason": wish.priority_reason,
        "waits_since": None,
        "expires_at": None,
        "confirmed_at": None,
        "language": wish.language,
        "now": now,
        "note": wish.overbook_reason,
        "user_id": wish.booked_by_id,
        "key": wish.key,
        "is_told": True,
    }


def settle(wish: BookingWish, values: dict[str, Any], kind: Kind, row: Row[Any], now: datetime) -> None:
    """Fill in what follows from the decision, and what must not have changed since."""
    values["may_repeat"] = row.allows_repeats
    values["starts_at"], values["is_paused"], values["capacity"] = row.starts_at, row.is_paused, row.capacity
    values["most"] = row.capacity
    values["event"] = kind
    values["held"] = 0 if kind == "waiting" else values["party_size"]
    if kind == "booked":
        values["state"], values["confirmed_at"] = "confirmed", now
    elif kind == "requested":
        values["state"], values["expires_at"] = "requested", request_expires_at(now, row.starts_at)
    else:
        values["state"], values["waits_since"] = "waiting", now
    message = noted(kind, Guest(values["public_id"], wish), now, {})
    values["message_id"] = message["public_id"]
    for name in ("channel", "to_email", "to_phone", "for_user_id", "event_key", "topic", "payload"):
        values[name] = message[name]


def place_all(
    wish: BookingWish,
    outcome: Outcome,
    places: list[tuple[dict[str, Any], Row[Any]]],
    now: datetime,
    connection: Connection,
) -> Outcome | None:
    """Write the bookings, all or none of them; None when a reference was taken and others have to be drawn."""
    made = {"kind": outcome.kind, "bookings": [values["public_id"].hex for values, _row in places]}
    if len(places) == 1 and not wish.overbook_reason:
        (values, row), values["made"] = places[0], made
        booked = place_one(wish, values, row, outcome.kind, now, connection)
        return replace(outcome, bookings=(booked,)) if booked else why_not_placed(values)
    run_key = uuid.uuid4() if len(places) > 1 else None
    for number, (values, _row) in enumerate(places):
        # One form, one message: what is told of the first tells of them all.
        values.update(made=made, run_key=run_key, is_told=number == 0, key=None if number else wish.key)
    try:
        with db.session.begin_nested():
            within = db.session.connection()  # asked for here, so that the savepoint is really set
            booked_all = tuple(place_or_stop(wish, *place, outcome.kind, now, within) for place in places)
            return replace(outcome, bookings=booked_all)
    except Taken as problem:
        return why_not_placed(problem.args[0])


def place_or_stop(
    wish: BookingWish, values: dict[str, Any], row: Row[Any], kind: Kind, now: datetime, connection: Connection
) -> Booked:
    """Write one of several bookings. Raises Taken when it could not be."""
    booked = place_one(wish, values, row, kind, now, connection)
    if booked is None:
        raise Taken(values)
    return booked


def place_one(
    wish: BookingWish, values: dict[str, Any], row: Row[Any], kind: Kind, now: datetime, connection: Connection
) -> Booked | None:
    """Write one booking with its count, its story and its message; None when something said no, and nothing is left."""
    settle(wish, values, kind, row, now)
    if wish.overbook_reason and kind != "waiting":
        values["most"] = overbook(wish, sitting_of(row), row.id)
    statement = PLACE_WITHOUT_KEY if values["key"] is None else PLACE_WITH_KEY
    came = connection.execute(statement, values).one()
    if came.placed is None:
        if came.counted is not None:
            take_back(values, is_key_ours=bool(came.sent))
        return None
    if wish.answers:
        keep_answers(wish.answers, came.placed, row)
    return Booked(
        id=came.placed,
        public_id=values["public_id"],
        reference=values["reference"],
        occurrence_id=row.id,
        state=values["state"],
        party_size=wish.party_size,
        expires_at=values["expires_at"],
    )


def take_back(values: Mapping[str, Any], is_key_ours: bool) -> None:
    """There was room, but no booking was written: the row is ours, so it is put back as if nothing had been."""
    db.session.execute(
        update(Occurrence)
        .where(Occurrence.id == values["occurrence_id"])
        .values(places_taken=Occurrence.places_taken - values["held"], updated_at=Occurrence.updated_at)
        .execution_options(synchronize_session=False)
    )
    if is_key_ours:
        db.session.execute(delete(Submission).where(Submission.key == values["key"]))


def overbook(wish: BookingWish, sitting: Sitting, occurrence_id: int) -> int:
    """Make the places that are not there, for as long as they are needed; returns how many there are then."""
    allowed = overbooked_after(sitting, wish.party_size)
    if allowed > sitting.overbooked:
        db.session.execute(
            update(Occurrence)
            .where(Occurrence.id == occurrence_id)
            .values(overbooked=allowed, overbooked_reason=wish.overbook_reason)
        )
    return (sitting.capacity or 0) + allowed


def keep_answers(answers: Mapping[int, str], booking_id: int, row: Row[Any]) -> None:
    """Keep what was answered to the organiser's questions, each until its own day."""
    keep_days = dict(
        db.session.execute(
            select(Question.id, Question.keep_days).where(Question.series_id == row.series_id, Question.id.in_(answers))
        ).all()
    )
    last_day = local_day(row.ends_at)
    rows = [
        {
            "booking_id": booking_id,
            "question_id": question_id,
            "text": said,
            "erase_on": last_day + timedelta(days=keep_days[question_id]),
        }
        for question_id, said in answers.items()
        if question_id in keep_days and said
    ]
    if rows:
        db.session.execute(insert(Answer), rows)


def answer_to(key: str | None) -> Outcome | None:
    """What came of a form that was sent before; None when nothing did. Also for whoever lost their connection."""
    made = db.session.scalar(select(Submission.made).where(Submission.key == key)) if key else None
    if made is None:
        return None
    public_ids = [uuid.UUID(one) for one in made["bookings"]]
    rows = db.session.scalars(
        select(Booking)
        .where(Booking.public_id.in_(public_ids))
        .order_by(Booking.occurrence_id)
        .execution_options(populate_existing=True)
    )
    bookings = tuple(
        Booked(
            row.id,
            row.public_id,
            row.reference,
            row.occurrence_id,
            row.state,
            row.party_size,
            row.expires_at,
            row.link_version,
        )
        for row in rows
    )
    return Outcome(cast(Kind, made["kind"]), bookings, is_repeat=True)


def why_not_placed(values: Mapping[str, Any]) -> Outcome | None:
    """Why nothing was written: the form was sent before, or this contact has a booking here; else None.

    The session is held and this statement is younger than that, so it sees whatever the index saw.
    """
    repeated = answer_to(values["key"])
    if repeated is not None:
        return repeated
    same = [getattr(Booking, name) == values[name] for name in ("email_key", "phone") if values[name]]
    if same and db.session.scalar(
        select(
            exists().where(
                Booking.occurrence_id == values["occurrence_id"],
                Booking.state.in_(OPEN_STATES),
                ~Booking.may_repeat,
                or_(*same),
            )
        )
    ):
        return Outcome("refused", reason=Reason("already_booked", {"occurrence_id": values["occurrence_id"]}))
    return None
