"""A new series on one page, for the practised; and the last page before publishing, however one came there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, ngettext
from booking.actions.series import ChangedMeanwhile, DatesClash, PlanRefused, preview_series, publish_series, save_draft
from booking.forms import series_words
from booking.forms.series import QUESTIONS, SeriesForm, form_of, show_problems, typed_in
from booking.queries.series_dates import list_series_dates
from booking.saying import in_words
from booking.views.blueprint import blueprint
from booking.views.own_series import (
    CHANGED_MEANWHILE,
    WRONG_FORM,
    choices_for,
    draft_asked_for,
    own_reach,
    plan_in,
    skips_in_form,
    stamp,
)


@blueprint.route("/organise/series/new", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def add_series() -> ResponseReturnValue:
    """Everything about a new series on one page. “See every date” keeps a draft and publishes nothing."""
    reach = own_reach()
    draft = draft_asked_for(reach)
    if draft is not None and draft.status != "draft":
        return redirect(url_for("booking.show_series", public_id=draft.public_id))
    if request.method == "POST":
        form = SeriesForm(request.form)
    else:
        form = form_of(draft.draft if draft else {"service": request.args.get("service", "")})
        choices = choices_for(form, reach)
        if choices.service is None and choices.has_more_services:
            return redirect(url_for("booking.ask_series", step="service"))
        return render_template("booking/add_series.html", **about(form, choices, draft))
    return publish_page(form, draft, "booking/add_series.html")


def publish_page(form: SeriesForm, draft: Any, template: str, **more: Any) -> ResponseReturnValue:
    """Show a plan with every date and clash, and publish it when the organiser has seen just that."""
    reach = own_reach()
    choices = choices_for(form, reach)
    is_sent = request.method == "POST"
    plan, problems = plan_in(form, choices)
    skips = skips_in_form() if is_sent else set()
    button = request.form.get("button", "") if is_sent else "look"
    values: dict[str, Any] = {"is_just_taken": False, "is_changed": False, "skips": skips, **more}
    status = 200
    if is_sent and choices.service is not None:
        draft = save_draft(draft, choices.service.id, typed_in(form), current_user._get_current_object())
        db.session.commit()
        if button == "later":
            flash(gettext("We have saved your draft."), "success")
            return redirect(url_for("booking.list_series", status="draft"))
    if problems:
        show_problems(form, problems)
        return render_template(template, **about(form, choices, draft, **values)), WRONG_FORM if is_sent else 200
    now = clock.now()
    if button == "publish" and draft is not None and request.form.get("seen") == stamp(plan, sorted(skips)):
        try:
            series = publish_series(plan, current_user._get_current_object(), now, skips, draft, draft.version)
        except DatesClash as clash:
            db.session.rollback()
            values |= {"is_just_taken": clash.is_just_taken}
            status = WRONG_FORM
        except PlanRefused as refused:
            db.session.rollback()
            show_problems(form, refused.problems)
            status = WRONG_FORM
        except ChangedMeanwhile:
            db.session.rollback()
            values |= {"is_changed": True}
            status = CHANGED_MEANWHILE
        else:
            db.session.commit()
            flash(say_published(len({one.on for one in list_series_dates(series.id)})), "success")
            return redirect(url_for("booking.show_series", public_id=series.public_id))
    elif button == "publish":
        values |= {"is_unseen": True}
        status = WRONG_FORM
    preview = preview_series(plan, now, skips) if draft is not None else None
    return render_template(
        template,
        **about(form, choices, draft, plan=plan, preview=preview, seen=stamp(plan, sorted(skips)), **values),
    ), status


def say_published(dates: int) -> str:
    """What came of it."""
    return ngettext("Published, with %(num)s date.", "Published, with %(num)s dates.", dates)


def about(form: SeriesForm, choices: Any, draft: Any, **more: Any) -> dict[str, Any]:
    """What the templates show."""
    return {
        "form": form,
        "choices": choices,
        "draft": draft,
        "said": series_words,
        "questions": QUESTIONS,
        "in_words": in_words,
        "plan": None,
        "preview": None,
        "seen": "",
        "skips": set(),
        **more,
    }
