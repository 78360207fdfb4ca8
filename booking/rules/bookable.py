"""May this party have places at this session, and if not, why: a ladder of named rules, asked from the top.

The order matters: what nobody can change comes first (cancelled), what one can still do something about last (full).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

ReasonName = Literal[
    "cancelled",
    "started",
    "not_published",
    "just_turn_up",
    "not_open_yet",
    "closed",
    "paused",
    "staff_only",
    "whole_run_only",
    "single_only",
    "party_too_small",
    "party_too_large",
    "age_needed",
    "not_for_this_age",
    "needs_a_reason",
    "already_booked",
    "full",
    "nothing_to_wait_for",
    "below_places_taken",
    "not_waiting",
    "no_offer",
    "offer_over",
    "already_over",
    "not_asked",
    "space_in_use",
    "leader_busy",
    "not_found",
]


@dataclass(frozen=True)
class Reason:
    """Why not. `facts` are what a sentence about it needs: numbers, instants, what to do instead."""

    name: ReasonName
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sitting:
    """What is asked about a session (see the columns of `Occurrence` and `Series`).

    `is_paused` holds when the session or its series is. `places_taken` counts what is held by offers and requests too.
    """

    starts_at: datetime
    status: str = "scheduled"
    is_paused: bool = False
    series_status: str = "published"
    kind: str = "bookable"
    course_booking: str | None = None
    capacity: int | None = None
    overbooked: int = 0
    places_taken: int = 0
    largest_party: int = 6
    opens_days: int | None = None
    closes_minutes: int = 0
    age_rule: str = "none"
    min_age: int | None = None
    max_age: int | None = None

    @property
    def free_places(self) -> int | None:
        """How many places anybody may have; None when they are not counted. What staff overbook is never free."""
        return None if self.capacity is None else max(self.capacity - self.places_taken, 0)

    @property
    def opens_at(self) -> datetime | None:
        """When booking opens; None when it always was."""
        return None if self.opens_days is None else self.starts_at - timedelta(days=self.opens_days)

    @property
    def closes_at(self) -> datetime:
        """When booking closes: some minutes before the start, or at the start."""
        return self.starts_at - timedelta(minutes=self.closes_minutes)


@dataclass(frozen=True)
class Wish:
    """What is asked for. `by_staff`: somebody whose work is booking for others does it. `by_organiser`: whoever looks
    after the session, who decides about its times and its limits. With `overbook_reason` places are made.
    """

    party_size: int = 1
    age: int | None = None
    by_staff: bool = False
    by_organiser: bool = False
    is_whole_run: bool = False
    overbook_reason: str = ""
    is_already_booked: bool = False


def free_for_age(sitting: Sitting, wish: Wish) -> bool:
    """Is the age, as far as it is known, within what the session is meant for?"""
    if wish.age is None:
        return True
    too_young = sitting.min_age is not None and wish.age < sitting.min_age
    return not too_young and not (sitting.max_age is not None and wish.age > sitting.max_age)


Broken = Callable[[Sitting, Wish, datetime], bool]
Facts = Callable[[Sitting, Wish], Mapping[str, Any]]


def no_facts(_sitting: Sitting, _wish: Wish) -> Mapping[str, Any]:
    """A reason that says everything by its name."""
    return {}


def ages(sitting: Sitting, _wish: Wish) -> Mapping[str, Any]:
    """Which ages it is meant for."""
    return {"min_age": sitting.min_age, "max_age": sitting.max_age}


# The ladder: name, when it is broken, what a sentence about it needs.
LADDER: tuple[tuple[ReasonName, Broken, Facts], ...] = (
    ("cancelled", lambda sitting, _wish, _now: sitting.status == "cancelled", no_facts),
    ("started", lambda sitting, _wish, now: sitting.starts_at <= now, no_facts),
    ("not_published", lambda sitting, _wish, _now: sitting.series_status == "draft", no_facts),
    ("just_turn_up", lambda sitting, _wish, _now: sitting.capacity is None, no_facts),
    (
        "staff_only",
        lambda sitting, wish, _now: sitting.kind == "referred" and not (wish.by_staff or wish.by_organiser),
        no_facts,
    ),
    (
        "not_open_yet",
        lambda sitting, wish, now: sitting.opens_at is not None and now < sitting.opens_at and not wish.by_organiser,
        lambda sitting, _wish: {"opens_at": sitting.opens_at},
    ),
    ("closed", lambda sitting, wish, now: sitting.closes_at <= now and not wish.by_organiser, no_facts),
    ("paused", lambda sitting, wish, _now: sitting.is_paused and not wish.by_organiser, no_facts),
    (
        "whole_run_only",
        lambda sitting, wish, _now: (
            sitting.course_booking == "whole" and not wish.is_whole_run and not wish.by_organiser
        ),
        no_facts,
    ),
    (
        "single_only",
        lambda sitting, wish, _now: wish.is_whole_run and sitting.course_booking not in ("whole", "either"),
        no_facts,
    ),
    ("party_too_small", lambda _sitting, wish, _now: wish.party_size < 1, no_facts),
    (
        "party_too_large",
        lambda sitting, wish, _now: wish.party_size > largest_for(sitting, wish) and not wish.by_organiser,
        lambda sitting, wish: {"largest": largest_for(sitting, wish)},
    ),
    ("age_needed", lambda sitting, wish, _now: sitting.age_rule == "refuse" and wish.age is None, ages),
    (
        "not_for_this_age",
        lambda sitting, wish, _now: sitting.age_rule == "refuse" and not free_for_age(sitting, wish),
        ages,
    ),
    ("already_booked", lambda _sitting, wish, _now: wish.is_already_booked, no_facts),
    (
        "full",
        lambda sitting, wish, _now: not fits(sitting, wish),
        lambda sitting, _wish: {"free": sitting.free_places},
    ),
)


def most_in_a_party(largest_party: int, capacity: int | None) -> int:
    """How many can come together: a party larger than the whole session would wait for ever."""
    return largest_party if capacity is None else min(largest_party, capacity)


def largest_for(sitting: Sitting, wish: Wish) -> int:
    """How many can come together with this wish; staff who make places, with a reason, need none to be there."""
    return most_in_a_party(sitting.largest_party, None if wish.overbook_reason else sitting.capacity)


def fits(sitting: Sitting, wish: Wish) -> bool:
    """Are there places for the whole party, or does staff make them, with a reason?"""
    free = sitting.free_places
    return (
        free is None or wish.party_size <= free or bool(wish.overbook_reason and (wish.by_staff or wish.by_organiser))
    )


def why_not_bookable(sitting: Sitting, wish: Wish, now: datetime) -> Reason | None:
    """The first rule that stands in the way; None when the party may have its places."""
    for name, is_broken, facts in LADDER:
        if is_broken(sitting, wish, now):
            return Reason(name, facts(sitting, wish))
    return None


def warnings_about(sitting: Sitting, wish: Wish) -> tuple[Reason, ...]:
    """What whoever books should know although it does not stand in the way."""
    if sitting.age_rule == "warn" and not free_for_age(sitting, wish):
        return (Reason("not_for_this_age", ages(sitting, wish)),)
    return ()


def overbooked_after(sitting: Sitting, party_size: int) -> int:
    """How many places over its capacity a session is allowed once this party is in."""
    if sitting.capacity is None:
        return 0
    return max(sitting.overbooked, sitting.places_taken + party_size - sitting.capacity)
