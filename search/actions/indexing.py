"""What the worker does for finding: applies noted changes to the index, and brings it back when it is gone."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from assetreg import clock
from assetreg.actions import outbox
from assetreg.db import db
from assetreg.models import Outbox
from assetreg.worker.registry import Payload
from search.actions.noting import EVERYTHING, TOPIC
from search.documents import PROVIDERS
from search.index.checking import is_usable
from search.index.folder import IndexBusy
from search.index.tidying import is_untidy
from search.index.writing import MANY_AT_ONCE, Written, bring_up_to_date, rebuild

LOG = logging.getLogger("assetreg.search.index")

BUSY_WAIT = timedelta(seconds=1)


def apply_changes(payload: Payload, root: Path) -> None:
    """Index again, in the index at `root`, what this row of the outbox is about, together with all others that wait.

    While somebody else writes the index (a rebuild by hand), the row is put back for a second.
    """
    names, is_everything = take_waiting(payload)
    began = time.monotonic()
    try:
        if is_everything or len(names) > MANY_AT_ONCE:
            written = rebuild(db.session(), root, processes=processes())
        else:
            written = bring_up_to_date(db.session(), root, sorted(names), processes)
    except IndexBusy:
        put_back(names, is_everything=is_everything)
        return
    report(written, time.monotonic() - began)


def take_waiting(payload: Payload) -> tuple[set[tuple[str, int]], bool]:
    """All that waits to be indexed, this row included; the other rows are marked as done with this one."""
    rows = db.session.scalars(
        select(Outbox)
        .where(Outbox.topic == TOPIC, Outbox.done_at.is_(None), Outbox.parked_at.is_(None), Outbox.attempts == 0)
        .with_for_update(skip_locked=True)
    ).all()
    payloads = [payload, *(row.payload for row in rows)]
    if rows:
        db.session.execute(
            update(Outbox).where(Outbox.id.in_([row.id for row in rows])).values(done_at=clock.now(), payload={})
        )
    names = {(each["entity"], int(each["key"])) for each in payloads if each.get("entity") in PROVIDERS}
    return names, any(each.get("rebuild") for each in payloads)


def put_back(names: set[tuple[str, int]], *, is_everything: bool) -> None:
    """Leave it all for a moment later."""
    due_at = clock.now() + BUSY_WAIT
    if is_everything:
        outbox.add(TOPIC, {"rebuild": True}, dedupe_key=EVERYTHING, due_at=due_at)
    for entity, key in sorted(names):
        outbox.add(TOPIC, {"entity": entity, "key": key}, dedupe_key=f"{entity}:{key}", due_at=due_at)


def heal(root: Path) -> None:
    """Build the index at `root` anew when it is missing, damaged, of another version, or holds what was withdrawn.

    The last at night, by the first look at a new day. No row of the outbox asks for that: whoever works the outbox off
    inside a transaction of their own would write their transaction's register into the index.
    """
    if is_usable(root) and not is_untidy(root, clock.today()):
        return
    began = time.monotonic()
    try:
        written = rebuild(db.session(), root, processes=processes())
    except IndexBusy:
        return
    report(written, time.monotonic() - began)


def processes() -> int:
    """How many cores may be used."""
    return len(os.sched_getaffinity(0))


def report(written: Written, seconds: float) -> None:
    """One line for the log."""
    LOG.info(
        "search index written",
        extra={"documents": written.documents, "removed": written.removed, "ms": round(seconds * 1000, 1)},
    )
