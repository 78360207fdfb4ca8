"""Postcodes load from the publishers' own files, the same again changes nothing, and nothing is lost on the way."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg.models import Audit, Location, Postcode, PostcodeCentre
from geo.points import distance_m
from tests.factories.register import confidential_location, location, ward

OFFICIAL = (
    '"B31 2AA",10,402000,279000,"E92000001","E19000002","E18000005","","E08000025","E05011169"\n'
    '"B312AB",10,402100,279100,"E92000001","E19000002","E18000005","","E08000025","E05011169"\n'
    '"B31 3AA",10,402200,279900,"E92000001","E19000002","E18000005","","E08000025","E05011169"\n'
)
DIRECTORY = (
    "pcd,pcd2,pcds,dointr,doterm,oseast1m,osnrth1m,osgrdind,lat,long\n"
    "B31 2AA,B31  2AA,B31 2AA,198001,,402000,0279000,1,52.409001,-1.972025\n"
    "B31 2AB,B31  2AB,B31 2AB,198001,199906,402100,0279100,1,52.409900,-1.970555\n"
    "B31 9ZZ,B31  9ZZ,B31 9ZZ,198001,,,,9,99.999999,0.000000\n"
    "BT1 1AA,BT1  1AA,BT1 1AA,198001,,146900,0530000,1,54.602100,-5.926000\n"
    "GIR 0AA,GIR  0AA,GIR 0AA,198001,,333500,0399500,1,53.484600,-3.003000\n"
)


def load(app: Flask, *arguments: object, status: int = 0) -> Result:
    """Load postcodes and expect this status."""
    result = app.test_cli_runner().invoke(args=["postcodes", "load", *map(str, arguments)])
    assert result.exit_code == status, result.output
    return result


def written(path: Path, content: str) -> Path:
    """The file with this text in it."""
    path.write_text(content, encoding="utf-8", newline="")
    return path


def codes(session: Session) -> list[str]:
    """All postcodes of the register."""
    return list(session.scalars(select(Postcode.code).order_by(Postcode.code)))


def place_of(session: Session, code: str) -> tuple[float, float]:
    """Latitude and longitude of a loaded postcode."""
    row = session.execute(
        text("SELECT ST_Y(point::geometry), ST_X(point::geometry) FROM postcode WHERE code = :code"), {"code": code}
    ).one()
    return row[0], row[1]


def everything(session: Session) -> list[Any]:
    """All that a load may change."""
    return [
        [tuple(row) for row in session.execute(text(statement))]
        for statement in (
            "SELECT code, ST_AsText(point), ward_id FROM postcode ORDER BY code",
            "SELECT code, ST_AsText(point), postcodes, is_derived, ward_id, loaded_at FROM postcode_centre"
            " ORDER BY code",
            "SELECT id, ST_AsText(point), ward_id, placement, is_approximate, updated_at FROM location ORDER BY id",
        )
    ]


def test_the_official_layout_has_no_header(app: Flask, session: Session, tmp_path: Path) -> None:
    said = load(app, written(tmp_path / "b.csv", OFFICIAL)).output
    assert "3 rows: 3 postcodes added" in said
    assert codes(session) == ["B312AA", "B312AB", "B313AA"]
    assert distance_m(*place_of(session, "B312AA"), 52.409001, -1.972025) < 5


def test_the_directory_leaves_out_what_has_no_place_or_no_use(app: Flask, session: Session, tmp_path: Path) -> None:
    said = load(app, written(tmp_path / "onspd.csv", DIRECTORY)).output
    assert codes(session) == ["B312AA", "BT11AA"]
    assert "2 without a place on the map, left out" in said
    assert "1 no longer in use, left out" in said
    assert place_of(session, "BT11AA") == (54.6021, -5.926)  # its grid reference is Ireland's, its degrees are right


def test_terminated_postcodes_are_taken_when_asked_for(app: Flask, session: Session, tmp_path: Path) -> None:
    load(app, written(tmp_path / "onspd.csv", DIRECTORY), "--with-terminated")
    assert "B312AB" in codes(session)


@pytest.mark.parametrize(
    "header", ["pcd7,lat,long", "PCD8,Latitude,Longitude", "Postcode,LAT,LON", "pcd,pcds,lat,long"]
)
def test_columns_are_found_by_any_of_their_names(app: Flask, session: Session, tmp_path: Path, header: str) -> None:
    first = "B31 2AA,B31 2AA" if header.count(",") == 3 else "B31 2AA"
    load(app, written(tmp_path / "some.csv", f"\ufeff{header}\r\n{first},52.4088,-1.972\r\n"))
    assert codes(session) == ["B312AA"]


def test_quality_90_means_that_nobody_knows_where_it_is(app: Flask, session: Session, tmp_path: Path) -> None:
    row = '"B31 9ZZ",90,0,0,"E92000001","E19000002","E18000005","","",""\n'
    assert "1 without a place" in load(app, written(tmp_path / "b.csv", OFFICIAL + row)).output
    assert "B319ZZ" not in codes(session)


def test_loading_the_same_again_changes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    ward(west=-2.0, south=52.40)
    location("Hall", postcode="B31 2AA", point=None)
    path = written(tmp_path / "b.csv", OFFICIAL)
    load(app, path)
    before = everything(session)
    assert "0 postcodes added, 0 changed, 3 as before" in load(app, path).output
    assert everything(session) == before


def test_postcodes_that_are_not_in_the_file_stay_unless_it_replaces(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    newer = written(tmp_path / "newer.csv", OFFICIAL.splitlines(keepends=True)[0])
    load(app, newer)
    assert len(codes(session)) == 3
    assert "2 removed" in load(app, newer, "--replace").output
    assert codes(session) == ["B312AA"]
    assert list(session.scalars(select(PostcodeCentre.code).order_by(PostcodeCentre.code))) == ["B31", "B31 2"]


def test_the_last_of_repeated_rows_counts(app: Flask, session: Session, tmp_path: Path) -> None:
    again = OFFICIAL.splitlines(keepends=True)[0].replace("402000", "402500")
    said = load(app, written(tmp_path / "b.csv", OFFICIAL + again)).output
    assert "1 given more than once, the last one taken" in said
    assert place_of(session, "B312AA")[1] > -1.966


def test_bad_rows_are_kept_with_line_column_and_reason(app: Flask, session: Session, tmp_path: Path) -> None:
    bad = (
        '"not one",10,402000,279000\n'
        '"B31 4AA",10,abc,279000\n'
        '"B31 4AB",10,402000\n'
        '"B31 4AD",10,402000,999999999\n'
        '"=cmd()",10,402000,279000\n'
    )
    result = load(app, written(tmp_path / "b.csv", OFFICIAL + bad), status=1)
    assert codes(session) == ["B312AA", "B312AB", "B313AA"]
    with (tmp_path / "b.rejected.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    told = {row["rejected_line"]: (row["rejected_column"], row["PC"]) for row in rows}
    assert told == {
        "4": ("PC", "not one"),
        "5": ("EA", "B31 4AA"),
        "6": ("PC", "B31 4AB"),
        "7": ("EA, NO", "B31 4AD"),
        "8": ("PC", "=cmd()"),
    }
    assert all(row["rejected_reason"].endswith(".") for row in rows)
    assert "b.csv, line 5, EA: “abc” is not a number." in result.output
    assert "5 rows were rejected and are kept in" in result.output


def test_rejected_rows_can_be_mended_and_loaded(app: Flask, session: Session, tmp_path: Path) -> None:
    load(app, written(tmp_path / "b.csv", OFFICIAL + '"B31 4AA",10,abc,279000\n'), status=1)
    rejected = tmp_path / "b.rejected.csv"
    load(app, written(tmp_path / "mended.csv", rejected.read_text().replace(",abc,", ",402000,")))
    assert "B314AA" in codes(session)


def test_rejects_of_an_earlier_load_do_not_linger(app: Flask, tmp_path: Path) -> None:
    load(app, written(tmp_path / "b.csv", OFFICIAL + '"not one",10,1,2\n'), status=1)
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    assert not (tmp_path / "b.rejected.csv").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b.csv", b""),
        ("b.csv", b"name,age\nAnn,7\n"),
        ("b.csv", b"\x00\x01\x02\x03"),
        ("b.csv", b"postcode,lat,long\nnonsense,here,there\n"),
        ("b.csv", b'postcode,lat,long\n"B31 2AA' + b"x" * 200_000),
        ("b.xlsx", b"PK\x03\x04not a zip"),
        ("b.zip", b"PK\x05\x06" + b"\x00" * 18),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(
    app: Flask, session: Session, tmp_path: Path, name: str, content: bytes
) -> None:
    load(app, written(tmp_path / "good.csv", OFFICIAL))
    before = everything(session)
    (tmp_path / name).write_bytes(content)
    result = load(app, tmp_path / name, "--replace", status=2)
    assert result.output.strip().endswith(".")
    assert everything(session) == before


def test_a_missing_file_is_said(app: Flask, tmp_path: Path) -> None:
    assert "There is no file" in load(app, tmp_path / "nothing.csv", status=2).output


def test_a_zip_as_the_ordnance_survey_gives_it_out(app: Flask, session: Session, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "codepo_gb.zip", "w") as archive:
        archive.writestr("Doc/Code-Point_Open_Column_Headers.csv", "PC,PQ,EA,NO\nPostcode,Quality,Eastings,Northings\n")
        archive.writestr("Doc/licence.txt", "free")
        archive.writestr("Data/CSV/b.csv", OFFICIAL)
        archive.writestr("Data/CSV/m.csv", OFFICIAL.replace("B31", "M14"))
    assert "6 postcodes added" in load(app, tmp_path / "codepo_gb.zip").output
    assert "M142AA" in codes(session)


def test_a_folder_of_tables_without_the_same_rows_twice(app: Flask, session: Session, tmp_path: Path) -> None:
    data = tmp_path / "ONSPD_MAY_2026"
    (data / "Data" / "multi_csv").mkdir(parents=True)
    (data / "Documents").mkdir()
    written(data / "Data" / "ONSPD_MAY_2026_UK.csv", DIRECTORY)
    written(data / "Data" / "multi_csv" / "ONSPD_MAY_2026_UK_B.csv", DIRECTORY)
    written(data / "Documents" / "Ward names.csv", "WD24CD,WD24NM\nE05011169,Longbridge\n")
    assert "5 rows: 2 postcodes added" in load(app, data).output
    assert len(codes(session)) == 2


def test_every_postcode_knows_its_ward(app: Flask, session: Session, tmp_path: Path) -> None:
    here = ward(west=-1.98, south=52.40, side=0.015)
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    rows = session.execute(select(Postcode.code, Postcode.ward_id).order_by(Postcode.code)).all()
    assert [tuple(row) for row in rows] == [("B312AA", here.id), ("B312AB", here.id), ("B313AA", None)]


def test_centres_are_the_middle_of_the_loaded_postcodes(app: Flask, session: Session, tmp_path: Path) -> None:
    session.add(PostcodeCentre(code="B31", point="SRID=4326;POINT(-1.5 52.1)", postcodes=9))
    session.add(PostcodeCentre(code="B99", point="SRID=4326;POINT(-1.5 52.1)", postcodes=9))
    session.flush()
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    session.expire_all()
    rows = session.execute(
        select(PostcodeCentre.code, PostcodeCentre.postcodes, PostcodeCentre.is_derived).order_by(PostcodeCentre.code)
    ).all()
    assert [tuple(row) for row in rows] == [("B31", 3, True), ("B31 2", 2, True), ("B31 3", 1, True), ("B99", 9, False)]
    middle = session.execute(
        text("SELECT ST_Y(point::geometry), ST_X(point::geometry) FROM postcode_centre WHERE code = 'B31 2'")
    ).one()
    north, south = place_of(session, "B312AA"), place_of(session, "B312AB")
    assert middle[0] == pytest.approx((north[0] + south[0]) / 2, abs=2e-6)


def test_locations_that_waited_get_their_point(app: Flask, session: Session, tmp_path: Path) -> None:
    here = ward(west=-1.98, south=52.40, side=0.015)
    waiting = location("Waiting", postcode="b312aa", point=None)
    unknown = location("Unknown", postcode="B31 9ZZ", point=None)
    elsewhere = location("Elsewhere", postcode="M14 5TQ", point=None, placement="outside")
    rough = location("Rough", longitude=-1.9, latitude=52.5, postcode="B31 2AB", is_approximate=True)
    exact = location("Exact", longitude=-1.975, latitude=52.405, postcode="B31 2AB")
    private = confidential_location(here)
    said = load(app, written(tmp_path / "b.csv", OFFICIAL)).output
    assert "2 placed by their postcode, 1 still wait" in said
    session.expire_all()
    assert (waiting.placement, waiting.ward_id, waiting.is_approximate) == ("placed", here.id, False)
    assert (unknown.placement, unknown.point) == ("needs_location", None)
    assert (elsewhere.placement, elsewhere.point) == ("outside", None)
    assert (rough.placement, rough.ward_id, rough.is_approximate) == ("placed", here.id, False)
    assert session.scalar(select(func.ST_X(func.geometry(Location.point))).where(Location.id == exact.id)) == -1.975
    assert (private.placement, private.point, private.postcode) == ("withheld", None, None)


def test_locations_lose_a_guess_that_is_known_to_be_wrong(app: Flask, session: Session, tmp_path: Path) -> None:
    """It stood at its sector's centre; now the sector's postcodes are known, and its own is not among them."""
    guessed = location("Guessed", postcode="B31 2ZZ", is_approximate=True)
    elsewhere = location("Elsewhere", postcode="M14 5TQ", point=None, placement="needs_location")
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    session.expire_all()
    assert (guessed.placement, guessed.point, guessed.is_approximate) == ("needs_location", None, False)
    assert elsewhere.placement == "outside"


def test_a_rough_point_beside_what_is_no_postcode_stays(app: Flask, session: Session, tmp_path: Path) -> None:
    rough = location("Rough", postcode="near the park", is_approximate=True)
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    session.expire_all()
    assert (rough.point is not None, rough.is_approximate) == (True, True)


def test_locations_move_with_the_postcode_that_placed_them(app: Flask, session: Session, tmp_path: Path) -> None:
    east = ward(name="East", west=-1.97, south=52.40, side=0.015)
    by_postcode = location("By postcode", postcode="B31 2AA", point=None)
    by_hand = location("By hand", longitude=-1.9721, latitude=52.4088, postcode="B31 2AA")
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    session.expire_all()
    assert by_postcode.placement == "outside"
    load(app, written(tmp_path / "b.csv", OFFICIAL.replace("402000", "402500")))
    session.expire_all()
    assert by_postcode.ward_id == east.id
    assert by_hand.ward_id is None


def test_one_audit_row_for_a_load(app: Flask, session: Session, tmp_path: Path) -> None:
    load(app, written(tmp_path / "b.csv", OFFICIAL))
    row = session.scalars(select(Audit).where(Audit.action == "load", Audit.entity == "postcode")).one()
    assert (row.actor, row.entity, row.changes["added"]) == ("command: postcodes load", "postcode", 3)


@pytest.mark.shared
def test_real_postcodes_lie_in_their_stated_wards(app: Flask, session: Session, shared_data: Path) -> None:
    """At least 99.9 % of the city's 21,659 postcodes; of its neighbours' none but a few along the edge."""
    wards_file = shared_data / "boundaries" / "birmingham_wards_2018.geojson"
    done = app.test_cli_runner().invoke(args=["areas", "load", str(wards_file), "--kind", "ward"])
    assert done.exit_code == 0, done.output
    files = [shared_data / "postcodes" / f"codepoint_open_{name}_2025.csv" for name in ("birmingham", "neighbours")]
    load(app, *files)
    stated: dict[str, str] = {}
    for path in files:
        with path.open() as lines:
            stated |= {row["postcode"].replace(" ", ""): row["ward"] for row in csv.DictReader(lines)}
    found: dict[str, str | None] = {
        row.code: row.ward
        for row in session.execute(
            text("SELECT p.code, a.code AS ward FROM postcode p LEFT JOIN area a ON a.id = p.ward_id")
        )
    }
    ours = set(session.scalars(text("SELECT code FROM area WHERE kind = 'ward'")))
    city = [code for code, where in stated.items() if where in ours]
    assert len(city) == 21_659
    assert sum(found[code] == stated[code] for code in city) / len(city) >= 0.999
    neighbours = [code for code, where in stated.items() if where not in ours]
    assert sum(found[code] is not None for code in neighbours) / len(neighbours) < 0.001
