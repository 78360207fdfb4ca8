"""What an organiser does with one date: pause it, give it more places, move it, cancel it, answer who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions.occurrences import (
    Arranged,
    cancel_occurrence,
    list_alternatives,
    move_occurrence,
    pause_occurrence,
    set_capacity,
)
from booking.actions.outcomes import VeryBusy
from booking.actions.places import confirm_request, decline_request
from booking.forms.organising import CancelForm, MoveForm, PlacesForm, read_uuid
from booking.queries.clashes import list_clashes
from booking.queries.organising import get_session
from booking.queries.registers import get_booking_of, list_coming
from booking.rules.vocabulary import OPEN_STATES
from booking.saying_sessions import say_why_not
from booking.views.blueprint import blueprint
from booking.views.organised_sessions import name_of
from booking.views.reach import own_reach

WRONG_FORM = 422
BUSY = 503


def me() -> Any:
    """Whoever is signed in, as the row that actions write down."""
    return current_user._get_current_object()


@blueprint.post("/organise/sessions/<uuid:public_id>/pause")
@allowed(Action.ORGANISE_SESSIONS)
def pause_session(public_id: UUID) -> ResponseReturnValue:
    """Take no bookings for this date; the same button takes it back."""
    occurrence = get_session(public_id, own_reach())
    is_paused = request.form.get("button") != "resume"
    try:
        done = pause_occurrence(occurrence, is_paused, me(), clock.now())
    except VeryBusy:
        return back_busy(public_id)
    db.session.commit()
    if is_paused:
        flash(gettext("Bookings are paused for this date. Who has a place keeps it."), "success")
    else:
        flash(gettext("People can book again.") + say_promoted(done), "success")
    return redirect(url_for("booking.organise_session", public_id=public_id))


@blueprint.post("/organise/sessions/<uuid:public_id>/requests")
@allowed(Action.ORGANISE_SESSIONS)
def answer_request(public_id: UUID) -> ResponseReturnValue:
    """Yes or no to somebody who asked for a place; they are told."""
    occurrence = get_session(public_id, own_reach())
    wanted, now = read_uuid(request.form.get("booking", "")), clock.now()
    if wanted is None:
        return redirect(url_for("booking.organise_session", public_id=public_id))
    booking = get_booking_of(occurrence, wanted)
    is_yes = request.form.get("button") == "yes"
    try:
        done = confirm_request(booking.id, me(), now) if is_yes else decline_request(booking.id, "", me(), now)
    except VeryBusy:
        return back_busy(public_id)
    db.session.commit()
    if not done.done:
        flash(say_why_not(done.reason), "notice")
    elif is_yes:
        flash(gettext("They have the place. We are telling them now."), "success")
    else:
        flash(gettext("You said no. We are telling them now."), "success")
    return redirect(url_for("booking.organise_session", public_id=public_id))


@blueprint.route("/organise/sessions/<uuid:public_id>/places", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def change_places(public_id: UUID) -> ResponseReturnValue:
    """How many places this date has, and how many more on purpose, with a reason."""
    occurrence = get_session(public_id, own_reach())
    form = PlacesForm()
    status = 200
    if request.method != "POST":
        form.capacity.data, form.overbooked.data = str(occurrence.capacity or ""), str(occurrence.overbooked or 0)
        form.reason.data = occurrence.overbooked_reason
    elif form.validate():
        capacity, overbooked, reason = form.read()
        try:
            done = set_capacity(occurrence, capacity, overbooked, reason, me(), clock.now())
        except VeryBusy:
            return back_busy(public_id)
        if done.done:
            db.session.commit()
            flash(gettext("Saved. This date has %(number)s places.", number=capacity) + say_promoted(done), "success")
            return redirect(url_for("booking.organise_session", public_id=public_id))
        form.refuse(done.reason)
    if form.errors:
        status = WRONG_FORM
    return render_template(
        "booking/change_places.html", form=form, occurrence=occurrence, name=name_of(occurrence)
    ), status


@blueprint.route("/organise/sessions/<uuid:public_id>/cancel", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def cancel_session(public_id: UUID) -> ResponseReturnValue:
    """Call one date off: first why, then a page that says who is told and what they are offered, then it is done."""
    occurrence = get_session(public_id, own_reach())
    form, now = CancelForm(), clock.now()
    is_sure = request.form.get("button") == "cancel"
    is_asked = False
    if request.method == "POST" and form.validate() and occurrence.status == "scheduled":
        is_asked = True
        if is_sure:
            try:
                done = cancel_occurrence(occurrence, form.written(), me(), now)
            except VeryBusy:
                return back_busy(public_id)
            db.session.commit()
            said = ngettext("We are telling %(num)s party.", "We are telling %(num)s parties.", done.told)
            flash(gettext("This date is cancelled.") + (f" {said}" if done.told else ""), "success")
            return redirect(url_for("booking.organise_session", public_id=public_id))
    register = list_coming(occurrence)
    return render_template(
        "booking/cancel_session.html",
        form=form,
        occurrence=occurrence,
        name=name_of(occurrence),
        is_asked=is_asked,
        parties=len(register.of(*OPEN_STATES)),
        people=sum(guest.party_size for guest in register.of(*OPEN_STATES)),
        reached=register.reached(*OPEN_STATES),
        alternatives=list_alternatives(occurrence, now),
        now=now,
    ), WRONG_FORM if form.errors else 200


@blueprint.route("/organise/sessions/<uuid:public_id>/move", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def move_session(public_id: UUID) -> ResponseReturnValue:
    """Another day or time for one date: first when, then a page that says who is told, then it is done."""
    occurrence = get_session(public_id, own_reach())
    form, now = MoveForm(), clock.now()
    starts_at: datetime | None = None
    in_the_way = None
    is_asked = False
    if request.method != "POST":
        form.fill(occurrence.starts_at, occurrence.ends_at)
    elif form.validate():
        starts_at, minutes = form.read()
        planned = form.planned()
        clashes = (
            list_clashes(
                [(planned.starts_at, planned.ends_at)], occurrence.space_id, occurrence.leader_id, [occurrence.id]
            )
            if planned
            else {}
        )
        in_the_way = next(iter(clashes.get(0, [])), None)
        is_asked = not form.refuse_past(starts_at, now) and in_the_way is None
        if is_asked and request.form.get("button") == "move":
            try:
                done = move_occurrence(occurrence, starts_at, minutes, me(), now)
            except VeryBusy:
                return back_busy(public_id)
            if done.done:
                db.session.commit()
                said = ngettext("We are telling %(num)s party.", "We are telling %(num)s parties.", done.told)
                flash(gettext("Moved.") + (f" {said}" if done.told else "") + say_promoted(done), "success")
                return redirect(url_for("booking.organise_session", public_id=public_id))
            is_asked = False
            form.on.errors = [say_why_not(done.reason)]
    register = list_coming(occurrence)
    return render_template(
        "booking/move_session.html",
        form=form,
        occurrence=occurrence,
        name=name_of(occurrence),
        is_asked=is_asked,
        planned=form.planned(),
        in_the_way=in_the_way,
        parties=len(register.of(*OPEN_STATES)),
        reached=register.reached(*OPEN_STATES),
        now=now,
    ), WRONG_FORM if form.errors or in_the_way else 200


def say_promoted(done: Arranged) -> str:
    """Who was offered what came free, as a sentence to add; empty when nobody was."""
    if not done.promoted:
        return ""
    number = len(done.promoted)
    said = ngettext(
        "%(num)s party on the waiting list is offered a place.",
        "%(num)s parties on the waiting list are offered places.",
        number,
    )
    return f" {said}"


def back_busy(public_id: UUID) -> ResponseReturnValue:
    """Too many want this session at this moment: nothing was changed."""
    flash(gettext("Many people are booking at this moment, so nothing was changed. Please try again."), "notice")
    return redirect(url_for("booking.organise_session", public_id=public_id))
