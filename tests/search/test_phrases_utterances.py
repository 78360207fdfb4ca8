"""What people really say, line by line, and what must be understood of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from search.phrases.words import clean, split
from search.urgent import starting_help
from tests.search.a_city import said, understood

HERE = Path(__file__).parent


def lines_of(name: str) -> list[tuple[str, str]]:
    """(line, what must be understood) of a file of utterances."""
    rows = (HERE / name).read_text(encoding="utf-8").splitlines()
    pairs = [row.partition(" => ") for row in rows if " => " in row and not row.startswith("# ")]
    return [(line, wanted) for line, _, wanted in pairs]


UTTERANCES = lines_of("utterances.txt")
CRIES = lines_of("cries.txt")


@pytest.mark.parametrize(("line", "expected"), UTTERANCES)
def test_a_line_is_understood(line: str, expected: str) -> None:
    found = said(understood(line))
    wanted = expected.split(" | ") if expected else []
    hints = [word for word in wanted if word.startswith("+")]
    assert [hint for hint in hints if hint not in found] == [], found
    is_text_said = any(word.startswith("text:") for word in wanted)
    rest = [word for word in found if not word.startswith("+") and (is_text_said or not word.startswith("text:"))]
    assert sorted(rest) == sorted(word for word in wanted if not word.startswith("+")), found


@pytest.mark.parametrize(("line", "groups"), CRIES)
def test_a_cry_for_help_is_heard_and_an_idiom_is_not(line: str, groups: str) -> None:
    heard = {sign.key for sign in starting_help().signs_in(split(clean(line)))}
    assert heard == {*groups.split(", ")} - {"-"}


def test_enough_is_tried() -> None:
    assert len(dict(UTTERANCES)) == len(UTTERANCES) >= 250
    assert len(dict(CRIES)) == len(CRIES) >= 150
