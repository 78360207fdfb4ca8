"""What the sample's services have on, and when: the ground that its series are planned on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

from sqlalchemy import text

from assetreg.actions.sample_city.chances import chance
from assetreg.actions.sample_city.entries import SOURCE
from assetreg.db import db

LONGEST_MINUTES = 180
EARLIEST, LATEST = 9, 19  # hours at which another group of the same service may begin


@dataclass(frozen=True, slots=True)
class Offer:
    """One regular time of a service. `group` counts the groups that it has; `minutes` may be shorter than its hours."""

    service_id: int
    organisation_id: int
    kind: str
    referral: str
    audience: str
    min_age: int | None
    max_age: int | None
    location_id: int | None
    spaces: tuple[tuple[int, int | None], ...]
    weekday: int
    week_of_month: int | None
    starts_time: time
    minutes: int
    group: int = 1


# Nothing confidential, nothing closed, no buildings: those have opening hours and not sessions.
OFFERS = text("""
SELECT s.id, s.organisation_id, s.kind, s.referral, s.audience, s.min_age, s.max_age, l.id AS location_id,
       (SELECT array_agg(p.id ORDER BY p.id) FROM space p WHERE p.location_id = l.id) AS spaces,
       (SELECT array_agg(p.capacity ORDER BY p.id) FROM space p WHERE p.location_id = l.id) AS sizes,
       t.weekday, t.week_of_month, t.starts_time, t.ends_time,
       EXISTS (SELECT FROM membership m WHERE m.organisation_id = s.organisation_id) AS is_partners
  FROM service s
  JOIN opening_time t ON t.service_id = s.id
  LEFT JOIN location l ON l.id = coalesce(t.location_id, (SELECT min(sl.location_id) FROM service_at_location sl
                                                            WHERE sl.service_id = s.id))
 WHERE s.source = :source AND s.status = 'active' AND s.kind <> 'place' AND NOT s.is_sensitive
   AND (l.id IS NULL OR l.visibility = 'public')
   AND (s.valid_until IS NULL) AND (s.valid_from IS NULL OR s.valid_from <= CURRENT_DATE)
 ORDER BY s.id, t.weekday, t.starts_time, t.id
""")


def list_offers(count: int, seed: int) -> list[Offer]:
    """`count` regular times: one of every service first, those of the sample's partners before all others.

    When there are too few, services have further groups, on other days.
    """
    by_service: dict[int, list[Offer]] = {}
    partners: set[int] = set()
    for row in db.session.execute(OFFERS, {"source": SOURCE}):
        minutes = minutes_of(row.ends_time) - minutes_of(row.starts_time)
        offer = Offer(
            row.id, row.organisation_id, row.kind, row.referral, row.audience, row.min_age, row.max_age,
            row.location_id, tuple(zip(row.spaces or (), row.sizes or (), strict=True)), row.weekday,
            row.week_of_month, row.starts_time, max(30, min(minutes, LONGEST_MINUTES)),
        )  # fmt: skip
        by_service.setdefault(row.id, []).append(offer)
        if row.is_partners:
            partners.add(row.id)
    order = list(by_service)
    chance(seed, "offers").shuffle(order)
    order.sort(key=lambda service: service not in partners)
    offers: list[Offer] = []
    turn = 0
    while order and len(offers) < count:
        for service in order:
            own = by_service[service]
            if turn < len(own):
                offers.append(replace(own[turn], group=turn + 1))
            elif turn >= max(map(len, by_service.values())):
                offers.append(another_group(own[turn % len(own)], turn + 1))
        turn += 1
    return offers[:count]


def another_group(offer: Offer, group: int) -> Offer:
    """A further group of the same service: other days, other hours."""
    hour, minute = divmod(minutes_of(offer.starts_time) + 75 * group, 60)
    hour = EARLIEST + hour % (LATEST - EARLIEST)
    return replace(offer, weekday=(offer.weekday + group) % 7, starts_time=time(hour, minute // 15 * 15), group=group)


def minutes_of(at: time) -> int:
    """Minutes since midnight."""
    return at.hour * 60 + at.minute
