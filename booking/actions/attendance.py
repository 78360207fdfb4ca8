"""The register: who came. A mark, and whatever corrects it later, never changes a booking's life."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from assetreg import clock
from assetreg.db import db
from booking.models import Attendance, Booking, BookingEvent, Occurrence
from booking.rules.registers import MOST_CAME, WhyNotMark, is_complete, why_not_markable


class NotMarkable(Exception):
    """The register cannot be marked now; `reason` says why (`booking.rules.registers`)."""

    def __init__(self, reason: WhyNotMark) -> None:
        super().__init__(reason)
        self.reason = reason


def mark(occurrence: Occurrence, booking: Booking, came: int, user_id: int | None, now: datetime) -> Attendance:
    """So many of this booking's party came; 0 is nobody. Marking again corrects it.

    Raises NotMarkable. More than had booked may have come, up to 200.
    """
    hold(occurrence)
    came = min(max(came, 0), MOST_CAME)
    values = {
        "came": came,
        "mark": "attended" if came else "absent",
        "marked_by_id": user_id,
        "marked_at": now,
    }
    found: Attendance = db.session.scalars(
        insert(Attendance)
        .values(occurrence_id=occurrence.id, booking_id=booking.id, is_walk_in=False, **values)
        .on_conflict_do_update(index_elements=["occurrence_id", "booking_id"], set_=values)
        .returning(Attendance)
        .execution_options(populate_existing=True)
    ).one()
    note(occurrence, "marked", str(came), user_id, now, booking.id)
    settle(occurrence, now)
    return found


def unmark(occurrence: Occurrence, booking: Booking, user_id: int | None, now: datetime) -> None:
    """Nobody has said yet whether this booking's party came."""
    hold(occurrence)
    db.session.execute(
        delete(Attendance).where(Attendance.occurrence_id == occurrence.id, Attendance.booking_id == booking.id)
    )
    note(occurrence, "unmarked", "", user_id, now, booking.id)
    settle(occurrence, now, is_taken_back=True)


def mark_everybody(occurrence: Occurrence, user_id: int | None, now: datetime) -> int:
    """Everybody of whom nothing was said yet came, whole parties; returns how many bookings that were."""
    hold(occurrence)
    unmarked = select(
        func.gen_random_uuid(),  # a default of Python's would be the same for every row
        literal(occurrence.id),
        Booking.id,
        Booking.party_size,
        literal("attended"),
        literal(user_id),
        literal(now),
    ).where(Booking.occurrence_id == occurrence.id, Booking.state == "confirmed")
    rows = db.session.scalars(
        insert(Attendance)
        .from_select(
            ["public_id", "occurrence_id", "booking_id", "came", "mark", "marked_by_id", "marked_at"], unmarked
        )
        .on_conflict_do_nothing(index_elements=["occurrence_id", "booking_id"])
        .returning(Attendance.id)
    ).all()
    note(occurrence, "marked_everybody", str(len(rows)), user_id, now)
    settle(occurrence, now)
    return len(rows)


def unmark_everybody(occurrence: Occurrence, marked_at: datetime, user_id: int | None, now: datetime) -> int:
    """Take back what `mark_everybody` said at that instant; marks made or corrected since stay. Returns how many."""
    hold(occurrence)
    rows = db.session.scalars(
        delete(Attendance)
        .where(
            Attendance.occurrence_id == occurrence.id,
            Attendance.booking_id.is_not(None),
            Attendance.marked_at == marked_at,
        )
        .returning(Attendance.id)
    ).all()
    note(occurrence, "unmarked_everybody", str(len(rows)), user_id, now)
    settle(occurrence, now, is_taken_back=True)
    return len(rows)


def add_walk_in(
    occurrence: Occurrence, key: UUID, name: str, came: int, user_id: int | None, now: datetime
) -> Attendance | None:
    """Somebody came who had not booked: `came` of them. None when this very form was sent before (by its `key`)."""
    hold(occurrence)
    row: Attendance | None = db.session.scalars(
        insert(Attendance)
        .values(
            public_id=key,
            occurrence_id=occurrence.id,
            name=name,
            came=min(max(came, 1), MOST_CAME),
            mark="attended",
            is_walk_in=True,
            marked_by_id=user_id,
            marked_at=now,
        )
        .on_conflict_do_nothing(index_elements=["public_id"])
        .returning(Attendance)
    ).one_or_none()
    if row is not None:
        note(occurrence, "walk_in_added", str(row.came), user_id, now)
        settle(occurrence, now)
    return row


def remove_walk_in(occurrence: Occurrence, public_id: UUID, user_id: int | None, now: datetime) -> bool:
    """Take a walk-in off the register again; False when it was off already."""
    hold(occurrence)
    row = db.session.scalars(
        delete(Attendance)
        .where(
            Attendance.occurrence_id == occurrence.id,
            Attendance.public_id == public_id,
            Attendance.is_walk_in,
        )
        .returning(Attendance.id)
    ).one_or_none()
    if row is not None:
        note(occurrence, "walk_in_removed", "", user_id, now)
        settle(occurrence, now, is_taken_back=True)
    return row is not None


def finish_register(occurrence: Occurrence, user_id: int | None, now: datetime) -> None:
    """That is everybody: the register counts as marked, and who has no mark stays "not recorded"."""
    hold(occurrence)
    occurrence.register_marked_at = now
    note(occurrence, "register_finished", "", user_id, now)
    db.session.flush()


def hold(occurrence: Occurrence) -> None:
    """One thumb after the other: whoever marks holds the session, so that nobody misses the other's last mark."""
    db.session.refresh(occurrence, with_for_update={"of": Occurrence})
    reason = why_not_markable(occurrence.status, clock.local_day(occurrence.starts_at), clock.today())
    if reason is not None:
        raise NotMarkable(reason)


def settle(occurrence: Occurrence, now: datetime, is_taken_back: bool = False) -> None:
    """A register is marked from the moment of the last missing mark, and no longer when one is taken back."""
    expected = db.session.scalars(
        select(Booking.id).where(Booking.occurrence_id == occurrence.id, Booking.state == "confirmed")
    ).all()
    marked = db.session.scalars(select(Attendance.booking_id).where(Attendance.occurrence_id == occurrence.id)).all()
    of_bookings = [one for one in marked if one is not None]
    if is_complete(expected, of_bookings, len(marked) - len(of_bookings)):
        occurrence.register_marked_at = occurrence.register_marked_at or now
    elif is_taken_back:
        occurrence.register_marked_at = None
    db.session.flush()


def note(
    occurrence: Occurrence, kind: str, said: str, user_id: int | None, now: datetime, booking_id: int | None = None
) -> None:
    """A line of the session's story."""
    db.session.add(
        BookingEvent(occurrence_id=occurrence.id, booking_id=booking_id, at=now, kind=kind, note=said, user_id=user_id)
    )
