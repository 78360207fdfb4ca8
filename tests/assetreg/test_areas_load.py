"""Boundaries are loaded whole or not at all, former areas are kept, and addresses stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from shapely.geometry import box
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg.models import Area, AreaLink, Audit, Location, Service
from tests.factories.register import confidential_location, location, service
from tests.geo.making_files import feature, geojson, three

WARDS = "boundaries/birmingham_wards_2018.geojson"
OLD_WARDS = "boundaries/birmingham_wards_OLD_pre2018_40.geojson"


def run(app: Flask, *arguments: object) -> Result:
    """One command of operators."""
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def load(app: Flask, path: Path, *options: object, kind: str = "ward", status: int = 0) -> str:
    """Load boundaries, expect this status, and return everything that was said."""
    result = run(app, "areas", "load", path, "--kind", kind, *options)
    assert result.exit_code == status, result.output
    return result.output


def link(app: Flask, path: Path, *options: object, status: int = 0) -> str:
    """Load a look-up table, expect this status, and return everything that was said."""
    result = run(app, "areas", "link", path, *options)
    assert result.exit_code == status, result.output
    return result.output


def wards(session: Session) -> dict[str, str]:
    """Names of the present wards by code."""
    rows = session.execute(select(Area.code, Area.name).where(Area.kind == "ward", Area.retired_at.is_(None)))
    return dict(rows.all())


def everything(session: Session) -> list[Any]:
    """All that a load may change, to see that it did not."""
    areas = session.execute(
        text(
            "SELECT kind, code, name, slug, ST_AsBinary(boundary), is_approximate, source, retired_at"
            " FROM area ORDER BY id"
        )
    ).all()
    links = session.execute(text("SELECT * FROM area_link ORDER BY 1, 2")).all()
    audits = session.scalar(select(func.count()).select_from(Audit))
    return [[tuple(row) for row in areas], [tuple(row) for row in links], audits]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the wards Alder, Birch and Cedar in wards.geojson."""
    geojson(tmp_path / "wards.geojson", three())
    return tmp_path


def test_a_load_adds_wards_and_joins_the_city_from_them(app: Flask, session: Session, files: Path) -> None:
    said = load(app, files / "wards.geojson", "--source", "Our council")
    assert "3 added, 0 changed, 0 as before" in said
    assert "3 wards are in no constituency or locality yet" in said
    assert wards(session) == {"E05000001": "Alder", "E05000002": "Birch", "E05000003": "Cedar"}
    city = session.scalars(select(Area).where(Area.kind == "city")).one()
    assert (city.name, city.code, city.slug) == ("Birmingham", "E08000025", "birmingham")
    assert session.scalar(text("SELECT ST_NumGeometries(boundary) FROM area WHERE kind = 'city'")) == 1
    assert session.scalar(text("SELECT bool_and(ST_Covers(boundary, centre::geometry)) FROM area"))


