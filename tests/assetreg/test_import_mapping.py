"""Mapping files turn other people's columns into ours by a few general rules."""

from __future__ import annotations

import pytest

from assetreg.cli.import_ import MAPS
from assetreg.rules.importing.columns import COLUMNS
from assetreg.rules.importing.mapping import BadMap, read_map

ALL_RULES = """
source = "A list"
attribution = "Open Government Licence"
blank = ["n/a", "Not known"]

[columns]
name = "Title"
id = { rule = "template", text = "{Title}, {Code}" }
organisation = { rule = "constant", value = "The Council" }
address = { rule = "join", from = ["Line 1", "Line 2"] }
status = { rule = "filled", from = "Closed", filled = "closed", empty = "active" }
times_note = { rule = "join", from = ["Remarks"], separator = " " }

[columns.referral]
rule = "translate"
from = "How"
otherwise = "none"
values = { "self" = "self", "refer" = "professional" }

[columns.times]
rule = "day_hours"
closed = ["closed", "shut"]
days = { Mon = "M", Tuesday = ["T", "T late"] }

[columns.contacts]
rule = "contacts"
from = "Contact"
rest = "description"
"""
THEIRS = {
    "Title": "Yoga",
    "Code": "7",
    "Line 1": "1 High Street",
    "Line 2": "n/a",
    "Closed": "",
    "Remarks": "Closed for lunch",
    "How": "Self-referral",
    "M": "9am - 5pm",
    "T": "09:00-12:00",
    "T late": "17:00-19:00",
    "Contact": "01632 960000 or a@example.org, ask for Sam",
}


def test_each_rule_does_what_it_says() -> None:
    mapping = read_map(ALL_RULES)
    assert (mapping.source, mapping.attribution) == ("A list", "Open Government Licence")
    assert mapping.apply(THEIRS) == {
        "name": "Yoga",
        "id": "Yoga, 7",
        "organisation": "The Council",
        "address": "1 High Street",
        "status": "active",
        "times_note": "Closed for lunch",
        "referral": "self",
        "times": "Mon 09:00-17:00; Tue 09:00-12:00; Tue 17:00-19:00",
        "phone": "+441632960000",
        "email": "a@example.org",
        "description": "01632 960000 or a@example.org, ask for Sam",
    }
    assert set(mapping.their_columns) == set(THEIRS)


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"Closed": "2020"}, "status", "closed"),
        ({"Code": "Not  known"}, "id", None),
        ({"How": "By referral"}, "referral", "professional"),
        ({"How": ""}, "referral", "none"),
        ({"M": "Shut", "T": "", "T late": ""}, "times", None),
        ({"M": "by appointment"}, "times_note", "Closed for lunch\nMon: by appointment"),
    ],
)
def test_rules_follow_the_cells(change: dict[str, str], column: str, value: str | None) -> None:
    assert read_map(ALL_RULES).apply({**THEIRS, **change}).get(column) == value


def test_a_problem_is_told_by_the_name_the_column_has_in_their_file() -> None:
    mapping = read_map(ALL_RULES)
    assert mapping.origin("address") == "Line 1 + Line 2"
    assert mapping.origin("phone") == "Contact"
    assert mapping.origin("organisation") == "organisation"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("nonsense", "TOML"),
        ("source = 'x'", "columns"),
        ("colour = 'x'\n[columns]\nname='Name'", "colour"),
        ("blank = 'x'\n[columns]\nname='Name'", "list"),
        ("source = 3\n[columns]\nname='Name'", "text"),
        ("[columns]\nnames='Name'", "names"),
        ("[columns]\nname=3", "name of a column"),
        ("[columns]\nname={rule='magic'}", "magic"),
        ("[columns]\nname={rule='constant'}", "value"),
        ("[columns]\nname={rule='constant', value='x', form='y'}", "form"),
        ("[columns]\nname={rule='copy', from=['a', 'b']}", "one column"),
        ("[columns]\nname={rule='join', from=[]}", "from"),
        ("[columns]\nname={rule='template', text='always'}", "braces"),
        ("[columns]\nname={rule='translate', from='a', values={}}", "values"),
        ("[columns]\nname={rule='translate', from='a', values={'('='x'}}", "pattern"),
        ("[columns]\ntimes={rule='day_hours', days={Moonday='a'}}", "Moonday"),
        ("[columns]\ntimes={rule='day_hours', days={Mon='a'}, closed='x'}", "list"),
        ("[columns]\ncontacts={rule='contacts', from='a', rest='remarks'}", "remarks"),
    ],
)
def test_a_mistake_in_a_mapping_file_is_named(text: str, part: str) -> None:
    with pytest.raises(BadMap, match=part):
        read_map(text)


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_mapping_files_that_come_with_us_are_good(path: object) -> None:
    mapping = read_map(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert mapping.source
    assert mapping.attribution
    assert {"name", "organisation", "postcode", "id"} <= mapping.our_columns <= set(COLUMNS)
