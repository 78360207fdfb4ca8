"""Where a postcode is, what an area is called, and how areas lie to one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from assetreg.models import Area, AreaLink, PostcodeCentre
from assetreg.queries.errors import NotFound
from assetreg.queries.places import (
    Placed,
    find_area,
    find_city,
    find_postcode,
    find_postcodes,
    get_area,
    list_areas,
    list_neighbours_of,
    list_parents_of,
    list_wards,
    list_wards_of,
)
from tests.factories.register import city, point, saved, square, ward

POSTCODES = "postcode,lat,long\nB31 2AA,52.405,-1.995\nB31 2AB,52.406,-1.995\nB31 3AA,52.405,-1.5\n"


@pytest.fixture
def northfield(session: Session) -> Area:
    """The only ward, around B31 2."""
    assert session is not None
    return ward("Northfield", west=-2.0, south=52.40, side=0.01)


@pytest.fixture
def postcodes(app: Flask, northfield: Area, tmp_path: Path) -> None:
    """B31's postcodes loaded, and of B32 and M14 only centres of sectors and outward codes."""
    assert northfield.id
    (tmp_path / "b.csv").write_text(POSTCODES)
    done = app.test_cli_runner().invoke(args=["postcodes", "load", str(tmp_path / "b.csv")])
    assert done.exit_code == 0, done.output
    for code, longitude in (("B32", -1.996), ("B32 1", -1.997), ("M14 5", -1.2), ("M14 6", -1.4)):
        saved(PostcodeCentre(code=code, point=point(longitude, 52.407)))


@pytest.mark.usefixtures("postcodes")
def test_a_known_postcode_is_exactly_where_it_is(northfield: Area) -> None:
    assert find_postcode("b31 2aa") == Placed(
        "B31 2AA", "placed", 52.405, -1.995, False, northfield.id, "Northfield", "northfield"
    )


@pytest.mark.usefixtures("postcodes")
def test_a_known_postcode_in_no_ward_is_outside_and_has_a_point() -> None:
    assert find_postcode("B31 3AA") == Placed("B31 3AA", "outside", 52.405, -1.5)


@pytest.mark.usefixtures("postcodes")
def test_a_postcode_missing_among_loaded_ones_needs_a_location() -> None:
    """Its sector's centre is known, but its neighbours are loaded without it: guessing would hide that."""
    assert find_postcode("B31 2ZZ") == Placed("B31 2ZZ", "needs_location")
    assert find_postcode("B31 9ZZ") == Placed("B31 9ZZ", "needs_location")


@pytest.mark.usefixtures("postcodes")
def test_where_only_centres_are_known_the_nearest_serves(northfield: Area) -> None:
    sector = find_postcode("B32 1AA")
    assert sector == Placed("B32 1AA", "placed", 52.407, -1.997, True, northfield.id, "Northfield", "northfield")
    outward = find_postcode("B32 9AA")
    assert outward is not None
    assert (outward.lon, outward.is_approximate) == (-1.996, True)
    middle = find_postcode("M14 9AA")
    assert middle is not None
    assert (middle.placement, middle.lon, middle.is_approximate) == ("outside", pytest.approx(-1.3), True)


@pytest.mark.usefixtures("postcodes")
def test_an_outward_code_known_nowhere_is_outside_the_city() -> None:
    assert find_postcode("ZE1 0AA") == Placed("ZE1 0AA", "outside")
    assert find_postcode("GIR 0AA") == Placed("GIR 0AA", "outside")


@pytest.mark.usefixtures("northfield")
def test_before_anything_is_loaded_nothing_is_said_to_be_outside() -> None:
    assert find_postcode("B31 2AA") == Placed("B31 2AA", "needs_location")


@pytest.mark.usefixtures("postcodes")
def test_a_part_of_a_postcode_is_its_middle() -> None:
    outward, sector = find_postcode("b31"), find_postcode("B31 2")
    assert outward is not None
    assert sector is not None
    assert (outward.postcode, outward.is_approximate, outward.lon) == ("B31", True, pytest.approx(-1.83))
    assert (sector.postcode, sector.is_approximate, sector.lat) == ("B31 2", True, 52.4055)


@pytest.mark.usefixtures("postcodes")
@pytest.mark.parametrize("typed", ["", "Northfield", "B31 2AA or so", "\0", "'; DROP TABLE area", "B" * 9000, "👍"])
def test_what_is_no_postcode_is_nowhere(typed: str) -> None:
    assert find_postcode(typed) is None


