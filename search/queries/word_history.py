"""Who changed a phrase, a sign or a number, when, and what it was before: read from the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from assetreg.db import db
from assetreg.models import Audit, User

MOST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `who` is a name, or the role when the account is gone. `before` is the whole row before it.

    `before` is None for the change that made the row.
    """

    number: int
    at: datetime
    who: str
    action: str
    changes: Mapping[str, tuple[Any, Any]]
    before: Mapping[str, Any] | None


def list_changes(entity: str, entity_id: str, present: Mapping[str, Any]) -> list[Change]:
    """The newest changes first. `present` is the row now; each older state is found by undoing what came after it."""
    rows = db.session.execute(
        select(Audit.id, Audit.at, Audit.actor, Audit.action, Audit.changes, User.name)
        .outerjoin(User, User.id == Audit.user_id)
        .where(Audit.entity == entity, Audit.entity_id == entity_id)
        .order_by(Audit.at.desc(), Audit.id.desc())
        .limit(MOST_CHANGES)
    )
    state = dict(present)
    found = []
    for number, at, actor, action, changes, name in rows:
        pairs = {column: (pair[0], pair[1]) for column, pair in changes.items() if isinstance(pair, list)}
        state |= {column: before for column, (before, _) in pairs.items() if column in state}
        before = dict(state) if action == "update" else None
        found.append(Change(number, at, name or actor, action, pairs, before))
    return found


def find_change(changes: list[Change], number: str) -> Change | None:
    """The change with this number that can be put back."""
    return next((one for one in changes if str(one.number) == number and one.before is not None), None)
