"""Who books at the sample's sessions, who waits, and who came: full, nearly full, empty and called off ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from assetreg.actions.sample_city.chances import uuid_from
from assetreg.clock import LOCAL_ZONE, local_day
from booking.actions.sample_sessions.planning import Plan
from booking.rules.recurrence import PlannedDate
from booking.rules.references import ALPHABET, LENGTH
from booking.rules.vocabulary import LIVE_STATES

NOON = time(12)
DRAMA_MOBILES = 1000  # Ofcom keeps 07700 900000 to 900999 free for fiction
MOST_WAITING = 4


@dataclass(slots=True)
class Sitting:
    """One date of a plan and what was decided about it."""

    plan: Plan
    planned: PlannedDate
    public_id: Any
    cancel_reason: str = ""
    is_paused: bool = False
    overbooked: int = 0
    taken: int = 0
    register_marked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """One line of a register: the position of its booking among the sitting's, or None for somebody who walked in."""

    booking: int | None
    name: str
    came: int


class Guests:
    """Makes up people and their bookings. `staff_id` is the Connector who books for those without e-mail."""

    def __init__(self, words: dict[str, Any], people: dict[str, Any], staff_id: int | None, taken: set[str]) -> None:
        """`taken` are the references that are there already."""
        self._words, self._staff_id, self._references = words, staff_id, taken
        self._firsts: list[str] = [*people["people"]["women"], *people["people"]["men"]]
        self._lasts: list[str] = people["surnames"]["all"]
        self._number = 0

    def first_name(self, draw: Random) -> str:
        """Of somebody who just turned up."""
        return draw.choice(self._firsts)

    def party(self, draw: Random, made_on: date, most: int) -> dict[str, Any]:
        """A party's own columns: who, how to reach them, how many, and who booked."""
        self._number += 1
        first, last = draw.choice(self._firsts), draw.choice(self._lasts)
        size = min(most, draw.choices((1, 2, 3, 4), (72, 20, 5, 3))[0])
        way = draw.random()
        by = "connector" if way < 0.15 and self._staff_id else "relative" if way < 0.25 else "self"
        email = (
            f"{first}.{last}{self._number}@example.org".replace(" ", "") if by != "connector" or way < 0.05 else None
        )
        made_at = datetime.combine(made_on, NOON, LOCAL_ZONE) + timedelta(minutes=draw.randrange(480))
        return {
            "name": f"{first} {last}",
            "email": email,
            "email_key": email.lower() if email else None,
            "phone": f"+447700900{self._number % DRAMA_MOBILES:03}" if draw.random() < 0.3 else None,
            "party_size": size,
            "comers_note": draw.choice(self._words["comers"]) if size == 2 else "",
            "access_needs": draw.choice(self._words["access_needs"]) if draw.random() < 0.06 else "",
            "booked_by": by,
            "booked_by_id": self._staff_id if by == "connector" else None,
            "booker_name": f"{draw.choice(self._firsts)} {last}" if by == "relative" else "",
            "created_at": made_at,
            "updated_at": made_at,
        }

    def booking(self, party: dict[str, Any], state: str, draw: Random) -> dict[str, Any]:
        """One booking of a party, confirmed at once, or in another state."""
        made_at = party["created_at"]
        return {
            **party,
            "public_id": uuid_from(draw),
            "reference": self._reference(draw),
            "state": state,
            "confirmed_at": made_at if state == "confirmed" else None,
            "waits_since": made_at if state == "waiting" else None,
        }

    def _reference(self, draw: Random) -> str:
        while True:
            drawn = "".join(draw.choices(ALPHABET, k=LENGTH))
            reference = f"{drawn[:3]}-{drawn[3:]}"
            if reference not in self._references:
                self._references.add(reference)
                return reference


def sittings_of(plan: Plan, today: date, words: dict[str, Any]) -> list[Sitting]:
    """The dates of a plan; some are called off, a few paused."""
    draw = plan.draw
    found = []
    for planned in plan.dates:
        sitting = Sitting(plan, planned, uuid_from(draw))
        if draw.random() < 0.02 and plan.way != "once":
            sitting.cancel_reason = draw.choice(words["cancelled"])
        elif draw.random() < 0.01 and planned.on > today:
            sitting.is_paused = True
        found.append(sitting)
    return found


def wanted_places(sitting: Sitting, today: date) -> int:
    """How many places people want: many soon, few far ahead, and more at what is popular."""
    plan, days = sitting.plan, (sitting.planned.on - today).days
    nearness = 0.85 if days < 0 else 1.0 if days <= 7 else 0.7 if days <= 14 else 0.3 if days <= 28 else 0.05
    capacity = plan.values["capacity"] or 0
    return round(capacity * plan.popularity * nearness * plan.draw.uniform(0.75, 1.25))


