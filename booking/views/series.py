"""An organiser's series: the list, one of them, copying, pausing and ending it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.forms.fields import tidied
from assetreg.forms.listing import read_page
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions import series as actions
from booking.forms.series import typed_of
from booking.queries.planning import pattern_of
from booking.queries.series import count_series, get_series, place_key
from booking.queries.series import list_series as list_series_page
from booking.queries.series_dates import list_series_dates
from booking.rules.typed import read_number
from booking.rules.vocabulary import SERIES_STATUSES
from booking.saying import in_words
from booking.views.blueprint import blueprint
from booking.views.own_series import CHANGED_MEANWHILE, LONGEST_ASKED, WRONG_FORM, own_reach

MOST_PAST = 12
LONGEST_REASON = 300


@blueprint.get("/organise/series")
@allowed(Action.ORGANISE_SESSIONS)
def list_series() -> ResponseReturnValue:
    """Published series, drafts, or those that have ended; by words in the name."""
    reach = own_reach()
    status = request.args.get("status", "")
    status = status if status in SERIES_STATUSES else "published"
    words = (tidied(request.args.get("words", "")) or "")[:LONGEST_ASKED]
    return render_template(
        "booking/list_series.html",
        found=list_series_page(reach, status, words, clock.now(), read_page(request.args)),
        counts=count_series(reach),
        status=status,
        words=words,
        rule=lambda series: in_words(pattern_of(series)),
    )


@blueprint.get("/organise/series/<uuid:public_id>")
@allowed(Action.ORGANISE_SESSIONS)
def show_series(public_id: UUID) -> ResponseReturnValue:
    """One series: its rule, its dates, and what can be done with it."""
    series = get_series(public_id, own_reach())
    if series.status == "draft":
        return redirect(url_for("booking.add_series", draft=public_id))
    now = clock.now()
    return render_template(
        "booking/show_series.html",
        series=series,
        rule=in_words(pattern_of(series)),
        unsettled=[(date.fromisoformat(line["on"]), line["said"]) for line in series.unsettled],
        coming=list_series_dates(series.id, after=now),
        past=list_series_dates(series.id, before=now, most=MOST_PAST, is_latest_first=True),
    )


@blueprint.post("/organise/series/<uuid:public_id>/copy")
@allowed(Action.ORGANISE_SESSIONS)
def copy_series(public_id: UUID) -> ResponseReturnValue:
    """A draft like this series; nothing is published yet."""
    series = get_series(public_id, own_reach())
    plan = actions.copy_plan(series, clock.today())
    typed = typed_of(plan, str(series.service.public_id), place_key(series))
    draft = actions.save_draft(None, series.service_id, typed, current_user._get_current_object())
    db.session.commit()
    flash(gettext("This is a copy. Choose its days, then publish it."), "success")
    return redirect(url_for("booking.add_series", draft=draft.public_id))


@blueprint.post("/organise/series/<uuid:public_id>/pause")
@allowed(Action.ORGANISE_SESSIONS)
def pause_series(public_id: UUID) -> ResponseReturnValue:
    """Take no bookings for any date, or take them again: one press."""
    series = get_series(public_id, own_reach())
    wants_pause = request.form.get("button") != "open"
    actions.pause_series(series, wants_pause, current_user._get_current_object(), clock.now())
    db.session.commit()
    if wants_pause:
        flash(gettext("Nobody can book now. Whoever has a place keeps it."), "success")
    else:
        flash(gettext("People can book again."), "success")
    return redirect(url_for("booking.show_series", public_id=public_id))


@blueprint.route("/organise/series/<uuid:public_id>/end", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def end_series(public_id: UUID) -> ResponseReturnValue:
    """End a series, after asking what becomes of the dates that people have booked. A draft is thrown away."""
    series = get_series(public_id, own_reach())
    now = clock.now()
    if series.status == "ended":
        return redirect(url_for("booking.show_series", public_id=public_id))
    coming = [one for one in list_series_dates(series.id, after=now) if one.status == "scheduled"]
    booked = [one for one in coming if one.wanted_by]
    reason = (tidied(request.form.get("reason", "")) or "")[:LONGEST_REASON]
    choice = request.form.get("booked", "")
    problem, status = "", 200
    if request.method == "POST" and series.status == "draft":
        actions.throw_draft_away(series)
        db.session.commit()
        flash(gettext("The draft is gone."), "success")
        return redirect(url_for("booking.list_series", status="draft"))
    if request.method == "POST" and booked and choice not in ("keep", "cancel"):
        problem, status = gettext("Choose what becomes of the dates that people have booked"), WRONG_FORM
    elif request.method == "POST":
        version = read_number(request.form.get("version", "")) or 0
        try:
            kept = actions.end_series(
                series, current_user._get_current_object(), now, choice == "cancel", reason, version or None
            )
        except actions.ChangedMeanwhile:
            db.session.rollback()
            problem, status = gettext("Somebody else changed this series just now. Look at it again"), CHANGED_MEANWHILE
        else:
            db.session.commit()
            said = gettext("The series has ended.")
            if kept:
                more = ngettext("%(num)s booked date goes on.", "%(num)s booked dates go on.", kept)
                said = f"{said} {more}"
            flash(said, "success")
            return redirect(url_for("booking.show_series", public_id=public_id))
    return render_template(
        "booking/end_series.html",
        series=series,
        coming=coming,
        booked=booked,
        reason=reason,
        choice=choice,
        problem=problem,
    ), status
