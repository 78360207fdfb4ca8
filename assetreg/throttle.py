"""How often somebody may try something, counted in the database so that every process counts alike.

Nobody is locked out: what is counted is tries from one network, never an account as such. Whoever has the right
password gets in from any other network, however hard somebody else is guessing. Keys are hashed: neither an e-mail
address nor a network address is in the table.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from flask import current_app
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.db import db
from assetreg.models import RateCounter

SCHEME = "assetreg-counters"


class CounterStorage(Storage):
    """The `limits` library's storage on our table. One statement counts, so that no two processes miss each other.

    Each call is a short transaction of its own: a request that fails later has still been counted, and no request
    waits for another one's password check.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  (the library's own spelling)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises; passed on as it is."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more tries of `key` in a window of `expiry` seconds; returns how many there are now."""
        now = clock.now()
        is_over = RateCounter.expires_at <= now
        fresh = insert(RateCounter).values(key=key, hits=max(amount, 0), expires_at=now + timedelta(seconds=expiry))
        counted = fresh.on_conflict_do_update(
            index_elements=[RateCounter.key],
            set_={
                "hits": func.greatest(case((is_over, 0), else_=RateCounter.hits) + amount, 0),
                "expires_at": case((is_over, fresh.excluded.expires_at), else_=RateCounter.expires_at),
            },
        ).returning(RateCounter.hits)
        with Session(db.engine) as session, session.begin():
            return int(session.execute(counted).scalar_one())

    def get(self, key: str) -> int:
        """How many tries there are in the present window."""
        question = select(RateCounter.hits).where(RateCounter.key == key, RateCounter.expires_at > clock.now())
        with Session(db.engine) as session:
            return int(session.scalar(question) or 0)

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since 1970; now when there is none."""
        with Session(db.engine) as session:
            ends_at: datetime | None = session.scalar(select(RateCounter.expires_at).where(RateCounter.key == key))
        return (ends_at or clock.now()).timestamp()

    def check(self) -> bool:
        """Does the database answer?"""
        try:
            with Session(db.engine) as session:
                session.scalar(select(1))
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget every counter; returns how many there were."""
        return remove(delete(RateCounter))

    def clear(self, key: str) -> None:
        """Forget one counter."""
        remove(delete(RateCounter).where(RateCounter.key == key))


def remove(statement: Any) -> int:
    """Run a DELETE in a transaction of its own; returns how many rows went."""
    with Session(db.engine) as session, session.begin():
        return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


storage = storage_from_string(f"{SCHEME}://")
limiter = FixedWindowRateLimiter(storage)


@dataclass(frozen=True)
class Bound:
    """At most `most` tries in a window, for what `names` says it is counted by."""

    most: RateLimitItem
    names: tuple[str, ...]


class TooManyTries(Exception):
    """The window is full. `until` is when the next try is welcome; `about` says what was tried."""

    def __init__(self, until: datetime, about: str = "password") -> None:
        super().__init__("too many tries")
        self.until = until
        self.about = about


BY_PERSON_AND_NETWORK = RateLimitItemPerMinute(8, 15)
BY_NETWORK = RateLimitItemPerHour(150)
LINKS_BY_ADDRESS = RateLimitItemPerHour(3)
LINKS_BY_NETWORK = RateLimitItemPerHour(30)
# A whole library may begin lists from one address; whoever fills the table or strangers' letter boxes gets stuck here.
LISTS_BY_NETWORK = RateLimitItemPerHour(200)
LIST_LINKS_BY_LIST = RateLimitItemPerHour(10)
LIST_LINKS_BY_NETWORK = RateLimitItemPerHour(100)
LIST_MAILS_BY_ADDRESS = RateLimitItemPerHour(3)
LIST_MAILS_BY_LIST = RateLimitItemPerDay(10)
LIST_MAILS_BY_NETWORK = RateLimitItemPerHour(40)
# A class in a library may book from one address, one after the other.
BOOKINGS_BY_NETWORK = RateLimitItemPerHour(120)
BOOKINGS_BY_CONTACT = RateLimitItemPerHour(20)
# A reference has 24 million forms: nobody finds one by trying, and the contact has to fit as well.
LOST_BOOKINGS_BY_NETWORK = RateLimitItemPerHour(30)
LOST_BOOKINGS_BY_CONTACT = RateLimitItemPerHour(5)


