"""An application on a database of its own, in which commits are commits, and people who all come at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from assetreg.config import engine_options
from assetreg.db import db
from booking.models import Booking, Occurrence
from booking.rules.vocabulary import LIVE_STATES
from tests.conftest import administrator, copy_database, drop_database, make_app

CLIENTS = 64
PATIENCE_S = 30


@pytest.fixture
def real(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, with a connection for every client."""
    name = f"{worker_name}_races"
    options = engine_options(8000) | {"pool_size": CLIENTS, "max_overflow": 0}
    app = make_app(copy_database(template_database, name), tmp_path, SQLALCHEMY_ENGINE_OPTIONS=options)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def at_once(app: Flask, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all of these at the same moment, each on a connection of its own; what came of each, or what went wrong."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        with app.app_context():
            try:
                db.session.connection()
                barrier.wait(PATIENCE_S)
                came = deed()
                db.session.commit()
            except Exception as problem:  # noqa: BLE001  (the test looks at it)
                db.session.rollback()
                return problem
            finally:
                db.session.remove()
        return came

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def counted(app: Flask, occurrence_id: int) -> tuple[int, int]:
    """Places taken as they are counted, and as they are."""
    with app.app_context():
        taken = db.session.scalar(select(Occurrence.places_taken).where(Occurrence.id == occurrence_id))
        live = db.session.scalar(
            select(func.coalesce(func.sum(Booking.party_size), 0)).where(
                Booking.occurrence_id == occurrence_id, Booking.state.in_(LIVE_STATES)
            )
        )
        db.session.remove()
    return int(taken or 0), int(live or 0)
