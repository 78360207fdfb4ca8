"""Help at once: how emergencies are recognised, who helps, and what a change would do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg.db import db
from assetreg.forms.fields import text_of
from assetreg.permissions import Action, allowed
from assetreg.queries.terms import get_taxonomy
from assetreg.texts.translate import gettext
from search import word_saying
from search.actions import urgent
from search.actions.keeping_words import ChangedMeanwhile, content_of, version_of
from search.knowing import settings
from search.phrases.words import clean, split
from search.queries.phrases import list_used_phrases
from search.queries.urgent_words import get_help_entry, get_sign, list_help_rows, list_sign_rows
from search.queries.word_history import find_change, list_changes
from search.requests import Urgent
from search.urgent import BadPattern, Sign, UrgentHelp
from search.urgent_checks import UnsafeChange, check_exceptions, check_patterns
from search.word_forms import HelpForm, SignForm, TryForm, lines_of
from search.word_problems import say_unsafe
from search.word_views.blueprint import CHANGED_MEANWHILE, WRONG_FORM, blueprint

MOST_SENTENCES = 8
LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence: the signs it shows and who helps, now and after a change (the same where nothing is changed)."""

    sentence: str
    now: tuple[str, ...]
    after: tuple[str, ...]
    helps: tuple[str, ...]


