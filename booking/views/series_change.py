"""Changing a published series: this date, this and the following, or all that are to come."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext
from booking.actions.series import (
    ChangedMeanwhile,
    DatesClash,
    PlanRefused,
    plan_to_change,
    preview_change,
)
from booking.actions.series import (
    change_series as save_change,
)
from booking.forms import series_words
from booking.forms.series import QUESTIONS, SeriesForm, form_of, show_problems, typed_of
from booking.queries.planning import pattern_of
from booking.queries.series import get_series, place_key
from booking.queries.series_dates import SeriesDate, list_series_dates
from booking.rules.typed import read_number
from booking.saying import in_words
from booking.views.blueprint import blueprint
from booking.views.own_series import (
    CHANGED_MEANWHILE,
    WRONG_FORM,
    choices_for,
    own_reach,
    plan_in,
    skips_in_form,
    stamp,
)


@blueprint.route("/organise/series/<uuid:public_id>/change", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def change_series(public_id: UUID) -> ResponseReturnValue:
    """First which dates; then what is to change; then every date and clash, and only then the button."""
    series = get_series(public_id, own_reach())
    now = clock.now()
    if series.status != "published" or series.feed_url:
        return redirect(url_for("booking.show_series", public_id=public_id))
    coming = [one for one in list_series_dates(series.id, after=now) if one.status == "scheduled"]
    scope = request.args.get("scope", "")
    chosen = date_chosen(coming, request.args.get("from", ""))
    if scope not in ("following", "all") or (scope == "following" and chosen is None):
        is_wrong = scope in ("this", "following") and chosen is None
        if scope == "this" and chosen is not None:
            return redirect(url_for("booking.move_session", public_id=chosen.public_id))
        return render_template(
            "booking/choose_dates_to_change.html", series=series, coming=coming, scope=scope, is_wrong=is_wrong
        )
    plan, from_on = plan_to_change(series, scope, chosen.rule_on or chosen.on if chosen else None, now)  # type: ignore[arg-type]
    if request.method == "POST":
        return try_change(series, SeriesForm(request.form), scope, chosen, from_on)
    form = form_of({**typed_of(plan, str(series.service.public_id), place_key(series)), "version": str(series.version)})
    return show_form(series, form, scope, chosen)


def date_chosen(coming: list[SeriesDate], text: str) -> SeriesDate | None:
    """The date that the address names."""
    return next((one for one in coming if str(one.public_id) == text), None)


def try_change(
    series: Any, form: SeriesForm, scope: str, chosen: SeriesDate | None, from_on: date
) -> ResponseReturnValue:
    """Show what the change would do, or do it when the organiser has seen just that."""
    now, skips = clock.now(), skips_in_form()
    form.service.data = str(series.service.public_id)
    plan, problems = plan_in(form, choices_for(form, own_reach()), is_new=False)
    if problems:
        show_problems(form, problems)
        return show_form(series, form, scope, chosen, status=WRONG_FORM)
    version = read_number(str(form.version.data or ""))
    values: dict[str, Any] = {"skips": skips, "plan": plan}
    status = 200
    if version is None or version != series.version:
        return tell_changed(series, form, scope, chosen)
    change = preview_change(series, plan, from_on, now, skips)
    seen = stamp(plan, sorted(skips), change)
    if request.form.get("button") == "save":
        if request.form.get("seen") != seen:
            values |= {"is_unseen": bool(request.form.get("seen"))}
            status = WRONG_FORM if change.preview.clashing or request.form.get("seen") else 200
        else:
            try:
                save_change(series, plan, from_on, current_user._get_current_object(), now, version, skips)
            except ChangedMeanwhile:
                db.session.rollback()
                return tell_changed(series, form, scope, chosen)
            except PlanRefused as refused:
                db.session.rollback()
                show_problems(form, refused.problems)
                return show_form(series, form, scope, chosen, status=WRONG_FORM)
            except DatesClash as clash:
                db.session.rollback()
                values |= {"is_just_taken": clash.is_just_taken}
                change = preview_change(series, plan, from_on, now, skips)
                seen, status = stamp(plan, sorted(skips), change), WRONG_FORM
            else:
                db.session.commit()
                flash(gettext("Saved. Whoever booked a date that changed is told."), "success")
                return redirect(url_for("booking.show_series", public_id=series.public_id))
    return show_form(series, form, scope, chosen, status=status, change=change, seen=seen, **values)


def tell_changed(series: Any, form: SeriesForm, scope: str, chosen: SeriesDate | None) -> ResponseReturnValue:
    """Somebody else saved first: nothing typed is lost, and the form now goes on from theirs."""
    form.version.data = str(series.version)
    return show_form(series, form, scope, chosen, status=CHANGED_MEANWHILE, is_changed=True)


def show_form(
    series: Any, form: SeriesForm, scope: str, chosen: SeriesDate | None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """The page."""
    values: dict[str, Any] = {"change": None, "skips": set(), "seen": "", "plan": None, **more}
    return render_template(
        "booking/change_series.html",
        series=series,
        rule=in_words(pattern_of(series)),
        form=form,
        scope=scope,
        chosen=chosen,
        choices=choices_for(form, own_reach()),
        said=series_words,
        questions=QUESTIONS,
        in_words=in_words,
        **values,
    ), status
