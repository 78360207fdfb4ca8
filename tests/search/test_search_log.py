"""The search log: what may be kept of a search, and that a person's words never are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.db import db
from assetreg.models import Area, AreaLink, Audit, Outbox
from search import log_writer
from search.actions.search_log import purge_searches, write_searches
from search.index.writing import rebuild
from search.log_writer import WRITERS, LogWriter, writer_of
from search.models import SearchLog
from search.reader import index_root, reader_of
from search.searched import Searched
from search.worker import purge_searches as daily_purge
from tests.conftest import administrator, copy_database, drop_database, make_app
from tests.factories import register
from tests.inspecting_client import InspectingClient

DAY = date(2026, 11, 3)
PRIVATE = (
    "Zebedee",
    "my name is rose baker and i need food",
    "food for Amina Hussain",
    "sarah jones debt advice",
    "call me on 07700 900123 about yoga",
    "yoga 0121-496-0123",
    "yoga amina.hussain@example.org",
    "debt advice B31 2AB",
    "debt advice b312ab",
    "born 01/02/1984 food",
    "NINO QQ123456C benefits",
    "mr wood wants yoga",
    "yoga with Wojciechowska",
    "yoga ٠٧٧٠٠٩٠٠١٢٣",
    "www.facebook.com/amina food",
)
NEVER = "zebedee rose baker amina hussain sarah jones 07700 900123 0121 496 example org b31 2ab 1984 qq wood facebook"


@pytest.fixture
def search(
    app: Flask, session: Session, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """Searches as somebody with a browser does, in a small city, and gives back what was kept of it."""
    whole = register.city()
    ward = register.ward("Northfield", west=-2.0)
    session.add(AreaLink(child_id=ward.id, parent_id=whole.id))
    session.execute(
        text("INSERT INTO postcode (code, point) VALUES ('B312AB', 'SRID=4326;POINT(-1.99 52.41)'::geography)")
    )
    hall = register.location("Northfield Hall")
    register.service("Chair yoga", at=hall, summary="Yoga, and food after it. Ask for Wojciechowska or for Baker Rose.")
    register.service(
        "John Taylor day", register.location("Hub", longitude=-1.98), ("debt",), summary="Advice on debt and food."
    )
    session.flush()
    rebuild(session, index_root(), processes=1)
    assert reader_of(index_root()).look()
    monkeypatch.setitem(app.config, "SEARCH_LOG", True)
    writer = LogWriter(app, every_s=3600)
    monkeypatch.setitem(WRITERS, id(app), writer)

    def search_for(q: str = "", path: str = "/search", method: str = "GET", **parameters: Any) -> list[SearchLog]:
        answer = client.open(path, method=method, query_string={"q": q, **parameters})
        assert answer.status_code == 200
        writer.flush()
        return list(db.session.scalars(select(SearchLog).order_by(SearchLog.searched_on)))

    return search_for


def test_an_everyday_search_leaves_its_words_its_ward_and_its_filters(
    search: Callable[..., list[SearchLog]], session: Session
) -> None:
    [kept] = search("yoga and food", near="B31 2AB", within="1600", day="tue", age="67")
    ward = session.scalars(select(Area.code).where(Area.kind == "ward")).one()
    assert kept.words == ["yoga", "food"]
    assert kept.areas == [ward]
    assert kept.filters == ["age", "day:tue", "near", "within"]
    assert kept.searched_on == clock.today()
    assert (kept.results, kept.is_from_index, kept.is_urgent) == (0, True, False)


def test_what_the_words_mean_is_kept_too(search: Callable[..., list[SearchLog]]) -> None:
    [kept] = search("skint")
    assert kept.words == [], "it is not in the index"
    assert kept.meant[0] in ("grants", "money")


@pytest.mark.parametrize("typed", PRIVATE)
def test_nothing_of_a_person_reaches_the_table(
    search: Callable[..., list[SearchLog]], session: Session, typed: str
) -> None:
    rows = search(typed)
    assert len(rows) == 1
    everything = str(session.execute(text("SELECT row_to_json(search_log)::text FROM search_log")).scalars().all())
    kept = set(everything.replace(rows[0].id.hex, "").lower().replace('"', " ").replace(",", " ").split())
    assert kept.isdisjoint(NEVER.split())
    assert "wojciechowska" not in everything.lower()
    assert not set("".join(rows[0].words)) & set("0123456789@٠٧")
    assert set(rows[0].words) <= {"yoga", "food", "debt", "advice", "ask", "day", "chair", "benefits"}


def test_the_place_that_was_typed_is_kept_as_its_ward_only(
    search: Callable[..., list[SearchLog]], session: Session
) -> None:
    search("yoga", near="B31 2AB")
    search("yoga near b31 2ab")
    search("yoga", near="52.4101,-1.9902")
    everything = str(session.execute(text("SELECT row_to_json(search_log)::text FROM search_log")).scalars().all())
    assert "52.41" not in everything
    assert "31 2" not in everything
    assert "312" not in [area for (areas,) in session.execute(select(SearchLog.areas)) for area in areas]
    assert {len(areas) for (areas,) in session.execute(select(SearchLog.areas))} == {1}


def test_a_persons_name_is_kept_only_as_part_of_a_services_name(search: Callable[..., list[SearchLog]]) -> None:
    assert search("john")[0].words == []
    assert ["john", "taylor"] in [row.words for row in search("john taylor")]
    assert ["rose", "baker"] not in [row.words for row in search("baker rose")], "that is only in a description"


def test_of_a_cry_for_help_nothing_is_kept_but_that_there_was_one(
    search: Callable[..., list[SearchLog]], session: Session
) -> None:
    [kept] = search("my husband hits me", near="B31 2AB", day="tue")
    assert (kept.words, kept.meant, kept.filters, kept.areas, kept.results) == ([], [], [], [], None)
    assert kept.is_urgent
    with pytest.raises(IntegrityError, match="urgent_is_only_counted"):
        session.execute(text("INSERT INTO search_log (searched_on, words, is_urgent) VALUES (now(), '{hits}', true)"))


def test_the_table_itself_refuses_numbers_and_addresses(session: Session) -> None:
    for words in ("{07700900123}", "{a@b}", "{NULL}"):
        with pytest.raises(IntegrityError, match="words_hold_no_number"), session.begin_nested():
            session.execute(
                text("INSERT INTO search_log (searched_on, words) VALUES (now(), CAST(:words AS text[]))"),
                {"words": words},
            )


def test_the_table_has_nothing_that_tells_who_or_in_which_order(session: Session) -> None:
    columns = set(SearchLog.__table__.columns.keys())
    assert columns == {
        *("id", "searched_on", "words", "left_out", "meant", "filters", "areas", "results"),
        *("is_from_index", "is_urgent"),
    }
    many = [Searched(words=("yoga",), results=number) for number in range(200)]
    write_searches(many, DAY)
    order = session.scalars(select(SearchLog.results).order_by(text("ctid"))).all()
    assert sorted(order) == list(range(200))
    assert order != list(range(200)), "they lie in the table in an order drawn by lot"


def test_only_what_somebody_looked_at_is_kept(search: Callable[..., list[SearchLog]], client: InspectingClient) -> None:
    assert search("yoga", method="HEAD") == []
    assert search("yoga", path="/search.json") == []
    assert search("yoga", path="/search.csv") == []
    assert search("yoga", page="2") == [], "the next page is the same search"
    assert search("") == [], "nothing was asked"
    client.get("/search?q=yoga", headers={"Sec-Purpose": "prefetch"})
    assert search("") == [], "a browser that looks ahead is nobody"
    assert len(search("yoga")) == 1


def test_the_log_can_be_turned_off(
    app: Flask, search: Callable[..., list[SearchLog]], client: InspectingClient
) -> None:
    assert "We keep some words" in client.get("/privacy").get_data(as_text=True)
    app.config["SEARCH_LOG"] = False
    assert search("yoga") == []
    assert "We do not keep what you look for" in client.get("/privacy").get_data(as_text=True)


def test_without_the_index_no_word_is_kept(app: Flask, search: Callable[..., list[SearchLog]]) -> None:
    reader = reader_of(index_root())
    reader.stop()
    reader.snapshot = None
    reader.wait_for_first = lambda _seconds: None  # type: ignore[method-assign]
    [kept] = search("yoga")
    assert (kept.words, kept.is_from_index) == ([], False)
    assert app is not None


def test_noting_asks_the_database_nothing_and_leaves_no_other_trace(
    search: Callable[..., list[SearchLog]], session: Session
) -> None:
    before = len(session.scalars(select(Audit.id)).all()), len(session.scalars(select(Outbox.id)).all())
    search("yoga")
    assert before == (len(session.scalars(select(Audit.id)).all()), len(session.scalars(select(Outbox.id)).all()))


def test_a_full_list_drops_and_counts_and_says_so_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    writer = LogWriter(app, every_s=3600, most_waiting=2)
    with caplog.at_level("WARNING", logger="assetreg.search.log"):
        assert [writer.add(Searched(words=("yoga",))) for _ in range(5)] == [True, True, False, False, False]
    assert (writer.waiting, writer.dropped) == (2, 3)
    assert [record.message for record in caplog.records] == ["search log is full, entries are dropped"]


@pytest.mark.usefixtures("session")
def test_a_database_that_is_away_hurts_nobody(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    writer = LogWriter(app, every_s=3600, most_waiting=3)
    writer.add(Searched(words=("yoga",)))
    writer.add(Searched(words=("food",)))

    def away(*_arguments: object) -> int:
        raise OperationalError("", {}, Exception())

    with monkeypatch.context() as patched, caplog.at_level("WARNING", logger="assetreg.search.log"):
        patched.setattr(log_writer, "write_searches", away)
        assert writer.flush() == 0
        writer.add(Searched(words=("debt",)))
        assert writer.flush() == 0
    assert [record.message for record in caplog.records] == ["search log cannot be written"]
    assert writer.waiting == 3, "they wait for the database to come back"
    assert writer.flush() == 3
    assert sorted(row.words[0] for row in db.session.scalars(select(SearchLog))) == ["debt", "food", "yoga"]


def test_a_mistake_in_the_log_is_no_mistake_of_the_search(
    search: Callable[..., list[SearchLog]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(log_writer, "searched", broken)
    assert search("yoga") == []
    assert any("could not be noted" in record.message for record in caplog.records)


@pytest.mark.usefixtures("session")
def test_old_searches_are_cleared_away_by_a_daily_job(app: Flask) -> None:
    today, days = clock.today(), app.config["SEARCH_LOG_DAYS"]
    write_searches([Searched(words=("old",))], today - timedelta(days=days + 1))
    write_searches([Searched(words=("yoga",))], today - timedelta(days=days))
    daily_purge({})
    assert [row.words for row in db.session.scalars(select(SearchLog))] == [["yoga"]]
    assert purge_searches(today + timedelta(days=1)) == 1


def test_the_thread_writes_when_enough_waits_and_at_the_end(
    template_database: str, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    name = f"{worker_name}_log"
    app = make_app(copy_database(template_database, name), tmp_path_factory.mktemp("log"), SEARCH_LOG=True)
    wrote = threading.Event()

    class Telling(LogWriter):
        def flush(self) -> int:
            done = super().flush()
            if done:
                wrote.set()
            return done

    writer = Telling(app, every_s=3600, flush_at=3)
    writer.start()
    for word in ("yoga", "food", "debt"):
        writer.add(Searched(words=(word,)))
    assert wrote.wait(30)
    writer.add(Searched(words=("choir",)))
    writer.stop()
    with app.app_context():
        assert sorted(row.words[0] for row in db.session.scalars(select(SearchLog))) == [
            "choir",
            "debt",
            "food",
            "yoga",
        ]
        db.session.remove()
        db.engine.dispose()
    with administrator() as connection:
        drop_database(name, connection)


def test_each_process_has_a_writer_of_its_own(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    forked = LogWriter(app, every_s=3600)
    forked.process = -1
    monkeypatch.setitem(WRITERS, id(app), forked)
    mine = writer_of(app)
    assert mine is not forked
    mine.stop()
    monkeypatch.delitem(WRITERS, id(app))
