"""What is found by what was meant: by words behind a need, by a weak hint, by kin, and without any tags."""

from __future__ import annotations

from pathlib import Path

from search.engine import find
from search.lookups import Lookups, TermEntry
from search.requests import Request, Weight
from search.snapshot import Snapshot
from tests.search.indexes import document, written

MONEY = TermEntry(1, "money", "need", "Money", "Help with bills")
ENERGY = TermEntry(2, "energy", "need", "Fuel", "Heating, gas, electric", parent=1)
OLDER = TermEntry(3, "older-people", "need", "Older people", "Later life")
LOOKUPS = Lookups(terms=(MONEY, ENERGY, OLDER))


def found(snapshot: Snapshot, **values: object) -> list[int]:
    """The keys of what is found, in order."""
    return [result.key for result in find(Request(per_page=200, **values), snapshot).results]


def test_who_uses_the_words_is_found_below_who_meets_the_need(tmp_path: Path) -> None:
    documents = [document(1, "Gas safety"), document(2, "Warm homes", term_ids=(2,)), document(3, "Chess")]
    snapshot = written(tmp_path, documents, lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0),), extra_text="gas") == [2, 1]


def test_a_weak_hint_raises_and_finds_nothing(tmp_path: Path) -> None:
    documents = [
        document(1, "Warm homes", term_ids=(2,)),
        document(2, "Cosy homes", term_ids=(2, 3)),
        document(3, "Lunch club", term_ids=(3,)),
    ]
    snapshot = written(tmp_path, documents, lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0), Weight("older-people", 0.15)))[:2] == [2, 1]
    apart = [document(key, "Chess", term_ids=(3,)) for key in range(10, 30)]
    snapshot = written(tmp_path / "many", [*documents[:1], *apart], lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0), Weight("older-people", 0.15))) == [1]


def test_instead_of_a_need_that_nobody_meets_comes_what_it_belongs_to(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Advice", term_ids=(1,)), document(2, "Chess")], lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0),)) == [1]


def test_where_nothing_is_tagged_the_words_of_the_need_are_looked_for(tmp_path: Path) -> None:
    others = [document(key, "Chess") for key in range(10, 40)]
    snapshot = written(tmp_path, [document(1, "Heating and electric bills"), *others], lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0),), extra_text="leccy") == [1]


def test_what_was_meant_and_is_nowhere_finds_nothing_and_not_everything(tmp_path: Path) -> None:
    snapshot = written(tmp_path, [document(1, "Chess")], lookups=LOOKUPS)
    assert found(snapshot, hinted=(Weight("energy", 1.0),)) == []


def test_a_few_that_have_the_words_bring_others_like_them_below(tmp_path: Path) -> None:
    documents = [
        document(1, "Grandchildren", term_ids=(2,)),
        document(2, "Warm homes", term_ids=(2,)),
        *(document(key, "Chess") for key in range(10, 40)),
    ]
    snapshot = written(tmp_path, documents, lookups=LOOKUPS)
    assert found(snapshot, text="grandchildren") == [1, 2]
    assert found(snapshot, text='"grandchildren"') == [1, 2]


def test_who_draws_a_circle_gets_no_others(tmp_path: Path) -> None:
    snapshot = written(
        tmp_path,
        [document(1, "Grandchildren", term_ids=(2,)), document(2, "Warm homes", term_ids=(2,))],
        lookups=LOOKUPS,
    )
    assert found(snapshot, text="grandchildren", point=(52.4, -1.9), within_m=10) == []


def test_what_is_made_for_an_age_comes_first_when_that_age_is_asked_for(tmp_path: Path) -> None:
    documents = [document(1, "Boxing"), document(2, "Boxing", ages=(8, 17)), document(3, "Boxing", ages=(50, 255))]
    snapshot = written(tmp_path, documents)
    assert found(snapshot, text="boxing", age=10) == [2, 1]
    assert found(snapshot, text="boxing", age=70) == [3, 1]
    assert found(snapshot, text="boxing", age=30) == [1]


def test_somebody_in_trouble_is_shown_help_before_what_people_do_for_fun(tmp_path: Path) -> None:
    lookups = Lookups(
        terms=(TermEntry(1, "mental-health", "need", "Mental health"), TermEntry(2, "music", "interest", "Music"))
    )
    documents = [
        document(1, "Choir", term_ids=(1, 2), kind="group"),
        document(2, "Listening ear", term_ids=(1,), kind="support", stage="some_help"),
        document(3, "Crisis house", term_ids=(1,), kind="place", stage="crisis"),
        document(4, "Choir for survivors", term_ids=(1, 2), stage="targeted"),
    ]
    snapshot = written(tmp_path, documents, lookups=lookups)
    hinted = (Weight("mental-health", 1.0),)
    assert found(snapshot, hinted=hinted, in_trouble=True) == [3, 2, 4, 1]
    assert found(snapshot, hinted=hinted)[0] == 1
