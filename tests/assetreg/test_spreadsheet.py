"""Cells that we write are never formulas, and read back as they were."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetreg.rules.spreadsheet import escape_cell, escape_row, unescape_cell

FORMULAS = (
    "=1+1",
    "+441214960123",
    "-1.9",
    "@SUM(A1)",
    "＝1+1",
    " =1+1",
    "\t=1",
    "\r=1",
    "'=1",
    "''@x",
    "=cmd|' /C calc'!A0",
)


@given(st.text(max_size=50))
def test_every_text_comes_back(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text


@given(st.text(alphabet="'=+-@ \tab＝", max_size=8))
def test_texts_that_look_escaped_come_back_too(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_as_a_formula_does(formula: str) -> None:
    assert escape_cell(formula).startswith("'")


@pytest.mark.parametrize("text", ["Yoga", "", "'Quoted' name", "10 - 12", "a=b", "ünïcode", "5 + 5"])
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert escape_cell(text) == text
    assert unescape_cell(text) == text


def test_a_whole_row_survives_a_csv_file() -> None:
    row = ["=1", "two\nlines", 'with "quotes"', "+44 121", "x;y,z"]
    file = io.StringIO()
    csv.writer(file).writerow(escape_row(row))
    read = next(csv.reader(io.StringIO(file.getvalue(), newline="")))
    assert [unescape_cell(cell) for cell in read] == row
