"""Any CSV file is taken apart, with true line numbers; what is no CSV file says so."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest

from assetreg.actions.import_services.encodings import UnreadableFile
from assetreg.actions.import_services.reading import Table
from assetreg.rules.importing.columns import COLUMNS

HEADER = "name,organisation,postcode\n"
ACCENTS = HEADER + "Café,Amis d'été,B31 2AA\n"


def opened(data: bytes | str) -> Table:
    """A table of these bytes."""
    return Table(io.BytesIO(data.encode() if isinstance(data, str) else data), COLUMNS)


def rows(data: bytes | str) -> list[tuple[int, list[str]]]:
    """Line and cells of each row; none may be damaged."""
    found = list(opened(data).rows())
    assert not any(raw.damage for raw in found), found
    return [(raw.line, raw.cells) for raw in found]


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("windows-1252", "Windows-1252"),
    ],
)
def test_every_usual_encoding_is_recognised(codec: str, name: str) -> None:
    table = opened(ACCENTS.encode(codec))
    assert table.header == ["name", "organisation", "postcode"]
    assert [raw.cells[0] for raw in table.rows()] == ["Café"]
    assert table.encoding.name == name
    assert bool(table.encoding.note) == (name != "UTF-8")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator_is_recognised(separator: str) -> None:
    assert rows(ACCENTS.replace(",", separator))[0][1] == ["Café", "Amis d'été", "B31 2AA"]


def test_a_semicolon_list_inside_commas_does_not_mislead() -> None:
    assert rows("name,organisation,needs;x;y;z;a;b,postcode\nA,B,c;d,E\n") == [(2, ["A", "B", "c;d", "E"])]


def test_excels_own_separator_line_is_understood() -> None:
    assert rows("sep=;\nname;organisation;postcode\nA;B;C\n") == [(3, ["A", "B", "C"])]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_shows_them(line_end: str) -> None:
    text = HEADER + 'A,"two\nlines",C\n\n"D",E,F\n,,\nG,H,I'
    assert [line for line, _ in rows(text.replace("\n", line_end))] == [2, 5, 7]


def test_cells_may_hold_separators_quotation_marks_and_line_ends() -> None:
    assert rows(HEADER + '"A, B","say ""hi""","x\ny"\n') == [(2, ["A, B", 'say "hi"', "x\ny"])]


def test_empty_columns_at_the_end_do_no_harm() -> None:
    assert rows("name,organisation,postcode,,\nA,B,C,,\n") == [(2, ["A", "B", "C", "", ""])]


@pytest.mark.parametrize(
    ("row", "part"),
    [("A,B", "has 2 cells"), ("A,B,C,D", "has 4 cells"), ('A,"B,C', "quotation mark")],
)
def test_a_ragged_row_is_told_and_the_next_is_read(row: str, part: str) -> None:
    found = list(opened(f"{HEADER}{row}\nX,Y,Z\n").rows())
    assert part in found[0].damage
    assert (found[1].line, found[1].cells, found[1].damage) == (3, ["X", "Y", "Z"], "")


def test_a_quotation_mark_too_many_costs_one_row_only() -> None:
    text = HEADER + 'A,"B,C\n' + "".join(f"N{n},O,P\n" for n in range(2000)) + 'X,"Y ""q""",Z\n'
    found = list(opened(text).rows())
    assert [raw.line for raw in found if raw.damage] == [2]
    assert len(found) == 2002


def test_a_few_bytes_in_another_encoding_cost_their_rows_only() -> None:
    data = (ACCENTS * 3).encode() + "Thé,x,y\n".encode("windows-1252")
    table = opened(data)
    assert table.encoding.name == "UTF-8"
    assert "another encoding" in table.encoding.note


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "empty"),
        (b"\n\r\n  \n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04" + bytes(range(256)), "workbook"),
        (b"%PDF-1.7 something", "PDF"),
        (b"".join(sha256(bytes([n])).digest() for n in range(200)), "not a text file"),
        (bytes(5000), "empty"),
        (ACCENTS.encode("utf-32"), "UTF-32"),
        (ACCENTS.encode("utf-16")[:-1], "breaks off"),
    ],
)
def test_what_is_no_spreadsheet_says_so(data: bytes, part: str) -> None:
    with pytest.raises(UnreadableFile, match=part):
        opened(data)
