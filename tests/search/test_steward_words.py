"""Stewards add, change, test and put away phrases; nothing is lost and nothing is saved by looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assetreg import clock
from assetreg.models import Audit, User
from search import knowing
from search.actions.lexicon import load_lexicon
from search.actions.search_log import write_searches
from search.index.writing import rebuild
from search.models import LexiconPhrase
from search.phrases.checking import strength_of, weight_of, why_not_phrase
from search.queries.phrases import find_by_key, list_used_phrases
from search.queries.words import get_gazetteer, get_words_version
from search.reader import index_root, reader_of
from search.searched import Searched
from tests.factories import register
from tests.inspecting_client import InspectingClient

NEW = "/stewards/phrases/new"
Send = Callable[..., Any]


@pytest.fixture
def steward(session: Session) -> User:
    """Who looks after words."""
    load_lexicon()
    person = User(email="sam@example.org", name="Sam Steward", role="steward")
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def send(client: InspectingClient, steward: User) -> Send:
    """Sends the form of a phrase as the steward; returns the answer."""
    client.sign_in(steward)

    def send_form(path: str = NEW, button: str = "save", **fields: Any) -> Any:
        return client.fill_in(path, button=("button", button), **fields)

    return send_form


@pytest.fixture
def indexed(session: Session) -> None:
    """A small register that can be searched."""
    register.city()
    register.ward("Northfield")
    register.service("Money advice", register.location(), ("debt",), summary="Somebody sorts out what you owe.")
    register.service("Warm homes", register.location("Hub"), ("energy",), summary="Heating.")
    session.flush()
    rebuild(session, index_root(), processes=1)
    assert reader_of(index_root()).look()


def page_of(answer: Any) -> str:
    """The words of the main part of a page."""
    main = BeautifulSoup(answer.get_data(as_text=True), "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def path_of(phrase: str) -> str:
    """The address of a phrase's page."""
    row = find_by_key(phrase)
    assert row is not None
    return f"/stewards/phrases/{row.public_id}"


def count(session: Session) -> int:
    """How many phrases there are."""
    return session.scalar(select(func.count()).select_from(LexiconPhrase)) or 0


def test_a_new_phrase_is_saved_used_and_audited(send: Send, session: Session, client: InspectingClient) -> None:
    before = get_words_version()
    answer = send(phrase="Cupboards are bare again", term1="food", term2="money", strength="likely", note="heard often")
    assert answer.status_code == 302
    row = session.scalars(select(LexiconPhrase).where(LexiconPhrase.phrase == "Cupboards are bare again")).one()
    assert (row.terms, row.weight, row.is_from_file, row.note) == (["food", "money"], 0.7, False, "heard often")
    assert get_words_version() != before, "every process notices"
    page = page_of(client.get(answer.location))
    assert "Saved." in page
    assert "Sam Steward added it" in page
    audit = session.scalars(select(Audit).where(Audit.entity == "lexicon_phrase", Audit.action == "create")).one()
    assert (audit.actor, audit.changes["terms"]) == ("steward", [None, ["food", "money"]])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"phrase": "  "}, "Write the words that people say"),
        ({"phrase": "long " * 40}, "at most 120 letters"),
        ({"phrase": "help for me please"}, "only little words"),
        ({"phrase": "!!!"}, "only little words"),
        ({"phrase": "Northfield"}, "name of a place"),
        ({"phrase": "tuesday morning"}, "a day or a time"),
        ({"phrase": "Skint!"}, "one that counts as the same"),
        ({"phrase": "owt to eat", "term1": ""}, "Choose what it means"),
        ({"phrase": "owt to eat", "term1": "nonsense"}, "not a need or interest any more"),
        ({"phrase": "owt to eat", "term2": "food"}, "the same one twice"),
        ({"phrase": "owt to eat", "means_nothing": "y"}, "Choose one or the other"),
        ({"phrase": "owt to eat", "note": "x" * 201}, "at most 200 letters"),
    ],
)
def test_what_cannot_be_a_phrase_is_refused_kindly_and_nothing_typed_is_lost(
    send: Send, session: Session, fields: dict[str, str], why: str
) -> None:
    register.ward("Northfield")
    before = count(session)
    given = {"term1": "food", "strength": "hint", "examples": "my own sentence", **fields}
    for button in ("save", "try"):
        answer = send(button=button, **given)
        assert answer.status_code == 422
        assert why in page_of(answer)
        assert "There is a problem" in page_of(answer)
        html = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        assert html.select_one("#examples").get_text().strip() == "my own sentence"  # type: ignore[union-attr]
        assert html.select_one("#phrase")["value"] == given["phrase"].strip()  # type: ignore[index]
    assert count(session) == before


