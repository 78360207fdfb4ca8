"""Things to be done after the commit: rows of the outbox, worked off by the worker process, at least once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from assetreg import clock
from assetreg.db import db
from assetreg.models import Outbox

CHANNEL = "outbox"
IS_WAITING = text("done_at IS NULL AND parked_at IS NULL")


def add(
    topic: str, payload: Mapping[str, Any] | None = None, dedupe_key: str | None = None, due_at: datetime | None = None
) -> None:
    """Have the handler of `topic` run with `payload` once the present transaction is committed, at `due_at` or at once.

    Of rows with the same topic and `dedupe_key` only one waits at a time: the newest payload and the earliest time
    win. A row that is being worked off no longer stands for anything, so that no change is missed. Add such rows last
    in a transaction: others who add the same key wait for it to end.
    """
    row = insert(Outbox).values(
        topic=topic, payload=dict(payload or {}), dedupe_key=dedupe_key, due_at=due_at or clock.now()
    )
    if dedupe_key is not None:
        row = row.on_conflict_do_update(
            index_elements=[Outbox.topic, Outbox.dedupe_key],
            index_where=IS_WAITING,
            set_={"payload": row.excluded.payload, "due_at": func.least(Outbox.due_at, row.excluded.due_at)},
        )
    db.session.execute(row)
    db.session.execute(select(func.pg_notify(CHANNEL, "")))


def try_parked_again(ids: list[int] | None = None) -> int:
    """Give parked rows (those with these ids, or all) a fresh set of tries; returns how many there were."""
    chosen = Outbox.parked_at.is_not(None) if ids is None else Outbox.parked_at.is_not(None) & Outbox.id.in_(ids)
    found = db.session.scalars(
        update(Outbox).where(chosen).values(parked_at=None, attempts=0, due_at=clock.now()).returning(Outbox.id)
    ).all()
    db.session.execute(select(func.pg_notify(CHANNEL, "")))
    return len(found)


def purge(done_before: datetime) -> int:
    """Remove rows that were done before that instant; returns how many. Parked rows stay until somebody looks."""
    gone = db.session.scalars(delete(Outbox).where(Outbox.done_at < done_before).returning(Outbox.id)).all()
    return len(gone)
