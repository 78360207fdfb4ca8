"""Putting the sample city's rows into the database by COPY, in parts, so that a hundred thousand services fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql
from sqlalchemy import text

from assetreg.db import db

Row = tuple[Any, ...]

COLUMNS = {
    "organisation": "id public_id name summary source source_id",
    "location": "id public_id name address postcode point visibility placement ward_id access getting_there source",
    "space": "public_id location_id name capacity is_hireable hire_pence_per_hour hire_note access",
    "service": (
        "id public_id short_code organisation_id name summary description kind status status_note reopens_on valid_from"
        " valid_until times_note is_online is_telephone cost_pence cost_note min_age max_age gender eligibility"
        " languages access referral stage audience taking_people wait taking_people_said_at first_visit first_visit_who"
        " first_visit_door first_visit_company first_visit_cost first_visit_wear easy_read_url audio_url is_sensitive"
        " source source_id source_seen_at assured_on assured_by assured_how created_at updated_at"
    ),
    "contact_point": "organisation_id service_id kind value label",
    "service_at_location": "service_id location_id",
    "service_term": "service_id term_id",
    "service_area": "service_id area_id",
    "opening_time": "service_id location_id frequency weekday week_of_month starts_time ends_time",
    "assurance": "service_id assured_on assured_by assured_how",
}


class Rows:
    """Rows gathered by table, in the order in which tables may be filled."""

    def __init__(self) -> None:
        """Begin with none."""
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def add(self, table: str, *values: Any) -> None:
        """One more row; the values in the order of COLUMNS."""
        self._rows[table].append(values)

    def write(self) -> None:
        """Copy everything gathered so far into the database, and forget it."""
        for table, names in COLUMNS.items():
            if self._rows[table]:
                copy_rows(table, names.split(), self._rows[table])
        self._rows.clear()


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """COPY rows into a table, inside the session's transaction."""
    connection = db.session.connection().connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    assert connection is not None  # noqa: S101 - a session's connection has a driver behind it
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def next_ids(table: str, count: int) -> list[int]:
    """So many new keys of a table, in order."""
    return list(
        db.session.scalars(
            text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
            {"name": table, "count": count},
        )
    )
