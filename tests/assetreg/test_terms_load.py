"""Loading needs and interests says what it did."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from assetreg.actions.terms import load_terms

HEADER = "slug,parent,kind,name,in_plain_words\n"


def test_only_what_changed_is_counted(app: Flask, tmp_path: Path) -> None:
    assert app is not None
    file = tmp_path / "needs.csv"
    file.write_text(HEADER + "juggling,,interest,Juggling,Balls\nclubs,juggling,interest,Clubs,Heavier\n")
    assert load_terms(file) == 2
    assert load_terms(file) == 0
    file.write_text(HEADER + "juggling,,interest,Juggling,Balls in the air\nclubs,juggling,interest,Clubs,Heavier\n")
    assert load_terms(file) == 1
