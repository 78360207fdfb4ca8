"""The sample city in the register: complete, believable, the same every time, and gone again without a trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from assetreg import clock
from assetreg.actions.accounts import SAMPLE_PEOPLE
from assetreg.actions.sample_city.placing import UNIT_LETTERS
from assetreg.db import db
from assetreg.models import (
    Area,
    Audit,
    ContactPoint,
    Location,
    Membership,
    Organisation,
    PostcodeCentre,
    Service,
    ServiceAtLocation,
    Source,
    Space,
    Term,
    User,
)
from assetreg.rules.areas import slug_of
from assetreg.rules.rich_text import clean_rich_text, words_of
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories import register

DRAMA = re.compile(r"\+44121496\d{4}|\+447700900\d{3}|\+441632960\d{3}")
COUNTED = (Service, Organisation, Location, Space, Area, PostcodeCentre, Source, ContactPoint)


def counts() -> dict[str, int]:
    """How many rows the tables have that the sample fills."""
    return {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0 for model in COUNTED}


def run(app: Flask, *args: str) -> Any:
    """`script/manage demo`."""
    return app.test_cli_runner().invoke(args=["demo", *args])


def column(statement: str) -> list[Any]:
    """The first column of a statement's rows."""
    return list(db.session.scalars(text(statement)))


