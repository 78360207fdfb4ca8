"""A new series, one question a page. Every answer is kept in a draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.db import db
from assetreg.forms.fields import tidied
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _
from booking.actions.series import save_draft
from booking.forms import series_words
from booking.forms.series import SeriesForm, form_of, show_problems, typed_in
from booking.views.blueprint import blueprint
from booking.views.own_series import LONGEST_ASKED, WRONG_FORM, choices_for, draft_asked_for, own_reach, plan_in
from booking.views.series_new import publish_page


@dataclass(frozen=True)
class Step:
    """One page of questions. `unless` says of which answers it is not asked."""

    title: Any
    fields: tuple[str, ...]
    hint: Any = ""
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_asked(self, form: SeriesForm) -> bool:
        """Does it concern this series?"""
        return not any(form[name].data in values for name, values in self.unless.items())


ONCE = {"frequency": ("once",)}
NOT_A_COURSE = {"kind": ("bookable", "drop_in", "ask_first", "referred", "appointments")}
STEPS = {
    "service": Step(_("What is it?"), ("service", "title")),
    "kind": Step(_("How do people get a place?"), ("kind",)),
    "course": Step(_("How is the course booked?"), ("course_booking",), unless=NOT_A_COURSE),
    "repeat": Step(_("How often is it?"), ("frequency",)),
    "days": Step(_("Which days?"), ("weekdays", "weeks_of_month", "every_weeks", "starts_on")),
    "end": Step(_("When does it end?"), ("ends", "ends_on", "sessions"), unless=ONCE),
    "free-days": Step(
        _("Are there days without it?"),
        ("skips_bank_holidays", "term_time_only"),
        _("Tick nothing if it is always on. Days on which your place is closed are left out by themselves."),
        unless=ONCE,
    ),
    "times": Step(_("From when to when?"), ("starts_time", "ends_time", "slot_minutes")),
    "place": Step(_("Where is it?"), ("place",)),
    "leader": Step(
        _("Who leads it?"),
        ("leader_name",),
        _("You can leave this empty. We tell you when the same person leads two sessions at once."),
    ),
    "places": Step(_("How many people can come?"), ("capacity", "largest_party", "takes_waiting")),
    "people": Step(_("Who is it for?"), ("audience", "min_age", "max_age", "age_rule")),
    "cost": Step(_("What does it cost?"), ("cost", "cost_note"), _("You can leave this empty.")),
    "note": Step(
        _("What should people bring or know?"),
        ("note",),
        _("You can leave this empty. We tell it to whoever books."),
    ),
    "check": Step(_("Check your answers"), ()),
}
# Fields that one kind or frequency has and another has not.
ONLY_FOR = {
    "weekdays": ("frequency", ("weekly", "monthly")),
    "weeks_of_month": ("frequency", ("monthly",)),
    "every_weeks": ("frequency", ("weekly",)),
    "slot_minutes": ("kind", ("appointments",)),
    "largest_party": ("kind", ("bookable", "ask_first", "referred", "appointments", "course")),
    "takes_waiting": ("kind", ("bookable", "ask_first", "referred", "appointments", "course")),
}


@blueprint.route("/organise/series/new/<step>", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def ask_series(step: str) -> ResponseReturnValue:
    """One question; at the end all answers, every date and everything in the way."""
    if step not in STEPS:
        abort(404)
    reach = own_reach()
    draft = draft_asked_for(reach)
    if draft is not None and draft.status != "draft":
        return redirect(url_for("booking.show_series", public_id=draft.public_id))
    if draft is None and step != "service":
        return redirect(url_for("booking.ask_series", step="service"))
    form = form_of(draft.draft if draft else {})
    if step == "check":
        return publish_page(form, draft, "booking/check_series.html", steps=STEPS, fields=fields_of)
    fields = fields_of(STEPS[step], form)
    if request.method == "POST":
        answered = SeriesForm(request.form)
        for name in fields:
            form[name].data = answered[name].data
    words = (tidied(request.args.get("words", "")) or "")[:LONGEST_ASKED]
    choices = choices_for(form, reach, words)
    status = 200
    if request.method == "POST":
        _plan, problems = plan_in(form, choices)
        is_wrong = show_problems(form, problems, fields)
        if choices.service is not None:
            draft = save_draft(draft, choices.service.id, typed_in(form), current_user._get_current_object())
            db.session.commit()
            if request.form.get("button") == "later":
                return redirect(url_for("booking.list_series", status="draft"))
        if not is_wrong and draft is not None:
            return redirect(url_for("booking.ask_series", step=step_after(step, form), draft=draft.public_id))
        status = WRONG_FORM
    return render_template(
        "booking/ask_series.html",
        form=form,
        step=step,
        title=STEPS[step].title,
        hint=STEPS[step].hint,
        fields=fields,
        choices=choices,
        words=words,
        said=series_words,
        draft=draft,
        back=step_before(step, form),
        progress=progress_of(step, form),
    ), status


def fields_of(step: Step, form: SeriesForm) -> list[str]:
    """The fields of a page that concern this series."""
    return [name for name in step.fields if name not in ONLY_FOR or form[ONLY_FOR[name][0]].data in ONLY_FOR[name][1]]


def asked_steps(form: SeriesForm) -> list[str]:
    """The pages that this series is asked, in order."""
    return [name for name, step in STEPS.items() if step.is_asked(form)]


def step_after(step: str, form: SeriesForm) -> str:
    """The page after this one; back to the answers when it was opened from there."""
    if request.args.get("then") == "check":
        return "check"
    asked = asked_steps(form)
    return asked[asked.index(step) + 1] if step in asked else "check"


def step_before(step: str, form: SeriesForm) -> str | None:
    """The page before this one; None for the first."""
    if request.args.get("then") == "check":
        return "check"
    asked = asked_steps(form)
    place = asked.index(step) if step in asked else len(asked) - 1
    return asked[place - 1] if place else None


def progress_of(step: str, form: SeriesForm) -> str:
    """Which question of how many."""
    asked = asked_steps(form)
    if step not in asked:
        return ""
    return gettext("Question %(number)s of %(all)s", number=asked.index(step) + 1, all=len(asked) - 1)
