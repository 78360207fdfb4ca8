"""Questions about lists that people keep without an account. Every one begins with the hash of a secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from assetreg.db import db
from assetreg.queries.cards import ServiceCard, list_cards
from assetreg.queries.errors import Gone
from assetreg.rules.joining import Contact
from assetreg.rules.shortlists import CAN_PUT_BACK_FOR
from assetreg.rules.standing import Standing, standing
from assetreg.rules.vocabulary import SENSITIVE_NEEDS


@dataclass(frozen=True, slots=True)
class Glance:
    """What every page shows of the visitor's list: which services are on it, by their keys."""

    service_ids: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """How many things are on it."""
        return len(self.service_ids)


@dataclass(frozen=True, slots=True)
class Link:
    """The link by which others may read a list. `mark` and the owner's secret make its own."""

    mark: bytes = field(repr=False)
    has_notes: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A service on a list, with what somebody needs to get there. Of a private address nothing is known."""

    card: ServiceCard
    note: str
    is_removed: bool
    standing: Standing
    short_code: str
    address: str
    postcode: str
    contacts: tuple[Contact, ...]
    is_sensitive: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """A whole list in its order. Things just taken off stand among the rest, marked, so that they can be put back."""

    entries: tuple[Entry, ...] = ()
    expires_at: datetime | None = None
    link: Link | None = None

    @property
    def kept(self) -> tuple[Entry, ...]:
        """What is on it now."""
        return tuple(entry for entry in self.entries if not entry.is_removed)

    @property
    def is_sensitive(self) -> bool:
        """Is there anything on it that somebody may have to hide from the person beside them?"""
        return any(entry.is_sensitive for entry in self.entries)


GLANCE = text("""
SELECT array_agg(e.service_id) FILTER (WHERE e.removed_at IS NULL)
  FROM shortlist l LEFT JOIN shortlist_entry e ON e.shortlist_id = l.id
 WHERE l.key_hash = :key_hash AND l.expires_at > :now
 GROUP BY l.id
""")

OWN = text("""
SELECT l.id, l.expires_at, k.mark, k.has_notes, k.expires_at AS link_expires_at
  FROM shortlist l LEFT JOIN shortlist_link k ON k.shortlist_id = l.id AND k.expires_at > :now
 WHERE l.key_hash = :key_hash AND l.expires_at > :now
""")

SHARED = text("""
SELECT k.shortlist_id AS id, l.expires_at, k.mark, k.has_notes, k.expires_at AS link_expires_at,
       l.key_hash AS owner_hash
  FROM shortlist_link k JOIN shortlist l ON l.id = k.shortlist_id
 WHERE k.key_hash = :key_hash AND k.expires_at > :now
""")

ENTRIES = text("""
SELECT e.service_id, e.note, e.removed_at IS NOT NULL AS is_removed, s.short_code, s.is_sensitive OR EXISTS (
           SELECT 1 FROM service_term st JOIN term t ON t.id = st.term_id
            WHERE st.service_id = s.id AND t.slug = ANY(:sensitive)) AS is_sensitive,
       (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value, c.label) ORDER BY c.kind DESC, c.id)
          FROM contact_point c WHERE c.service_id = s.id) AS contacts,
       (SELECT jsonb_agg(jsonb_build_array(c.kind, c.value, c.label) ORDER BY c.kind DESC, c.id)
          FROM contact_point c WHERE c.organisation_id = s.organisation_id) AS organisation_contacts,
       (SELECT jsonb_build_array(p.address, p.postcode) FROM service_at_location sl JOIN location p
            ON p.id = sl.location_id WHERE sl.service_id = s.id AND p.visibility = 'public'
         ORDER BY sl.id LIMIT 1) AS place
  FROM shortlist_entry e JOIN service s ON s.id = e.service_id
 WHERE e.shortlist_id = :id AND (e.removed_at IS NULL OR e.removed_at > CAST(:removed_after AS timestamptz))
 ORDER BY e.position, e.id
""")


def find_glance(key_hash: bytes, now: datetime) -> Glance | None:
    """Which services are on the list that this secret opens; None when it opens none. One statement."""
    row = db.session.execute(GLANCE, {"key_hash": key_hash, "now": now}).one_or_none()
    return None if row is None else Glance(frozenset(row[0] or ()))


def find_list_page(key_hash: bytes, now: datetime, today: date) -> ListPage | None:
    """The list that this secret opens, for its owner; None when it opens none. Three statements."""
    row = db.session.execute(OWN, {"key_hash": key_hash, "now": now}).one_or_none()
    if row is None:
        return None
    entries = list_entries(row.id, today, removed_after=now - CAN_PUT_BACK_FOR)
    return ListPage(tuple(entries), row.expires_at, link_of(row))


@dataclass(frozen=True, slots=True)
class SharedList:
    """A list as those see it who have its link: its notes only where the owner said so."""

    page: ListPage
    link: Link
    owner_hash: bytes = field(repr=False)


def get_shared_list(key_hash: bytes, now: datetime, today: date) -> SharedList:
    """The list that this link opens, as it is now. Raises Gone when it opens none: ended, switched off, never made."""
    row = db.session.execute(SHARED, {"key_hash": key_hash, "now": now}).one_or_none()
    link = link_of(row) if row is not None else None
    if row is None or link is None:
        raise Gone
    entries = list_entries(row.id, today, removed_after=None, with_notes=link.has_notes)
    return SharedList(ListPage(tuple(entries), row.expires_at, link), link, bytes(row.owner_hash))


def link_of(row: Any) -> Link | None:
    """The link in a row of OWN or SHARED."""
    return None if row.mark is None else Link(bytes(row.mark), row.has_notes, row.link_expires_at)


def list_entries(
    shortlist_id: int, today: date, removed_after: datetime | None, with_notes: bool = True
) -> list[Entry]:
    """What is on a list in its order, and what was taken off after an instant; two statements."""
    values = {"id": shortlist_id, "removed_after": removed_after, "sensitive": sorted(SENSITIVE_NEEDS)}
    rows = db.session.execute(ENTRIES, values).all()
    cards = {card.id: card for card in list_cards([row.service_id for row in rows])}
    return [read_entry(row, cards[row.service_id], today, with_notes) for row in rows if row.service_id in cards]


def read_entry(row: Any, card: ServiceCard, today: date, with_notes: bool) -> Entry:
    """One row of ENTRIES."""
    address, postcode = row.place or (None, None)
    return Entry(
        card=card,
        note=row.note if with_notes else "",
        is_removed=row.is_removed,
        standing=standing(card.status, card.valid_from, card.valid_until, today),
        short_code=row.short_code,
        address=address or "",
        postcode=postcode or "",
        contacts=read_contacts(row.contacts or row.organisation_contacts or ()),
        is_sensitive=row.is_sensitive,
    )


def read_contacts(found: Sequence[Sequence[str]]) -> tuple[Contact, ...]:
    """The ways to get in touch, phone numbers first, each once."""
    return tuple(dict.fromkeys(Contact(*contact) for contact in found))
