"""The stewards' words: loaded once, kept as they leave them, and never missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assetreg.models import Audit
from search.actions.lexicon import BadWords, load_lexicon, load_urgent_help
from search.models import LexiconPhrase, UrgentHelpEntry, UrgentSign
from search.phrases.lexicon import best_cover, read_phrases
from search.phrases.words import clean, split
from search.queries.words import get_gazetteer, get_lexicon, get_urgent_help, get_words_version
from tests.factories import register
from tests.factories.register import saved


@pytest.fixture
def loaded(session: Session) -> None:  # noqa: ARG001  (the words go into this session's transaction)
    """The words of the program, in the tables."""
    load_lexicon()
    load_urgent_help()


def csv_file(folder: Path, *rows: str) -> Path:
    """A file of phrases."""
    path = folder / "phrases.csv"
    path.write_text("\n".join(("phrase,terms,weight,note", *rows)) + "\n", encoding="utf-8")
    return path


def meant(line: str) -> list[str]:
    """The first need or interest of each phrase that the tables find in a line."""
    return [match.phrase.terms[0] for match in best_cover(get_lexicon().matches(split(clean(line))))]


@pytest.mark.usefixtures("loaded")
def test_loading_twice_changes_nothing(session: Session) -> None:
    assert session.scalar(select(func.count()).select_from(LexiconPhrase)) == len(read_phrases())
    assert load_lexicon() == 0
    assert load_urgent_help() == 0


@pytest.mark.usefixtures("loaded")
def test_a_load_is_one_line_of_the_audit(session: Session) -> None:
    rows = session.scalars(select(Audit).where(Audit.entity == "lexicon_phrase")).all()
    assert [(row.action, row.changes["added"]) for row in rows] == [("load", len(read_phrases()))]


@pytest.mark.usefixtures("loaded")
def test_what_a_steward_changed_is_kept(session: Session) -> None:
    skint = session.scalars(select(LexiconPhrase).where(LexiconPhrase.phrase == "skint")).one()
    skint.terms, skint.is_from_file = ["debt"], False
    bored = session.scalars(select(LexiconPhrase).where(LexiconPhrase.phrase == "bored")).one()
    bored.terms = ["games"]
    session.flush()
    assert load_lexicon() == 1
    assert (skint.terms, bored.terms[0]) == (["debt"], "coffee-and-chat")


@pytest.mark.usefixtures("loaded")
def test_a_phrase_put_away_is_no_longer_meant(session: Session) -> None:
    assert meant("skint") == ["money"]
    session.scalars(select(LexiconPhrase).where(LexiconPhrase.phrase == "skint")).one().is_active = False
    session.flush()
    assert meant("skint") == []


@pytest.mark.usefixtures("session")
def test_without_any_phrases_the_files_are_used() -> None:
    assert meant("skint") == ["money"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("skint,no-such-need,1,", "no need or interest"),
        ("skint,money,0,", "weight"),
        ("skint,money,2,", "weight"),
        ("skint,money,lots,", "cannot be read"),
        ("!!!,money,1,", "word"),
        (f"{'long ' * 40},money,1,", "letters"),
    ],
)
def test_a_bad_file_is_refused_in_words(session: Session, tmp_path: Path, row: str, why: str) -> None:
    session.execute(text("DELETE FROM lexicon_phrase"))
    with pytest.raises(BadWords, match=why):
        load_lexicon(csv_file(tmp_path, "broke,money,1,", row))
    assert session.scalar(select(func.count()).select_from(LexiconPhrase)) == 0


@pytest.mark.usefixtures("session")
def test_one_phrase_written_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadWords, match="same phrase"):
        load_lexicon(csv_file(tmp_path, "lost my nan,bereavement,1,", "Lost our Nan!,loneliness,1,"))


@pytest.mark.usefixtures("loaded")
def test_the_database_refuses_a_phrase_twice() -> None:
    with pytest.raises(IntegrityError, match="uq_lexicon_phrase_phrase_key"):
        saved(LexiconPhrase(phrase="Skint", phrase_key="skint", terms=["money"]))


@pytest.mark.parametrize(
    ("table", "change", "promise"),
    [
        ("lexicon_phrase", "weight = 1.5", "ck_lexicon_phrase_weight_is_a_part"),
        ("lexicon_phrase", "phrase = ''", "ck_lexicon_phrase_phrase_said"),
        ("urgent_sign", "tone = 'soon'", "ck_urgent_sign_tone_known"),
        ("urgent_sign", "key = 'A B'", "ck_urgent_sign_key_plain"),
        ("urgent_help", "phone = '', url = '', text_number = ''", "ck_urgent_help_can_be_reached"),
        ("urgent_help", "title = ''", "ck_urgent_help_titled"),
    ],
)
@pytest.mark.usefixtures("loaded")
def test_the_tables_keep_their_promises(session: Session, table: str, change: str, promise: str) -> None:
    with pytest.raises(IntegrityError, match=promise):
        session.execute(text(f"UPDATE {table} SET {change}"))


@pytest.mark.usefixtures("loaded")
def test_the_stewards_list_of_help_is_the_files_until_they_change_it(session: Session) -> None:
    settings = {"council": "Elmshire", "council_phone": "0121 496 0000"}
    numbers = [entry.phone for entry in get_urgent_help(settings).recognise("he hits me")]
    assert numbers[:2] == ["999", "0808 2000 247"]
    entry = session.scalars(select(UrgentHelpEntry).where(UrgentHelpEntry.key == "domestic-abuse")).one()
    entry.phone, entry.is_from_file = "0121 496 0009", False
    session.flush()
    assert load_urgent_help() == 0
    numbers = [entry.phone for entry in get_urgent_help(settings).recognise("he hits me")]
    assert numbers[:2] == ["999", "0121 496 0009"]


@pytest.mark.usefixtures("loaded")
def test_help_never_disappears_with_its_table(session: Session) -> None:
    for table in (UrgentHelpEntry, UrgentSign):
        for row in session.scalars(select(table)):
            row.is_active = False
    session.flush()
    assert get_urgent_help({}).recognise("he hits me")


@pytest.mark.usefixtures("loaded")
def test_a_change_of_words_is_noticed(session: Session) -> None:
    before = get_words_version()
    session.delete(session.scalars(select(LexiconPhrase).limit(1)).one())
    session.flush()
    assert get_words_version() != before


def test_places_come_from_the_register_and_hidden_ones_do_not(session: Session) -> None:
    register.ward()
    public = register.location()
    public.name = "Orchard Hall"
    saved(public)
    session.execute(text("UPDATE location SET name = 'Orchard Hall' WHERE id = :id"), {"id": public.id})
    assert [place.name for place in get_gazetteer().where_is("orchard hall")] == ["Orchard Hall"]
    session.execute(
        text(
            "UPDATE location SET visibility = 'hidden', address = NULL, postcode = NULL, point = NULL,"
            " getting_there = '' WHERE id = :id"
        ),
        {"id": public.id},
    )
    assert get_gazetteer().where_is("orchard hall") == ()


def test_words_are_loaded_from_the_command_line(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["search", "load-words"])
    assert result.exit_code == 0, result.output
    assert "added or changed" in result.output
    assert "0 phrases" in app.test_cli_runner().invoke(args=["search", "load-words"]).output
