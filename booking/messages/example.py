"""A made-up booking, to show stewards what their words become. Nothing of it is in the register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from assetreg import clock
from booking.queries.telling import OtherDate, Told
from booking.rules.recurrence import to_utc

NOBODY = UUID(int=0)


def example_told(is_sensitive: bool = False) -> Told:
    """Amina's place at Chair yoga next week; or at a session that nobody else may know of."""
    now = clock.now()
    starts_at = to_utc(clock.today() + timedelta(days=7), time(10), clock.LOCAL_ZONE.key)
    told = Told(
        public_id=NOBODY,
        link_version=0,
        reference="KX4-T9M",
        state="confirmed",
        party_size=2,
        name="Amina",
        email="amina@example.org",
        language="en",
        booked_by="self",
        booker_name="",
        run_key=None,
        ended_at=None,
        expires_at=now + timedelta(hours=24),
        erased_at=None,
        end_reason="",
        occurrence_id=0,
        occurrence_public_id=NOBODY,
        sequence=0,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        status="scheduled",
        cancel_reason="The leader is ill.",
        created_at=now,
        updated_at=now,
        zone=clock.LOCAL_ZONE.key,
        session="Chair yoga",
        bring="Bring water and loose clothes.",
        cost_pence=200,
        cost_note="",
        service_id=0,
        service_public_id=NOBODY,
        organiser="Frankley Friends",
        organiser_phone="+441214960987",
        visibility="public",
        place_name="The Hall",
        address="The Hall, 1 Sample Street, Birmingham, B31 2ZZ",
        ward_name="Northfield",
        is_online=False,
        is_sensitive=False,
        secret_names=(),
    )
    if not is_sensitive:
        return told
    return replace(
        told,
        session="Freedom Programme",
        organiser="Safe Start",
        is_sensitive=True,
        secret_names=("Freedom Programme", "Safe Start", "The Hall"),
    )


def example_facts() -> Mapping[str, str]:
    """What `tell` would have been given."""
    was = to_utc(clock.today() + timedelta(days=7), time(11), clock.LOCAL_ZONE.key)
    return {"was": was.isoformat(), "words": "Please use the door at the back.", "reason": "The leader is ill."}


def example_others() -> list[OtherDate]:
    """Two dates instead."""
    return [other_date(weeks) for weeks in (2, 3)]


def other_date(weeks: int) -> OtherDate:
    """One of them."""
    starts_at: datetime = to_utc(clock.today() + timedelta(weeks=weeks), time(10), clock.LOCAL_ZONE.key)
    return OtherDate(NOBODY, starts_at, starts_at + timedelta(hours=2))