@pytest.fixture(scope="module")
def sample(template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The sample city at its usual size, in a database of its own; for reading only."""
    name = f"{worker_name}_sample"
    app = make_app(copy_database(template_database, name), tmp_path_factory.mktemp("var"))
    with app.app_context():
        result = run(app)
        assert result.exit_code == 0, result.output
        yield app
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def test_it_has_the_promised_size_and_says_what_it_did(sample: Flask) -> None:
    assert sample
    found = counts()
    assert (found["service"], found["organisation"], found["location"]) == (600, 220, 300)
    load = db.session.scalars(select(Audit).where(Audit.entity == "sample_city")).one()
    assert load.action == "load"
    assert load.actor == "command: demo"
    assert load.changes["services"] == 600


def test_a_second_run_changes_nothing_and_says_so(sample: Flask) -> None:
    before = counts()
    again = run(sample)
    assert again.exit_code == 0
    assert "Nothing was changed" in again.output
    assert counts() == before


def test_another_size_is_refused_in_a_sentence(sample: Flask) -> None:
    refused = run(sample, "--services", "50")
    assert refused.exit_code == 1
    assert "demo --remove" in refused.output


def test_every_ward_has_services_and_stands_where_its_people_live(sample: Flask) -> None:
    assert sample
    wards = db.session.scalars(select(Area).where(Area.kind == "ward")).all()
    assert len(wards) == 69
    assert all(ward.is_approximate and ward.slug == slug_of("ward", ward.name) for ward in wards)
    without = column(
        "SELECT name FROM area WHERE kind = 'ward' AND NOT EXISTS (SELECT FROM location JOIN service_at_location"
        " ON location_id = location.id WHERE ward_id = area.id)"
    )
    assert without == []
    assert column("SELECT name FROM area WHERE NOT ST_Covers(boundary, centre::geometry)") == []
    assert column("SELECT name FROM area WHERE NOT ST_IsValid(boundary)") == []


def test_areas_lie_in_what_they_should(sample: Flask) -> None:
    assert sample
    kinds = Counter(column("SELECT kind FROM area"))
    assert kinds == {"city": 1, "ward": 69, "constituency": 10, "locality": 5}
    split = column(
        "SELECT name FROM area JOIN area_link ON child_id = area.id WHERE share < 1 GROUP BY name ORDER BY 1"
    )
    assert split == ["Brandwood & King's Heath", "Oscott", "Weoley & Selly Oak"]
    assert "northfield-constituency" in column("SELECT slug FROM area")
    assert "south-locality" in column("SELECT slug FROM area")


def test_postcode_sectors_are_known_by_their_middle(sample: Flask) -> None:
    assert sample
    centre = db.session.get(PostcodeCentre, "B31 2")
    outward = db.session.get(PostcodeCentre, "B31")
    assert centre is not None
    assert outward is not None
    assert not centre.is_derived
    assert db.session.get(Area, centre.ward_id).name == "Northfield"  # type: ignore[union-attr]
    assert outward.postcodes > centre.postcodes


def test_every_need_and_interest_is_used(sample: Flask) -> None:
    assert sample
    used = set(
        column("SELECT term_id FROM service_term JOIN service ON service.id = service_id WHERE status <> 'closed'")
    )
    parents = {term.parent_id for term in db.session.scalars(select(Term)) if term.id in used}
    unused = [term.slug for term in db.session.scalars(select(Term)) if term.id not in used | parents]
    assert unused == []


def test_everyday_things_are_commoner_than_rare_ones(sample: Flask) -> None:
    assert sample
    number = Counter(column("SELECT slug FROM term JOIN service_term ON term_id = term.id"))
    assert number["food"] > 4 * number["sexual-health"]
    assert number["coffee-and-chat"] > 10 * number["care-leavers"]
    assert number["early-years"] > 3 * number["employers"]


def test_no_two_services_say_the_same(sample: Flask) -> None:
    assert sample
    for name in ("name", "summary", "description", "first_visit", "short_code"):
        assert len(set(column(f"SELECT {name} FROM service"))) == 600, name
    sentences = Counter(
        sentence
        for description in column("SELECT description FROM service")
        for sentence in re.split(r"(?<=[.!?])\s+", words_of(description).strip())
    )
    assert [sentence for sentence, count in sentences.items() if count > 1] == []


def test_descriptions_are_as_the_cleaner_leaves_them_and_hold_no_open_slot(sample: Flask) -> None:
    assert sample
    for description in column("SELECT description FROM service"):
        assert clean_rich_text(description) == description
        assert not re.search(r"[{}]|&lt;|  ", description), description
        assert 25 <= len(words_of(description).split()) <= 250, description


def test_names_have_no_echo_and_stay_short(sample: Flask) -> None:
    assert sample
    for name in column("SELECT name FROM service"):
        words = name.lower().split()
        assert len(name) <= 100
        assert all(one != other for one, other in pairwise(words)), name


def test_confidential_places_are_kept_and_have_no_address(sample: Flask) -> None:
    assert sample
    hidden = db.session.scalars(select(Location).where(Location.visibility != "public")).all()
    assert len(hidden) >= 3
    assert {place.visibility for place in hidden} == {"area_only", "hidden"}
    for place in hidden:
        assert (place.name, place.address, place.postcode, place.point, place.getting_there) == (
            "",
            None,
            None,
            None,
            "",
        )
    sensitive = set(column("SELECT id FROM service WHERE is_sensitive"))
    at_hidden = column("SELECT service_id FROM service_at_location JOIN location ON location.id = location_id"
                       " WHERE visibility <> 'public'")  # fmt: skip
    assert set(at_hidden) <= sensitive


def test_public_places_are_inside_their_ward_each_at_its_own_point(sample: Flask) -> None:
    assert sample
    places = db.session.execute(
        text("SELECT placement, postcode, address, ST_AsText(point) FROM location WHERE visibility = 'public'")
    ).all()
    assert {placement for placement, _, _, _ in places} == {"placed"}
    assert len({point for _, _, _, point in places}) == len(places)
    for _, postcode, address, _ in places:
        assert re.fullmatch(rf"B\d{{1,2}} \d[{UNIT_LETTERS}]{{2}}", postcode), postcode
        assert address.endswith(", Birmingham")
    nearest = column(
        "SELECT count(*) FROM location JOIN postcode_centre ON code = left(postcode, -2)"
        " WHERE ST_DWithin(location.point, postcode_centre.point, 3000)"
    )
    assert nearest == [len(places)]


def test_nobody_can_be_reached(sample: Flask) -> None:
    assert sample
    for contact in db.session.scalars(select(ContactPoint)):
        if contact.kind == "phone":
            assert DRAMA.fullmatch(contact.value), contact.value
        elif contact.kind == "email":
            assert re.fullmatch(r"[a-z0-9-]+@example\.org", contact.value), contact.value
        else:
            assert contact.value.startswith("https://example.org/"), contact.value
    assert column("SELECT name FROM organisation WHERE charity_number IS NOT NULL OR company_number IS NOT NULL") == []


def test_services_differ_in_standing_and_freshness(sample: Flask) -> None:
    assert sample
    today = clock.today()
    services = db.session.scalars(select(Service)).all()
    status = Counter(service.status for service in services)
    assert 8 <= status["temporarily_closed"] <= 36
    assert 2 <= status["closed"] <= 15
    paused = [service for service in services if service.status == "temporarily_closed"]
    assert all(service.status_note and not service.taking_people for service in paused)
    assert any(service.reopens_on and service.reopens_on > today for service in paused)
    ages = [(today - service.assured_on).days for service in services if service.assured_on]
    assert 1 <= len(services) - len(ages) <= 30
    assert sum(days > 365 for days in ages) >= 5
    assert sum(days > 183 for days in ages) >= 20
    assert sum(days < 155 for days in ages) >= 450
    assert any(service.valid_from and service.valid_from > today for service in services)
    assert any(service.valid_until and service.valid_until > today for service in services)
    assert {service.taking_people for service in services} == {"yes", "no", "waiting_list", None}


def test_newest_check_stands_on_the_service(sample: Flask) -> None:
    assert sample
    wrong = column(
        "SELECT service.name FROM service LEFT JOIN LATERAL (SELECT max(assurance.assured_on) AS newest FROM assurance"
        " WHERE service_id = service.id) AS checked ON true WHERE service.assured_on IS DISTINCT FROM checked.newest"
    )
    assert wrong == []


def test_some_are_citywide_online_by_telephone_or_at_several_places(sample: Flask) -> None:
    assert sample
    citywide = column("SELECT service_id FROM service_area JOIN area ON area.id = area_id WHERE kind = 'city'")
    assert len(citywide) >= 30
    assert len(column("SELECT id FROM service WHERE is_online")) >= 5
    assert len(column("SELECT id FROM service WHERE is_telephone")) >= 10
    places = Counter(column("SELECT service_id FROM service_at_location"))
    assert set(places.values()) == {1, 2, 3}
    nowhere = column(
        "SELECT name FROM service WHERE NOT EXISTS (SELECT FROM service_at_location WHERE service_id = service.id)"
        " AND NOT EXISTS (SELECT FROM service_area WHERE service_id = service.id)"
    )
    assert nowhere == []


def test_hours_are_those_that_people_keep(sample: Flask) -> None:
    assert sample
    assert column("SELECT id FROM opening_time WHERE starts_time < '05:00' OR ends_time > '23:30'") == []
    late = column(
        "SELECT name FROM service JOIN opening_time ON service_id = service.id"
        " WHERE min_age >= 50 AND ends_time > '21:30'"
    )
    assert late == []
    early = column(
        "SELECT name FROM service JOIN opening_time ON service_id = service.id"
        " WHERE max_age BETWEEN 5 AND 18 AND ends_time > '22:00'"
    )
    assert early == []


def test_rooms_to_hire_are_at_places_that_offer_them(sample: Flask) -> None:
    assert sample
    without = column(
        "SELECT service.name FROM service JOIN service_term ON service_term.service_id = service.id"
        " JOIN term ON term.id = term_id AND slug = 'rooms-to-hire'"
        " JOIN service_at_location AS at ON at.service_id = service.id"
        " WHERE NOT EXISTS (SELECT FROM space WHERE space.location_id = at.location_id AND is_hireable)"
    )
    assert without == []


def test_what_a_service_says_of_access_its_place_has(sample: Flask) -> None:
    assert sample
    lacking = column(
        "SELECT service.name FROM service JOIN service_at_location AS at ON at.service_id = service.id"
        " JOIN location ON location.id = at.location_id WHERE visibility = 'public' AND NOT"
        " (SELECT COALESCE(array_agg(feature), '{}') FROM unnest(service.access) AS feature"
        "   WHERE feature IN ('step-free', 'accessible-toilet', 'parking', 'hearing-loop')) <@ location.access"
    )
    assert lacking == []


def test_partners_may_edit_an_organisation_with_services(sample: Flask) -> None:
    assert sample
    assert db.session.scalar(select(func.count()).select_from(User)) == len(SAMPLE_PEOPLE)
    owned = {membership.organisation_id for membership in db.session.scalars(select(Membership))}
    assert len(owned) == 1
    assert db.session.scalar(select(func.count()).where(Service.organisation_id == owned.pop())) >= 2  # type: ignore[operator]


def test_the_same_seed_makes_the_same_city_and_another_seed_another(app: Flask) -> None:
    listing = "SELECT public_id || short_code || name || description || COALESCE(assured_on::text, '') FROM service"
    first = set(run_and_read(app, listing, "--services", "90"))
    again = set(run_and_read(app, listing, "--services", "90"))
    other = set(run_and_read(app, listing, "--services", "90", "--seed", "2"))
    assert first == again
    assert len(first & other) == 0


def run_and_read(app: Flask, listing: str, *args: str) -> list[Any]:
    """Make a sample, read from it, and take it out again."""
    assert run(app, *args).exit_code == 0
    found = column(listing)
    assert run(app, "--remove").exit_code == 0
    return found


def test_removing_leaves_the_register_as_it_was(app: Flask) -> None:
    before = counts()
    assert run(app, "--services", "100").exit_code == 0
    result = run(app, "--remove")
    assert result.exit_code == 0
    assert "100 services" in result.output
    assert counts() == before
    assert run(app, "--remove").exit_code == 1


def test_it_is_not_put_beside_other_entries_unless_forced(app: Flask) -> None:
    place = register.location(longitude=-1.97, latitude=52.41)
    service = register.service("Real thing", at=place)
    refused = run(app, "--services", "60")
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert run(app, "--services", "60", "--force").exit_code == 0
    assert counts()["service"] == 61
    removed = run(app, "--remove")
    assert "stayed" in removed.output
    assert column("SELECT name FROM service") == [service.name]
    assert column("SELECT count(*) FROM area WHERE kind = 'ward'") == [69]


def test_what_was_added_to_a_sample_organisation_stays_with_it(app: Flask) -> None:
    assert run(app, "--services", "60").exit_code == 0
    at = db.session.scalars(select(ServiceAtLocation).order_by(ServiceAtLocation.id)).first()
    assert at is not None
    register.service("Added since", at=at.location, organisation=at.service.organisation)
    assert run(app, "--remove").exit_code == 0
    kept = db.session.scalars(select(Service)).one()
    assert kept.name == "Added since"
    assert kept.organisation.source is None
    assert column("SELECT count(*) FROM organisation") == [1]
    assert column("SELECT count(*) FROM location") == [1]


def test_boundaries_that_were_loaded_stay_and_are_used(app: Flask) -> None:
    northfield = register.ward("Northfield", west=-1.99, south=52.395, side=0.03, code="E05011158")
    own = column(f"SELECT ST_AsText(boundary) FROM area WHERE id = {northfield.id}")
    assert run(app, "--services", "400").exit_code == 0
    assert column("SELECT count(*) FROM area WHERE kind = 'ward'") == [1]
    assert column(f"SELECT ST_AsText(boundary) FROM area WHERE id = {northfield.id}") == own
    assert column(f"SELECT count(*) FROM location WHERE ward_id = {northfield.id}") != [0]
    assert run(app, "--remove").exit_code == 0
    assert column("SELECT code FROM area") == ["E05011158"]


@pytest.mark.shared
def test_real_boundaries_take_the_place_of_the_approximate_ones(app: Flask, shared_data: Path) -> None:
    assert run(app, "--services", "150").exit_code == 0
    loaded = app.test_cli_runner().invoke(
        args=["areas", "load", str(shared_data / "boundaries" / "birmingham_wards_2018.geojson"), "--kind", "ward"]
    )
    assert loaded.exit_code == 0, loaded.output
    assert set(column("SELECT is_approximate FROM area WHERE kind = 'ward'")) == {False}
    placed = column("SELECT count(*) FROM location WHERE placement = 'placed'")[0]
    outside = column("SELECT count(*) FROM location WHERE placement = 'outside'")[0]
    assert outside <= placed * 0.03
    assert run(app, "--remove").exit_code == 0
    assert column("SELECT kind FROM area GROUP BY kind ORDER BY 1") == ["city", "constituency", "locality", "ward"]
