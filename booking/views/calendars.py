"""Calendar files: to download, and to subscribe to."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed, public
from assetreg.texts.translate import gettext
from booking.actions import feeds
from booking.calendars import calendar_of
from booking.feed_links import feed_token, read_feed_token
from booking.links import is_manage_token
from booking.messages.entries import say_dated, say_own
from booking.messages.writing import say_entries
from booking.queries.calendars import get_dates, list_own_dates
from booking.queries.feeds import find_feed, find_owner
from booking.queries.telling import find_told, list_run
from booking.views.blueprint import blueprint
from booking.web import web_address

MAY_KEEP_S = 300


@blueprint.get("/series/<uuid:public_id>/calendar.ics")
@public
def show_series_calendar(public_id: UUID) -> ResponseReturnValue:
    """The sessions of one series."""
    return public_calendar("series", public_id)


@blueprint.get("/services/<uuid:public_id>/calendar.ics")
@public
def show_service_calendar(public_id: UUID) -> ResponseReturnValue:
    """The sessions of one service."""
    return public_calendar("service", public_id)


@blueprint.get("/organisations/<uuid:public_id>/calendar.ics")
@public
def show_organisation_calendar(public_id: UUID) -> ResponseReturnValue:
    """The sessions of one organisation."""
    return public_calendar("organisation", public_id)


@blueprint.get("/areas/<slug>/calendar.ics")
@public
def show_area_calendar(slug: str) -> ResponseReturnValue:
    """The next sessions in one area: a ward, or everything in a larger one."""
    return public_calendar("area", slug)


@blueprint.get("/bookings/<uuid:public_id>/<token>/calendar.ics")
@public
def show_booking_calendar(public_id: UUID, token: str) -> ResponseReturnValue:
    """One booking, with the dates that were booked together with it, for whoever has its secret link."""
    told = find_told(public_id)
    if told is None or told.erased_at is not None or not is_manage_token(told, token):
        abort(404)
    entries = say_entries(told, list_run(told), told.updated_at)
    return answer(calendar_of(entries, web_address()), "session.ics", is_private=True)


@blueprint.get("/calendars/<token>.ics")
@public
def show_own_calendar(token: str) -> ResponseReturnValue:
    """What a member of staff has booked for others, for whoever has the secret address."""
    public_id = read_feed_token(token)
    owner = find_owner(public_id) if public_id else None
    if owner is None:
        abort(404)
    entries = [say_own(dated) for dated in list_own_dates(owner.id, clock.now())]
    return answer(calendar_of(entries, web_address(), gettext("Sessions I booked")), "sessions.ics", is_private=True)


def public_calendar(of: str, key: UUID | str) -> Response:
    """A calendar that everybody may read."""
    dates = get_dates(of, key, clock.now())
    entries = [say_dated(dated, web_address()) for dated in dates.sessions]
    name = dates.name or gettext("Sessions")
    return answer(calendar_of(entries, web_address(), name), "sessions.ics", is_private=False)


def answer(content: bytes, file_name: str, is_private: bool) -> Response:
    """The file. Calendars ask again and again: what has not changed is not sent again."""
    response = Response(content, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f"attachment; filename={file_name}"
    response.headers["X-Robots-Tag"] = "noindex"
    response.set_etag(sha256(content).hexdigest()[:32])
    response.cache_control.max_age = MAY_KEEP_S
    if is_private:
        response.cache_control.private = True
    else:
        response.cache_control.public = True
    response.make_conditional(request)
    return response


@blueprint.route("/my-calendar", methods=["GET", "POST"])
@allowed(Action.BOOK_FOR_OTHERS)
def change_own_calendar() -> ResponseReturnValue:
    """A private address for a calendar of what I have booked: make it, give it a new one, stop it."""
    if request.method == "POST":
        if request.form.get("button") == "stop":
            feeds.stop_feed(current_user.id)
            said = gettext("Your calendar’s address does not work any more.")
        else:
            feeds.make_feed(current_user.id)
            said = gettext("Your calendar has a new address. Older ones do not work any more.")
        db.session.commit()
        flash(said, "success")
        return redirect(url_for("booking.change_own_calendar"))
    feed = find_feed(current_user.id)
    path = url_for("booking.show_own_calendar", token=feed_token(feed.public_id)) if feed else ""
    return render_template("booking/change_own_calendar.html", feed=feed, address=web_address() + path if path else "")