def test_a_phrase_that_is_there_already_can_be_opened(send: Send) -> None:
    answer = send(phrase="skint", term1="food")
    html = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert html.find("a", href=path_of("skint")) is not None


def test_a_phrase_may_mean_nothing(send: Send, session: Session) -> None:
    assert send(phrase="owt for the fridge magnet", term1="", means_nothing="y").status_code == 302
    assert session.scalars(select(LexiconPhrase.terms).where(~LexiconPhrase.is_from_file)).one() == []


@pytest.mark.usefixtures("indexed")
def test_trying_shows_what_would_change_and_saves_nothing(send: Send, session: Session) -> None:
    write_searches([Searched(words=("bailiffs", "calling", "round"))] * 3, clock.today())
    before, version = count(session), get_words_version()
    words = knowing.get_help()
    answer = send(
        button="try",
        phrase="bailiffs calling",
        term1="energy",
        term2="debt",
        examples="the bailiffs calling\nwarm homes",
    )
    page = page_of(answer)
    assert answer.status_code == 200
    assert "Nothing is saved yet" in page
    assert "Warm homes new" in page
    assert "No difference" in page, "of the second sentence"
    assert "bailiffs calling round” (3 times)" in page
    assert (count(session), get_words_version(), knowing.get_help()) == (before, version, words)
    assert session.scalars(select(Audit).where(Audit.action == "create", Audit.entity == "lexicon_phrase")).all() == []


def test_trying_works_without_an_index(send: Send) -> None:
    page = page_of(send(button="try", phrase="owt to eat in", term1="food"))
    assert "Food" in page
    assert "the search index is not ready" in page.lower()


def test_the_second_of_two_stewards_is_told_and_loses_nothing(send: Send, client: InspectingClient) -> None:
    path = path_of("skint")
    page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    version = page.select_one("#version")["value"]  # type: ignore[index]
    assert send(path, term1="grants", term2="", strength="plain").status_code == 302
    late = send(path, version=version, term1="debt", term2="", strength="hint", note="mine")
    assert late.status_code == 409
    told = page_of(late)
    assert "Somebody else changed this while you were writing" in told
    assert "Sam Steward saved" in told
    assert find_by_key("skint").terms == ["grants"]  # type: ignore[union-attr]
    html = BeautifulSoup(late.get_data(as_text=True), "html.parser")
    assert html.select_one("#note")["value"] == "mine"  # type: ignore[index]
    newer = str(html.select_one("#version")["value"])  # type: ignore[index]
    assert send(path, version=newer, term1="debt", term2="", strength="hint", note="mine").status_code == 302
    assert find_by_key("skint").terms == ["debt"]  # type: ignore[union-attr]


def test_putting_away_and_using_again(send: Send, client: InspectingClient) -> None:
    path = path_of("skint")
    send(path, button="away")
    assert "skint" not in list_used_phrases()
    assert "put away" in page_of(client.get(path))
    assert "skint" in page_of(client.get("/stewards/phrases?state=away"))
    assert load_lexicon() == 0, "a load does not bring it back"
    refused = send(phrase="skint", term1="food")
    assert "You can use it again" in page_of(refused)
    send(path, button="again")
    assert "skint" in list_used_phrases()


def test_back_to_how_it_came_and_back_to_what_it_was(send: Send, client: InspectingClient) -> None:
    path, row = path_of("skint"), find_by_key("skint")
    assert row is not None
    came = list(row.terms)
    send(path, term1="debt", term2="", strength="hint")
    send(path, term1="grants", term2="", strength="hint")
    history = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser").select(".app-words-history button")
    send(path, button=str(history[0]["value"]))
    assert (row.terms, strength_of(row.weight)) == (["debt"], "hint")
    assert not row.is_from_file
    send(path, button="restore")
    assert (row.terms, row.weight, row.is_from_file) == (came, 1.0, True)
    assert "Back to how it came" not in page_of(client.get(path))


