"""The real lists of Birmingham's libraries and Greater Manchester's food banks, through their mapping files.

Expectations are counted from the files themselves, and written down beside it, so that neither can drift unseen.
"""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg.models import Location, OpeningTime, Service, ServiceAtLocation
from tests.factories.spreadsheets import everything, import_file, locations_of

pytestmark = pytest.mark.shared


@pytest.fixture
def lists(app: Flask, session: Session, shared_data: Path, tmp_path: Path) -> Path:
    """A folder with the two lists, and the city's wards and postcodes in the register."""
    runner = app.test_cli_runner()
    for arguments in (
        ["areas", "load", str(shared_data / "boundaries/birmingham_wards_2018.geojson"), "--kind", "ward"],
        ["postcodes", "load", str(shared_data / "postcodes/codepoint_open_birmingham_2025.csv")],
    ):
        result = runner.invoke(args=arguments)
        assert result.exit_code == 0, result.output
    for name in ("libraries_birmingham_with_hours.csv", "gm_food_banks.csv"):
        shutil.copyfile(shared_data / "services" / name, tmp_path / name)
    session.expire_all()
    return tmp_path


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def placements(session: Session, status: str | None = None) -> Counter[str]:
    """Where services are, by the number of them."""
    statement = select(Location.placement, func.count()).select_from(Service).join(ServiceAtLocation).join(Location)
    if status:
        statement = statement.where(Service.status == status)
    return Counter(dict(session.execute(statement.group_by(Location.placement)).all()))  # type: ignore[arg-type]


def test_the_libraries_are_found_in_their_wards(app: Flask, session: Session, lists: Path, shared_data: Path) -> None:
    path = lists / "libraries_birmingham_with_hours.csv"
    said = import_file(app, path, "--map", "birmingham_libraries").output
    assert "Rows: 44 read, 0 rejected. Services: 44 added" in said
    rows = rows_of(path)
    closed = sum(bool(row["Year closed"]) for row in rows)
    with (shared_data / "postcodes/codepoint_open_birmingham_2025.csv").open(encoding="utf-8") as file:
        ward_codes = {row["postcode"]: row["ward"] for row in csv.DictReader(file)}
    unknown = sum(row["Postcode"] not in ward_codes for row in rows)
    statuses = Counter(session.scalars(select(Service.status)).all())
    assert statuses == {"active": len(rows) - closed, "closed": closed} == {"active": 37, "closed": 7}
    assert placements(session) == {"placed": len(rows) - unknown, "needs_location": unknown}
    assert placements(session) == {"placed": 42, "needs_location": 2}
    for service in session.scalars(select(Service)):
        (location,) = locations_of(service)
        if location.placement == "placed":
            assert location.ward is not None
            assert location.ward.code == ward_codes[location.postcode or ""]
    northfield = session.scalars(select(Service).where(Service.name == "Northfield Library")).one()
    assert [one.weekday for one in northfield.opening_times] == [0, 1, 3, 4, 5]
    assert northfield.times_note == "Closed for lunch 1-2pm"
    assert {term.slug for term in northfield.terms} == {"libraries", "reading"}
    hours = sum(bool(text) for row in rows for name, text in row.items() if name.endswith("staffed hours"))
    assert session.scalar(select(func.count()).select_from(OpeningTime)) == hours


def test_the_food_banks_are_kept_outside_the_city(app: Flask, session: Session, lists: Path) -> None:
    path = lists / "gm_food_banks.csv"
    said = import_file(app, path, "--map", "gm_food_banks.toml").output
    assert "Rows: 171 read, 0 rejected. Services: 171 added" in said
    assert placements(session) == {"outside": 171}
    rows = rows_of(path)
    services = {(service.source_id, service.name): service for service in session.scalars(select(Service))}
    for row in rows:
        name = " ".join(row["Name"].split())
        service = services[f"{name}, {row['Postcode']}", name]
        told = row["Opening times"].strip()
        if told not in ("NA", "N/A", "Not known", "Not relevant"):
            assert service.opening_times or service.times_note.split() == told.split()
    assert sum(bool(service.opening_times) for service in services.values()) == 109


def test_both_lists_again_change_nothing(app: Flask, lists: Path) -> None:
    for _ in range(2):
        before = everything()
        import_file(app, lists / "libraries_birmingham_with_hours.csv", "--map", "birmingham_libraries")
        import_file(app, lists / "gm_food_banks.csv", "--map", "gm_food_banks")
    assert everything() == before
    assert sorted(path.suffix for path in lists.iterdir()) == [".csv", ".csv"]
