"""A place that must stay private is kept nowhere, whatever a spreadsheet says and said before."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assetreg.models import Audit, Location, Service
from tests.factories import register
from tests.factories.spreadsheets import (
    everything,
    import_rows,
    locations_of,
    only_service,
    rejected,
    small_city,
    whole_database,
)

REFUGE = {
    "id": "1",
    "name": "The Refuge",
    "organisation": "Safe Now",
    "postcode": "B31 2AB",
    "address": "Cedar Lodge, 77 Quince Street",
    "latitude": "52.410123",
    "longitude": "-1.985432",
    "location_visibility": "area_only",
    "summary": "Somewhere safe",
}
OPEN = {**REFUGE, "location_visibility": "public", "location_name": "Cedar Lodge"}
SECRETS = ("Cedar", "Quince", "B31 2AB", "B312AB", "52.410123", "1.985432")


@pytest.fixture(autouse=True)
def city(session: Session) -> Session:
    """Every import is into the small city, without the postcode's own row, which is public knowledge."""
    small_city()
    return session


def leaks(session: Session) -> list[str]:
    """Which secrets are anywhere in the database, postcode tables apart."""
    session.execute(text("DELETE FROM postcode"))
    everywhere = whole_database()
    return [secret for secret in SECRETS if secret in everywhere]


@pytest.mark.parametrize("visibility", ["area_only", "hidden"])
@pytest.mark.parametrize("source", [(), ("--source", "partner")])
def test_no_trace_of_a_private_address_stays(
    app: Flask, session: Session, tmp_path: Path, visibility: str, source: tuple[str, ...]
) -> None:
    said = import_rows(app, tmp_path, [{**REFUGE, "location_visibility": visibility}], *source).output
    (location,) = locations_of(only_service())
    assert (location.visibility, location.placement) == (visibility, "withheld")
    assert (location.ward is not None) == (visibility == "area_only")
    assert not any(secret in said for secret in SECRETS)
    assert leaks(session) == []


def test_the_ward_comes_from_the_postcode_or_from_the_area(app: Flask, tmp_path: Path) -> None:
    import_rows(
        app,
        tmp_path,
        [{**REFUGE, "id": "1"}, {**REFUGE, "id": "2", "area": "Brandwood & King's Heath"}],
        "--source",
        "x",
    )
    wards = {location.ward.name for location in locations_in_order() if location.ward}
    assert wards == {"Northfield", "Brandwood & King's Heath"}


def locations_in_order() -> list[Location]:
    """Every location."""
    return list(register.db.session.scalars(select(Location).order_by(Location.id)))


@pytest.mark.parametrize("postcode", ["B31 9XX", "M1 1AA", "B17", "B31 2ZZ"])
def test_a_postcode_that_tells_no_ward_is_not_enough(app: Flask, tmp_path: Path, postcode: str) -> None:
    import_rows(app, tmp_path, [{**REFUGE, "postcode": postcode}], "--source", "x", status=1)
    assert rejected(tmp_path)[0]["rejected_reason"].startswith("area: ")


@pytest.mark.parametrize("source", [(), ("--source", "partner")])
def test_the_same_private_row_again_changes_nothing(app: Flask, tmp_path: Path, source: tuple[str, ...]) -> None:
    rows = [REFUGE, {**REFUGE, "id": "2", "name": "The Other", "location_visibility": "hidden"}]
    import_rows(app, tmp_path, rows, *source)
    before = everything()
    import_rows(app, tmp_path, rows, *source)
    assert everything() == before


@pytest.mark.parametrize("visibility", ["area_only", "hidden"])
@pytest.mark.parametrize("with_id", [True, False])
def test_a_public_place_that_becomes_private_is_forgotten_everywhere(
    app: Flask, session: Session, tmp_path: Path, visibility: str, with_id: bool
) -> None:
    rows = [{name: value for name, value in row.items() if with_id or name != "id"} for row in (OPEN, REFUGE)]
    import_rows(app, tmp_path, rows[:1], "--source", "partner")
    public_id = locations_of(only_service())[0].public_id
    assert "Quince" in whole_database()
    import_rows(app, tmp_path, [{**rows[1], "location_visibility": visibility}], "--source", "partner")
    (location,) = locations_of(only_service())
    assert (location.public_id, location.visibility) == (public_id, visibility)
    assert leaks(session) == []


def test_a_place_shared_with_others_stays_theirs(app: Flask, session: Session, tmp_path: Path) -> None:
    other = {**OPEN, "id": "2", "name": "Tea"}
    import_rows(app, tmp_path, [OPEN, other], "--source", "partner")
    import_rows(app, tmp_path, [REFUGE, other], "--source", "partner")
    refuge = session.scalars(select(Service).where(Service.name == "The Refuge")).one()
    assert [location.visibility for location in locations_of(refuge)] == ["area_only"]
    assert refuge.is_sensitive


@pytest.mark.parametrize("visibility", ["public", ""])
def test_an_import_never_makes_a_private_place_public(
    app: Flask, session: Session, tmp_path: Path, visibility: str
) -> None:
    import_rows(app, tmp_path, [REFUGE], "--source", "partner")
    before = everything()
    import_rows(app, tmp_path, [{**REFUGE, "location_visibility": visibility}], "--source", "partner", status=1)
    assert "never makes it public" in rejected(tmp_path)[0]["rejected_reason"]
    assert everything() == before
    assert leaks(session) == []


def test_a_source_that_does_not_know_of_privacy_changes_nothing_about_it(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    import_rows(app, tmp_path, [REFUGE], "--source", "partner")
    unaware = {name: value for name, value in REFUGE.items() if name != "location_visibility"}
    import_rows(app, tmp_path, [{**unaware, "summary": "Other words"}], "--source", "partner")
    assert only_service().summary == "Other words"
    assert [location.visibility for location in locations_of(only_service())] == ["area_only"]
    assert leaks(session) == []


def test_private_places_without_ids_cannot_be_told_apart(app: Flask, tmp_path: Path) -> None:
    without = {name: value for name, value in REFUGE.items() if name != "id"}
    import_rows(app, tmp_path, [without, {**without, "postcode": "B31 2AA"}], status=1)
    assert "only ids can tell them apart" in rejected(tmp_path)[0]["rejected_reason"]


def test_a_text_that_gives_the_place_away_is_rejected(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [{**REFUGE, "description": "Ring at 77 Quince St"}, {**REFUGE, "id": "Refuge B312AB"}]
    said = import_rows(app, tmp_path, rows, "--source", "x", status=1).output
    assert "Line 2, description" in said
    assert "Line 3, id" in said
    assert not any(secret in said for secret in SECRETS)
    assert leaks(session) == []


def test_the_history_of_a_private_place_begins_empty(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [REFUGE], "--source", "partner")
    (created,) = session.scalars(select(Audit).where(Audit.entity == "location")).all()
    assert set(created.changes) <= {"visibility", "placement", "ward_id", "source", "import_run"}
