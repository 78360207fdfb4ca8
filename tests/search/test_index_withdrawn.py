"""What was withdrawn is offered to nobody at once, and by the next day it is in no file of the index any more."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from assetreg import clock
from search.actions.indexing import heal
from search.asking import units_of
from search.index import tidying
from search.index.folder import read_current
from search.index.tidying import is_untidy, note_built
from search.index.writing import apply, rebuild
from search.loading import load
from search.reader import index_root
from tests.factories import register as make


@pytest.fixture
def root(app: Flask) -> Iterator[Path]:
    """Where the application keeps its index; empty before and after."""
    assert app is not None
    path = index_root()
    shutil.rmtree(path, ignore_errors=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def withdraw_one_of_two(session: Session, root: Path, withdrawn: str, kept: str) -> None:
    """Two services in one segment, of which the first is then closed."""
    closed = make.service(withdrawn)
    make.service(kept)
    session.flush()
    rebuild(session, root)
    closed.status = "closed"
    session.flush()
    apply(session, root, [("service", closed.id)])


def holds(root: Path, word: bytes) -> bool:
    """Do these letters stand in any file of the index?"""
    return any(word in path.read_bytes().lower() for path in root.rglob("*") if path.is_file())


def build_was(root: Path, days_ago: int) -> None:
    """As if the index had been built some days ago."""
    note_built(root / read_current(root).folder, clock.today() - timedelta(days=days_ago))


def offered(root: Path, typed: str) -> list[str]:
    """What a mistyped word is said to have been meant for."""
    return [unit.corrected for unit in units_of(typed, load(root, clock.today())) if unit.corrected]


def test_a_word_of_a_withdrawn_entry_alone_is_never_offered(session: Session, root: Path) -> None:
    withdraw_one_of_two(session, root, "Zanzibar club", "Carnival club")
    assert offered(root, "zanzbiar") == []
    assert offered(root, "carnivol") == ["carnival"]


def test_another_form_of_a_living_word_is_not_offered_when_only_a_withdrawn_entry_has_it(
    session: Session, root: Path
) -> None:
    withdraw_one_of_two(session, root, "Carnivals carnivals", "Carnival club: carnival after carnival")
    assert offered(root, "carnivals") == [], "it finds the other form"
    assert offered(root, "carnivalz") == ["carnival"]
    assert offered(root, "karnivals") == [], "carnivals is one mistake away, but nobody living says so"
    assert len(units_of("karnivals", load(root, clock.today()))[0].postings.docs) == 1, "and still it is found"


def test_a_form_that_living_and_withdrawn_entries_have_is_offered(session: Session, root: Path) -> None:
    withdraw_one_of_two(session, root, "Carnival", "Carnival club")
    assert offered(root, "carnivol") == ["carnival"]


def test_the_first_look_of_a_new_day_takes_withdrawn_words_out_of_the_files(session: Session, root: Path) -> None:
    withdraw_one_of_two(session, root, "Zanzibar club", "Carnival club")
    heal(root)
    assert holds(root, b"zanzib"), "the same day it may wait for the night"
    build_was(root, days_ago=1)
    heal(root)
    assert not holds(root, b"zanzib")
    assert holds(root, b"carniv")


def test_very_many_withdrawn_entries_do_not_wait_for_the_night(
    session: Session, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "FEW_DELETED", 0)
    withdraw_one_of_two(session, root, "Zanzibar club", "Carnival club")
    heal(root)
    assert not holds(root, b"zanzib")


def test_an_index_without_withdrawn_entries_is_left_alone(session: Session, root: Path) -> None:
    make.service("Carnival club")
    rebuild(session, root)
    build_was(root, days_ago=3)
    before = read_current(root)
    assert not is_untidy(root, clock.today())
    heal(root)
    assert read_current(root) == before


def test_an_index_of_which_nobody_knows_how_old_it_is_is_written_anew(session: Session, root: Path) -> None:
    withdraw_one_of_two(session, root, "Zanzibar club", "Carnival club")
    (root / read_current(root).folder / "built").unlink()
    heal(root)
    assert not holds(root, b"zanzib")
