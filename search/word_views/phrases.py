"""Phrases: find them, change them, see what a change would do, undo it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.db import db
from assetreg.forms.fields import tidied
from assetreg.forms.listing import read_page
from assetreg.permissions import Action, allowed
from assetreg.queries.terms import get_taxonomy
from assetreg.texts.translate import gettext
from search import word_saying
from search.actions import phrases
from search.actions.keeping_words import ChangedMeanwhile, content_of, version_of
from search.phrases.checking import STRENGTHS
from search.queries.phrases import STATES, find_in_file, get_phrase, list_used_phrases
from search.queries.phrases import list_phrases as list_phrase_page
from search.queries.search_log import list_lines
from search.queries.word_history import find_change, list_changes
from search.queries.words import get_gazetteer
from search.trying import affected, lexicon_of, try_lines
from search.word_forms import PHRASE_PROBLEMS, STRENGTH_NAMES, TERM_FIELDS, PhraseForm
from search.word_views.blueprint import CHANGED_MEANWHILE, WRONG_FORM, blueprint

LOOKED_BACK = timedelta(days=90)
LONGEST_ASKED = 120


@blueprint.get("/stewards/phrases")
@allowed(Action.EDIT_WORDS)
def list_phrases() -> ResponseReturnValue:
    """All phrases, by words, by what they mean, and by whether they are used."""
    words = (tidied(request.args.get("words", "")) or "")[:LONGEST_ASKED]
    taxonomy = get_taxonomy()
    term, state = request.args.get("term", ""), request.args.get("state", "")
    term = term if term in taxonomy.by_slug else ""
    state = state if state in STATES else ""
    return render_template(
        "words/list_phrases.html",
        found=list_phrase_page(words, term, state, read_page(request.args)),
        words=words,
        term=term,
        state=state,
        taxonomy=taxonomy,
        groups=word_saying.term_groups(taxonomy),
        strength=word_saying.say_strength,
    )


@blueprint.route("/stewards/phrases/new", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def add_phrase() -> ResponseReturnValue:
    """A new phrase. “See what changes” saves nothing."""
    form = PhraseForm()
    if request.method != "POST":
        form.phrase.data = (tidied(request.args.get("phrase", "")) or "")[:LONGEST_ASKED]
        form.strength.data = "plain"
        return show_form(form)
    if not form.validate():
        return show_form(form, status=WRONG_FORM)
    written = form.written()
    try:
        if request.form.get("button") == "try":
            phrases.check(written, known())
            return show_form(form, tried=try_out(form, written))
        row = phrases.add_phrase(written, known())
    except phrases.PhraseRefused as refused:
        return refuse(form, refused)
    db.session.commit()
    flash(gettext("Saved. Searches use it within a few seconds."), "success")
    return redirect(url_for("words.change_phrase", public_id=row.public_id))


@blueprint.route("/stewards/phrases/<uuid:public_id>", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def change_phrase(public_id: UUID) -> ResponseReturnValue:
    """One phrase: change it, test it, put it away, or put it back to what it was."""
    row = get_phrase(public_id)
    form = PhraseForm()
    if request.method != "POST":
        form.fill(row, version_of(row))
        return show_form(form, row)
    if not form.validate():
        return show_form(form, row, status=WRONG_FORM)
    written, version = form.written(row.weight), form.version.data or ""
    button = request.form.get("button", "save")
    try:
        if button == "try":
            phrases.check(written, known(), row)
            return show_form(form, row, tried=try_out(form, written, row))
        done = press(button, row, written, version)
    except phrases.PhraseRefused as refused:
        return refuse(form, refused, row)
    except ChangedMeanwhile:
        form.version.data = version_of(row)
        return show_form(form, row, status=CHANGED_MEANWHILE, is_changed=True)
    db.session.commit()
    flash(done, "success")
    return redirect(url_for("words.change_phrase", public_id=public_id))


def press(button: str, row: Any, written: phrases.Written, version: str) -> str:
    """Do what one of the buttons says; returns the sentence that tells of it."""
    if button == "away":
        phrases.put_away_phrase(row, version)
        return gettext("Put away. Searches no longer use this phrase.")
    if button == "again":
        phrases.use_phrase_again(row, version)
        return gettext("Searches use this phrase again.")
    if button == "restore":
        phrases.restore_phrase(row, version)
        return gettext("This phrase is again as it came with the program.")
    if button.startswith("back-"):
        changes = list_changes("lexicon_phrase", str(row.public_id), content_of(row))
        change = find_change(changes, button.removeprefix("back-"))
        if change is None or change.before is None:
            raise ChangedMeanwhile
        phrases.put_phrase_back(row, dict(change.before), known(), version)
        return gettext("This phrase is again what it was before that change.")
    if not phrases.change_phrase(row, written, known(), version):
        return gettext("Nothing was different, so nothing was saved.")
    return gettext("Saved. Searches use it within a few seconds.")


def try_out(form: PhraseForm, written: phrases.Written, row: Any = None) -> dict[str, Any]:
    """What the change would do to the phrase itself, to the steward's sentences, and to what people typed lately."""
    used = list_used_phrases()
    changed = dict(used)
    if row is not None:
        changed.pop(row.phrase_key, None)
    changed[phrases.key_text(written.phrase)] = written.as_phrase()
    now, after = lexicon_of(used.values()), lexicon_of(changed.values())
    recent = list_lines(clock.today() - LOOKED_BACK)
    return {
        "lines": try_lines([written.phrase, *form.lines()], now, after),
        "affected": affected(recent, now, after),
        "recent": sum(times for _, times in recent),
    }


def known() -> phrases.Known:
    """What phrases are checked against now."""
    return phrases.Known(frozenset(get_taxonomy().by_slug), get_gazetteer(), clock.today())


def refuse(form: PhraseForm, refused: phrases.PhraseRefused, row: Any = None) -> ResponseReturnValue:
    """Say beside the field why it cannot be saved; everything typed stays."""
    form[refused.field].errors = [PHRASE_PROBLEMS[refused.reason]]
    return show_form(form, row, status=WRONG_FORM, other=refused.other)


def show_form(
    form: PhraseForm,
    row: Any = None,
    status: int = 200,
    tried: dict[str, Any] | None = None,
    other: Any = None,
    is_changed: bool = False,
) -> ResponseReturnValue:
    """The page of one phrase, new or old."""
    taxonomy = get_taxonomy()
    filled = sum(bool(field.data) for field in form.term_fields())
    from_file = find_in_file(row.phrase_key) if row is not None else None
    changes = list_changes("lexicon_phrase", str(row.public_id), content_of(row)) if row is not None else []
    return render_template(
        "words/change_phrase.html" if row is not None else "words/add_phrase.html",
        form=form,
        row=row,
        shown_terms=form.term_fields()[: max(TERM_FIELDS, filled)],
        groups=word_saying.term_groups(taxonomy),
        strengths=[(name, STRENGTH_NAMES[name]) for name, _, _ in STRENGTHS],
        tried=tried,
        other=other,
        is_changed=is_changed,
        taxonomy=taxonomy,
        strength=word_saying.say_strength,
        may_restore=from_file is not None and word_saying.differs_from_file(row, from_file),
        history=word_saying.history(changes, taxonomy),
    ), status