def test_saving_what_is_there_already_changes_nothing(send: Send, session: Session) -> None:
    row = find_by_key("boracic")
    assert row is not None
    assert row.weight == 0.9
    send(path_of("boracic"), term1="money", strength=strength_of(row.weight))
    assert (row.weight, row.is_from_file) == (0.9, True)
    assert session.scalars(select(Audit).where(Audit.action == "update", Audit.entity == "lexicon_phrase")).all() == []


def test_the_list_is_found_by_words_by_meaning_and_by_state(
    send: Send, client: InspectingClient, session: Session
) -> None:
    assert send is not None
    pages = -(-session.query(LexiconPhrase).count() // 50)
    assert f"page 1 of {pages} " in page_of(client.get("/stewards/phrases"))
    assert "skint" in page_of(client.get("/stewards/phrases?words=SKINT"))
    assert "struggling with money" in page_of(client.get("/stewards/phrases?words=struggle+money")), "by its stem"
    only = page_of(client.get("/stewards/phrases?term=music"))
    assert "skint" not in only
    assert "No phrase fits that" in page_of(client.get("/stewards/phrases?words=%25"))
    assert "No phrase fits that" in page_of(client.get("/stewards/phrases?state=changed"))
    for odd in ("page=0", "page=99999999", "term=nonsense", "state=x", "words=%00%25_"):
        assert client.get(f"/stewards/phrases?{odd}").status_code == 200


def test_an_empty_table_is_not_left_with_one_phrase(send: Send, session: Session) -> None:
    session.execute(text("DELETE FROM lexicon_phrase"))
    assert send(phrase="owt to eat in", term1="food").status_code == 302
    assert count(session) > 1000


def test_the_phrases_that_came_with_the_program_would_be_taken_today(session: Session) -> None:
    register.ward("Northfield")
    gazetteer = get_gazetteer()
    refused = {
        row.phrase: why
        for row in session.scalars(select(LexiconPhrase))
        if (why := why_not_phrase(row.phrase, gazetteer, clock.today()))
    }
    assert len(refused) <= 60, refused


def test_strengths_are_said_in_words_and_keep_finer_numbers() -> None:
    assert [strength_of(weight) for weight in (1.0, 0.9, 0.7, 0.6, 0.5, 0.01)] == [
        *("plain", "plain", "likely", "likely", "hint", "hint")
    ]
    assert (weight_of("likely"), weight_of("likely", 0.6), weight_of("hint", 0.6)) == (0.7, 0.6, 0.4)


def test_misses_are_listed_with_a_way_to_add_a_phrase(
    app: Flask, send: Send, client: InspectingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send is not None
    monkeypatch.setitem(app.config, "SEARCH_LOG", True)
    write_searches([Searched(words=("glass", "blowing"), results=0)] * 2, clock.today())
    write_searches([Searched(words=("choir",), results=3), Searched(is_urgent=True)], clock.today())
    answer = client.get("/stewards/misses")
    html = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert "glass blowing 2" in page_of(answer)
    assert "choir" not in page_of(answer)
    link = html.find("a", string=lambda found: bool(found and "Add a phrase" in found)) or html.select("td a")[0]
    assert "glass+blowing" in str(link["href"])
    form = BeautifulSoup(client.get(str(link["href"])).get_data(as_text=True), "html.parser")
    assert form.select_one("#phrase")["value"] == "glass blowing"  # type: ignore[index]
    result = app.test_cli_runner().invoke(args=["search", "misses"])
    assert "2  glass blowing" in result.output
    assert "4 searches" in result.output
    assert "1 called for help at once" in result.output


def test_only_those_who_look_after_words_are_shown_the_way(client: InspectingClient, steward: User) -> None:
    def ways() -> bool:
        return "/stewards/phrases" in client.get("/account").get_data(as_text=True)

    client.sign_in(steward)
    assert ways()
    client.sign_in(register.saved(User(email="c@example.org", name="C", role="connector")))
    assert not ways()
