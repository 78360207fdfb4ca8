"""What is kept of people, and until when: personal details go, numbers stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from assetreg.clock import local_day
from assetreg.db import db

KEEP_SUBMISSIONS = timedelta(days=30)

# Booked days, states, sizes, ages and marks stay: the report for funders counts them.
BOOKINGS = text("""
UPDATE booking b
   SET name = '', email = NULL, email_key = NULL, phone = NULL, comers = '{}', comers_note = '', access_needs = '',
       booker_name = '', booker_contact = '', priority_reason = '', end_reason = '', erased_at = :now,
       link_version = (b.link_version + 1) % 32000
  FROM occurrence o
 WHERE o.id = b.occurrence_id AND b.erased_at IS NULL AND o.ends_at < :before
RETURNING b.id
""")
NOTES = text("UPDATE booking_event SET note = '' WHERE booking_id = ANY(:bookings) AND note <> ''")
ANSWERS_DUE = text("DELETE FROM answer WHERE erase_on <= :today RETURNING id")
WALK_INS = text("""
UPDATE attendance a SET name = '' FROM occurrence o
 WHERE o.id = a.occurrence_id AND a.name <> '' AND o.ends_at < :before RETURNING a.id
""")
SUBMISSIONS = text("DELETE FROM submission WHERE created_at < :before RETURNING key")


@dataclass(frozen=True)
class Erased:
    """How many rows lost what they said of somebody."""

    bookings: int
    answers: int
    walk_ins: int
    submissions: int


def erase_past(now: datetime, keep_days: int = 90) -> Erased:
    """Erase personal details of sessions that ended more than `keep_days` ago, and answers whose own day has come.

    An answer goes on its `erase_on`, which may be later than the booking's details only when the organiser said so; no
    later than a year after the session. Notes of staff about a booking go with its details.
    """
    before = now - timedelta(days=keep_days)
    bookings = list(db.session.scalars(BOOKINGS, {"now": now, "before": before}))
    if bookings:
        db.session.execute(NOTES, {"bookings": bookings})
    answers = list(db.session.scalars(ANSWERS_DUE, {"today": local_day(now)}))
    walk_ins = list(db.session.scalars(WALK_INS, {"before": before}))
    submissions = list(db.session.scalars(SUBMISSIONS, {"before": now - KEEP_SUBMISSIONS}))
    return Erased(len(bookings), len(answers), len(walk_ins), len(submissions))
