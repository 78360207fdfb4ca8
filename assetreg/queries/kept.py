"""What is read from the whole register is kept between requests, for as long as nothing is written.

PostgreSQL says for nothing whether anything has been written: a snapshot in which every older transaction has ended is
known by the number of the next one, and two snapshots with the same number see the same rows, whoever wrote them. While
somebody's writing has not ended in order, or in a transaction that has itself written, nothing is kept and everything
is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import text

from assetreg.db import db

STATE = text("""
SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL AND pg_snapshot_xmin(now) = pg_snapshot_xmax(now)
       THEN concat_ws(' ', current_database(), pg_postmaster_start_time(), pg_snapshot_xmax(now)) END
  FROM pg_current_snapshot() AS now
""")

Value = TypeVar("Value")

UNKNOWN_IN = "transaction whose state cannot be known"

KEPT: dict[str, tuple[tuple[str, object], Any]] = {}  # by name: the state it was read in, what for, and the value


def keep(name: str, read: Callable[[], Value], what_for: object = None) -> Value:
    """What `read` reads, or what it read before when nothing was written since; one small statement decides.

    Of each name the last value is kept, with what it was read for (a day). It is shared between requests: nobody may
    change it.
    """
    state = get_state()
    kept = KEPT.get(name)
    if kept is not None and state is not None and kept[0] == (state, what_for):
        known: Value = kept[1]
        return known
    value = read()
    # The same state before and after: no transaction that writes has begun or ended between the two.
    if state is not None and get_state() == state:
        KEPT[name] = ((state, what_for), value)
    return value


def get_state() -> str | None:
    """The state of the database; None when nobody can know whether what is read now will still hold.

    Once it was None it is so for the rest of the transaction, without asking again.
    """
    session = db.session()
    present = session.get_transaction()
    if present is not None and session.info.get(UNKNOWN_IN) is present:
        return None
    found: str | None = session.scalar(STATE)
    session.info[UNKNOWN_IN] = session.get_transaction() if found is None else None
    return found
