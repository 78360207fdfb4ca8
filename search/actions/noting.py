"""Notes, in the transaction of every change, which services have to be indexed again.

Listens to the session, like the audit, so that no action can forget it. Bulk statements pass the session by; they leave
an import's record or an audit row of a load behind (`assetreg.audit.note_load`), and that stands for everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, inspect, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, UOWTransaction

from assetreg import clock
from assetreg.actions.outbox import CHANNEL, IS_WAITING
from assetreg.models import (
    Area,
    AreaLink,
    Audit,
    Location,
    OpeningTime,
    Organisation,
    Outbox,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceTerm,
    Term,
)
from assetreg.models.record import ImportRun
from search.models import LexiconPhrase, UrgentHelpEntry, UrgentSign

TOPIC = "search"
EVERYTHING = "everything"
MOST_NOTES = 500  # of one flush; more of them are one note of everything

# Loaded words are how questions are understood; no document holds them.
WORDS = tuple(table.__tablename__ for table in (LexiconPhrase, UrgentSign, UrgentHelpEntry))
OF_A_SERVICE = (OpeningTime, ServiceAtLocation, ServiceTerm, ServiceArea)


def note_changes(session: Session, _context: UOWTransaction, _instances: object = None) -> None:
    """Note what the rows that this flush creates, changes or deletes mean for the index."""
    services: set[int] = set()
    organisations: set[int] = set()
    locations: set[int] = set()
    is_everything = is_lookup = False
    for row in (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))):
        if isinstance(row, Service):
            services.add(row.id)
        elif isinstance(row, OF_A_SERVICE):
            services.add(row.service_id)
        elif isinstance(row, Organisation):
            organisations.add(row.id)
        elif isinstance(row, Location):
            locations.add(row.id)
            is_everything = is_everything or is_withdrawn(row)
        elif isinstance(row, Term | Area | AreaLink):
            is_lookup = True
        elif isinstance(row, ImportRun) or is_load(row):
            is_everything = True
    if organisations:
        services.update(session.scalars(select(Service.id).where(Service.organisation_id.in_(organisations))))
    if locations:
        at_them = ServiceAtLocation.location_id.in_(locations)
        services.update(session.scalars(select(ServiceAtLocation.service_id).where(at_them)))
    if is_everything or is_lookup or len(services) > MOST_NOTES:
        enqueue_everything(session)
    elif services:
        enqueue(session, "service", services)


def is_withdrawn(location: Location) -> bool:
    """Is this a place that was public and is now confidential?

    Rows that are only marked as deleted keep their words and points in the index's files: its address has to go out of
    those too, so they are written anew as a whole.
    """
    before = inspect(location).attrs.visibility.history.deleted
    return "public" in before and location.visibility != "public"


def is_load(row: object) -> bool:
    """Does this row say that much was written past the session?"""
    return isinstance(row, Audit) and row.action == "load" and row.entity not in WORDS


def enqueue(session: Session, entity: str, keys: Iterable[int]) -> None:
    """Have these documents indexed again once the present transaction is committed."""
    rows = [
        {
            "topic": TOPIC,
            "payload": {"entity": entity, "key": key},
            "dedupe_key": f"{entity}:{key}",
            "due_at": clock.now(),
        }
        for key in sorted(set(keys))
    ]
    if rows:
        put(session, rows)


def enqueue_everything(session: Session) -> None:
    """Have the whole index built anew once the present transaction is committed."""
    put(session, [{"topic": TOPIC, "payload": {"rebuild": True}, "dedupe_key": EVERYTHING, "due_at": clock.now()}])


def put(session: Session, rows: list[dict[str, Any]]) -> None:
    """Rows of the outbox, each unless one like it waits already; and ring."""
    statement = insert(Outbox)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Outbox.topic, Outbox.dedupe_key],
            index_where=IS_WAITING,
            set_={"payload": statement.excluded.payload},
        ),
        rows,
    )
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})


def listen(session_class: Any) -> None:
    """Make every session of this class note what has to be indexed again."""
    if not event.contains(session_class, "after_flush", note_changes):
        event.listen(session_class, "after_flush", note_changes)
