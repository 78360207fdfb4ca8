"""Spreadsheets to import, a small city to import them into, and what is in the register afterwards."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import insert, select, text

from assetreg.db import db
from assetreg.models import Location, Postcode, PostcodeCentre, Service, ServiceAtLocation
from tests.factories.register import city, point, saved, ward

YOGA = {"name": "Chair yoga", "organisation": "Frankley Friends", "postcode": "B31 2AA"}
# Everything that an import may write, but its own record of having read a file.
TABLES = (
    "organisation",
    "contact_point",
    "location",
    "service",
    "service_at_location",
    "service_term",
    "service_area",
    "opening_time",
    "assurance",
    "audit",
)


def small_city() -> None:
    """Two wards of a city, three postcodes in them, one beyond, and the centre of one outward code far away."""
    city()
    ward("Northfield", west=-2.0, south=52.4)
    ward("Brandwood & King's Heath", west=-1.9, south=52.4, slug="brandwood-and-kings-heath")
    for code, longitude in (("B312AA", -1.99), ("B312AB", -1.985), ("B147SW", -1.89), ("B312ZZ", -1.5)):
        # Past the session, which would write them into the audit: a loader does not either.
        db.session.execute(insert(Postcode).values(code=code, point=point(longitude, 52.41)))
    for outward in ("B31", "B14"):
        saved(PostcodeCentre(code=outward, point=point(-1.99, 52.41), postcodes=2, is_derived=True))
    saved(PostcodeCentre(code="B17", point=point(-1.99, 52.412)))
    db.session.commit()


def csv_file(folder: Path, rows: Sequence[Mapping[str, str]], name: str = "services.csv") -> Path:
    """A spreadsheet with these rows; a row that lacks a column has an empty cell there."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def import_file(app: Flask, path: Path, *options: str, status: int = 0) -> Result:
    """Run the command and expect this status."""
    result = app.test_cli_runner().invoke(args=["import", "services", str(path), *options])
    assert result.exit_code == status, (result.output, result.exception)
    db.session.expire_all()
    return result


def import_rows(app: Flask, folder: Path, rows: Sequence[Mapping[str, str]], *options: str, status: int = 0) -> Result:
    """Import a spreadsheet with these rows."""
    return import_file(app, csv_file(folder, rows), *options, status=status)


def rejected(folder: Path, name: str = "services.rejected.csv") -> list[dict[str, str]]:
    """The rows of the rejected file."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def only_service() -> Service:
    """The one service there is."""
    return db.session.scalars(select(Service)).one()


def services_by_name() -> dict[str, Service]:
    """Every service by its name."""
    return {service.name: service for service in db.session.scalars(select(Service))}


def locations_of(service: Service) -> list[Location]:
    """Where a service is, oldest link first."""
    return list(
        db.session.scalars(
            select(Location)
            .join(ServiceAtLocation)
            .where(ServiceAtLocation.service_id == service.id)
            .order_by(ServiceAtLocation.id)
        )
    )


def everything() -> dict[str, list[Any]]:
    """Every row that an import may write, whole."""
    return {
        table: list(db.session.scalars(text(f"SELECT CAST(row_to_json(t) AS text) FROM {table} AS t ORDER BY 1")))
        for table in TABLES
    }


def whole_database() -> str:
    """Every row of every table as one text, to look for what must not be there."""
    tables = db.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")).all()
    rows = (db.session.scalars(text(f'SELECT CAST(row_to_json(t) AS text) FROM "{table}" AS t')) for table in tables)
    return "\n".join(row for found in rows for row in found)
