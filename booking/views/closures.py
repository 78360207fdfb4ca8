"""Days when a place is closed, and school terms."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.forms.fields import text_of, tidied
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions import closures as actions
from booking.actions.terms import TermRefused, remove_term, save_term
from booking.forms.days import DaysForm
from booking.queries import closures as questions
from booking.views.blueprint import blueprint
from booking.views.own_series import WRONG_FORM, own_reach, read_id


@blueprint.route("/organise/closures", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def list_closures() -> ResponseReturnValue:
    """Closures that are not over, and a form for another."""
    reach, today = own_reach(), clock.today()
    form, status = DaysForm(request.form), 200
    if request.method == "POST":
        status = WRONG_FORM
        location_id = questions.find_closable(read_id(form.location.data), reach)
        days = form.days(today, is_one_day_enough=True)
        if location_id is None:
            form.refuse("no_location")
        elif days is not None:
            try:
                closure = actions.close_location(
                    location_id, *days, text_of(form.reason)[:300], current_user._get_current_object(), today
                )
            except actions.ClosureRefused as refused:
                form.refuse(refused.reason)
            else:
                db.session.commit()
                flash(gettext("Saved. No new sessions are made there on these days."), "success")
                return redirect(url_for("booking.show_closure", public_id=closure.public_id))
    return render_template(
        "booking/list_closures.html",
        closures=questions.list_closures(reach, today),
        locations=[("", [(str(public_id), name) for public_id, name in questions.list_closable(reach)])],
        form=form,
        is_partner=reach is not None,
    ), status


@blueprint.route("/organise/closures/<uuid:public_id>", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def show_closure(public_id: UUID) -> ResponseReturnValue:
    """The sessions that a closure touches, and who has booked them: the organiser decides."""
    reach, now = own_reach(), clock.now()
    closure = questions.get_closure(public_id, reach)
    problem, status = "", 200
    if request.method == "POST" and request.form.get("button") == "lift":
        actions.lift_closure(closure)
        db.session.commit()
        flash(gettext("The place is open again. Sessions that were left out come back within a day."), "success")
        return redirect(url_for("booking.list_closures"))
    reason = (tidied(request.form.get("reason", "")) or "")[:300]
    if request.method == "POST":
        chosen = {one for text in request.form.getlist("session") if (one := read_id(text)) is not None}
        if not chosen:
            problem, status = gettext("Tick the sessions that you want to cancel"), WRONG_FORM
        elif not reason:
            problem, status = gettext("Say why, so that people know"), WRONG_FORM
        else:
            user = current_user._get_current_object()
            number = actions.cancel_in_closure(closure, chosen, reason, reach, user, now)
            db.session.commit()
            said = ngettext("%(num)s session is cancelled.", "%(num)s sessions are cancelled.", number)
            flash(f"{said} {gettext('Everybody who booked is told.')}", "success")
            return redirect(url_for("booking.show_closure", public_id=public_id))
    return render_template(
        "booking/show_closure.html",
        closure=closure,
        touched=questions.list_touched(closure, reach, now),
        ticked=set(request.form.getlist("session")) if problem else None,
        reason=reason if problem else closure.reason,
        problem=problem,
    ), status


@blueprint.route("/organise/terms", methods=["GET", "POST"])
@allowed(Action.EDIT_TERM_DATES)
def list_terms() -> ResponseReturnValue:
    """School terms, and a form for another."""
    form, status = DaysForm(request.form), 200
    if request.method == "POST":
        if save(form, None):
            return redirect(url_for("booking.list_terms"))
        status = WRONG_FORM
    return render_template("booking/list_terms.html", terms=questions.list_terms(), form=form), status


@blueprint.route("/organise/terms/<uuid:public_id>", methods=["GET", "POST"])
@allowed(Action.EDIT_TERM_DATES)
def change_term(public_id: UUID) -> ResponseReturnValue:
    """One term: correct it, or take it away."""
    term = questions.get_term(public_id)
    form, status = DaysForm(request.form), 200
    if request.method == "POST":
        if request.form.get("button") == "remove":
            remove_term(term)
            db.session.commit()
            flash(gettext("The term is gone. Dates that were made stay."), "success")
            return redirect(url_for("booking.list_terms"))
        if save(form, term):
            return redirect(url_for("booking.list_terms"))
        status = WRONG_FORM
    else:
        form.name.data = term.name
        form.starts_on.data, form.ends_on.data = f"{term.starts_on:%d/%m/%Y}", f"{term.ends_on:%d/%m/%Y}"
    return render_template("booking/change_term.html", term=term, form=form), status


def save(form: DaysForm, term: object) -> bool:
    """Save a term as typed; False when the form says why not."""
    days = form.days(clock.today())
    if days is None:
        return False
    try:
        save_term(term, text_of(form.name)[:200], *days)  # type: ignore[arg-type]
    except TermRefused as refused:
        form.refuse(refused.reason)
        return False
    db.session.commit()
    flash(gettext("Saved. Sessions in term time follow within a day."), "success")
    return True
