"""Find a booking whose link is lost, and what staff booked for others."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.forms.listing import read_page
from assetreg.permissions import Action, allowed, may, public
from assetreg.texts.translate import gettext, locale
from assetreg.throttle import TooManyTries, count_try, lost_booking_bounds, network_of
from booking import saying_places
from booking.actions.lost_links import ask_for_link
from booking.actions.own_booking import note_opened
from booking.forms.finding import FindForm, read_find_form
from booking.links import manage_path, manage_token
from booking.queries.own_bookings import find_by_reference, list_made_by
from booking.views.blueprint import blueprint
from booking.views.booking import TOO_MANY, say_wait
from booking.views.sessions import web_address
from booking.views.who import WRONG_FORM, council_phone, secret

LONGEST_WORDS = 80


@blueprint.route("/find-my-booking", methods=["GET", "POST"], endpoint="find_my_booking")
@public
def find_my_booking() -> ResponseReturnValue:
    """The link of a booking, sent again to the e-mail or phone that was used. The same answer whether or not there is
    such a booking. Staff open it at once: somebody reads the reference out on the phone.
    """
    is_desk = may(current_user, Action.BOOK_FOR_OTHERS)
    if request.method != "POST":
        return show_find_form(FindForm(), is_desk=is_desk)
    form = read_find_form(request.form, needs_contact=not is_desk)
    if form.errors:
        return show_find_form(form, WRONG_FORM, is_desk=is_desk)
    if is_desk:
        return open_at_desk(form)
    try:
        count_try(lost_booking_bounds(form.email or form.phone or "", network_of(request.remote_addr)), "booking")
    except TooManyTries as problem:
        form.problems["reference"] = say_wait(problem)
        return show_find_form(form, TOO_MANY, is_desk=False)
    ask_for_link(form.reference, form.email, form.phone, web_address(), str(locale().language))
    db.session.commit()
    return secret(render_template("booking/show_link_on_its_way.html", form=form, phone=council_phone()))


def open_at_desk(form: FindForm) -> ResponseReturnValue:
    """Open the booking that somebody reads the reference of, and write down who did."""
    booking = find_by_reference(form.reference)
    if booking is None:
        form.problems["reference"] = gettext("There is no booking with this reference. Read it back letter by letter")
        return show_find_form(form, WRONG_FORM, is_desk=True)
    note_opened(booking, current_user.id, clock.now())
    db.session.commit()
    return secret(redirect(manage_path(booking), 303))


def show_find_form(form: FindForm, status: int = 200, *, is_desk: bool) -> ResponseReturnValue:
    """The form, with what was typed."""
    return secret(
        render_template("booking/find_my_booking.html", form=form, is_desk=is_desk, phone=council_phone()), status
    )


@blueprint.get("/bookings/made-by-me")
@allowed(Action.BOOK_FOR_OTHERS)
def list_bookings_made() -> ResponseReturnValue:
    """What whoever is signed in booked for others and is still to come, all of it or by a name or reference."""
    words = request.args.get("q", "").strip()[:LONGEST_WORDS]
    return secret(
        render_template(
            "booking/list_bookings_made.html",
            found=list_made_by(current_user.id, clock.now(), words, read_page(request.args)),
            words=words,
            token_of=manage_token,
            path_of=manage_path,
            say=saying_places,
        )
    )