@pytest.mark.usefixtures("postcodes")
def test_thousands_at_once_are_one_statement(session: Session) -> None:
    statements = []

    def count(*arguments: object) -> None:
        statements.append(arguments[2])

    asked = [f"B{outward} {digit}A{letter}" for outward in range(30, 50) for digit in range(10) for letter in "ABDEFGH"]
    event.listen(Engine, "before_cursor_execute", count)
    try:
        found = find_postcodes([*asked, "nonsense", "B31 2AA", "b312aa"])
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert len(statements) == 1
    assert set(found) == {*asked, "b312aa"}
    assert all(found[one] == find_postcode(one) for one in ("B31 2AA", "B31 2AB", "B32 1AA", "B40 1AA", "b312aa"))
    assert session.scalar(text("SELECT count(*) FROM postcode")) == 3


@pytest.mark.parametrize(
    "written",
    [
        "E05011130",
        "e05011130",
        "Brandwood & King's Heath",
        "brandwood and kings heath",
        "Brandwood and King’s Heath ward",
        "brandwood-and-kings-heath",
        "  BRANDWOOD &  KING'S HEATH ",
    ],
)
def test_an_area_is_found_by_code_address_or_name(session: Session, written: str) -> None:
    meant = ward("Brandwood & King's Heath", code="E05011130", slug="brandwood-and-kings-heath")
    assert session is not None
    found = find_area(written)
    assert found is not None
    assert found.id == meant.id


def test_of_a_ward_and_a_constituency_of_one_name_the_ward_is_meant(session: Session) -> None:
    constituency = saved(Area(kind="constituency", code="E14001097", name="Northfield", slug="northfield-constituency"))
    found = find_area("Northfield")
    assert found is not None
    assert found.id == constituency.id
    meant = ward("Northfield")
    found = find_area("Northfield")
    assert found is not None
    assert found.id == meant.id
    found = find_area("northfield constituency")
    assert found is not None
    assert found.id == constituency.id
    assert session.get(Area, meant.id) is meant


@pytest.mark.parametrize("written", ["", " ", "\0", "Atlantis", "%", "' OR 1=1", "city"])
def test_an_area_that_is_none_is_not_found(session: Session, written: str) -> None:
    assert session is not None
    assert find_area(written) is None


def test_former_areas_have_an_address_and_are_not_found_by_name(session: Session) -> None:
    former = ward("Longbridge", retired_at=text("now()"))
    assert session is not None
    assert find_area("Longbridge") is None
    assert get_area("longbridge").id == former.id
    with pytest.raises(NotFound):
        get_area("atlantis\0")


def test_lists_are_in_order_and_leave_former_areas_out(session: Session) -> None:
    b, a = ward("Billesley"), ward("Acocks Green")
    ward("Aston", retired_at=text("now()"))
    whole = city()
    assert session is not None
    assert [one.id for one in list_wards()] == [a.id, b.id]
    assert [one.id for one in list_areas("city")] == [whole.id]
    assert list_areas("locality") == []
    found = find_city()
    assert found is not None
    assert found.id == whole.id


def test_wards_and_what_they_lie_in(session: Session) -> None:
    a, b = ward("Alder"), ward("Birch")
    north = saved(Area(kind="constituency", code="N", name="North", slug="north-constituency"))
    south = saved(Area(kind="constituency", code="S", name="South", slug="south-constituency"))
    east = saved(Area(kind="locality", code="E", name="East", slug="east-locality"))
    for child, parent, share in ((a, north, 1), (b, north, 0.4), (b, south, 0.6), (b, east, 1)):
        saved(AreaLink(child_id=child.id, parent_id=parent.id, share=share))
    assert session is not None
    assert [(area.name, share) for area, share in list_parents_of(b)] == [("South", 0.6), ("North", 0.4), ("East", 1.0)]
    assert [area.name for area in list_wards_of(north)] == ["Alder", "Birch"]
    assert [area.name for area in list_wards_of(south)] == ["Birch"]
    assert [area.name for area in list_wards_of(city())] == ["Alder", "Birch"]


def test_neighbours_are_those_that_touch(session: Session) -> None:
    middle = ward("Middle", west=-2.0, side=0.01)
    ward("East", west=-1.99, side=0.01)
    ward("West", west=-2.01, side=0.009999)  # a simplified edge that does not quite meet
    ward("Beyond", west=-1.98, side=0.01)
    ward("Former", west=-2.0, side=0.01, retired_at=text("now()"))
    city(boundary=square(-2.1, 52.3, 0.5))
    assert session is not None
    assert [area.name for area in list_neighbours_of(middle)] == ["East", "West"]
