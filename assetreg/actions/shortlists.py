"""Changing a list. Whoever changes one locks its row first, so that changes to it come one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from assetreg import clock
from assetreg.db import db
from assetreg.list_keys import key_hash, link_key, new_key, new_mark
from assetreg.models import Service, Shortlist, ShortlistEntry, ShortlistLink
from assetreg.queries.errors import Gone, NotFound
from assetreg.rules.shortlists import (
    CAN_PUT_BACK_FOR,
    KEPT_FOR,
    KEPT_ON_SHARED_COMPUTER,
    LINK_LASTS,
    MOST_ENTRIES,
    is_note_too_long,
    moved,
    tidy_note,
)

Added = Literal["added", "already", "full"]
Outcome = Literal["added", "already", "full", "removed", "up", "down"]


def find_list(key: str | None) -> Shortlist | None:
    """The list that a secret opens, locked until the end of the transaction; None when it opens none."""
    if key is None:
        return None
    asked = select(Shortlist).where(Shortlist.key_hash == key_hash(key), Shortlist.expires_at > clock.now())
    found: Shortlist | None = db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))
    return found


def start_list() -> tuple[Shortlist, str]:
    """A new, empty list and the secret that opens it. Nobody can find the secret out afterwards."""
    key = new_key()
    shortlist = Shortlist(key_hash=key_hash(key), expires_at=clock.now() + KEPT_FOR)
    db.session.add(shortlist)
    db.session.flush()
    return shortlist, key


def begin_list(keys: Sequence[str]) -> tuple[Shortlist, str]:
    """A browser's first list, and the secret that opens it: the one that another of its windows is just beginning.

    `keys` are the secrets it would then have, newest last; with none it is a list that nobody else begins.
    """
    for key in keys:
        found = find_list(key)
        if found is not None:
            return found, key
    if not keys:
        return start_list()
    fresh = insert(Shortlist).values(key_hash=key_hash(keys[-1]), expires_at=clock.now() + KEPT_FOR)
    db.session.execute(fresh.on_conflict_do_nothing())  # waits for the other window, and then takes its list
    begun = find_list(keys[-1])
    return (begun, keys[-1]) if begun is not None else start_list()


def keep(shortlist: Shortlist, *, is_shared_computer: bool) -> None:
    """Keep a list for its whole time again, counted from now; on a shared computer only for a day."""
    shortlist.expires_at = clock.now() + (KEPT_ON_SHARED_COMPUTER if is_shared_computer else KEPT_FOR)
    db.session.flush()


def get_service_id(public_id: UUID) -> int:
    """The key of a service. Raises NotFound."""
    found: int | None = db.session.scalar(select(Service.id).where(Service.public_id == public_id))
    if found is None:
        raise NotFound(str(public_id))
    return found


def press(shortlist: Shortlist, button: str, public_id: UUID) -> Outcome:
    """Do what a button beside a service says: up, down, remove, or put it (back) on the list. Raises NotFound."""
    service_id = get_service_id(public_id)
    if button == "remove":
        remove(shortlist, service_id)
        return "removed"
    if button == "up":
        move(shortlist, service_id, -1)
        return "up"
    if button == "down":
        move(shortlist, service_id, 1)
        return "down"
    return add(shortlist, service_id)


def add(shortlist: Shortlist, service_id: int, note: str = "") -> Added:
    """Put a service at the end of a list. One that was just taken off comes back where it was, with its note."""
    forget_what_was_removed(before=clock.now() - CAN_PUT_BACK_FOR, shortlist=shortlist)
    entry = find_entry(shortlist, service_id)
    if entry is not None and entry.removed_at is None:
        return "already"
    if entry is not None:
        entry.removed_at = None
        db.session.flush()
        return "added"
    position = free_position(shortlist)
    if position is None:
        return "full"
    db.session.add(
        ShortlistEntry(shortlist_id=shortlist.id, service_id=service_id, position=position, note=tidy_note(note))
    )
    db.session.flush()
    return "added"


def free_position(shortlist: Shortlist) -> int | None:
    """The place behind the last entry; None when the list is full. What was taken off makes room."""
    of_it = ShortlistEntry.shortlist_id == shortlist.id
    last = db.session.scalar(select(func.max(ShortlistEntry.position)).where(of_it)) or 0
    if last < MOST_ENTRIES:
        return int(last) + 1
    db.session.execute(delete(ShortlistEntry).where(of_it, ShortlistEntry.removed_at.is_not(None)))
    entries = list_entries(shortlist)
    put_in_order(entries)
    return len(entries) + 1 if len(entries) < MOST_ENTRIES else None


def remove(shortlist: Shortlist, service_id: int) -> bool:
    """Take a service off a list; it can be put back for a while. False when it was not on it."""
    forget_what_was_removed(before=clock.now() - CAN_PUT_BACK_FOR, shortlist=shortlist)
    entry = find_entry(shortlist, service_id)
    if entry is None or entry.removed_at is not None:
        return False
    entry.removed_at = clock.now()
    db.session.flush()
    return True


def move(shortlist: Shortlist, service_id: int, steps: int) -> bool:
    """Move a service up (negative) or down among those that are on the list. False when it is not on it."""
    entries = list_entries(shortlist)
    on_it = [entry for entry in entries if entry.removed_at is None]
    entry = next((one for one in on_it if one.service_id == service_id), None)
    if entry is None:
        return False
    order = iter(moved(on_it, entry, steps))
    put_in_order([one if one.removed_at is not None else next(order) for one in entries])
    return True


def put_in_order(entries: list[ShortlistEntry]) -> None:
    """Number the entries from 1 in this order. That no two share a number is checked at the commit."""
    for position, entry in enumerate(entries, start=1):
        entry.position = position
    db.session.flush()


def write_notes(shortlist: Shortlist, notes: Mapping[UUID, str]) -> set[UUID]:
    """Write notes beside services, by their public ids; returns those that are not on the list any more.

    Raises ValueError when one is too long: the form says so before.
    """
    if not notes:
        return set()
    rows = db.session.execute(
        select(ShortlistEntry, Service.public_id)
        .join(Service, Service.id == ShortlistEntry.service_id)
        .where(ShortlistEntry.shortlist_id == shortlist.id, Service.public_id.in_(notes))
    ).all()
    for entry, public_id in rows:
        note = tidy_note(notes[public_id])
        if is_note_too_long(note):
            raise ValueError("the note is too long")
        entry.note = note
    db.session.flush()
    return set(notes) - {public_id for _entry, public_id in rows}


def clear(key: str | None) -> bool:
    """Remove a list, its notes and its link for good. False when there was none."""
    if key is None:
        return False
    gone = db.session.execute(delete(Shortlist).where(Shortlist.key_hash == key_hash(key)).returning(Shortlist.id))
    return gone.first() is not None


def share(shortlist: Shortlist, owner_key: str, *, has_notes: bool) -> ShortlistLink:
    """Make the link by which others may read the list; one that there was before stops working.

    The list is kept at least as long as its link.
    """
    stop_sharing(shortlist)
    mark, now = new_mark(), clock.now()
    link = ShortlistLink(
        shortlist_id=shortlist.id,
        key_hash=key_hash(link_key(owner_key, mark)),
        mark=mark,
        has_notes=has_notes,
        expires_at=now + LINK_LASTS,
        created_at=now,
    )
    db.session.add(link)
    db.session.flush()
    return link


def stop_sharing(shortlist: Shortlist) -> bool:
    """Switch the link off, at once and for good. False when there was none."""
    gone = db.session.execute(
        delete(ShortlistLink)
        .where(ShortlistLink.shortlist_id == shortlist.id)
        .returning(ShortlistLink.shortlist_id)
        .execution_options(synchronize_session="fetch")
    )
    return gone.first() is not None


def copy_shared(shortlist: Shortlist, shared_key: str) -> tuple[int, int]:
    """Put everything of a shared list at the end of one's own; returns how many were added, and left out for room.

    Notes come along where the link shows them. What is on one's own list already stays as it is. Raises Gone when the
    link has ended.
    """
    link = db.session.scalar(
        select(ShortlistLink).where(
            ShortlistLink.key_hash == key_hash(shared_key), ShortlistLink.expires_at > clock.now()
        )
    )
    if link is None:
        raise Gone
    asked = (
        select(ShortlistEntry.service_id, ShortlistEntry.note)
        .where(ShortlistEntry.shortlist_id == link.shortlist_id, ShortlistEntry.removed_at.is_(None))
        .order_by(ShortlistEntry.position, ShortlistEntry.id)
    )
    outcomes = [
        add(shortlist, service_id, note if link.has_notes else "")
        for service_id, note in db.session.execute(asked).all()
    ]
    return outcomes.count("added"), outcomes.count("full")


def find_entry(shortlist: Shortlist, service_id: int) -> ShortlistEntry | None:
    """The entry of a service on a list, also when it was taken off; None when there is none."""
    found: ShortlistEntry | None = db.session.scalar(
        select(ShortlistEntry).where(
            ShortlistEntry.shortlist_id == shortlist.id, ShortlistEntry.service_id == service_id
        )
    )
    return found


def list_entries(shortlist: Shortlist) -> list[ShortlistEntry]:
    """All entries of a list in their order, with those that were taken off."""
    asked = select(ShortlistEntry).where(ShortlistEntry.shortlist_id == shortlist.id)
    return list(db.session.scalars(asked.order_by(ShortlistEntry.position, ShortlistEntry.id)))


def forget_what_was_removed(before: datetime, shortlist: Shortlist | None = None) -> None:
    """Remove for good what was taken off before that instant, of one list or of all."""
    chosen = delete(ShortlistEntry).where(ShortlistEntry.removed_at < before)
    if shortlist is not None:
        chosen = chosen.where(ShortlistEntry.shortlist_id == shortlist.id)
    db.session.execute(chosen)


def purge(now: datetime) -> tuple[int, int]:
    """Remove links that have ended, lists that nobody can reach any more, and what was taken off an hour ago.

    Returns how many links and lists went. A list whose owner's time is over stays as long as its link lasts.
    """
    links = db.session.scalars(
        delete(ShortlistLink).where(ShortlistLink.expires_at <= now).returning(ShortlistLink.shortlist_id)
    ).all()
    has_link = exists().where(ShortlistLink.shortlist_id == Shortlist.id)
    lists = db.session.scalars(
        delete(Shortlist).where(Shortlist.expires_at <= now, ~has_link).returning(Shortlist.id)
    ).all()
    forget_what_was_removed(before=now - timedelta(hours=1))
    return len(links), len(lists)
