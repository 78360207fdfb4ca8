"""What is read from the whole register is kept between requests, for as long as nothing of it is written.

PostgreSQL says for nothing whether anything has been written: two statements with the same snapshot see the same rows,
whoever wrote them. But bookings, messages and counters are written all the time, in every database of the cluster.
Then the tables themselves are asked: the number of their rows and the sum of the numbers of the transactions that
wrote them change with every row that is added, changed or taken away. That is a walk through short tables, a fifth of
what reading them costs. In a transaction that has itself written nothing is kept and everything is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import text

from assetreg.db import db

STATE = text("""
SELECT CASE WHEN pg_current_xact_id_if_assigned() IS NULL
       THEN concat_ws(' ', current_database(), pg_postmaster_start_time(), pg_current_snapshot()) END
""")
# How long ago, in transactions, each row was written; and first, how long ago something that never changes.
SHORT = ("area", "area_link", "term")  # asked together: a page that needs one of them soon needs the others
WRITTEN_IN = "(SELECT concat_ws(' ', count(*), count(*) * age('3'::xid) - sum(age(xmin))) FROM {table}) AS {table}"

Value = TypeVar("Value")

UNKNOWN_IN = "transaction whose state cannot be known"
SEEN_IN = "transaction in which the tables were looked at"


@dataclass(frozen=True, slots=True)
class Kept:
    """A value, what for and when it was read, and the states of the database and of its tables then."""

    value: Any
    what_for: object
    state: str
    written: tuple[str, ...]
    read_at: float


KEPT: dict[str, Kept] = {}  # by name


def keep(
    name: str,
    read: Callable[[], Value],
    what_for: object = None,
    of: Sequence[str] = (),
    most_age_s: float = float("inf"),
) -> Value:
    """What `read` reads, or what it read before when nothing was written since; one small statement decides.

    Of each name the last value is kept, with what it was read for (a day). It is shared between requests: nobody may
    change it. With `of`, tables that it is read from, only what is written to these counts; that is one statement more
    when something else was written. What is read from other tables too is late by at most `most_age_s`, in seconds.
    """
    state = get_state()
    if state is None:
        return read()
    now = time.monotonic()
    kept = KEPT.get(name)
    if kept is not None and (kept.what_for != what_for or now - kept.read_at > most_age_s):
        kept = None
    if kept is not None and kept.state == state:
        known: Value = kept.value
        return known
    written = get_written(of)
    if kept is not None and of and kept.written == written:
        KEPT[name] = replace(kept, state=state)
        known = kept.value
    else:
        known = read()
        # A state never comes back: what was written while we read makes the next one different, and it is read again.
        KEPT[name] = Kept(known, what_for, state, written, now)
    return known


def get_state() -> str | None:
    """The state of the database; None in a transaction that has written, because nobody else sees what it sees.

    Once it was None it is so for the rest of the transaction, without asking again.
    """
    session = db.session()
    present = session.get_transaction()
    if present is not None and session.info.get(UNKNOWN_IN) is present:
        return None
    found: str | None = session.scalar(STATE)
    session.info[UNKNOWN_IN] = session.get_transaction() if found is None else None
    return found


def get_written(tables: Sequence[str]) -> tuple[str, ...]:
    """What was written to each of these tables, as words that change with it. Of each, once in a transaction."""
    session = db.session()
    present, seen = session.info.get(SEEN_IN, (None, {}))
    if present is None or present is not session.get_transaction():
        present, seen = session.get_transaction(), {}
    wanted = dict.fromkeys((*tables, *(SHORT if set(SHORT).intersection(tables) else ())))
    unseen = [table for table in wanted if table not in seen]
    if unseen:
        asked = ", ".join(WRITTEN_IN.format(table=table) for table in unseen)
        seen = {**seen, **session.execute(text(f"SELECT {asked}")).mappings().one()}
        session.info[SEEN_IN] = (session.get_transaction(), seen)
    return tuple(seen[table] for table in tables)
