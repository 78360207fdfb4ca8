"""The index stays true to the register: every change is noted, applied, findable; what breaks comes back by itself."""

from __future__ import annotations

import shutil
from datetime import time, timedelta
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.audit import note_load
from assetreg.db import db
from assetreg.models import Outbox, Service, ServiceAtLocation
from assetreg.worker.loop import work_off_everything
from search.actions.indexing import heal
from search.actions.noting import TOPIC, enqueue, enqueue_everything
from search.engine import find
from search.index import folder, writing
from search.index.checking import compare, is_usable
from search.index.folder import IndexBusy, IndexMissing, read_current
from search.index.writing import apply, rebuild
from search.loading import load
from search.reader import Reader, index_root
from search.requests import Request
from tests.factories import register as make
from tests.search.worlds import TODAY, index_of, town


@pytest.fixture
def root(app: Flask) -> Path:
    """Where the application keeps its index; empty before and after."""
    path = Path(app.config["VAR"]) / "search"
    shutil.rmtree(path, ignore_errors=True)
    yield path
    shutil.rmtree(path, ignore_errors=True)


def names(root: Path, text_: str = "") -> set[str]:
    """The names, as they are ordered by, of what is found now."""
    snapshot = load(root, clock.today())
    found = find(Request(text=text_, per_page=200), snapshot).results
    return {snapshot.columns.name[result.row].decode() for result in found}


def noted() -> set[str]:
    """The keys of what waits to be indexed."""
    return set(db.session.scalars(select(Outbox.dedupe_key).where(Outbox.topic == TOPIC, Outbox.done_at.is_(None))))


def forget() -> None:
    """Nothing waits any more."""
    db.session.flush()
    db.session.execute(text("DELETE FROM outbox"))


def test_every_change_to_a_service_is_noted_in_its_transaction(session: Session) -> None:
    service = make.service(at=make.location())
    assert f"service:{service.id}" in noted()
    for change in (
        lambda: setattr(service, "summary", "Another"),
        lambda: setattr(service.organisation, "name", "Another"),
        lambda: setattr(service.at_locations[0].location, "name", "Another"),
        lambda: make.opening_time(service),
        lambda: setattr(service.opening_times[0], "ends_time", time(13)),
        lambda: service.terms.append(make.term("food")),
        lambda: service.areas.append(make.ward()),
        lambda: session.add(ServiceAtLocation(service_id=service.id, location_id=make.location().id)),
        lambda: session.delete(service),
    ):
        session.refresh(service)
        forget()
        change()
        session.flush()
        assert noted() & {f"service:{service.id}", "everything"}, change


def test_what_search_does_not_show_is_not_noted(session: Session) -> None:
    service = make.service()
    forget()
    make.user()
    session.refresh(service)
    session.flush()
    assert noted() == set()


def test_many_notes_of_one_service_wait_as_one(session: Session) -> None:
    service = make.service()
    enqueue(session, "service", [service.id, service.id])
    enqueue(session, "service", [service.id])
    waiting = session.scalars(select(Outbox).where(Outbox.dedupe_key == f"service:{service.id}")).all()
    assert len(waiting) == 1


def test_a_changed_need_and_a_bulk_load_are_notes_of_everything(session: Session) -> None:
    make.term("food").in_plain_words = "Something to eat"
    session.flush()
    assert "everything" in noted()
    forget()
    note_load(session, "area", "ward", {"added": 69})
    session.flush()
    assert "everything" in noted()


def test_the_worker_makes_a_new_service_findable_and_a_closed_one_not(session: Session, root: Path) -> None:
    chess, yoga = make.service("Chess club"), make.service("Chair yoga")
    rebuild(session, root)
    forget()
    dance = make.service("Tea dance")
    chess.status = "closed"
    yoga.name = "Seated yoga"
    session.flush()
    work_off_everything()
    assert names(root) == {"tea dance", "seated yoga"}
    assert noted() == set()
    assert dance.id in load(root, clock.today()).columns.key
    assert compare(session, root).is_right


def test_a_place_that_becomes_confidential_leaves_no_word_in_the_index_files(session: Session, root: Path) -> None:
    place = make.location("Zzcanaryhouse", address="17 Qqcanarystreet")
    make.service("Somewhere safe", at=place)
    make.service("Chess club")
    rebuild(session, root)
    assert words_in_files(root, b"canary"), "the test would see it"
    forget()
    place.visibility, place.placement, place.address, place.postcode, place.point = (
        "hidden",
        "withheld",
        None,
        None,
        None,
    )
    session.flush()
    work_off_everything()
    assert names(root) == {"somewhere safe", "chess club"}
    assert words_in_files(root, b"canary") == []


