"""A date that the rule of a series does not give, added by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import Form, StringField

from assetreg import clock
from assetreg.db import db
from assetreg.forms.fields import text_of, tidied
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _
from booking.actions.occurrences import add_occurrence
from booking.forms.days import is_near
from booking.forms.series_words import PROBLEMS
from booking.queries.clashes import list_clashes
from booking.queries.series import get_series
from booking.rules.recurrence import to_utc
from booking.rules.typed import read_date, read_time
from booking.saying import say_clash, say_when
from booking.views.blueprint import blueprint
from booking.views.own_series import WRONG_FORM, own_reach


class DateForm(Form):
    """A day and a time."""

    starts_on = StringField(_("Day"), filters=[tidied])
    starts_time = StringField(_("Starts at"), filters=[tidied])


@blueprint.route("/organise/series/<uuid:public_id>/dates", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def add_date(public_id: UUID) -> ResponseReturnValue:
    """One more date, as long as the others and at the same place; what is in the way is named."""
    series = get_series(public_id, own_reach())
    if series.status != "published" or series.feed_url:
        return redirect(url_for("booking.show_series", public_id=public_id))
    form, status = DateForm(request.form), 200
    if request.method != "POST":
        form.starts_time.data = f"{series.starts_time:%H:%M}"
    elif (added := add(series, form)) is not None:
        db.session.commit()
        said = gettext("Added: %(when)s.", when=say_when(added.starts_at, added.ends_at))
        flash(said, "success")
        return redirect(url_for("booking.show_series", public_id=public_id))
    else:
        status = WRONG_FORM
    return render_template("booking/add_date.html", series=series, form=form), status


def add(series: Any, form: DateForm) -> Any:
    """Add the date as typed; None when the form says why not."""
    on = read_date(text_of(form.starts_on), clock.today())
    at = read_time(text_of(form.starts_time))
    if on is None:
        form.starts_on.errors = [str(PROBLEMS["not_a_date" if form.starts_on.data else "no_date"])]
    if at is None:
        form.starts_time.errors = [str(PROBLEMS["not_a_time" if form.starts_time.data else "no_time"])]
    if on is not None and not is_near(on, clock.today()):
        form.starts_on.errors = [str(PROBLEMS["too_far_away"])]
        return None
    if on is None or at is None:
        return None
    starts_at = to_utc(on, at, series.zone)
    done = add_occurrence(series, starts_at, current_user._get_current_object(), clock.now())
    if done.done:
        return done.occurrence
    db.session.rollback()
    if done.reason is not None and done.reason.name == "started":
        form.starts_on.errors = [gettext("This time is in the past. Choose a later one")]
        return None
    ends_at = starts_at + timedelta(minutes=series.slot_minutes or series.duration_minutes)
    clashes = list_clashes([(starts_at, ends_at)], series.space_id, series.leader_id).get(0, [])
    form.starts_on.errors = ["; ".join(map(say_clash, clashes)) or gettext("Something is in the way. Try again")]
    return None
