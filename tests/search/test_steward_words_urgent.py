"""Stewards change signs and help at once; nobody in danger is ever left with nothing by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assetreg.models import Audit, User
from search.actions.keeping_words import WORDS_LOCK, take_lock
from search.actions.lexicon import load_lexicon, load_urgent_help
from search.knowing import get_help, settings
from search.models import UrgentHelpEntry, UrgentSign
from search.queries.urgent_words import get_help_entry, get_sign
from search.queries.words import get_urgent_help
from search.requests import Urgent
from search.urgent import UrgentHelp, read_urgent
from search.urgent_checks import CRIES, UnsafeChange, check_help, check_list, check_patterns, check_sign
from tests.conftest import database_url, plain_url
from tests.inspecting_client import InspectingClient

Send = Callable[..., Any]
SIGN = "/stewards/urgent-signs"
HELP = "/stewards/urgent-help"


@pytest.fixture
def send(session: Session, client: InspectingClient) -> Send:
    """Sends a form as a steward: what is not named stays as the page has it, text areas and lists too."""
    load_lexicon()
    load_urgent_help()
    person = User(email="sam@example.org", name="Sam Steward", role="steward")
    session.add(person)
    session.flush()
    client.sign_in(person)

    def send_form(path: str, button: str = "save", **fields: Any) -> Any:
        page = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
        kept = {str(area["name"]): area.get_text().removeprefix("\n") for area in page.select("main textarea")}
        for choice in page.select("main select"):
            chosen = choice.select_one("option[selected]")
            kept[str(choice["name"])] = str(chosen["value"]) if chosen else ""
        return client.fill_in(path, button=("button", button), **{**kept, **fields})

    return send_form


def page_of(answer: Any) -> str:
    """The words of the main part of a page."""
    main = BeautifulSoup(answer.get_data(as_text=True), "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def numbers(line: str) -> list[str]:
    """The phone numbers that a line brings now."""
    return [entry.phone for entry in get_urgent_help(settings()).recognise(line)]


def test_a_new_sign_is_tested_saved_and_used(send: Send, session: Session) -> None:
    fields = {
        "name": "Floods at home",
        "tone": "today",
        "patterns": "water .. the ceiling\nflat is flooded",
        "unless": "water the ceiling rose",
        "help1": "emergency",
        "sentences": "water is pouring through the ceiling",
    }
    tried = page_of(send(f"{SIGN}/new", button="try", **fields))
    assert "Now: no sign. After: Floods at home" in tried.replace(" .", ".").replace("no sign .", "no sign.")
    assert session.scalars(select(UrgentSign).where(UrgentSign.key == "floods-at-home")).all() == []
    assert numbers("water is pouring through the ceiling") == []
    answer = send(f"{SIGN}/new", **fields)
    assert answer.location == f"{SIGN}/floods-at-home"
    assert numbers("water is pouring through the ceiling") == ["999"]
    assert get_sign("floods-at-home").is_from_file is False


@pytest.mark.parametrize(
    ("patterns", "why"),
    [
        ("", "at least one line"),
        ("..", "must begin and end with a word"),
        ("?? !!", "without a word in it"),
        ("help", "only little words"),
        ("i .. am", "only little words"),
        ("need help", "only little words"),
        ("food", "in no danger"),
        ("a .. b .. c .. d .. e", "make searches slow"),
        ("hit one? two? three? four? five? me", "make searches slow"),
        ("hit " * 20, "make searches slow"),
        ("x" * 700, "too long"),
    ],
)
def test_a_pattern_that_is_bad_slow_or_everywhere_is_refused_with_the_reason(
    send: Send, patterns: str, why: str
) -> None:
    before = get_sign("gas-leak").patterns
    for button in ("save", "try"):
        answer = send(f"{SIGN}/gas-leak", button=button, patterns=patterns)
        if patterns == "" and button == "try":
            continue
        assert answer.status_code == 422, patterns
        assert why in page_of(answer)
        html = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
        assert html.select_one("#patterns").get_text().strip() == patterns.strip()  # type: ignore[union-attr]
    assert get_sign("gas-leak").patterns == before


@pytest.mark.parametrize(
    ("unless", "why"),
    [
        ("my", "only little words"),
        ("he/my/i", "only little words"),
        ("end", "Nobody who says"),
        ("give up the will", "Nobody who says"),
    ],
)
def test_an_exception_that_would_silence_a_sign_is_refused(send: Send, unless: str, why: str) -> None:
    before = get_sign("suicide").unless
    patterns = "\n".join([*get_sign("suicide").patterns, "give up the will to live"])
    for button in ("save", "try"):
        answer = send(f"{SIGN}/suicide", button=button, patterns=patterns, unless=unless)
        assert answer.status_code == 422, unless
        assert why in page_of(answer)
    assert get_sign("suicide").unless == before
    assert "999" in numbers("i want to end my life")


def test_the_last_help_of_a_sign_cannot_be_taken_away(send: Send, session: Session) -> None:
    answer = send(f"{SIGN}/suicide", help1="", help2="", help3="", help4="", help5="", help6="")
    assert answer.status_code == 422
    assert "would be shown nobody" in page_of(answer)
    for sign in session.scalars(select(UrgentSign)):
        sign.help = ["samaritans"] if sign.key == "suicide-loss" else sign.help
    session.flush()
    answer = send(f"{HELP}/samaritans", button="off", sure="y")
    assert answer.status_code == 422
    assert "This is the last help for “Suicide loss”" in page_of(answer)
    assert get_help_entry("samaritans").is_active


def test_a_change_after_which_a_cry_brings_nothing_is_refused(send: Send) -> None:
    answer = send(f"{SIGN}/domestic-abuse", patterns="forced to stay indoors by him")
    assert answer.status_code == 422
    assert "So we did not save it" in page_of(answer)
    assert "999" in numbers("my husband beats me")
    assert send(f"{SIGN}/suicide", button="off", sure="y").status_code == 422
    assert get_sign("suicide").is_active


def test_999_cannot_be_lost_by_changing_its_number(send: Send) -> None:
    answer = send(f"{HELP}/emergency", phone="0808 2000 247")
    assert answer.status_code == 422
    assert "would be told to call 999" in page_of(answer)
    assert numbers("he hits me")[0] == "999"


def test_switching_off_takes_a_tick_and_can_be_undone(send: Send) -> None:
    answer = send(f"{SIGN}/suicide-loss", button="off")
    assert "Tick that you are sure" in page_of(answer)
    assert get_sign("suicide-loss").is_active
    send(f"{SIGN}/suicide-loss", button="off", sure="y")
    assert not get_sign("suicide-loss").is_active
    send(f"{SIGN}/suicide-loss", button="on")
    assert get_sign("suicide-loss").is_active
    assert "Tick that you are sure" in page_of(send(f"{HELP}/papyrus", button="off"))
    send(f"{HELP}/papyrus", button="off", sure="y")
    assert "0800 068 4141" not in numbers("I want to die")
    send(f"{HELP}/papyrus", button="on")
    assert "0800 068 4141" in numbers("I want to die")


def test_a_change_is_shown_with_who_and_when_and_put_back(
    send: Send, client: InspectingClient, session: Session
) -> None:
    send(f"{HELP}/samaritans", phone="0330 094 5717")
    assert "0330 094 5717" in numbers("I want to die")
    page = client.get(f"{HELP}/samaritans")
    assert "Sam Steward changed it" in page_of(page)
    assert "116 123" in page_of(page)
    assert "0330 094 5717" in page_of(page)
    button = BeautifulSoup(page.get_data(as_text=True), "html.parser").select_one(".app-words-history button")
    assert button is not None
    send(f"{HELP}/samaritans", button=str(button["value"]))
    assert "116 123" in numbers("I want to die")
    changes = session.scalars(select(Audit).where(Audit.entity == "urgent_help", Audit.action == "update")).all()
    assert [(row.actor, row.changes["phone"]) for row in changes] == [
        ("steward", ["116 123", "0330 094 5717"]),
        ("steward", ["0330 094 5717", "116 123"]),
    ]


def test_a_signs_patterns_are_put_back(send: Send, client: InspectingClient) -> None:
    before = list(get_sign("gas-leak").patterns)
    send(f"{SIGN}/gas-leak", patterns="\n".join([*before, "boiler .. leaking gas"]))
    html = BeautifulSoup(client.get(f"{SIGN}/gas-leak").get_data(as_text=True), "html.parser")
    button = html.select_one(".app-words-history button")
    assert button is not None
    send(f"{SIGN}/gas-leak", button=str(button["value"]))
    assert get_sign("gas-leak").patterns == before
    assert send(f"{SIGN}/gas-leak", button="back-999999").status_code == 409


def test_the_second_of_two_stewards_is_told(send: Send, client: InspectingClient) -> None:
    html = BeautifulSoup(client.get(f"{HELP}/shout").get_data(as_text=True), "html.parser")
    version = str(html.select_one("#version")["value"])  # type: ignore[index]
    send(f"{HELP}/shout", says="Text with somebody.")
    late = send(f"{HELP}/shout", version=version, says="Mine.")
    assert late.status_code == 409
    assert "Somebody else changed this" in page_of(late)
    assert get_help_entry("shout").says == "Text with somebody."
    html = BeautifulSoup(late.get_data(as_text=True), "html.parser")
    assert html.select_one("#says")["value"] == "Mine."  # type: ignore[index]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": ""}, "Write who it is"),
        ({"phone": "", "text_number": "", "url": ""}, "Give a phone number"),
        ({"phone": "0121 49"}, "No phone has this number"),
        ({"phone": "call us"}, "not a phone number"),
        ({"phone": "{nonsense_phone}"}, "no number called"),
        ({"text_number": "12"}, "Texts cannot go to this number"),
        ({"text_word": "HELLO", "text_number": ""}, "Write the number that the word is sent to"),
        ({"url": "javascript:alert(1)"}, "not a web address"),
        ({"says": "x" * 300}, "at most 240 letters"),
    ],
)
def test_help_that_cannot_be_reached_is_refused(send: Send, fields: dict[str, str], why: str) -> None:
    good = {"title": "Flood line", "phone": "0345 988 1188"}
    answer = send(f"{HELP}/new", **{**good, **fields})
    assert answer.status_code == 422
    assert why in page_of(answer)


def test_new_help_is_added_and_named_by_a_sign(send: Send, client: InspectingClient) -> None:
    answer = send(f"{HELP}/new", title="Flood line", phone="0345 988 1188", says="Day and night.", position="3")
    assert answer.location == f"{HELP}/flood-line"
    assert "No sign names this yet" in page_of(client.get(answer.location))
    send(f"{SIGN}/gas-leak", help3="flood-line")
    assert numbers("I can smell gas")[-1] == "0345 988 1188"
    assert send(f"{HELP}/new", title="Flood line", phone="0345 988 1188").location == f"{HELP}/flood-line-2"


def test_the_councils_own_numbers_come_from_the_settings(send: Send) -> None:
    assert send(f"{HELP}/council-children", phone="{adults_phone}").status_code == 302
    assert get_help_entry("council-children").phone == "{adults_phone}"


def test_the_test_box_saves_nothing(send: Send, session: Session) -> None:
    answer = send(HELP, sentences="he hits me\nhe hits the gym")
    page = page_of(answer)
    assert "Shows: Domestic abuse" in page
    assert "Shows: no sign" in page
    assert session.scalars(select(Audit).where(Audit.action == "update")).all() == []


def test_an_empty_list_is_filled_from_the_program_before_it_is_changed(send: Send, session: Session) -> None:
    send(HELP)
    for table in ("urgent_sign", "urgent_help"):
        session.execute(text(f"DELETE FROM {table}"))
    session.expire_all()
    assert send(f"{HELP}/new", title="Flood line", phone="0345 988 1188").status_code == 302
    assert len(session.scalars(select(UrgentHelpEntry)).all()) > 10
    assert numbers("he hits me")[0] == "999"


def test_what_comes_with_the_program_passes_every_check() -> None:
    signs, help_ = read_urgent()
    for entry in help_.values():
        check_help(entry)
    for sign in signs:
        check_sign(sign, help_, sign.terms, ())
    check_list(signs, help_)


@pytest.mark.parametrize("cry", [cry for cry, _ in CRIES])
def test_every_cry_needs_its_sign(cry: str) -> None:
    """The guard sees each loss: without the signs that a cry shows, the list is refused."""
    signs, help_ = read_urgent()
    from_cry = {one.group for one in UrgentHelp(signs, help_).recognise(cry)}
    with pytest.raises(UnsafeChange):
        check_list([sign for sign in signs if sign.key not in from_cry and sign.tone == "gentle"], help_)


def test_an_empty_list_is_refused() -> None:
    signs, help_ = read_urgent()
    for lists in (((), help_), (signs, {})):
        with pytest.raises(UnsafeChange, match="empty_list"):
            check_list(*lists)


def test_an_exception_may_be_short_but_not_unreadable() -> None:
    check_patterns("unless", ("hit the gym",), ())
    with pytest.raises(UnsafeChange, match="bad_pattern"):
        check_patterns("unless", ("..",), ())


def test_help_works_while_the_stewards_tables_are_away(app: Flask, session: Session, client: InspectingClient) -> None:
    assert app is not None
    session.execute(text("ALTER TABLE urgent_sign RENAME TO urgent_sign_away"))
    session.execute(text("ALTER TABLE lexicon_phrase RENAME TO lexicon_phrase_away"))
    assert get_help().recognise("he hits me")[0].phone == "999"
    assert "999" in client.get("/search?q=he+hits+me").get_data(as_text=True)


def test_text_numbers_may_be_short_or_whole() -> None:
    for number in ("85258", "07700 900123", "60777"):
        check_help(Urgent("", "Somebody", text_number=number))


def test_a_sign_nobody_knows_is_not_found_whatever_its_address(send: Send, client: InspectingClient) -> None:
    assert send is not None
    for key in ("nothing", "%00", "A%20B", "..%2F"):
        assert client.get(f"{SIGN}/{key}").status_code == 404
        assert client.get(f"{HELP}/{key}").status_code == 404


def test_a_sign_called_new_does_not_hide_the_page_that_adds_one(send: Send) -> None:
    fields = {"name": "New", "tone": "today", "patterns": "flat is flooded", "help1": "emergency"}
    assert send(f"{SIGN}/new", **fields).location == f"{SIGN}/new-2"


def test_changes_of_words_end_one_after_the_other(app: Flask, worker_name: str) -> None:
    """Processes know by the newest change whether to read again: an older one must not end after a newer."""
    assert app is not None
    take_lock()
    with psycopg.connect(plain_url(database_url(worker_name))) as other:
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT pg_advisory_xact_lock(%s)", [WORDS_LOCK])
