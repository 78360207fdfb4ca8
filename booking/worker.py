"""What this floor does in the worker process."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from assetreg import clock
from assetreg.db import db
from assetreg.worker.registry import Payload, handle, watch
from booking.actions.places import TELL_TOPIC
from booking.actions.telling import tell
from booking.actions.waiting import close_waiting, lapse_due
from booking.models import Booking


def tell_of_booking(payload: Payload) -> None:
    """Write the message about a booking that was just made. Once for each event, however often this runs."""
    booking = db.session.scalar(select(Booking).where(Booking.public_id == UUID(payload["booking"])))
    if booking is not None:
        tell(payload["event"], booking, datetime.fromisoformat(payload["at"]))


def look_for_lapses() -> None:
    """End offers and requests whose time is over."""
    lapse_due(clock.now())


def close_queues(_payload: Payload) -> None:
    """End the queues of sessions that have begun."""
    close_waiting(clock.now())


def register_handlers() -> None:
    """Add it to the registry (`assetreg.worker.registry`)."""
    handle(TELL_TOPIC, tell_of_booking)
    handle("booking.close-queues", close_queues, daily=True)
    watch(look_for_lapses)