def test_a_load_writes_one_audit_row(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson", "--source", "Our council")
    row = session.scalars(select(Audit).where(Audit.action == "load", Audit.entity == "area")).one()
    assert (row.actor, row.entity, row.entity_id) == ("command: areas load", "area", "ward")
    assert row.changes["added"] == 3


def test_loading_the_same_file_again_changes_nothing(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    assert "0 added, 0 changed, 3 as before" in load(app, files / "wards.geojson")
    assert everything(session)[:2] == before[:2]


def test_a_dry_run_tells_and_changes_nothing(app: Flask, session: Session, files: Path) -> None:
    before = everything(session)
    said = load(app, files / "wards.geojson", "--dry-run")
    assert "nothing was changed" in said
    assert "3 added" in said
    assert everything(session) == before


def test_a_ward_that_is_gone_is_retired_and_its_services_are_named(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    birch = session.scalars(select(Area).where(Area.name == "Birch")).one()
    service("Lunch club", areas=(birch,))
    confidential_location(birch)
    newer = three()
    newer[1] = feature(box(-1.99, 52.4, -1.98, 52.41), code="E05000009", name="Blackthorn")
    path = geojson(files / "newer.geojson", newer)
    said = load(app, path, "--force")
    assert "1 no longer shown: Birch" in said
    assert "Still said to serve Birch, which is no longer shown: Lunch club" in said
    assert "1 confidential locations are kept in a ward that is no longer shown" in said
    session.refresh(birch)
    assert birch.retired_at is not None
    assert [area.name for area in session.scalars(select(Service)).one().areas] == ["Birch"]
    assert "E05000009" in wards(session)


def test_a_retired_ward_comes_back_as_the_same_area(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    before = dict(session.execute(select(Area.code, Area.id)).all())
    load(app, geojson(files / "two.geojson", three()[:2]), "--force")
    assert "E05000003" not in wards(session)
    load(app, files / "wards.geojson", "--force")
    assert dict(session.execute(select(Area.code, Area.id)).all()) == before
    assert len(wards(session)) == 3


def test_addresses_stay_when_names_change(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    said = load(app, geojson(files / "wards.geojson", three(name="Silver Birch")))
    assert "0 added, 1 changed, 2 as before" in said
    area = session.scalars(select(Area).where(Area.code == "E05000002")).one()
    assert (area.name, area.slug) == ("Silver Birch", "birch")


def test_a_new_ward_takes_over_the_address_of_the_former_one_of_its_name(
    app: Flask, session: Session, files: Path
) -> None:
    load(app, files / "wards.geojson")
    newer = three()
    for number, one in enumerate(newer):
        one["properties"]["code"] = f"E0500010{number}"
    load(app, geojson(files / "newer.geojson", newer), "--force")
    slugs = dict(session.execute(select(Area.code, Area.slug).where(Area.kind == "ward")).all())
    assert slugs["E05000100"] == "alder"
    assert slugs["E05000001"] == "alder-former"


def test_two_wards_of_one_name_have_two_addresses(app: Flask, session: Session, files: Path) -> None:
    load(app, geojson(files / "wards.geojson", three(name="Alder")), "--name-field", "name")
    slugs = session.scalars(select(Area.slug).where(Area.kind == "ward").order_by(Area.code)).all()
    assert slugs == ["alder", "alder-ward", "cedar"]


def test_another_set_of_wards_is_refused_with_numbers(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    newer = three(code="E05000099")
    said = load(app, geojson(files / "newer.geojson", newer), status=1)
    assert "the register has 3 of the kind “ward”, the file has 3, and only 2 have the same code" in said
    assert "--force" in said
    assert everything(session) == before


def test_a_file_of_more_than_the_city_is_refused_with_advice(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    more = [*three(), feature(box(-1.5, 52.4, -1.49, 52.41), code="E05000004", name="Faraway")]
    for one in more:
        one["properties"]["council"] = "Elsewhere" if one["properties"]["name"] == "Faraway" else "Here"
    path = geojson(files / "more.geojson", more)
    assert "--only FIELD=VALUE" in load(app, path, status=1)
    assert "3 as before" in load(app, path, "--only", "council=Here")
    assert len(wards(session)) == 3


@pytest.mark.parametrize("content", ["", "{", '{"type": "FeatureCollection", "features": []}', "hello"])
def test_a_file_that_cannot_be_used_changes_nothing(app: Flask, session: Session, files: Path, content: str) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    (files / "bad.geojson").write_text(content)
    assert "Nothing was changed" in load(app, files / "bad.geojson", "--force", status=2)
    assert everything(session) == before


def test_all_problems_of_a_file_are_said_and_nothing_is_changed(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    bad = [
        *three(),
        feature(None, code="E05000004", name="Nowhere"),
        feature(box(-2, 52.4, -1.99, 52.41), code="E05000005", name="Twin"),
    ]
    said = load(app, geojson(files / "bad.geojson", bad), "--force", status=2)
    assert "“Nowhere” (E05000004) has no shape" in said
    assert "“Alder” (E05000001) and Feature 5 “Twin” (E05000005) overlap by 756" in said
    assert everything(session) == before


def test_a_code_of_another_kind_of_area_is_refused(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    said = load(app, files / "wards.geojson", "--force", kind="constituency", status=1)
    assert "E05000001 already belongs to “Alder”, which is a ward" in said
    assert everything(session) == before


def test_the_summary_says_how_many_locations_moved(app: Flask, session: Session, files: Path) -> None:
    inside, beyond = location("Inside", -1.995, 52.405), location("Beyond", -1.955, 52.405)
    said = load(app, files / "wards.geojson")
    assert "0 are in another ward now, 1 came into a ward, 0 are in no ward any more" in said
    moved = three()
    moved[0]["geometry"], moved[1]["geometry"] = moved[1]["geometry"], moved[0]["geometry"]
    said = load(app, geojson(files / "moved.geojson", moved))
    assert "1 are in another ward now, 0 came into a ward, 0 are in no ward any more" in said
    session.refresh(inside)
    assert inside.ward is not None
    assert inside.ward.name == "Birch"
    assert beyond.placement == "outside"


def test_a_loaded_city_boundary_is_not_drawn_over(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    city = geojson(files / "city.geojson", [feature(box(-2.1, 52.3, -1.8, 52.5), code="E08000025", name="Our City")])
    load(app, city, "--source", "Us", kind="city")
    load(app, files / "wards.geojson", "--approximate")
    kept = session.scalars(select(Area).where(Area.kind == "city")).one()
    assert (kept.name, kept.source, kept.slug) == ("Our City", "Us", "birmingham")


def test_approximate_shapes_are_labelled_and_replaced_by_real_ones(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson", "--approximate")
    assert set(session.scalars(select(Area.is_approximate))) == {True}
    load(app, files / "wards.geojson")
    assert set(session.scalars(select(Area.is_approximate))) == {False}


def test_wards_may_lie_in_two_constituencies(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    table = files / "lookup.csv"
    table.write_text(
        "ward,con,con_name,share\nE05000001,E14000001,North,1.0\nE05000002,E14000001,North,61%\n"
        "E05000002,E14000002,South,0.39\nE05000003,E14000002,South,1\nE05000099,E14000003,Elsewhere,1\n"
    )
    options = ("--child-field", "ward", "--parent-field", "con", "--parent-name-field", "con_name")
    said = link(app, table, *options, "--share-field", "share", "--parent-kind", "constituency")
    assert "Added: North and South" in said
    assert "1 wards of the file lie outside: E05000099" in said
    shares = session.execute(
        select(Area.name, AreaLink.share)
        .join(AreaLink, AreaLink.parent_id == Area.id)
        .order_by(Area.name, AreaLink.share)
    )
    assert shares.all() == [("North", 0.61), ("North", 1.0), ("South", 0.39), ("South", 1.0)]
    north = session.scalars(select(Area).where(Area.name == "North")).one()
    assert (north.slug, north.is_approximate) == ("north-constituency", True)
    area = "SELECT ST_Area(boundary::geography) FROM area WHERE name = "
    assert session.scalar(text(area + "'North'")) == pytest.approx(
        2 * (session.scalar(text(area + "'Alder'")) or 0), rel=0.001
    )


def test_a_table_without_shares_gives_them_by_its_rows(app: Flask, session: Session, files: Path) -> None:
    """A look-up by neighbourhood has many rows for each ward."""
    load(app, files / "wards.geojson")
    table = files / "lookup.csv"
    rows = ["Alder,East", "Birch,East", "Birch,East", "birch,East", "Birch,West", "Cedar,West"]
    table.write_text("\n".join(["ward,part", *rows]))
    said = link(app, table, "--child-field", "ward", "--parent-field", "part", "--parent-kind", "locality")
    assert "4 links" in said
    birch = session.scalars(select(Area).where(Area.name == "Birch")).one()
    shares = session.scalars(select(AreaLink.share).where(AreaLink.child_id == birch.id).order_by(AreaLink.share))
    assert list(shares) == [0.25, 0.75]
    east = session.scalars(select(Area).where(Area.name == "East")).one()
    assert (east.code, east.slug) == ("locality-east", "east-locality")


def test_the_statistics_offices_name_column_is_found_by_its_code_column(
    app: Flask, session: Session, files: Path
) -> None:
    load(app, files / "wards.geojson")
    table = files / "lookup.csv"
    table.write_text("WD24CD,WD24NM,PCON24CD,PCON24NM\nE05000001,Alder,E14000001,North West\n")
    link(app, table, "--child-field", "WD24CD", "--parent-field", "PCON24CD", "--parent-kind", "constituency")
    assert session.scalar(select(Area.name).where(Area.code == "E14000001")) == "North West"


def test_linking_again_replaces_the_links_and_retires_parents_nobody_names(
    app: Flask, session: Session, files: Path
) -> None:
    load(app, files / "wards.geojson")
    table = files / "lookup.csv"
    options = ("--child-field", "ward", "--parent-field", "part", "--parent-kind", "locality")
    table.write_text("ward,part\nAlder,East\nBirch,East\nCedar,West\n")
    link(app, table, *options)
    table.write_text("ward,part\nAlder,East\nBirch,East\n")
    assert "1 wards here are not in the file: Cedar" in link(app, table, *options)
    present = select(Area.name).where(Area.kind == "locality", Area.retired_at.is_(None))
    assert list(session.scalars(present)) == ["East"]
    assert session.scalar(select(func.count()).select_from(AreaLink)) == 2


def test_rows_that_cannot_be_used_are_named_by_their_line(app: Flask, session: Session, files: Path) -> None:
    load(app, files / "wards.geojson")
    table = files / "lookup.csv"
    table.write_text("ward,part,share\nAlder,East,most\n,East,1\nBirch,East,7\nCedar,East,1\n")
    said = link(
        app, table, "--child-field", "ward", "--parent-field", "part", "--share-field", "share",
        "--parent-kind", "locality", status=1,
    )  # fmt: skip
    assert "Line 2: the share “most”" in said
    assert "Line 3: the ward or the locality is missing" in said
    assert "Line 4: the share “7”" in said
    assert session.scalar(select(func.count()).select_from(AreaLink)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "has no column “ward”. Its columns are: a, b."),
        (b"", "has no column “ward”. Its columns are: none."),
        (b"ward,part\nE09,East\n", "Not one ward in the column “ward”"),
        (b"ward,part\nAl\xff\xfeder,East\n", "cannot be read as a table"),
        (b"ward,part\nAlder,E05000003\n", "already belongs to “Cedar”, which is a ward"),
    ],
)
def test_a_table_that_cannot_be_used_changes_nothing(
    app: Flask, session: Session, files: Path, content: bytes, said: str
) -> None:
    load(app, files / "wards.geojson")
    before = everything(session)
    (files / "lookup.csv").write_bytes(content)
    options = ("--child-field", "ward", "--parent-field", "part", "--parent-kind", "locality")
    assert said in link(app, files / "lookup.csv", *options, status=2)
    assert everything(session) == before


def test_links_need_wards_first(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text("ward,part\nAlder,East\n")
    options = ("--child-field", "ward", "--parent-field", "part", "--parent-kind", "locality")
    assert "Load them first" in link(app, tmp_path / "lookup.csv", *options, status=2)


def test_the_list_names_every_present_area(app: Flask, files: Path) -> None:
    load(app, files / "wards.geojson", "--source", "Us", "--approximate")
    lines = run(app, "areas", "list").output.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["city", "E08000025"],
        ["ward", "E05000001"],
        ["ward", "E05000002"],
        ["ward", "E05000003"],
    ]
    assert lines[1].endswith("Us (approximate)")
    assert run(app, "areas", "list", "--kind", "locality").output == ""


@pytest.mark.shared
def test_the_real_city(app: Flask, session: Session, shared_data: Path) -> None:
    """69 wards, 10 constituencies of which three wards are split, 5 localities; Solihull's wards lie outside."""
    load(app, shared_data / WARDS)
    assert len(wards(session)) == 69
    said = link(
        app, shared_data / "boundaries/ward_to_constituency_2024_by_postcode_share.csv", "--child-field", "ward",
        "--parent-field", "Const24Code", "--parent-name-field", "Constituency24", "--share-field", "share",
        "--parent-kind", "constituency",
    )  # fmt: skip
    assert "72 links" in said
    said = link(
        app, shared_data / "boundaries/ward_to_locality.csv", "--child-field", "AreaCode", "--parent-field", "Locality",
        "--parent-kind", "locality",
    )  # fmt: skip
    assert "17 wards of the file lie outside" in said
    kinds = session.execute(select(Area.kind, func.count()).where(Area.retired_at.is_(None)).group_by(Area.kind))
    assert dict(kinds.all()) == {"city": 1, "ward": 69, "constituency": 10, "locality": 5}
    assert "Solihull" not in set(session.scalars(select(Area.name)))
    split = select(AreaLink.child_id).where(AreaLink.share < 1).distinct()
    assert len(session.scalars(split).all()) == 3
    said = load(
        app, shared_data / "boundaries/bsol_constituencies_2024.geojson", "--name-field", "Constituency24",
        "--only", "Area=Birmingham", kind="constituency",
    )  # fmt: skip
    assert "0 added, 10 changed" in said
    said = load(
        app, shared_data / "boundaries/bham_localities_5_plus_solihull.geojson", "--only", "Area=Birmingham",
        kind="locality",
    )  # fmt: skip
    assert "0 added, 5 changed" in said
    assert session.scalar(text("SELECT bool_and(ST_IsValid(boundary)) FROM area"))
    slugs = set(session.scalars(select(Area.slug)))
    assert {"northfield", "northfield-constituency", "south-locality", "birmingham"} <= slugs
    assert "brandwood-and-kings-heath" in slugs


@pytest.mark.shared
def test_the_forty_former_wards_are_refused_unless_forced(app: Flask, session: Session, shared_data: Path) -> None:
    load(app, shared_data / WARDS)
    before = everything(session)
    said = load(app, shared_data / OLD_WARDS, status=1)
    assert "the register has 69 of the kind “ward”, the file has 40, and only 0 have the same code" in said
    assert everything(session) == before
    said = load(app, shared_data / OLD_WARDS, "--force")
    assert "40 added" in said
    assert "69 no longer shown" in said
    assert len(wards(session)) == 40
    assert session.scalar(select(func.count()).select_from(Location)) == 0