@blueprint.route("/stewards/urgent-help", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def list_urgent_help() -> ResponseReturnValue:
    """All signs and everybody who helps. The test box says which signs a sentence shows; it saves nothing."""
    form = TryForm()
    heard = None
    if request.method == "POST" and form.validate():
        signs, help_ = urgent.list_after(settings())
        looking = UrgentHelp(signs, help_)
        heard = listen(lines_of(form.sentences), looking, looking)
    helps = list_help_rows()
    return render_template(
        "words/list_urgent_help.html",
        form=form,
        heard=heard,
        signs=list_sign_rows(),
        helps=helps,
        titles={row.key: row.title for row in helps},
        tones=word_saying.TONES,
        sign_name=word_saying.sign_name,
        numbers=settings(),
    )


def listen(sentences: list[str], now: UrgentHelp, after: UrgentHelp) -> list[Heard]:
    """Which signs each sentence shows, and who would help after the change."""
    found = []
    for sentence in sentences[:MOST_SENTENCES]:
        words = split(clean(sentence[:LONGEST_SENTENCE]))
        before, then = ([sign.key for sign in looking.signs_in(words)] for looking in (now, after))
        helps = [one.title for one in after.help_for(after.signs_in(words))]
        names = [tuple(word_saying.sign_name(key) for key in keys) for keys in (before, then)]
        found.append(Heard(sentence, names[0], names[1], tuple(helps)))
    return found


@blueprint.route("/stewards/urgent-signs/new", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def add_urgent_sign() -> ResponseReturnValue:
    """A new sign. “See what changes” saves nothing."""
    form = SignForm()
    if request.method != "POST":
        form.tone.data = "today"
        return show_sign(form)
    if not form.validate():
        return show_sign(form, status=WRONG_FORM)
    sign = sign_in(form, urgent.key_from(text_of(form.name), ()))
    try:
        if request.form.get("button") == "try":
            return show_sign(form, heard=try_sign(form, sign))
        row = urgent.add_sign(sign, around())
    except UnsafeChange as unsafe:
        return refuse_sign(form, unsafe)
    db.session.commit()
    flash(gettext("Saved. Searches use it within a few seconds."), "success")
    return redirect(url_for("words.change_urgent_sign", key=row.key))


@blueprint.route("/stewards/urgent-signs/<key>", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def change_urgent_sign(key: str) -> ResponseReturnValue:
    """One sign: change it, test it, switch it off or on, or put it back."""
    row = get_sign(key)
    form = SignForm()
    if request.method != "POST":
        form.fill(row, version_of(row))
        return show_sign(form, row)
    if not form.validate():
        return show_sign(form, row, status=WRONG_FORM)
    sign, version, button = sign_in(form, key), form.version.data or "", request.form.get("button", "save")
    try:
        if button == "try":
            return show_sign(form, row, heard=try_sign(form, sign))
        if button in ("off", "on"):
            urgent.switch_sign(row, button == "on", around(), version, bool(form.sure.data))
        elif button.startswith("back-"):
            before = state_before("urgent_sign", row, button)
            urgent.put_sign_back(row, before, around(), version)
        else:
            urgent.change_sign(row, sign, around(), version)
    except UnsafeChange as unsafe:
        return refuse_sign(form, unsafe, row)
    except ChangedMeanwhile:
        form.version.data = version_of(row)
        return show_sign(form, row, status=CHANGED_MEANWHILE, is_changed=True)
    db.session.commit()
    flash(gettext("Saved. Searches use it within a few seconds."), "success")
    return redirect(url_for("words.change_urgent_sign", key=key))


def sign_in(form: SignForm, key: str) -> Sign:
    """What was typed as a sign."""
    return Sign(
        key=key,
        tone=text_of(form.tone),
        patterns=tuple(dict.fromkeys(lines_of(form.patterns))),
        unless=tuple(dict.fromkeys(lines_of(form.unless))),
        help=tuple(text for field in form.help_fields() if (text := text_of(field))),
        terms=tuple(text for field in form.term_fields() if (text := text_of(field))),
    )


def try_sign(form: SignForm, sign: Sign) -> list[Heard]:
    """What the change would do. Raises UnsafeChange for patterns that cannot be tried."""
    check_patterns("patterns", sign.patterns, ordinary())
    check_patterns("unless", sign.unless, ())
    check_exceptions(sign)
    now = UrgentHelp(*urgent.list_after(settings()))
    after = UrgentHelp(*urgent.list_after(settings(), sign=(sign.key, sign)))
    return listen(lines_of(form.sentences), now, after)


def around() -> urgent.Around:
    """What changes are checked against."""
    return urgent.Around(settings(), frozenset(get_taxonomy().by_slug), ordinary())


def ordinary() -> list[Any]:
    """The lexicon's phrases that show no sign now: a new pattern must not be found in many of them."""
    try:
        looking = UrgentHelp(*urgent.list_after(settings()))
    except BadPattern:
        return []
    return [phrase for phrase in list_used_phrases().values() if not looking.signs_in(split(clean(phrase.phrase)))]


def state_before(entity: str, row: Any, button: str) -> dict[str, Any]:
    """The row as it was before the change that a button names. Raises ChangedMeanwhile when there is none."""
    change = find_change(list_changes(entity, str(row.id), content_of(row)), button.removeprefix("back-"))
    if change is None or change.before is None:
        raise ChangedMeanwhile
    return dict(change.before)


def refuse_sign(form: SignForm, unsafe: UnsafeChange, row: Any = None) -> ResponseReturnValue:
    """Say beside the field why it cannot be saved; everything typed stays."""
    form[unsafe.field or "patterns"].errors = [say_unsafe(unsafe)]
    return show_sign(form, row, status=WRONG_FORM)


def show_sign(
    form: SignForm, row: Any = None, status: int = 200, heard: list[Heard] | None = None, is_changed: bool = False
) -> ResponseReturnValue:
    """The page of one sign, new or old."""
    taxonomy = get_taxonomy()
    changes = list_changes("urgent_sign", str(row.id), content_of(row)) if row is not None else []
    helps = [(entry.key, entry.title) for entry in list_help_rows() if entry.is_active]
    return render_template(
        "words/change_urgent_sign.html" if row is not None else "words/add_urgent_sign.html",
        form=form,
        row=row,
        name=word_saying.sign_name(row.key) if row is not None else "",
        helps=[("", helps)],
        shown_helps=form.help_fields()[: max(3, 1 + sum(bool(field.data) for field in form.help_fields()))],
        groups=word_saying.term_groups(taxonomy),
        tones=word_saying.TONES,
        heard=heard,
        is_changed=is_changed,
        history=word_saying.history(changes, taxonomy),
    ), status


@blueprint.route("/stewards/urgent-help/new", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def add_urgent_help() -> ResponseReturnValue:
    """Somebody new who helps at once."""
    form = HelpForm()
    if request.method != "POST":
        return show_help(form)
    if not form.validate():
        return show_help(form, status=WRONG_FORM)
    try:
        row = urgent.add_help(entry_in(form), position_in(form))
    except UnsafeChange as unsafe:
        return refuse_help(form, unsafe)
    db.session.commit()
    flash(gettext("Saved. Now name it in the signs for which it helps."), "success")
    return redirect(url_for("words.change_urgent_help", key=row.key))


@blueprint.route("/stewards/urgent-help/<key>", methods=["GET", "POST"])
@allowed(Action.EDIT_WORDS)
def change_urgent_help(key: str) -> ResponseReturnValue:
    """One entry: change it, switch it off or on, or put it back."""
    row = get_help_entry(key)
    form = HelpForm()
    if request.method != "POST":
        form.fill(row, version_of(row))
        return show_help(form, row)
    if not form.validate():
        return show_help(form, row, status=WRONG_FORM)
    version, button = form.version.data or "", request.form.get("button", "save")
    try:
        if button in ("off", "on"):
            urgent.switch_help(row, button == "on", around(), version, bool(form.sure.data))
        elif button.startswith("back-"):
            urgent.put_help_back(row, state_before("urgent_help", row, button), around(), version)
        else:
            urgent.change_help(row, entry_in(form), position_in(form), around(), version)
    except UnsafeChange as unsafe:
        return refuse_help(form, unsafe, row)
    except ChangedMeanwhile:
        form.version.data = version_of(row)
        return show_help(form, row, status=CHANGED_MEANWHILE, is_changed=True)
    db.session.commit()
    flash(gettext("Saved. Searches use it within a few seconds."), "success")
    return redirect(url_for("words.change_urgent_help", key=key))


def entry_in(form: HelpForm) -> Urgent:
    """What was typed as an entry."""
    return replace(
        Urgent("", text_of(form.title)), **{name: text_of(form[name]) for name in urgent.HELP_FIELDS if name != "title"}
    )


def position_in(form: HelpForm) -> int | None:
    """The place in the list from 0; None when nothing that can be used was typed."""
    given = text_of(form.position)
    return int(given) - 1 if given.isascii() and given.isdigit() and 0 < int(given) < 1000 else None


def refuse_help(form: HelpForm, unsafe: UnsafeChange, row: Any = None) -> ResponseReturnValue:
    """Say beside the field why it cannot be saved; everything typed stays."""
    form[unsafe.field if unsafe.field in form else "title"].errors = [say_unsafe(unsafe)]
    return show_help(form, row, status=WRONG_FORM)


def show_help(form: HelpForm, row: Any = None, status: int = 200, is_changed: bool = False) -> ResponseReturnValue:
    """The page of one entry, new or old."""
    changes = list_changes("urgent_help", str(row.id), content_of(row)) if row is not None else []
    named_in = [sign for sign in list_sign_rows() if row is not None and row.key in sign.help]
    return render_template(
        "words/change_urgent_help.html" if row is not None else "words/add_urgent_help.html",
        form=form,
        row=row,
        named_in=named_in,
        sign_name=word_saying.sign_name,
        numbers=word_saying.number_names(),
        is_changed=is_changed,
        history=word_saying.history(changes, get_taxonomy()),
    ), status
