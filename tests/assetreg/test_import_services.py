"""Services come in from a spreadsheet: every column, every place, and the same file again changes nothing."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from psycopg.errors import CheckViolation
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg.db import db
from assetreg.models import Assurance, Audit, ImportRun, Location, Organisation, Service, Source
from tests.factories import register
from tests.factories.spreadsheets import (
    YOGA,
    csv_file,
    everything,
    import_rows,
    locations_of,
    only_service,
    rejected,
    services_by_name,
    small_city,
)

FULL = {
    **YOGA,
    "id": "7",
    "summary": "Gentle movement",
    "description": "**Come** along",
    "kind": "group",
    "charity_number": "1234567",
    "organisation_url": "https://frankley.example.org",
    "needs": "physical-activity;loneliness",
    "interests": "fitness",
    "location_name": "The Hall",
    "address": "1 High Street, Birmingham",
    "area": "Northfield",
    "online": "no",
    "telephone": "yes",
    "times": "Mon 10:00-12:00; 1st Tue 14:00-16:00; term time only",
    "cost_pence": "250",
    "min_age": "60",
    "languages": "en;ur",
    "access": "step-free",
    "referral": "self",
    "stage": "some_help",
    "taking_people": "waiting_list",
    "wait": "a month",
    "audience": "adults_at_risk",
    "first_visit": "Sam meets you",
    "phone": "0121 496 0123",
    "email": "hello@example.org",
    "url": "https://example.org",
    "assured_on": "2025-03-31",
    "assured_by": "Hub",
}


@pytest.fixture(autouse=True)
def city(session: Session) -> Session:
    """Every import is into the small city."""
    small_city()
    return session


def test_every_column_finds_its_place(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    service = only_service()
    assert (service.name, service.kind, service.cost_pence, service.min_age) == ("Chair yoga", "group", 250, 60)
    assert service.description == "<p><strong>Come</strong> along</p>"
    assert {term.slug for term in service.terms} == {"physical-activity", "loneliness", "fitness"}
    assert [area.name for area in service.areas] == ["Northfield"]
    assert {(one.weekday, one.starts_time, one.week_of_month) for one in service.opening_times} == {
        (0, time(10), None),
        (1, time(14), 1),
    }
    assert (service.times_note, service.is_telephone, service.is_online) == ("term time only", True, False)
    assert (service.languages, service.access, service.audience) == (["en", "ur"], ["step-free"], "adults_at_risk")
    assert (service.taking_people, service.wait) == ("waiting_list", "a month")
    assert service.taking_people_said_at is not None
    assert {(contact.kind, contact.value) for contact in service.contacts} == {
        ("phone", "+441214960123"),
        ("email", "hello@example.org"),
        ("url", "https://example.org"),
    }
    assert (service.assured_on, service.assured_by, service.assured_how) == (date(2025, 3, 31), "Hub", "import")
    assert session.scalars(select(Assurance.assured_on)).all() == [date(2025, 3, 31)]
    assert (service.source, service.source_id) == ("partner", "7")
    assert service.source_seen_at is not None
    assert service.organisation.charity_number == "1234567"
    assert [contact.value for contact in service.organisation.contacts] == ["https://frankley.example.org"]
    (location,) = locations_of(service)
    assert (location.name, location.address, location.postcode) == ("The Hall", "1 High Street, Birmingham", "B31 2AA")
    assert (location.placement, location.is_approximate) == ("placed", False)
    assert location.ward is not None
    assert location.ward.name == "Northfield"


def test_the_same_file_again_changes_nothing_at_all(app: Flask, tmp_path: Path) -> None:
    rows = [FULL, {**YOGA, "name": "No id"}, {"name": "On line", "organisation": "Frankley Friends", "online": "yes"}]
    import_rows(app, tmp_path, rows, "--source", "partner")
    before = everything()
    said = import_rows(app, tmp_path, rows, "--source", "partner").output
    assert "0 added, 0 changed, 3 as before" in said
    assert everything() == before


@pytest.mark.parametrize("source", [(), ("--source", "partner")])
def test_without_ids_organisation_name_and_postcode_are_the_key(
    app: Flask, tmp_path: Path, source: tuple[str, ...]
) -> None:
    rows = [YOGA, {**YOGA, "postcode": "B14 7SW"}, {**YOGA, "organisation": "Others"}, {**YOGA, "name": "Chair ballet"}]
    import_rows(app, tmp_path, rows, *source)
    changed = [{**row, "summary": "New", "name": row["name"].upper()} for row in rows]
    assert "0 added, 4 changed" in import_rows(app, tmp_path, changed, *source).output


def test_an_id_makes_an_update_of_everything_else(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    public_id = only_service().public_id
    changed = {**FULL, "name": "Chair pilates", "organisation": "Others", "postcode": "B14 7SW", "needs": "loneliness"}
    changed |= {"times": "Fri 09:00-10:00", "phone": "", "cost_pence": "", "area": ""}
    assert "1 changed" in import_rows(app, tmp_path, [changed], "--source", "partner").output
    service = only_service()
    assert (service.public_id, service.name, service.organisation.name) == (public_id, "Chair pilates", "Others")
    assert [location.postcode for location in locations_of(service)] == ["B14 7SW"]
    assert {term.slug for term in service.terms} == {"loneliness", "fitness"}
    assert [one.weekday for one in service.opening_times] == [4]
    assert (service.cost_pence, service.areas) == (None, [])
    assert {contact.kind for contact in service.contacts} == {"email", "url"}


def test_columns_that_a_file_does_not_have_stay_as_they_are(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    few = {name: FULL[name] for name in ("id", "name", "organisation", "postcode")}
    assert "0 changed, 1 as before" in import_rows(app, tmp_path, [few], "--source", "partner").output
    assert only_service().cost_pence == 250


def test_two_sources_may_use_one_id(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "one")
    import_rows(app, tmp_path, [{**FULL, "name": "Another"}], "--source", "two")
    assert set(services_by_name()) == {"Chair yoga", "Another"}


def test_a_file_that_gets_a_source_later_makes_no_doubles(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL])
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    assert (only_service().source, only_service().source_id) == ("partner", "7")


def test_rows_of_one_id_are_one_service_at_several_places(app: Flask, tmp_path: Path) -> None:
    rows = [
        {**FULL, "times": "Mon 10:00-12:00"},
        {**YOGA, "id": "8", "name": "Between"},
        {**YOGA, "id": "7", "postcode": "B14 7SW", "times": "Tue 10:00-12:00", "phone": "0121 496 0124"},
    ]
    import_rows(app, tmp_path, rows, "--source", "partner")
    service = services_by_name()["Chair yoga"]
    here, there = locations_of(service)
    assert (here.postcode, there.postcode) == ("B31 2AA", "B14 7SW")
    assert {(one.weekday, one.location_id) for one in service.opening_times} == {(0, here.id), (1, there.id)}
    assert len([contact for contact in service.contacts if contact.kind == "phone"]) == 2
    before = everything()
    import_rows(app, tmp_path, rows, "--source", "partner")
    assert everything() == before


def test_a_place_that_a_source_no_longer_names_goes(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL, {**FULL, "postcode": "B14 7SW"}], "--source", "partner")
    assert len(locations_of(only_service())) == 2
    import_rows(app, tmp_path, [{**FULL, "postcode": "B14 7SW"}], "--source", "partner")
    assert [location.postcode for location in locations_of(only_service())] == ["B14 7SW"]


def test_a_place_whose_row_was_rejected_stays(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL, {**FULL, "postcode": "B14 7SW"}], "--source", "partner")
    broken = {**FULL, "postcode": "B14 7SW", "min_age": "old"}
    import_rows(app, tmp_path, [FULL, broken], "--source", "partner", status=1)
    assert len(locations_of(only_service())) == 2


@pytest.mark.parametrize(
    ("change", "column"),
    [({"address": "2 High Street"}, "address"), ({"times": "Fri 10:00-11:00"}, "times"), ({"name": "Yoga"}, "name")],
)
def test_of_two_rows_that_contradict_each_other_the_second_is_rejected(
    app: Flask, tmp_path: Path, change: dict[str, str], column: str
) -> None:
    import_rows(app, tmp_path, [FULL, {**FULL, **change}], "--source", "partner", status=1)
    (row,) = rejected(tmp_path)
    assert row["rejected_line"] == "3"
    assert row["rejected_reason"].startswith(f"{column}: This contradicts line 2")
    assert only_service().name == "Chair yoga"


def test_the_same_row_twice_is_once(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL, FULL, YOGA, YOGA], "--source", "partner", status=1)
    assert [row["rejected_line"] for row in rejected(tmp_path)] == ["4", "5"]  # no id, but line 2 is the same service
    import_rows(app, tmp_path, [YOGA, YOGA])
    assert len(services_by_name()) == 1


def test_rows_of_one_id_must_be_one_service(app: Flask, tmp_path: Path) -> None:
    rows = [FULL, {**FULL, "postcode": "B14 7SW", "name": "Something else"}]
    import_rows(app, tmp_path, rows, "--source", "partner", status=1)
    assert "same id" in rejected(tmp_path)[0]["rejected_reason"]


def test_two_ids_of_one_service_need_a_source_to_tell_them_apart(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [FULL, {**FULL, "id": "8"}]
    said = import_rows(app, tmp_path, rows, status=1).output
    assert "--source" in said
    import_rows(app, tmp_path, rows, "--source", "partner")
    assert session.scalar(select(func.count()).select_from(Service)) == 2


# Places


@pytest.mark.parametrize(
    ("postcode", "placement", "is_approximate", "in_ward"),
    [
        ("b312aa", "placed", False, True),
        ("B31 2ZZ", "outside", False, False),
        ("B31 9XX", "needs_location", False, False),
        ("B17", "placed", True, True),
        ("B17 0AA", "placed", True, True),
        ("M1 1AA", "outside", False, False),
    ],
)
def test_a_postcode_gives_the_place(
    app: Flask, tmp_path: Path, postcode: str, placement: str, is_approximate: bool, in_ward: bool
) -> None:
    import_rows(app, tmp_path, [{**YOGA, "postcode": postcode}])
    (location,) = locations_of(only_service())
    assert (location.placement, location.is_approximate) == (placement, is_approximate)
    assert (location.ward_id is not None) == in_ward


def test_an_unknown_postcode_is_told_and_kept(app: Flask, tmp_path: Path) -> None:
    said = import_rows(app, tmp_path, [YOGA, {**YOGA, "postcode": "B31 9XX"}]).output
    assert "Line 3, postcode: We do not know where this is" in said
    assert "1 kept, and waiting for a location" in said


def test_coordinates_come_before_the_postcode(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [{**YOGA, "latitude": "52.41", "longitude": "-1.89"}])
    (location,) = locations_of(only_service())
    assert location.ward is not None
    assert location.ward.name == "Brandwood & King's Heath"


def test_coordinates_outside_the_city_are_kept(app: Flask, tmp_path: Path) -> None:
    said = import_rows(app, tmp_path, [{**YOGA, "latitude": "53.48", "longitude": "-2.24"}]).output
    assert "1 outside the city, and kept" in said
    assert locations_of(only_service())[0].placement == "outside"


def test_services_in_one_building_share_its_location(app: Flask, session: Session, tmp_path: Path) -> None:
    hall = {"location_name": "The Hall", "address": "1 High Street"}
    rows = [{**YOGA, **hall}, {**YOGA, **hall, "name": "Tea"}, {**YOGA, "name": "Elsewhere in the postcode"}]
    import_rows(app, tmp_path, rows)
    assert session.scalar(select(func.count()).select_from(Location)) == 2
    moved = [{**rows[0], "address": "2 High Street"}, *rows[1:]]
    import_rows(app, tmp_path, moved)
    found = services_by_name()
    assert locations_of(found["Chair yoga"])[0].address == "2 High Street"
    assert locations_of(found["Tea"])[0].address == "1 High Street"


def test_a_point_set_by_hand_stays_while_the_postcode_is_the_same(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [YOGA])
    location = locations_of(only_service())[0]
    location.point = register.point(-1.981, 52.405)
    session.commit()
    before = everything()
    import_rows(app, tmp_path, [YOGA])
    assert everything() == before


def test_a_place_is_found_once_its_postcode_is_loaded(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [{**YOGA, "postcode": "B31 2AD"}])
    session.execute(text("INSERT INTO postcode (code, point) VALUES ('B312AD', 'SRID=4326;POINT(-1.99 52.41)')"))
    assert "1 changed" in import_rows(app, tmp_path, [{**YOGA, "postcode": "B31 2AD"}]).output
    assert locations_of(only_service())[0].placement == "placed"


# Where it came from


def test_each_run_and_each_change_say_where_they_came_from(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    import_rows(app, tmp_path, [{**FULL, "summary": "New words"}], "--source", "partner")
    first, second = session.scalars(select(ImportRun).order_by(ImportRun.id)).all()
    assert (first.source, first.file_name, first.rows_read, first.services_added) == ("partner", "services.csv", 1, 1)
    assert (second.services_changed, second.services_unchanged, second.rows_rejected) == (1, 0, 0)
    assert session.get_one(Source, "partner").last_read_at is not None
    created, updated = session.scalars(select(Audit).where(Audit.entity == "service").order_by(Audit.id)).all()
    assert (created.action, created.actor, updated.action) == ("create", "import: partner", "update")
    assert created.entity_id == str(only_service().public_id)
    assert created.changes["import_run"] == [None, str(first.public_id)]
    assert created.changes["needs"] == [[], ["loneliness", "physical-activity"]]
    assert updated.changes == {
        "summary": ["Gentle movement", "New words"],
        "import_run": [None, str(second.public_id)],
    }


def test_an_older_check_does_not_hide_a_newer_one(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [FULL], "--source", "partner")
    service = only_service()
    service.assured_on, service.assured_by, service.assured_how = date(2026, 1, 1), "A steward", "phone"
    session.commit()
    import_rows(app, tmp_path, [{**FULL, "assured_on": "2025-09-09"}], "--source", "partner")
    assert only_service().assured_by == "A steward"


def test_organisations_are_told_apart_by_their_numbers(app: Flask, session: Session, tmp_path: Path) -> None:
    rows = [
        {**YOGA, "organisation": "St Mary's Church"},
        {**YOGA, "organisation": "ST MARY'S CHURCH", "charity_number": "1111111", "name": "Tea"},
        {**YOGA, "organisation": "St Mary's Church", "charity_number": "2222222", "name": "Choir"},
    ]
    import_rows(app, tmp_path, rows)
    numbers = session.scalars(select(Organisation.charity_number).order_by(Organisation.id)).all()
    assert numbers == ["1111111", "2222222"]
    before = everything()
    import_rows(app, tmp_path, rows)
    assert everything() == before


def test_sensitive_needs_make_a_sensitive_entry(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [{**YOGA, "needs": "domestic-abuse"}])
    assert only_service().is_sensitive


def test_a_crash_leaves_nothing_half_done(app: Flask, session: Session, tmp_path: Path) -> None:
    before = everything()
    session.execute(text("ALTER TABLE service ADD CONSTRAINT too_late CHECK (name <> 'Last') NOT VALID"))
    session.commit()
    rows = [{**YOGA, "name": f"Number {number}"} for number in range(600)] + [{**YOGA, "name": "Last"}]
    result = app.test_cli_runner().invoke(args=["import", "services", str(csv_file(tmp_path, rows))])
    assert isinstance(result.exception, CheckViolation)
    db.session.rollback()
    assert everything() == before
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["services.csv"]
