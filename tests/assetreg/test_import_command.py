"""The command: what it says, what it leaves behind, and how it ends."""

from __future__ import annotations

import stat
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetreg.actions.import_services import Options, import_services
from assetreg.actions.import_services.importing import ONE_AT_A_TIME
from assetreg.cli.import_ import problems_on_screen
from assetreg.models import ImportRun, Service, Source
from tests.conftest import plain_url
from tests.factories.spreadsheets import (
    YOGA,
    csv_file,
    everything,
    import_file,
    import_rows,
    only_service,
    rejected,
    services_by_name,
    small_city,
)

GOOD, BAD = YOGA, {**YOGA, "name": "Bad", "min_age": "old", "kind": "party"}


@pytest.fixture(autouse=True)
def city(session: Session) -> Session:
    """Every import is into the small city."""
    small_city()
    return session


def count(session: Session, model: type) -> int:
    """How many rows a table has."""
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_good_rows_are_saved_and_bad_ones_kept_with_every_reason(app: Flask, tmp_path: Path) -> None:
    said = import_rows(app, tmp_path, [GOOD, BAD, {**GOOD, "name": "Also good"}], status=1).output
    assert set(services_by_name()) == {"Chair yoga", "Also good"}
    (row,) = rejected(tmp_path)
    assert row["rejected_line"] == "3"
    assert "min_age: “old” is not an age" in row["rejected_reason"]
    assert "kind: “party” is not one of" in row["rejected_reason"]
    assert {name: row[name] for name in BAD} == BAD
    assert "Line 3, min_age: “old” is not an age" in said
    assert "Rows: 3 read, 1 rejected. Services: 2 added" in said
    assert "services.rejected.csv" in said


def test_corrected_rejected_rows_can_be_imported(app: Flask, tmp_path: Path) -> None:
    formula = {**BAD, "summary": "=1+1", "phone": "+44 121 496 0123", "description": 'two\nlines, "quoted"'}
    import_rows(app, tmp_path, [formula], status=1)
    file = tmp_path / "services.rejected.csv"
    assert "'=1+1" in file.read_text(encoding="utf-8-sig")
    assert "'+44" in file.read_text(encoding="utf-8-sig")
    corrected = file.read_text(encoding="utf-8-sig").replace("old", "18").replace("party", "group")
    file.write_text(corrected, encoding="utf-8-sig")
    said = import_file(app, file).output
    assert "passed over" not in said
    service = only_service()
    assert (service.summary, service.kind) == ("=1+1", "group")
    assert [contact.value for contact in service.contacts] == ["+441214960123"]
    assert service.description == '<p>two<br>\nlines, "quoted"</p>'


