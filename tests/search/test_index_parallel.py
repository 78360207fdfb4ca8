"""A rebuild by several processes, and the worker that looks after the index: with real commits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from assetreg.db import db
from assetreg.worker.loop import Worker
from search.engine import find
from search.index import parallel
from search.index.checking import compare, is_usable
from search.index.writing import rebuild
from search.loading import load
from search.reader import index_root
from search.requests import Request
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.search.worlds import TODAY, town


@pytest.fixture
def committed_app(template_database: str, worker_name: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own with a town in it, committed."""
    name = f"{worker_name}_town"
    app = make_app(copy_database(template_database, name), tmp_path)
    with app.app_context():
        town(40)
        db.session.commit()
        yield app
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


@pytest.mark.usefixtures("committed_app")
def test_two_processes_write_what_one_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "FEWEST_FOR_A_PROCESS", 5)
    told: list[tuple[int, int]] = []
    written = rebuild(db.session(), tmp_path / "two", processes=2, tell=lambda done, of: told.append((done, of)))
    rebuild(db.session(), tmp_path / "one", processes=1)
    one, two = load(tmp_path / "one", TODAY), load(tmp_path / "two", TODAY)
    assert len(two.segments) == 2
    assert written.documents == told[-1][0] == told[-1][1]
    assert compare(db.session(), tmp_path / "two").is_right
    for request in (Request(per_page=200), Request(text="gas bill yoga", per_page=200), Request(needs=("debt",))):
        first, second = find(request, one), find(request, two)
        assert [result.key for result in first.results] == [result.key for result in second.results]
        assert first.facets == second.facets


def test_the_worker_brings_a_missing_index_back(committed_app: Flask) -> None:
    worker = Worker(committed_app)
    root = index_root()
    worker.look_after()
    assert is_usable(root)
    shutil.rmtree(root)
    worker.look_after()
    assert is_usable(root)
    assert len(load(root, TODAY).living) > 20
