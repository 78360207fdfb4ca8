"""Telling "the database is away" from "the code is wrong"."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

# What a request raises when it could not ask the database. OperationalError covers: gone, refusing, restarting, too
# slow (statement time-out), locked (lock time-out), disk full, too many connections.
DATABASE_ERRORS: tuple[type[Exception], ...] = (DBAPIError, NoFreeConnection)

READ_ONLY = "25006"
ENDED_BY_THE_SERVER = ("25P03", "57P01", "57P02", "57P03", "57P05")


def is_outage(problem: BaseException | None) -> bool:
    """Would the same request be answered if the database were well?"""
    if isinstance(problem, NoFreeConnection | OperationalError | InterfaceError):
        return True
    if isinstance(problem, DBAPIError):
        state = getattr(problem.orig, "sqlstate", None)
        return problem.connection_invalidated or state == READ_ONLY or state in ENDED_BY_THE_SERVER
    return False
