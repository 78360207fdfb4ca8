"""While the database is away: help at once is shown all the same; and a process that begins is made ready."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from assetreg.db import db
from search import knowing
from search.index.writing import rebuild
from search.reader import index_root
from search.warming import warm_up
from tests.conftest import make_app
from tests.factories import register
from tests.inspecting_client import InspectingClient

NOBODY_LISTENS = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def cut_off(tmp_path: Path) -> Flask:
    """An application whose database does not answer."""
    return make_app(NOBODY_LISTENS, tmp_path)


@pytest.mark.parametrize("words", ["I want to die", "he hits me", "nowhere to sleep tonight"])
def test_the_outage_page_shows_who_helps_at_once(cut_off: Flask, words: str) -> None:
    answer = cut_off.test_client().get("/search", query_string={"q": words})
    assert answer.status_code == 503
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    panel = page.select_one(".app-urgent")
    assert panel is not None
    assert panel.select("a[href^='tel:']")
    heading = page.find("h1")
    assert heading is not None
    assert (panel.sourceline or 0) < (heading.sourceline or 0), "above everything else"


def test_programs_are_told_too(cut_off: Flask) -> None:
    answer = cut_off.test_client().get("/search.json?q=I+want+to+die")
    assert answer.status_code == 503
    assert "Samaritans" in {one["title"] for one in answer.get_json()["urgent_help"]}


def test_other_words_bring_the_plain_outage_page(cut_off: Flask) -> None:
    for address in ("/search?q=chess", "/search", "/", "/places.json?q=nor"):
        answer = cut_off.test_client().get(address)
        assert answer.status_code == 503
        assert "app-urgent" not in answer.get_data(as_text=True)


def test_help_that_cannot_be_told_breaks_nothing(cut_off: Flask) -> None:
    def fail(_words: str) -> None:
        raise RuntimeError

    cut_off.extensions["help_at_once"] = fail
    assert cut_off.test_client().get("/search?q=I+want+to+die").status_code == 503


def test_warming_without_a_database_is_only_logged(cut_off: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="assetreg.search"):
        warm_up(cut_off)
    gc.unfreeze()
    assert "warmed up" in {record.message for record in caplog.records}


def test_after_warming_the_first_question_reads_no_names(
    app: Flask, session: Session, client: InspectingClient
) -> None:
    register.city()
    register.ward("Northfield")
    register.service("Gas bill help", at=register.location("Northfield Hall"), terms=("energy",))
    session.flush()
    rebuild(session, index_root(), processes=1)
    knowing.forget()
    warm_up(app)
    gc.unfreeze()
    sent: list[str] = []

    def collect(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", collect)
    try:
        assert client.get("/search.json?q=gas+bill&near=Northfield+Hall").get_json()["total"] == 1
    finally:
        event.remove(db.engine, "before_cursor_execute", collect)
    assert not [one for one in sent if "lexicon_phrase.phrase" in one or "FROM location l" in one or "FROM area" in one]
