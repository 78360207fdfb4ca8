"""Making the sample's sessions: read what services offer, plan, fill, and write everything by COPY."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select

from assetreg import clock
from assetreg.actions.sample_city.chances import chance, uuid_from
from assetreg.actions.sample_city.texts import read_toml
from assetreg.actions.sample_city.writing import Row, copy_rows, next_ids
from assetreg.db import db
from assetreg.models import User
from booking.actions.sample_sessions.filling import Guests, Mark, Sitting, fill, fill_run, mark_register, sittings_of
from booking.actions.sample_sessions.offers import list_offers
from booking.actions.sample_sessions.planning import AHEAD, DateBook, Diary, Plan, find_room, plan_series
from booking.models import Booking
from booking.queries.planning import get_calendar

WORDS = Path(__file__).resolve().parents[2] / "data" / "sample_sessions.toml"
# Sessions that so many services have, as the city grows; in between in proportion.
SIZES = ((0, 0), (600, 5_000), (10_000, 200_000), (100_000, 1_000_000))
SESSIONS_A_SERIES = 12.5
MOST_BOOKED = 4_000  # series that have bookings; in a very large city the others are empty
PART = 2_000  # series written at a time
COLUMNS = {
    "series": (
        "id public_id service_id location_id space_id leader_id title kind status is_paused is_listed frequency"
        " every_weeks weekdays weeks_of_month starts_on ends_on sessions starts_time duration_minutes"
        " skips_bank_holidays term_time_only slot_minutes capacity largest_party course_booking closes_minutes"
        " takes_waiting min_age max_age age_rule audience note topped_up_to"
    ),
    "occurrence": (
        "id public_id series_id service_id rule_on slot starts_at ends_at status cancelled_at cancel_reason is_paused"
        " location_id space_id leader_id capacity overbooked overbooked_reason places_taken sequence register_marked_at"
    ),
    "booking": (
        "id public_id reference occurrence_id run_key state party_size name email phone email_key comers_note"
        " access_needs booked_by booked_by_id booker_name wants_late is_priority priority_reason waits_since"
        " expires_at confirmed_at ended_at ended_by end_reason created_at updated_at"
    ),
    "attendance": "public_id occurrence_id booking_id name came mark is_walk_in marked_at",
    "leader": "id public_id organisation_id name",
}
DEFAULTS = {"wants_late": False, "is_priority": False, "priority_reason": "", "end_reason": ""}


def make_sample_sessions(seed: int, services: int) -> dict[str, int]:
    """Give the sample's services their series, sessions and bookings; the same for the same seed, size and day.

    Answers how many of each.
    """
    words = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    people = read_toml("words")
    today = clock.today()
    offers = list_offers(round(sessions_for(services) / SESSIONS_A_SERIES), seed)
    book = DateBook(get_calendar(today - timedelta(weeks=8), today + 3 * AHEAD))
    keys = next_ids("series", len(offers))
    plans = [
        plan_series(key, offer, today, book, chance(seed, "series", number))
        for number, (key, offer) in enumerate(zip(keys, offers, strict=True))
    ]
    give_rooms_and_leaders(plans, people, seed)
    staff_id = db.session.scalar(select(User.id).where(User.email == "connector@example.org"))
    guests = Guests(words, people, staff_id, set(db.session.scalars(select(Booking.reference))))
    made = {"series": len(plans), "sessions": 0, "bookings": 0}
    every = max(1, -(-len(plans) // MOST_BOOKED))
    for start in range(0, len(plans), PART):
        part = plans[start : start + PART]
        for plan in part:
            plan.values["note"] = plan.draw.choice(words["notes"])
        copy("series", [in_order("series", plan.values) for plan in part])
        sittings: list[tuple[Sitting, list[dict[str, Any]], list[Mark]]] = []
        for number, plan in enumerate(part, start):
            own = sittings_of(plan, today, words)
            rows: dict[int, list[dict[str, Any]]] = {id(sitting): [] for sitting in own}
            if number % every == 0 and plan.run_key is not None:
                for sitting, row in fill_run(plan, own, guests, today):
                    rows[id(sitting)].append(row)
            elif number % every == 0:
                rows = {id(sitting): fill(sitting, guests, today, words) for sitting in own}
            sittings += [(each, rows[id(each)], mark_register(each, rows[id(each)], guests, today)) for each in own]
        made["sessions"] += len(sittings)
        made["bookings"] += write(sittings, words["overbooked"])
    return made


def sessions_for(services: int) -> int:
    """How many sessions, about, a city of so many services has."""
    for (fewer, least), (more, most) in pairwise(SIZES):
        if services <= more:
            return round(least + (most - least) * (services - fewer) / (more - fewer))
    return services * SIZES[-1][1] // SIZES[-1][0]


def give_rooms_and_leaders(plans: list[Plan], people: dict[str, Any], seed: int) -> None:
    """A free room where there is one, and somebody of the organisation who leads."""
    names = sorted({*people["people"]["women"], *people["people"]["men"]})
    diary = Diary()
    organisations = sorted({plan.offer.organisation_id for plan in plans})
    keys = next_ids("leader", 3 * len(organisations))
    teams = {each: keys[3 * number : 3 * number + 3] for number, each in enumerate(organisations)}
    rows = []
    for each, own in teams.items():
        draw = chance(seed, "leaders", each - organisations[0])
        rows += [(key, uuid_from(draw), each, name) for key, name in zip(own, draw.sample(names, 3), strict=True)]
    copy("leader", rows)
    for plan in plans:
        team = teams[plan.offer.organisation_id]
        free = (key for key in team if diary.take("leader", key, plan.buckets))
        plan.values["space_id"] = find_room(plan, diary)
        plan.values["leader_id"] = next(free, None) if plan.draw.random() < 0.7 else None


def write(sittings: list[tuple[Sitting, list[dict[str, Any]], list[Mark]]], overbooked: str) -> int:
    """Copy sessions with their bookings and registers; how many bookings there were."""
    keys = next_ids("occurrence", len(sittings))
    copy(
        "occurrence",
        [occurrence_row(key, sitting, overbooked) for key, (sitting, _, _) in zip(keys, sittings, strict=True)],
    )
    count = sum(len(rows) for _, rows, _ in sittings)
    booking_keys = iter(next_ids("booking", count))
    bookings: list[Row] = []
    registers: list[Row] = []
    for key, (sitting, rows, marks) in zip(keys, sittings, strict=True):
        own = [next(booking_keys) for _ in rows]
        for booking_key, row in zip(own, rows, strict=True):
            values = DEFAULTS | row | {"id": booking_key, "occurrence_id": key}
            bookings.append(in_order("booking", values))
        registers += register_rows(key, sitting, own, marks)
    copy("booking", bookings)
    copy("attendance", registers)
    return count


def occurrence_row(key: int, sitting: Sitting, overbooked: str) -> Row:
    """One session as it is stored."""
    values, planned = sitting.plan.values, sitting.planned
    is_cancelled = bool(sitting.cancel_reason)
    return (
        key, sitting.public_id, values["id"], values["service_id"], planned.on, planned.slot, planned.starts_at,
        planned.ends_at, "cancelled" if is_cancelled else "scheduled",
        planned.starts_at - timedelta(days=2) if is_cancelled else None, sitting.cancel_reason, sitting.is_paused,
        values["location_id"], values["space_id"], values["leader_id"], values["capacity"], sitting.overbooked,
        overbooked if sitting.overbooked else "", sitting.taken, int(is_cancelled), sitting.register_marked_at,
    )  # fmt: skip


def register_rows(key: int, sitting: Sitting, bookings: list[int], marks: Iterable[Mark]) -> list[Row]:
    """The lines of one register."""
    return [
        (
            uuid_from(sitting.plan.draw), key, None if mark.booking is None else bookings[mark.booking], mark.name,
            mark.came, "attended" if mark.came else "absent", mark.booking is None, sitting.register_marked_at,
        )
        for mark in marks
    ]  # fmt: skip


def in_order(table: str, values: dict[str, Any]) -> Row:
    """The values of a row in the order of COLUMNS; what is not said is NULL."""
    return tuple(map(values.get, COLUMNS[table].split()))


def copy(table: str, rows: Iterable[Row]) -> None:
    """Copy rows into a table."""
    copy_rows(table, COLUMNS[table].split(), rows)
