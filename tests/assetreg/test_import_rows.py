"""One row of the spreadsheet contract: what it may say, and a sentence to act on for everything it may not."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.importing.columns import COLUMNS, LIMITS, HeaderError, read_header, why_not_contract
from assetreg.rules.importing.packing import pack, unpack
from assetreg.rules.importing.row import Known, Row, read_row
from assetreg.rules.opening import RegularTime

KNOWN = Known(
    needs={"food": 1, "debt": 2, "domestic-abuse": 3},
    interests={"gardening": 10, "walking": 11},
    area_by_code={"E05011169": 100},
    area_by_slug={"northfield": 100, "brandwood-and-kings-heath": 101, "birmingham": 1000},
    wards=frozenset({100, 101}),
    area_names=frozenset({"Northfield", "Birmingham", "Sutton Coldfield"}),
    city_id=1000,
    today=date(2026, 6, 1),
)
LEAST = {"name": "Chair yoga", "organisation": "Frankley Friends", "postcode": "B31 2AA"}


def read(**cells: str) -> Row:
    """A row that must be good."""
    row, problems = read_row(2, {**LEAST, **cells}, KNOWN)
    assert problems == []
    return row


def refused(**cells: str) -> dict[str, str]:
    """The problems of a row by column."""
    _, problems = read_row(2, {**LEAST, **cells}, KNOWN)
    assert problems, "the row was taken"
    assert all(problem.sentence.endswith((".", "?")) for problem in problems)
    return {problem.column: problem.sentence for problem in problems}


def test_name_organisation_and_a_postcode_are_enough() -> None:
    row = read()
    assert (row.service, row.organisation) == ({"name": "Chair yoga"}, {"name": "Frankley Friends"})
    assert row.place is not None
    assert row.place.postcode == "B31 2AA"


@pytest.mark.parametrize("way", [{"area": "Northfield"}, {"area": "city"}, {"online": "yes"}, {"telephone": "Y"}])
def test_one_other_way_to_be_reached_is_enough(way: dict[str, str]) -> None:
    row, problems = read_row(2, {"name": "x", "organisation": "y", **way}, KNOWN)
    assert problems == []
    assert row.place is None


@pytest.mark.parametrize(
    "way", [{}, {"online": "no"}, {"latitude": "52.4", "longitude": "-1.9"}, {"address": "1 High St"}]
)
def test_without_any_way_to_be_reached_a_row_is_refused(way: dict[str, str]) -> None:
    assert "fill in postcode or area" in refused(postcode="", **way)["postcode"]


def test_what_is_missing_is_named() -> None:
    assert set(refused(name=" ", organisation="")) == {"name", "organisation"}


def test_every_column_is_read() -> None:
    row = read(
        id=" A 1 ",
        summary="Gentle  movement",
        description="**Come** along",
        kind="Group",
        charity_number="1234567",
        company_number="1234567",
        organisation_url="www.example.org",
        needs="Food; debt",
        interests="walking",
        location_name="The Hall",
        address="1 High Street\nBirmingham,",
        latitude="52.4797",
        longitude="-1.9027",
        area="E05011169; Brandwood & King’s Heath",
        online="yes",
        telephone="no",
        times="Mon 10:00-12:00; term time only",
        cost_pence="0",
        cost_note="Cake money",
        min_age="18",
        max_age="25.0",
        gender="Women",
        eligibility="Anyone",
        languages="en; URD",
        access="Hearing loop; step free",
        referral="self",
        stage="Some help",
        taking_people="waiting list",
        wait="About a month",
        audience="adults at risk",
        first_visit="Sam meets you",
        phone="0121 496 0123; 0121 496 0124",
        email="hello@example.org",
        url="https://example.org",
        assured_on="2026-05-01",
        assured_by="Hub",
        status="temporarily closed",
    )
    assert row.source_id == "A 1"
    assert row.organisation == {
        "name": "Frankley Friends",
        "charity_number": "1234567",
        "company_number": "01234567",
        "url": "https://www.example.org",
    }
    assert (row.needs, row.interests, row.areas) == ([1, 2], [11], [100, 101])
    assert row.times == [RegularTime(0, time(10), time(12))]
    assert row.contacts["phone"] == ["+441214960123", "+441214960124"]
    assert row.place is not None
    assert (row.place.lat, row.place.lon, row.place.address) == (52.4797, -1.9027, "1 High Street, Birmingham")
    assert row.service == {
        "name": "Chair yoga",
        "summary": "Gentle movement",
        "description": "<p><strong>Come</strong> along</p>",
        "kind": "group",
        "online": True,
        "telephone": False,
        "times_note": "term time only",
        "cost_pence": 0,
        "cost_note": "Cake money",
        "min_age": 18,
        "max_age": 25,
        "gender": "women",
        "eligibility": "Anyone",
        "languages": ["en", "ur"],
        "access": ["step-free", "hearing-loop"],
        "referral": "self",
        "stage": "some_help",
        "taking_people": "waiting_list",
        "wait": "About a month",
        "audience": "adults_at_risk",
        "first_visit": "Sam meets you",
        "assured_on": "2026-05-01",
        "assured_by": "Hub",
        "status": "temporarily_closed",
    }
    assert unpack(2, pack(row)) == row


@pytest.mark.parametrize(
    ("cells", "column", "part"),
    [
        ({"kind": "activty"}, "kind", "Did you mean activity"),
        ({"needs": "fod"}, "needs", "Did you mean food"),
        ({"needs": "walking"}, "needs", "column interests"),
        ({"interests": "debt"}, "interests", "column needs"),
        ({"area": "Nortfield"}, "area", "Did you mean northfield"),
        ({"online": "maybe"}, "online", "yes or no"),
        ({"cost_pence": "2.50"}, "cost_pence", "250 for £2.50"),
        ({"cost_pence": "£3"}, "cost_pence", "300 for £3.00"),
        ({"cost_pence": "free"}, "cost_pence", "Write 0"),
        ({"cost_pence": "-5"}, "cost_pence", "cost_note"),
        ({"cost_pence": "99999999"}, "cost_pence", "in pence"),
        ({"min_age": "18+"}, "min_age", "like 18"),
        ({"min_age": "200"}, "min_age", "0 to 120"),
        ({"min_age": "60", "max_age": "18"}, "max_age", "below"),
        ({"gender": "ladies"}, "gender", "women or men"),
        ({"languages": "Urdu"}, "languages", "Write ur"),
        ({"languages": "qq"}, "languages", "ISO 639"),
        ({"access": "lift"}, "access", "step-free"),
        ({"times": "Mon 12:00-10:00"}, "times", "ends before"),
        ({"postcode": "B31 2ABX"}, "postcode", "B31 2AB"),
        ({"latitude": "-1.9", "longitude": "52.4"}, "latitude", "wrong way round"),
        ({"latitude": "40.7", "longitude": "-74.0"}, "latitude", "not in Great Britain"),
        ({"latitude": "0", "longitude": "0"}, "latitude", "not in Great Britain"),
        ({"latitude": "nan", "longitude": "-1.9"}, "latitude", "Great Britain"),
        ({"latitude": "286448", "longitude": "406523"}, "latitude", "easting"),
        ({"latitude": "52.4"}, "longitude", "both"),
        ({"latitude": "north", "longitude": "west"}, "latitude", "degrees"),
        ({"assured_on": "01/05/2026"}, "assured_on", "year-month-day"),
        ({"assured_on": "2026-02-30"}, "assured_on", "calendar"),
        ({"assured_on": "2026-06-02"}, "assured_on", "future"),
        ({"assured_by": "Hub"}, "assured_on", "when"),
        ({"charity_number": "abc"}, "charity_number", "1234567"),
        ({"company_number": "abc"}, "company_number", "01234567"),
        ({"phone": "12345"}, "phone", "0121"),
        ({"email": "nobody"}, "email", "name@example.org"),
        ({"url": "javascript:alert(1)"}, "url", "https://"),
        ({"organisation_url": "ftp://x.org"}, "organisation_url", "https://"),
        ({"name": "N" * 201}, "name", "At most 200"),
        ({"summary": "two\x00words"}, "summary", "control character"),
        ({"location_visibility": "secret"}, "location_visibility", "hidden"),
        ({"status": "open"}, "status", "active"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence(cells: dict[str, str], column: str, part: str) -> None:
    assert part in refused(**cells)[column]


def test_every_problem_of_a_row_is_told_at_once() -> None:
    assert set(refused(kind="x", min_age="y", phone="z")) == {"kind", "min_age", "phone"}


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "مرحبا بكم", "🎉 Party 🎉", "=1+1", "'; DROP TABLE service; --"]
)
def test_strange_names_are_only_texts(text: str) -> None:
    assert read(name=text).service["name"] == text


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=40), max_size=12))
def test_any_row_is_taken_or_refused(cells: dict[str, str]) -> None:
    row, problems = read_row(2, cells, KNOWN)
    assert problems or unpack(2, pack(row)).service == row.service


def test_every_column_has_a_limit() -> None:
    assert all(limit > 0 for limit in LIMITS.values())


# Private places


def test_of_a_private_place_only_the_ward_is_kept() -> None:
    row = read(
        location_visibility="area only",
        area="Northfield",
        address="Willow House, 12 Rose Street",
        latitude="52.41",
        longitude="-1.97",
        summary="Safe and warm",
    )
    assert row.place is not None
    assert row.place.ward_id == 100
    for secret in ("Willow", "Rose", "52.41", "1.97", "B31 2AA"):
        assert secret not in pack(row)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("description", "We meet at <b>12</b> rose&nbsp;street."),
        ("description", "Come to Willow House"),
        ("name", "Refuge (b312aa)"),
        ("summary", "In Rose St."),
        ("times", "ring at 12 Rose Street"),
        ("first_visit", "Look for B31-2AA"),
        ("url", "https://example.org/12-rose-street"),
        ("id", "Refuge, B31 2AA"),
        ("location_name", "Willow House"),
    ],
)
@pytest.mark.parametrize("visibility", ["area_only", "hidden"])
def test_a_text_that_gives_a_private_place_away_is_refused(column: str, text: str, visibility: str) -> None:
    said = refused(
        location_visibility=visibility,
        area="Northfield",
        address="Willow House, 12 Rose Street, Sutton Coldfield, Birmingham",
        **{column: text},
    )
    assert "must stay private" in said[column]
    assert not any(secret in " ".join(said.values()) for secret in ("Willow", "Rose", "2AA"))


def test_a_private_place_may_say_which_town_it_is_in() -> None:
    read(
        location_visibility="hidden",
        address="12 Rose Street, Sutton Coldfield",
        description="For women in Sutton Coldfield and Birmingham",
    )


def test_a_private_place_without_a_ward_asks_for_one() -> None:
    assert "which ward" in refused(location_visibility="area_only", postcode="", area="city")["area"]


def test_a_wrong_postcode_of_a_private_place_is_not_repeated() -> None:
    assert "B99" not in " ".join(refused(location_visibility="hidden", postcode="B99 9ZZZ").values())


# The first line


def test_columns_are_found_in_any_order_and_spelling() -> None:
    header = read_header(["Postcode", " NAME ", "organisation", "Colour", "Min Age", "", ""], COLUMNS)
    assert header.positions == {"postcode": 0, "name": 1, "organisation": 2, "min_age": 4}
    assert header.unknown == ("Colour",)
    assert why_not_contract(header) is None


def test_a_missing_column_is_named_with_what_it_may_be_called() -> None:
    said = why_not_contract(read_header(["name", "organization", "postcode"], COLUMNS))
    assert said is not None
    assert "“organisation”" in said
    assert "“organization”" in said


def test_a_place_must_be_possible() -> None:
    said = why_not_contract(read_header(["name", "organisation"], COLUMNS))
    assert said is not None
    assert "postcode" in said


def test_one_column_twice_is_refused() -> None:
    with pytest.raises(HeaderError, match="twice"):
        read_header(["name", "Name", "organisation", "postcode"], COLUMNS)
