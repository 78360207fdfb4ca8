"""One person's contact details, for an organiser who says why they need them."""

from __future__ import annotations

from uuid import UUID

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext, lazy_gettext
from booking.actions.details import see_details
from booking.queries.organising import get_session
from booking.queries.registers import get_booking_of
from booking.rules.registers import first_name
from booking.views.blueprint import blueprint
from booking.views.dates import WRONG_FORM, me
from booking.views.organised_sessions import name_of
from booking.views.reach import own_reach

WHY = {
    "late": lazy_gettext("They have not come, and I want to know if they are all right"),
    "news": lazy_gettext("I have to tell this one person something about the session"),
    "needs": lazy_gettext("I want to ask what they need, so that they can take part"),
    "emergency": lazy_gettext("It is an emergency"),
}


@blueprint.route("/organise/sessions/<uuid:public_id>/bookings/<uuid:booking_id>", methods=["GET", "POST"])
@allowed(Action.ORGANISE_SESSIONS)
def show_guest(public_id: UUID, booking_id: UUID) -> ResponseReturnValue:
    """Ask why first; then show how to reach one person, and write down that it was shown."""
    occurrence = get_session(public_id, own_reach())
    booking = get_booking_of(occurrence, booking_id)
    why = request.form.get("why", "")
    details, error = None, ""
    if request.method == "POST":
        if why in WHY:
            details = see_details(booking, why, me(), clock.now())
            db.session.commit()
        else:
            error = gettext("Choose why you need to reach them")
    page = render_template(
        "booking/show_guest.html",
        occurrence=occurrence,
        session_name=name_of(occurrence),
        first=first_name(booking.name),
        reference=booking.reference,
        is_erased=booking.erased_at is not None,
        details=details,
        error=error,
        whys=WHY,
    )
    response = make_response(page, WRONG_FORM if error else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