def words_in_files(root: Path, word: bytes) -> list[str]:
    """The files of the index in which these letters stand."""
    return [path.name for path in root.rglob("*") if path.is_file() and word in path.read_bytes().lower()]


def test_a_batch_of_many_changes_is_one_writing(session: Session, root: Path) -> None:
    services = [make.service(f"Club number {number}") for number in range(30)]
    rebuild(session, root)
    forget()
    before = read_current(root).generation
    for service in services:
        service.summary = "Changed"
        session.flush()
    work_off_everything()
    assert read_current(root).generation == before + 1
    assert len(names(root, "changed")) == 30


def test_changes_one_by_one_lead_to_the_same_index_as_a_rebuild(session: Session, tmp_path: Path) -> None:
    town(30)
    snapshot = index_of(session, tmp_path)
    keys = list(session.scalars(select(Service.id).order_by(Service.id)))
    for number, key in enumerate(keys * 2):
        service = session.get(Service, key)
        assert service is not None
        service.summary = f"Edition {number} with gas and bills"
        service.status = "closed" if number % 7 == 0 else "active"
        session.flush()
        written = apply(session, tmp_path, [("service", key)])
        assert len(folder.read_segments(tmp_path, written.current)) <= writing.MANY_SMALL + 1
        if number % 9 == 0:
            snapshot = load(tmp_path, TODAY, snapshot)
    comparison = compare(session, tmp_path)
    assert comparison.is_right
    assert comparison.documents > 10
    changed, fresh = load(tmp_path, TODAY, snapshot), index_of(session, tmp_path)
    for request in (Request(per_page=200), Request(text="gas edition", per_page=200), Request(needs=("food",))):
        one, other = find(request, changed), find(request, fresh)
        assert {result.key for result in one.results} == {result.key for result in other.results}
        assert one.facets == other.facets


def test_the_same_service_twice_in_a_batch_is_in_the_index_once(session: Session, tmp_path: Path) -> None:
    service = make.service()
    rebuild(session, tmp_path)
    apply(session, tmp_path, [("service", service.id), ("service", service.id)])
    assert load(tmp_path, TODAY).columns.key[load(tmp_path, TODAY).living].tolist() == [service.id]


def test_check_sees_what_is_missing_superfluous_and_different(session: Session, tmp_path: Path) -> None:
    first, second = make.service("Chess"), make.service("Yoga")
    rebuild(session, tmp_path)
    third = make.service("Dance")
    first.description = "Something the index does not know"
    second.status = "closed"
    session.flush()
    found = compare(session, tmp_path)
    assert found.missing == [("service", third.id)]
    assert found.superfluous == [("service", second.id)]
    assert found.different == [("service", first.id)]


def test_check_sees_a_swapped_word(session: Session, tmp_path: Path) -> None:
    service = make.service("Chess", description="one two")
    rebuild(session, tmp_path)
    service.description = "two one"
    session.flush()
    assert compare(session, tmp_path).different == [("service", service.id)]


def test_a_small_change_keeps_what_the_segments_remember(session: Session, tmp_path: Path) -> None:
    town(30)
    before = index_of(session, tmp_path)
    before.postings("gas")
    service = make.service("Gas")
    apply(session, tmp_path, [("service", service.id)])
    after = load(tmp_path, TODAY, before)
    assert after.segments[0] is before.segments[0]
    assert len(after.postings("gas").docs) == len(before.postings("gas").docs) + 1


def test_a_second_writer_is_turned_away_at_once(session: Session, tmp_path: Path) -> None:
    rebuild(session, tmp_path)
    with folder.writing(tmp_path), pytest.raises(IndexBusy):
        apply(session, tmp_path, [("service", 1)])


def test_while_somebody_else_writes_the_worker_waits_and_forgets_nothing(session: Session, root: Path) -> None:
    rebuild(session, root)
    forget()
    service = make.service("Chess")
    with folder.writing(root):
        work_off_everything()
    assert noted() == {f"service:{service.id}"}
    assert names(root) == set()


