"""A series that follows a group's own calendar: its address, and what the last reading changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg.clock import LOCAL_ZONE
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.dates import say_day, say_time
from assetreg.texts.translate import gettext
from assetreg.texts.translate import lazy_gettext as _
from booking.actions import following
from booking.actions.series import ChangedMeanwhile
from booking.feeds import FeedTrouble
from booking.queries.series import get_series
from booking.rules.typed import read_number
from booking.views.blueprint import blueprint
from booking.views.own_series import CHANGED_MEANWHILE, WRONG_FORM, own_reach

LONGEST_ADDRESS = 1000
TROUBLES = {
    "not_an_address": _("This is not the address of a calendar. Copy it again, it begins with https://"),
    "not_https": _("The address has to begin with https:// so that nobody can change it on the way"),
    "not_public": _("This address is not on the public internet. Use one that everybody can open"),
    "unknown_host": _("We cannot find this website. Check the address"),
    "no_answer": _("The website of the calendar did not answer. We try again tomorrow"),
    "too_slow": _("The calendar took too long. We try again tomorrow"),
    "refused": _(
        "The website did not give us the calendar (it said %(status)s). Check that it is shared with everybody"
    ),
    "too_large": _("The calendar is too large. Share one that has only these sessions"),
    "too_many": _("The calendar has too many dates. Share one that has only these sessions"),
    "astray": _("The address leads from one page to the next. Copy it again"),
    "not_a_calendar": _("What we found there is not a calendar. Copy the address that ends in .ics"),
}


@blueprint.route("/organise/series/<uuid:public_id>/calendar", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def follow_calendar(public_id: UUID) -> ResponseReturnValue:
    """Set the address, have it read again, or stop following it."""
    series = get_series(public_id, own_reach())
    if series.status != "published":
        return redirect(url_for("booking.show_series", public_id=public_id))
    address, problem, status = series.feed_url or "", "", 200
    if request.method == "POST":
        button = request.form.get("button", "save")
        address = request.form.get("address", "")[:LONGEST_ADDRESS]
        version = request.form.get("version", "")
        try:
            if button == "again":
                following.ask_for(series)
                said = gettext("We read the calendar again in the next minute.")
            else:
                following.set_feed(series, "" if button == "stop" else address, read_number(version) or 0)
                said = (
                    gettext("We read the calendar in the next minute. Then this page says what changed.")
                    if series.feed_url
                    else gettext("We do not follow a calendar any more. The dates stay.")
                )
        except FeedTrouble as trouble:
            problem, status = say_trouble(trouble.reason, trouble.status), WRONG_FORM
        except ChangedMeanwhile:
            db.session.rollback()
            problem, status = gettext("Somebody else changed this series just now. Look at it again"), CHANGED_MEANWHILE
        else:
            db.session.commit()
            flash(said, "success")
            return redirect(url_for("booking.follow_calendar", public_id=public_id))
    report = series.feed_report or {}
    return render_template(
        "booking/follow_calendar.html",
        series=series,
        address=address,
        problem=problem,
        trouble=say_trouble(report["trouble"], report.get("status", 0)) if report.get("trouble") else "",
        report=said_report(report),
        dates=report.get("dates", 0),
    ), status


def say_trouble(reason: str, status: int = 0) -> str:
    """What is wrong with a calendar, and what to do."""
    return str(TROUBLES.get(reason, TROUBLES["not_a_calendar"])) % {"status": status}


def said_report(report: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """What the last reading changed: headings, each with its dates."""
    if not report or report.get("trouble"):
        return []
    lines = [
        (gettext("New dates"), [say_moment(one) for one in report["added"]]),
        (
            gettext("Moved. Whoever booked is told"),
            [
                gettext("%(was)s is now %(now)s", was=say_moment(was), now=say_moment(now))
                for was, now in report["moved"]
            ],
        ),
        (gettext("Gone. Nobody had booked"), [say_moment(one) for one in report["gone"]]),
        (gettext("Cancelled. Whoever booked is told"), [say_moment(one) for one in report["cancelled"]]),
        (
            gettext("Not in the calendar, but people have booked. Cancel them yourself if they are off"),
            [say_moment(one) for one in report["kept"]],
        ),
        (
            gettext("Not made, because something is in the way"),
            [f"{say_moment(one)}: {said}" for one, said in report["in_the_way"]],
        ),
    ]
    return [(heading, dates) for heading, dates in lines if dates]


def say_moment(text: str) -> str:
    """Tuesday 24 November, 10am."""
    moment = datetime.fromisoformat(text).astimezone(LOCAL_ZONE)
    return f"{say_day(moment.date())}, {say_time(moment.time())}"
