"""The database keeps the register's promises itself: each is broken with the guard in place, and with it taken away."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories import register

SERVICE = "UPDATE service SET {}"
LOCATION = "UPDATE location SET {}"
CONFIDENTIAL = (
    "UPDATE location SET visibility = 'area_only', address = {}, postcode = {}, point = {}, getting_there = {}"
)
POINT = "ST_GeogFromText('POINT(-1.99 52.41)')"
NOWHERE = "address = NULL, postcode = NULL, point = NULL, getting_there = ''"

PROMISES = [
    ("location", "ck_location_confidential_has_no_address", CONFIDENTIAL.format("'1 Elm Row'", "NULL", "NULL", "''")),
    ("location", "ck_location_confidential_has_no_address", CONFIDENTIAL.format("NULL", "'B31 2AB'", "NULL", "''")),
    ("location", "ck_location_confidential_has_no_address", CONFIDENTIAL.format("NULL", "NULL", POINT, "''")),
    ("location", "ck_location_confidential_has_no_address", CONFIDENTIAL.format("NULL", "NULL", "NULL", "'Side door'")),
    ("location", "ck_location_visibility_known", LOCATION.format(f"visibility = 'secret', {NOWHERE}")),
    ("location", "ck_location_access_known", LOCATION.format("access = ARRAY['helipad']")),
    ("service", "ck_service_named", SERVICE.format("name = ''")),
    ("service", "ck_service_name_and_summary_short", SERVICE.format("name = repeat('a', 201)")),
    ("service", "ck_service_kind_known", SERVICE.format("kind = 'thing'")),
    ("service", "ck_service_status_known", SERVICE.format("status = 'maybe'")),
    ("service", "ck_service_gender_known", SERVICE.format("gender = 'other'")),
    ("service", "ck_service_referral_known", SERVICE.format("referral = 'vet'")),
    ("service", "ck_service_stage_known", SERVICE.format("stage = 'late'")),
    ("service", "ck_service_audience_known", SERVICE.format("audience = 'dogs'")),
    ("service", "ck_service_taking_people_known", SERVICE.format("taking_people = 'x', taking_people_said_at = now()")),
    ("service", "ck_service_taking_people_said_when", SERVICE.format("taking_people = 'yes'")),
    ("service", "ck_service_assured_how_known", SERVICE.format("assured_how = 'rumour'")),
    ("service", "ck_service_cost_not_negative", SERVICE.format("cost_pence = -1")),
    ("service", "ck_service_ages_human", SERVICE.format("min_age = 130")),
    ("service", "ck_service_ages_in_order", SERVICE.format("min_age = 60, max_age = 18")),
    ("service", "ck_service_dates_in_order", SERVICE.format("valid_from = '2027-01-02', valid_until = '2027-01-01'")),
    ("service", "ck_service_access_known", SERVICE.format("access = ARRAY['helipad']")),
    ("service", "ck_service_source_id_has_a_source", SERVICE.format("source_id = '7'")),
    ("opening_time", "ck_opening_time_weekday_known", "UPDATE opening_time SET weekday = 7"),
    ("opening_time", "ck_opening_time_starts_before_it_ends", "UPDATE opening_time SET ends_time = starts_time"),
    ("opening_time", "ck_opening_time_monthly_says_which_week", "UPDATE opening_time SET frequency = 'monthly'"),
    ("space", "ck_space_capacity_positive", "UPDATE space SET capacity = 0"),
    ("area_link", "ck_area_link_share_is_a_part", "UPDATE area_link SET share = 0"),
    ("user_account", "ck_user_account_role_known", "UPDATE user_account SET role = 'wizard'"),
    ("contact_point", "ck_contact_point_belongs_to_one", "UPDATE contact_point SET organisation_id = NULL"),
]


@pytest.fixture
def one_of_everything(session: Session) -> None:
    """A row in every table that a promise is about."""
    ward = register.ward()
    city = register.city()
    hall = register.location()
    service = register.service(at=hall)
    register.opening_time(service)
    register.user()
    session.execute(
        text("INSERT INTO area_link (child_id, parent_id) VALUES (:child, :parent)"),
        {"child": ward.id, "parent": city.id},
    )
    session.execute(
        text("INSERT INTO space (public_id, location_id, name) VALUES (gen_random_uuid(), :id, 'Hall')"),
        {"id": hall.id},
    )
    session.execute(
        text("INSERT INTO contact_point (organisation_id, kind, value) VALUES (:id, 'phone', '+441214960000')"),
        {"id": service.organisation_id},
    )


@pytest.mark.parametrize(("table", "promise", "breaking"), PROMISES)
@pytest.mark.usefixtures("one_of_everything")
def test_the_database_refuses_to_break_it(session: Session, table: str, promise: str, breaking: str) -> None:
    with pytest.raises(IntegrityError, match=promise), session.begin_nested():
        session.execute(text(breaking))
    session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {promise}"))
    session.execute(text(breaking))


@pytest.mark.usefixtures("one_of_everything")
def test_area_only_needs_a_ward(session: Session) -> None:
    breaking = text(
        "INSERT INTO location (public_id, name, visibility, placement)"
        " VALUES (gen_random_uuid(), 'Refuge', 'area_only', 'withheld')"
    )
    with pytest.raises(IntegrityError, match="ck_location_area_only_has_a_ward"), session.begin_nested():
        session.execute(breaking)
    session.execute(text("ALTER TABLE location DROP CONSTRAINT ck_location_area_only_has_a_ward"))
    session.execute(breaking)


def test_one_entry_for_each_id_of_a_source(session: Session) -> None:
    session.execute(text("INSERT INTO source (name) VALUES ('libraries')"))
    register.service(source="libraries", source_id="7")
    with pytest.raises(IntegrityError, match="uq_service_source_source_id"), session.begin_nested():
        register.service(source="libraries", source_id="7")


def test_one_account_for_each_e_mail_whatever_its_capitals(session: Session) -> None:
    register.user(email="ana@example.org")
    with pytest.raises(IntegrityError, match="uq_user_account_lower_email"), session.begin_nested():
        register.user(email="Ana@Example.org")