BREAKAGES = {
    "the folder is gone": lambda root: shutil.rmtree(root),
    "the file that says which is gone": lambda root: (root / "current").unlink(),
    "it is not what it should be": lambda root: (root / "current").write_bytes(b"\x00\xff{"),
    "it is of another version": lambda root: (root / "current").write_text(
        (root / "current").read_text().replace('"schema": "1"', '"schema": "0"')
    ),
    "the building is gone": lambda root: shutil.rmtree(next(root.glob("index-*"))),
    "the table of contents is damaged": lambda root: next(root.glob("index-*/_MAIN_*.toc")).write_bytes(b"no"),
    "a column is cut off": lambda root: next(root.glob("index-*/*.record.col")).write_bytes(b"short"),
    "the words are gone": lambda root: next(root.glob("index-*/*.trm")).unlink(),
    "the look-ups are damaged": lambda root: next(root.glob("index-*/lookups-*.json")).write_text("{"),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_whatever_breaks_the_index_comes_back_by_itself(session: Session, root: Path, breakage: str) -> None:
    make.service("Chess")
    rebuild(session, root)
    assert is_usable(root)
    BREAKAGES[breakage](root)
    assert not is_usable(root)
    with pytest.raises(IndexMissing):
        load(root, TODAY)
    heal(root)
    assert is_usable(root)
    assert names(root) == {"chess"}


def test_damage_that_only_a_reader_sees_is_told_and_healed(session: Session, root: Path) -> None:
    make.service("Chess")
    rebuild(session, root)
    words = next(root.glob("index-*/*.trm"))
    words.write_bytes(b"\x00" * words.stat().st_size)
    assert is_usable(root)
    reader = Reader(root)
    reader.look()
    assert reader.snapshot is None
    assert not is_usable(root)
    heal(root)
    assert reader.look()
    assert reader.snapshot is not None


def test_the_old_snapshot_answers_while_the_index_is_gone(session: Session, root: Path) -> None:
    make.service("Chess club")
    rebuild(session, root)
    reader = Reader(root)
    reader.look()
    shutil.rmtree(root)
    assert not reader.look()
    assert reader.snapshot is not None
    assert find(Request(text="chess"), reader.snapshot).total == 1


def test_a_reader_takes_a_new_generation_and_a_new_day(session: Session, root: Path) -> None:
    make.service("Chess", valid_until=TODAY)
    rebuild(session, root)
    today = TODAY
    reader = Reader(root, lambda: today)
    assert reader.look()
    assert not reader.look()
    make.service("Yoga")
    rebuild(session, root)
    assert reader.look()
    assert reader.snapshot is not None
    assert len(reader.snapshot.living) == 2
    today = TODAY + timedelta(days=1)
    assert reader.look()
    assert len(reader.snapshot.living) == 1


def test_a_change_to_an_index_that_is_gone_builds_it(root: Path) -> None:
    make.service("Chess")
    work_off_everything()
    assert names(root) == {"chess"}


def test_only_the_present_building_is_kept(session: Session, tmp_path: Path) -> None:
    for _ in range(3):
        rebuild(session, tmp_path)
    assert len(list(tmp_path.glob("index-*"))) == 1


def test_rebuild_and_check_from_the_command_line(app: Flask, session: Session, root: Path) -> None:
    town(20)
    enqueue_everything(session)
    run = app.test_cli_runner()
    assert run.invoke(args=["search", "check"]).exit_code == 1
    result = run.invoke(args=["search", "rebuild", "--processes", "1"])
    assert result.exit_code == 0, result.output
    assert "documents in" in result.output
    result = run.invoke(args=["search", "check"])
    assert result.exit_code == 0, result.output
    assert "agree on" in result.output
    assert index_root() == root
    result = run.invoke(args=["search", "explain", "yoga gass", "--near", "52.41,-1.99"])
    assert result.exit_code == 0, result.output
    assert "read as “gas”" in result.output
    assert "nearness" in result.output


def test_marks_of_documents_do_not_collide(session: Session, tmp_path: Path) -> None:
    town(60)
    snapshot = index_of(session, tmp_path)
    for segment in snapshot.segments:
        for combinations in (segment.areas, segment.terms, segment.times, segment.languages):
            lists = [
                tuple(sorted(combinations.lists.values[low:high].tolist()))
                for low, high in zip(combinations.lists.starts, combinations.lists.starts[1:], strict=False)
            ]
            assert len(lists) == len(set(lists)) == len(np.unique(combinations.marks))