def test_a_dry_run_says_what_would_happen_and_writes_nothing(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [GOOD])
    before, runs = everything(), count(session, ImportRun)
    rows = [{**GOOD, "summary": "New"}, BAD, {**GOOD, "name": "New"}]
    said = import_rows(app, tmp_path, rows, "--source", "x", "--dry-run", status=1).output
    assert "nothing was written" in said
    assert "Rows: 3 read, 1 rejected. Services: 1 added, 1 changed" in said
    assert everything() == before
    assert (count(session, ImportRun), count(session, Source)) == (runs, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["services.csv"]


def test_a_dry_run_leaves_nothing_to_roll_back(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [GOOD])
    before, runs = everything(), count(session, ImportRun)
    path = csv_file(tmp_path, [{**GOOD, "summary": "New", "postcode": "B14 7SW"}, BAD])
    with path.open("rb") as file:
        report = import_services(file, Options(path.name, "x", is_dry_run=True), tell=problems_on_screen)
    assert (report.services.added, report.rows_rejected) == (1, 1)
    assert everything() == before
    assert (count(session, ImportRun), count(session, Source)) == (runs, 0)


def test_a_dry_run_draws_no_numbers(app: Flask, session: Session, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [{**GOOD, "name": "One"}])
    import_rows(app, tmp_path, [{**GOOD, "name": f"N{number}"} for number in range(20)], "--dry-run")
    import_rows(app, tmp_path, [{**GOOD, "name": "Two"}])
    first, second = session.scalars(select(Service.id).order_by(Service.id)).all()
    assert second - first <= 500  # ids are drawn in blocks of that many


def test_unknown_columns_are_told_and_passed_over(app: Flask, tmp_path: Path) -> None:
    said = import_rows(app, tmp_path, [{**GOOD, "colour": "red"}]).output
    assert "passed over: colour" in said


def test_an_older_encoding_is_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("name;organisation;postcode\nCafé;Amis;B31 2AA\n".encode("windows-1252"))
    said = import_file(app, path).output
    assert "Windows-1252, semicolon separated" in said
    assert only_service().name == "Café"


def test_a_row_in_another_encoding_is_rejected_readably(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    head = "name,organisation,postcode\nCafé,Ünited,B31 2AA\n".encode()
    path.write_bytes(head + "Thé,x,B31 2AA\n".encode("windows-1252"))
    import_file(app, path, status=1)
    assert rejected(tmp_path, "mixed.rejected.csv")[0]["name"] == "Thé"


def test_line_numbers_are_those_of_the_file(app: Flask, tmp_path: Path) -> None:
    rows = [{**GOOD, "description": "a\nb\nc"}, BAD]
    assert "Line 5, min_age" in import_rows(app, tmp_path, rows, status=1).output


def test_a_ragged_row_costs_only_itself(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    path.write_text("name,organisation,postcode\nA,B\nC,D,B31 2AA\nE,F,B31 2AA,G\n", encoding="utf-8")
    assert "Line 2: This row has 2 cells" in import_file(app, path, status=1).output
    assert set(services_by_name()) == {"C"}
    assert len(rejected(tmp_path, "ragged.rejected.csv")) == 2


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "The file is empty."),
        (b"name,postcode\nA,B31 2AA\n", "no column “organisation”"),
        (b"Chair yoga,Frankley Friends,B31 2AA\n", "no column “name”"),
        (b"name,organisation\nA,B\n", "postcode, area, online and telephone"),
        (b"name,name,organisation,postcode\n", "twice"),
        (b"PK\x03\x04xxxx", "workbook"),
        (bytes(range(256)) * 20, "not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(
    app: Flask, tmp_path: Path, content: bytes, part: str
) -> None:
    before = everything()
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    assert part in import_file(app, path, status=2).output
    assert everything() == before
    assert [file.name for file in tmp_path.iterdir()] == ["wrong.csv"]


def test_a_file_that_is_not_there_says_so(app: Flask, tmp_path: Path) -> None:
    assert "No such file" in import_file(app, tmp_path / "absent.csv", status=2).output
    assert "directory" in import_file(app, tmp_path, status=2).output


def test_a_character_that_cannot_be_kept_costs_its_row(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "nul.csv"
    path.write_bytes(b"name,organisation,postcode\nA\x00B,C,B31 2AA\nD,E,B31 2AA\n")
    assert "Line 2, name: This cell holds an invisible control character" in import_file(app, path, status=1).output
    assert set(services_by_name()) == {"D"}


def test_a_cell_without_end_costs_its_row(app: Flask, tmp_path: Path) -> None:
    rows = [{**GOOD, "description": "x" * 200_000}, {**GOOD, "name": "Short"}]
    assert "Line 2: A cell of this row is too long." in import_rows(app, tmp_path, rows, status=1).output
    assert set(services_by_name()) == {"Short"}


def test_two_imports_at_once_are_refused(app: Flask, tmp_path: Path) -> None:
    with psycopg.connect(plain_url(app.config["SQLALCHEMY_DATABASE_URI"])) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        said = import_rows(app, tmp_path, [GOOD], status=2).output
    assert "Another import is running" in said


def test_a_header_alone_is_nothing_to_do(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "header.csv"
    path.write_text("name,organisation,postcode\n", encoding="utf-8")
    assert "no rows" in import_file(app, path).output


def test_corrections_by_hand_are_not_overwritten(app: Flask, tmp_path: Path) -> None:
    import_rows(app, tmp_path, [BAD], status=1)
    (tmp_path / "services.rejected.csv").write_text("half corrected", encoding="utf-8")
    import_rows(app, tmp_path, [BAD], status=1)
    assert (tmp_path / "services.rejected.1.csv").read_text(encoding="utf-8") == "half corrected"
    import_rows(app, tmp_path, [BAD], status=1)
    assert not (tmp_path / "services.rejected.2.csv").exists()


def test_who_may_not_read_the_file_may_not_read_its_rejected_rows(app: Flask, tmp_path: Path) -> None:
    path = csv_file(tmp_path, [BAD])
    path.chmod(0o600)
    import_file(app, path, status=1)
    assert stat.S_IMODE((tmp_path / "services.rejected.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "part"),
    [("nonsense", "TOML"), ("[columns]\nname = 'Title'", "no column “Title”")],
)
def test_a_wrong_mapping_file_says_why(app: Flask, tmp_path: Path, content: str, part: str) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text(content, encoding="utf-8")
    said = import_rows(app, tmp_path, [GOOD], "--map", str(mapping), status=2).output
    assert part in said
    assert "Nothing was imported." in said


def test_a_map_is_used_and_problems_are_told_by_its_columns(app: Flask, tmp_path: Path) -> None:
    mapping = tmp_path / "map.toml"
    mapping.write_text("source='list'\n[columns]\nname='Title'\norganisation='By'\npostcode='Code'\n", encoding="utf-8")
    rows = [{"Title": "A", "By": "B", "Code": "B31 2AA"}, {"Title": "C", "By": "D", "Code": "none"}]
    said = import_rows(app, tmp_path, rows, "--map", str(mapping), status=1).output
    assert "Line 3, Code:" in said
    assert only_service().source == "list"
    assert rejected(tmp_path)[0]["Title"] == "C"


def test_every_row_of_a_large_file_with_one_id_is_answered(app: Flask, tmp_path: Path) -> None:
    rows = [{**GOOD, "id": "1", "summary": f"Number {number}"} for number in range(3000)]
    said = import_rows(app, tmp_path, rows, "--source", "x", status=1).output
    assert "Rows: 3,000 read, 2,999 rejected. Services: 1 added" in said
    assert len(rejected(tmp_path)) == 2999