def fill(sitting: Sitting, guests: Guests, today: date, words: dict[str, Any]) -> list[dict[str, Any]]:
    """The bookings of one session that is booked by itself, and `taken` told to it."""
    plan, draw, capacity = sitting.plan, sitting.plan.draw, sitting.plan.values["capacity"]
    if capacity is None:
        return []
    wanted = wanted_places(sitting, today)
    found: list[dict[str, Any]] = []
    reach = (sitting.planned.on - today).days
    while wanted > 0 and len(found) < capacity + MOST_WAITING:
        made_on = min(today, sitting.planned.on) - timedelta(days=draw.randint(1, 21))
        party = guests.party(draw, made_on, min(plan.values["largest_party"], capacity))
        wanted -= party["party_size"]
        fits = sitting.taken + party["party_size"] <= capacity
        state = "confirmed" if fits else "waiting"
        if state == "waiting" and (not plan.values["takes_waiting"] or reach < 0):
            break
        if fits and plan.way == "ask_first" and reach > 3 and draw.random() < 0.3:
            state = "requested"
        row = guests.booking(party, state, draw)
        if state == "requested":  # held until somebody answers it
            row["expires_at"] = datetime.combine(today + timedelta(days=2), NOON, LOCAL_ZONE)
        found.append(row)
        if fits:
            sitting.taken += party["party_size"]
    if draw.random() < 0.3:
        made_on = min(today, sitting.planned.on) - timedelta(days=20)
        gone = guests.booking(guests.party(draw, made_on, 1), "cancelled", draw)
        found.append(ended(gone, "guest", draw.choice(words["left"])))
    decide_waiting(found, sitting, today, words)
    return called_off(found, sitting) if sitting.cancel_reason else found


def fill_run(
    plan: Plan, sittings: list[Sitting], guests: Guests, today: date
) -> Iterator[tuple[Sitting, dict[str, Any]]]:
    """The bookings of a course that is booked whole: the same people at each of its dates."""
    draw, capacity = plan.draw, plan.values["capacity"] or 0
    if not sittings:
        return
    wanted = min(capacity, wanted_places(sittings[0], today))
    first_on = min(today, sittings[0].planned.on)
    while wanted > 0:
        made_on = first_on - timedelta(days=draw.randint(1, 21))
        party = guests.party(draw, made_on, min(plan.values["largest_party"], wanted))
        wanted -= party["party_size"]
        run_key = uuid_from(draw)
        for sitting in sittings:
            row = guests.booking(party, "confirmed", draw) | {"run_key": run_key}
            if sitting.cancel_reason:
                row = ended(row, "organiser", sitting.cancel_reason)
            else:
                sitting.taken += party["party_size"]
            yield sitting, row


def decide_waiting(rows: list[dict[str, Any]], sitting: Sitting, today: date, words: dict[str, Any]) -> None:
    """Of the people who wait, one here and there comes first for a reason, or squeezes in."""
    draw = sitting.plan.draw
    waiting = [row for row in rows if row["state"] == "waiting"]
    if not waiting:
        return
    if draw.random() < 0.1:
        waiting[-1] |= {"is_priority": True, "priority_reason": words["priority"]}
    if draw.random() < 0.3:
        waiting[0]["wants_late"] = True
    if draw.random() < 0.2 and sitting.planned.on > today and len(waiting) > 1:
        row = waiting[0]
        row |= {"state": "confirmed", "confirmed_at": row["created_at"], "booked_by": "organiser", "booker_name": ""}
        capacity = sitting.plan.values["capacity"] or 0
        sitting.taken += row["party_size"]
        sitting.overbooked = max(0, sitting.taken - capacity)


def ended(row: dict[str, Any], by: str, reason: str) -> dict[str, Any]:
    """The same booking, cancelled on the evening of the day it was made."""
    return row | {
        "state": "cancelled",
        "ended_at": row["created_at"] + timedelta(hours=6),
        "ended_by": by,
        "end_reason": reason,
        "expires_at": None,
    }


def called_off(rows: list[dict[str, Any]], sitting: Sitting) -> list[dict[str, Any]]:
    """Everybody's booking at a session that is called off has ended, and no place of it is taken."""
    sitting.taken = sitting.overbooked = 0
    return [row if row["state"] == "cancelled" else ended(row, "organiser", sitting.cancel_reason) for row in rows]


def mark_register(sitting: Sitting, rows: list[dict[str, Any]], guests: Guests, today: date) -> list[Mark]:
    """Who came to a session that is over; nothing for those whose register nobody has marked."""
    draw = sitting.plan.draw
    if sitting.cancel_reason or local_day(sitting.planned.ends_at) >= today or draw.random() < 0.15:
        return []
    marks = []
    for number, row in enumerate(rows):
        way = draw.random()
        if row["state"] in LIVE_STATES and way < 0.96:
            marks.append(Mark(number, "", 0 if way < 0.12 else row["party_size"]))
    walkers = draw.randint(3, 14) if sitting.plan.values["capacity"] is None else draw.choice((0, 0, 0, 1, 2))
    marks += [Mark(None, guests.first_name(draw), 1) for _ in range(walkers)]
    sitting.register_marked_at = sitting.planned.ends_at
    return marks
