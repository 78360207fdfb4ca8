"""The register on a phone: one tap for each booking, walk-ins, and paper for those who like it better."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.forms.fields import tidied
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions import attendance
from booking.forms.organising import read_number, read_uuid
from booking.queries.organising import get_session
from booking.queries.registers import Register, get_booking_of, list_coming
from booking.rules.registers import BUTTONS_UP_TO, MOST_CAME, why_not_markable
from booking.saying_sessions import STATES, say_clock
from booking.views.blueprint import blueprint
from booking.views.reach import own_reach

WRONG_FORM = 422
LONGEST_NAME = 60


@blueprint.get("/organise/sessions/<uuid:public_id>/register")
@allowed(Action.ORGANISE_SESSIONS)
def mark_register(public_id: UUID) -> ResponseReturnValue:
    """The list of names with large buttons; on paper, the same list with boxes to tick."""
    return show_register(get_session(public_id, own_reach()))


@blueprint.post("/organise/sessions/<uuid:public_id>/register")
@allowed(Action.ORGANISE_SESSIONS)
def save_mark(public_id: UUID) -> ResponseReturnValue:
    """One press: somebody came, did not come, or take it back; or everybody came; or that is everybody."""
    occurrence = get_session(public_id, own_reach())
    pressed, now = request.form.get("button", ""), clock.now()
    wanted = read_uuid(request.form.get("booking", ""))
    if wanted is None:
        return press_for_all(occurrence, pressed, now)
    booking = get_booking_of(occurrence, wanted)
    came = read_number(request.form.get("number", "") if pressed == "number" else pressed, MOST_CAME)
    if came is None and pressed != "undo":
        return show_register(
            occurrence,
            wrong=(wanted, gettext("Enter how many came, as a number from 0 to %(most)s", most=MOST_CAME)),
            status=WRONG_FORM,
        )
    try:
        if came is None:
            attendance.unmark(occurrence, booking, current_user.id, now)
        else:
            attendance.mark(occurrence, booking, came, current_user.id, now)
    except attendance.NotMarkable:
        return show_register(occurrence, status=WRONG_FORM)
    db.session.commit()
    if request.accept_mimetypes.best == "application/json":
        return jsonify(news_of(list_coming(occurrence), wanted, now))
    return redirect(url_for("booking.mark_register", public_id=public_id, _anchor=f"row-{wanted}"))


def press_for_all(occurrence: Any, pressed: str, now: datetime) -> ResponseReturnValue:
    """A press that is about the whole register."""
    try:
        if pressed == "everybody":
            number = attendance.mark_everybody(occurrence, current_user.id, now)
            flash(ngettext("Marked %(num)s as came.", "Marked %(num)s as came.", number), "success")
        elif pressed == "finish":
            attendance.finish_register(occurrence, current_user.id, now)
            flash(gettext("The register is marked. Thank you. You can still change it."), "success")
        elif taken_back := read_instant(pressed):
            number = attendance.unmark_everybody(occurrence, taken_back, current_user.id, now)
            flash(ngettext("Took back %(num)s mark.", "Took back %(num)s marks.", number), "success")
    except attendance.NotMarkable:
        return show_register(occurrence, status=WRONG_FORM)
    db.session.commit()
    undo = now.isoformat() if pressed == "everybody" else None
    return redirect(url_for("booking.mark_register", public_id=occurrence.public_id, all=undo))


@blueprint.post("/organise/sessions/<uuid:public_id>/walk-ins")
@allowed(Action.ORGANISE_SESSIONS)
def add_walk_in(public_id: UUID) -> ResponseReturnValue:
    """Somebody came without a booking; or take one off again. The same form sent twice adds one."""
    occurrence = get_session(public_id, own_reach())
    now = clock.now()
    taken_off = read_uuid(request.form.get("remove", ""))
    name = (tidied(request.form.get("name", "")) or "")[:LONGEST_NAME]
    came = read_number(request.form.get("number", "1") or "1", MOST_CAME)
    try:
        if taken_off is not None:
            attendance.remove_walk_in(occurrence, taken_off, current_user.id, now)
            said = gettext("Taken off the register.")
        elif not came:
            return show_register(
                occurrence,
                walk_in_wrong=gettext("Enter how many came, as a number from 1 to %(most)s", most=MOST_CAME),
                status=WRONG_FORM,
            )
        else:
            key = read_uuid(request.form.get("key", "")) or uuid4()
            attendance.add_walk_in(occurrence, key, name, came, current_user.id, now)
            said = gettext("%(name)s is on the register.", name=name or gettext("One more"))
    except attendance.NotMarkable:
        return show_register(occurrence, status=WRONG_FORM)
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("booking.mark_register", public_id=public_id, _anchor="walk-ins"))


def show_register(
    occurrence: Any,
    wrong: tuple[UUID, str] | None = None,
    walk_in_wrong: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The register as it stands."""
    return render_template(
        "booking/mark_register.html",
        occurrence=occurrence,
        register=list_coming(occurrence),
        why_not=why_not_markable(occurrence.status, clock.local_day(occurrence.starts_at), clock.today()),
        wrong=wrong,
        walk_in_wrong=walk_in_wrong,
        key=uuid4(),
        undo_all=read_instant(request.args.get("all", "")),
        buttons_up_to=BUTTONS_UP_TO,
        most_came=MOST_CAME,
        states=STATES,
        typed=request.form,
        now=clock.now(),
    ), status


def news_of(register: Register, public_id: UUID, now: datetime) -> dict[str, Any]:
    """What a script has to know after one tap: the mark of that row, and how far the register is."""
    guest = next(one for one in register.guests if one.public_id == public_id)
    return {
        "came": guest.came,
        "said": say_mark(guest.came, guest.party_size),
        "progress": say_progress(register),
        "saved": gettext("Saved at %(time)s", time=say_clock(now)),
    }


def say_mark(came: int | None, party_size: int) -> str:
    """What the register says of one booking."""
    if came is None:
        return gettext("Not marked yet")
    if came == 0:
        return gettext("Did not come")
    if party_size == 1 and came == 1:
        return gettext("Came")
    return gettext("%(came)s of %(party)s came", came=came, party=party_size)


def say_progress(register: Register) -> str:
    """How far the register is: "9 of 12 marked, 8 people came"."""
    came = ngettext("%(num)s person came", "%(num)s people came", register.came)
    if not register.expected:
        return came
    return gettext(
        "%(marked)s of %(all)s marked, %(came)s", marked=register.marked, all=len(register.expected), came=came
    )


def read_instant(text: str) -> datetime | None:
    """An aware instant as our own links write it; None for anything else."""
    if not re.fullmatch(r"[0-9T:.+ -]{20,40}", text):
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at.tzinfo else None


blueprint.add_app_template_filter(say_progress, "register_progress")
blueprint.add_app_template_global(say_mark, "say_mark")
