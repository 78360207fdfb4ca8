"""A message to everybody of one date: written, seen as people get it, then sent."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions.organiser_notes import WITH_PLACES, WITH_WAITING, send_note
from booking.forms.organising import LONGEST_NOTE, NoteForm
from booking.queries.organising import get_session
from booking.queries.registers import list_coming
from booking.views.blueprint import blueprint
from booking.views.dates import WRONG_FORM, me
from booking.views.organised_sessions import name_of
from booking.views.reach import own_reach


@blueprint.route("/organise/sessions/<uuid:public_id>/message", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def message_everyone(public_id: UUID) -> ResponseReturnValue:
    """Write to everybody of one date. Nothing goes out before the page that shows the message was seen."""
    occurrence = get_session(public_id, own_reach())
    form = NoteForm()
    is_seen = False
    if request.method == "POST" and request.form.get("button") != "change" and form.validate():
        is_seen = True
        if request.form.get("button") == "send":
            states = WITH_WAITING if form.with_waiting.data else WITH_PLACES
            told = send_note(occurrence, form.written(), states, me(), clock.now())
            db.session.commit()
            if told:
                flash(ngettext("We are telling %(num)s party.", "We are telling %(num)s parties.", told), "success")
            else:
                flash(gettext("They have had this message already, so we sent nothing."), "notice")
            return redirect(url_for("booking.organise_session", public_id=public_id))
    register = list_coming(occurrence)
    chosen = WITH_WAITING if form.with_waiting.data else WITH_PLACES
    return render_template(
        "booking/message_everyone.html",
        form=form,
        occurrence=occurrence,
        name=name_of(occurrence),
        is_seen=is_seen,
        parties=len(register.of(*chosen)),
        reached=register.reached(*chosen),
        waiting=len(register.of("waiting")),
        longest=LONGEST_NOTE,
    ), WRONG_FORM if form.errors else 200
