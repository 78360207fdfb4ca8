"""Cells of spreadsheets that we write: a text is never taken for a formula, and reads back as it was.

A program that opens a CSV takes a cell beginning with =, +, - or @ for a formula (OWASP, "CSV injection"). Such a cell
gets an apostrophe in front, which those programs read as "this is text". So that the way back loses nothing, a cell
that already began with apostrophes and then such a sign gets one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SIGNS = "=+\\-@＝＋－＠"
_NEEDS_ESCAPE = re.compile(rf"'*(?:\s*[{_SIGNS}]|[\t\r\n])")
_ESCAPED = re.compile(rf"'+(?:\s*[{_SIGNS}]|[\t\r\n])")


def escape_cell(text: str) -> str:
    """The text as a cell that no program takes for a formula. `unescape_cell` gives the text back."""
    return "'" + text if _NEEDS_ESCAPE.match(text) else text


def unescape_cell(cell: str) -> str:
    """The text that `escape_cell` was given; any other cell is as it was."""
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def escape_row(cells: Iterable[str]) -> list[str]:
    """A whole row, each cell escaped."""
    return [escape_cell(cell) for cell in cells]
