"""Audit rows for every write that goes through the session, so that no action can forget one.

Bulk statements (COPY, INSERT … SELECT) pass the session by; their actions call `note_load` with a count instead.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert, inspect, text
from sqlalchemy.orm import Session, UOWTransaction

from assetreg.db import Model
from assetreg.models import Audit, Location, Outbox, RateCounter, Shortlist, ShortlistEntry, ShortlistLink
from assetreg.models.record import ImportRun, Message

UNAUDITED = (Audit, Outbox, Message, RateCounter, ImportRun, Shortlist, ShortlistEntry, ShortlistLink)
SECRET_COLUMNS = {"password_hash", "search_vector", "boundary", "centre"}
# Who a person is must not outlive their account in the history (privacy page).
PERSONAL_COLUMNS = {"user_account": {"email", "name"}}
QUIET_COLUMNS = {"updated_at", "created_at", "last_signed_in_at"}
PLACE_COLUMNS = ("address", "postcode", "point", "getting_there")


def set_actor(session: Session, actor: str, user_id: int | None = None) -> None:
    """Say who the following writes of this session are by: a role or a command, in plain words."""
    session.info["actor"] = (actor, user_id)


def note_load(session: Session, entity: str, entity_id: str, changes: dict[str, Any]) -> None:
    """Write one audit row for a bulk load, with what it did as counts."""
    actor, user_id = session.info.get("actor", ("", None))
    session.add(Audit(action="load", entity=entity, entity_id=entity_id, changes=changes, actor=actor, user_id=user_id))


def record_changes(session: Session, _context: UOWTransaction, _instances: object = None) -> None:
    """Add an audit row for every row that this flush creates, changes or deletes."""
    actor, user_id = session.info.get("actor", ("", None))
    rows: list[dict[str, Any]] = []
    for action, found in (("create", session.new), ("update", session.dirty), ("delete", session.deleted)):
        for row in found:
            if not isinstance(row, Model) or is_unaudited(row):
                continue
            changes = changes_of(row, action)
            if changes or action == "delete":
                rows.append(
                    {
                        "actor": actor,
                        "user_id": user_id,
                        "action": action,
                        "entity": row.__tablename__,
                        "entity_id": identity_of(row),
                        "changes": changes,
                    }
                )
    if rows:
        session.execute(insert(Audit), rows)
    for row in session.dirty:
        if isinstance(row, Location) and row.visibility != "public":
            forget_address(session, row)


def is_unaudited(row: Model) -> bool:
    """Has its table a history of its own, or nothing that the history may know? Floors above say so on the table."""
    return isinstance(row, UNAUDITED) or "is_unaudited" in row.metadata.tables[row.__tablename__].info


def changes_of(row: Model, action: str) -> dict[str, list[Any]]:
    """{column: [before, after]} of one row about to be written; secrets are named but not shown."""
    changes: dict[str, list[Any]] = {}
    state = inspect(row)
    for column in state.mapper.column_attrs:
        name = column.key
        if name in QUIET_COLUMNS or name in state.unloaded:
            continue
        history = state.attrs[name].history
        if action == "delete" or not history.has_changes():
            continue
        before = history.deleted[0] if history.deleted else None
        after = history.added[0] if history.added else None
        if before == after or (action == "create" and after in (None, "", [], False)):
            continue
        is_secret = name in SECRET_COLUMNS or name in PERSONAL_COLUMNS.get(row.__tablename__, ())
        changes[name] = ["…", "…"] if is_secret else [plain(before), plain(after)]
    return changes


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)


def identity_of(row: Model) -> str:
    """The public id where a row has one, otherwise its key."""
    public_id = getattr(row, "public_id", None)
    if public_id is not None:
        return str(public_id)
    return ",".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))


def forget_address(session: Session, location: Location) -> None:
    """Take a place that has become confidential out of its own history (care.md, "Confidential places")."""
    session.execute(
        text(
            "UPDATE audit SET changes = changes - CAST(:columns AS text[])"
            " WHERE entity = 'location' AND entity_id = :entity_id"
        ),
        {"columns": list(PLACE_COLUMNS), "entity_id": str(location.public_id)},
    )


def listen(session_class: Any) -> None:
    """Make every session of this class write audit rows."""
    if not event.contains(session_class, "after_flush", record_changes):
        event.listen(session_class, "after_flush", record_changes)