def password_bounds(email: str, network: str) -> tuple[Bound, ...]:
    """What a try at a password is counted against: this account from this network, and this network at all.

    A whole library or surgery may sit behind one address, hence the generous second bound.
    """
    return (
        Bound(BY_PERSON_AND_NETWORK, ("password", hashed(f"{email.strip().casefold()} {network}"))),
        Bound(BY_NETWORK, ("passwords", hashed(network))),
    )


def link_bounds(network: str) -> tuple[Bound, ...]:
    """What asking for a password link is counted against."""
    return (Bound(LINKS_BY_NETWORK, ("links", hashed(network))),)


def list_bounds(network: str) -> tuple[Bound, ...]:
    """What beginning a list is counted against."""
    return (Bound(LISTS_BY_NETWORK, ("lists", hashed(network))),)


def list_link_bounds(list_key: str, network: str) -> tuple[Bound, ...]:
    """What making a link to a list is counted against: this list, and this network."""
    return (
        Bound(LIST_LINKS_BY_LIST, ("list link", hashed(list_key))),
        Bound(LIST_LINKS_BY_NETWORK, ("list links", hashed(network))),
    )


def list_mail_bounds(email: str, list_key: str, network: str) -> tuple[Bound, ...]:
    """What sending a list is counted against: this letter box, this list, and this network."""
    return (
        Bound(LIST_MAILS_BY_ADDRESS, ("list mail", hashed(email.strip().casefold()))),
        Bound(LIST_MAILS_BY_LIST, ("list mails", hashed(list_key))),
        Bound(LIST_MAILS_BY_NETWORK, ("list mails", hashed(network))),
    )


def booking_bounds(contact: str, network: str) -> tuple[Bound, ...]:
    """What booking is counted against: this e-mail or phone number, and this network."""
    return (
        Bound(BOOKINGS_BY_CONTACT, ("booking", hashed(contact.strip().casefold()))),
        Bound(BOOKINGS_BY_NETWORK, ("bookings", hashed(network))),
    )


def lost_booking_bounds(contact: str, network: str) -> tuple[Bound, ...]:
    """What asking for the link of a booking is counted against, whether or not there is such a booking."""
    return (
        Bound(LOST_BOOKINGS_BY_CONTACT, ("lost booking", hashed(contact.strip().casefold()))),
        Bound(LOST_BOOKINGS_BY_NETWORK, ("lost bookings", hashed(network))),
    )


def may_send_link(email: str) -> bool:
    """Is this one of the first few links an hour for this address? More would only fill somebody's letter box."""
    return limiter.hit(LINKS_BY_ADDRESS, "link", hashed(email.strip().casefold()))


def count_try(bounds: tuple[Bound, ...], about: str = "password") -> None:
    """Count one try, before it is made. Raises TooManyTries, with what it was about, when a window was full already.

    A try that the narrow window refuses is not counted in the wide ones: one person who keeps pressing must not use up
    the tries of everybody in the building.
    """
    for bound in bounds:
        if not limiter.hit(bound.most, *bound.names):
            ends = limiter.get_window_stats(bound.most, *bound.names).reset_time
            raise TooManyTries(max(datetime.fromtimestamp(ends, UTC), clock.now() + timedelta(seconds=1)), about)


def forgive_try(bounds: tuple[Bound, ...]) -> None:
    """The try was right: forget the misses of this person from here, and do not hold it against the network."""
    narrow, *wide = bounds
    limiter.clear(narrow.most, *narrow.names)
    for bound in wide:
        limiter.hit(bound.most, *bound.names, cost=-1)


def network_of(address: str | None) -> str:
    """The network somebody is on: an IPv4 address, or the /64 that one IPv6 household or office gets."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if parsed.version == 4 or mapped:
        return str(mapped or parsed)
    return str(ip_network(f"{parsed}/64", strict=False))


def hashed(text: str) -> str:
    """A name that says nothing to whoever reads the table, and that only this installation can work out."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"throttle {text}".encode(), hashlib.sha256).hexdigest()[:32]


def purge_counters() -> int:
    """Remove counters whose window has passed; returns how many."""
    return remove(delete(RateCounter).where(RateCounter.expires_at <= clock.now()))
