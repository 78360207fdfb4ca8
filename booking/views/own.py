"""A booking's own page, opened by its secret link: change it, cancel it, take an offer, leave the queue.

Nothing here changes anything on a GET: mail programs follow links before anybody reads the mail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.db import db
from assetreg.permissions import Action, allowed, may, public
from assetreg.texts.translate import gettext, ngettext
from booking import saying_places
from booking.actions.own_booking import set_late_places
from booking.actions.places import Changed, VeryBusy, cancel_booking, change_party
from booking.actions.waiting import accept_offer, decline_offer, leave_waiting, set_priority
from booking.forms.booking import LONGEST_REASON
from booking.forms.reading import Unreadable, read_contact_phone, read_party, some_lines
from booking.links import manage_path, manage_token
from booking.queries.own_bookings import LinkBroken, OwnBooking, get_own_booking, list_story
from booking.queries.session_pages import list_nearest_dates
from booking.views.blueprint import blueprint
from booking.views.who import WRONG_FORM, council_phone, secret

NO_SUCH_LINK = 404


@blueprint.errorhandler(LinkBroken)
def show_broken_link(_problem: LinkBroken) -> ResponseReturnValue:
    """404: what to do about a link that opens nothing. The same whether or not there is such a booking."""
    return secret(render_template("booking/show_broken_link.html", phone=council_phone()), NO_SUCH_LINK)


@blueprint.errorhandler(VeryBusy)
def show_very_busy(_problem: VeryBusy) -> ResponseReturnValue:
    """503: nothing was saved, and trying again is harmless."""
    db.session.rollback()
    return secret(render_template("booking/show_very_busy.html"), 503)


@blueprint.get("/bookings/<uuid:public_id>/<token>")
@public
def show_booking(public_id: UUID, token: str) -> ResponseReturnValue:
    """How a booking stands, in words, and what can be done about it. On paper it is the confirmation."""
    return render(own_booking(public_id, token), token)


@blueprint.route("/bookings/<uuid:public_id>/<token>/cancel", methods=["GET", "POST"], endpoint="cancel_own_booking")
@public
def cancel_own_booking(public_id: UUID, token: str) -> ResponseReturnValue:
    """Cancel, after asking; who cancels can say why."""
    own = own_booking(public_id, token)
    if request.method != "POST":
        if not own.is_open:
            return back(own)
        return secret(render_template("booking/cancel_own_booking.html", own=own, say=saying_places, secret=token))
    reason = some_lines(request.form.get("reason", ""))[:LONGEST_REASON]
    whole_run = request.form.get("which") == "run"
    by = "staff" if is_desk() else "guest"
    changed = cancel_booking(own.booking.id, by, reason, clock.now(), user=signed_in(), whole_run=whole_run)
    return done(own, changed, gettext("Your booking is cancelled. Thank you for telling us: somebody else can come."))


@blueprint.route("/bookings/<uuid:public_id>/<token>/party", methods=["GET", "POST"], endpoint="change_own_party")
@public
def change_own_party(public_id: UUID, token: str) -> ResponseReturnValue:
    """Change how many people come."""
    own = own_booking(public_id, token)
    if not own.is_open or own.standing == "offered":
        return back(own)
    typed = str(own.booking.party_size)
    problem = ""
    if request.method == "POST":
        typed = request.form.get("party_size", "")
        largest = max(own.page.series.largest_party, own.booking.party_size)
        try:
            size = read_party(typed, 200 if is_desk() else largest)
        except Unreadable as unread:
            problem = str(unread)
        else:
            by = "staff" if is_desk() else "guest"
            changed = change_party(own.booking.id, size, clock.now(), by=by, user=signed_in())
            if changed.done:
                said = gettext("We have changed it. Now %(people)s can come.", people=saying_places.say_party(size))
                return done(own, changed, said)
            problem = say_no_room(changed)
            db.session.rollback()
            own = own_booking(public_id, token)
    return secret(
        render_template("booking/change_own_party.html", own=own, typed=typed, problem=problem, say=saying_places,
                        secret=token),
        WRONG_FORM if problem else 200,
    )  # fmt: skip


def say_no_room(changed: Changed) -> str:
    """Why a party cannot be that large."""
    reason = changed.reason
    if reason is None:
        return ""
    most = reason.facts.get("most")
    if reason.name == "full" and most is not None:
        return ngettext(
            "There is room for %(num)s person in your booking, not for more",
            "There is room for %(num)s people in your booking, not for more",
            int(most),
        )
    return saying_places.say_reason(reason, council_phone())


@blueprint.post("/bookings/<uuid:public_id>/<token>/accept", endpoint="accept_own_offer")
@public
def accept_own_offer(public_id: UUID, token: str) -> ResponseReturnValue:
    """Take the place that is offered."""
    return press(public_id, token, accept_offer, gettext("The place is yours."))


@blueprint.post("/bookings/<uuid:public_id>/<token>/decline", endpoint="decline_own_offer")
@public
def decline_own_offer(public_id: UUID, token: str) -> ResponseReturnValue:
    """Say no to the place that is offered."""
    said = gettext("Thank you for telling us. We offer the place to the next person.")
    return press(public_id, token, decline_offer, said)


@blueprint.post("/bookings/<uuid:public_id>/<token>/leave", endpoint="leave_own_queue")
@public
def leave_own_queue(public_id: UUID, token: str) -> ResponseReturnValue:
    """Leave the waiting list."""
    return press(public_id, token, leave_waiting, gettext("You have left the waiting list."))


@blueprint.post("/bookings/<uuid:public_id>/<token>/late", endpoint="ask_for_late_places")
@public
def ask_for_late_places(public_id: UUID, token: str) -> ResponseReturnValue:
    """Get a place that comes free on the last day, by text; or no longer."""
    own = own_booking(public_id, token)
    wanted = request.form.get("wants_late") == "yes"
    typed = request.form.get("phone", "")
    phone = None
    if wanted and (typed.strip() or not own.booking.phone):
        try:
            phone = read_contact_phone(typed)
        except Unreadable as problem:
            return render(own, token, WRONG_FORM, late_problem=str(problem), late_typed=typed)
    outcome = set_late_places(own.booking.id, wanted, phone, clock.now())
    if outcome == "phone_taken":
        said = gettext("Another booking for this session has this phone number. Enter another one")
        db.session.rollback()
        return render(own_booking(public_id, token), token, WRONG_FORM, late_problem=said, late_typed=typed)
    db.session.commit()
    if outcome == "saved":
        flash(
            gettext("We will text you if a place comes free on the last day. It is yours at once.")
            if wanted
            else gettext("We will not text you about late places."),
            "success",
        )
    return back(own)


@blueprint.post("/bookings/<uuid:public_id>/<token>/priority", endpoint="put_first_in_line")
@allowed(Action.BOOK_FOR_OTHERS)
def put_first_in_line(public_id: UUID, token: str) -> ResponseReturnValue:
    """Put one person first in line, with a reason."""
    own = own_booking(public_id, token)
    reason = some_lines(request.form.get("priority_reason", ""))[:LONGEST_REASON]
    if not reason:
        flash(gettext("Say why this person should come first. Nothing was changed."), "notice")
        return back(own)
    changed = set_priority(own.booking, reason, signed_in(), clock.now())
    return done(own, changed, gettext("This person is first in line now."))


def press(public_id: UUID, token: str, act: Callable[..., Changed], said: str) -> ResponseReturnValue:
    """Do what one button says, and tell on the booking's own page what came of it."""
    own = own_booking(public_id, token)
    return done(own, act(own.booking.id, clock.now()), said)


def done(own: OwnBooking, changed: Changed, said: str) -> ResponseReturnValue:
    """Save, and back to the booking's page with the news; or back with the reason why nothing was done."""
    if changed.done:
        db.session.commit()
        flash(said, "success")
        return back(own)
    # What was too late may still have tidied something up (an offer whose time was over).
    db.session.commit()
    if changed.reason is not None:
        flash(saying_places.say_reason(changed.reason, council_phone()), "notice")
    return back(own)


def own_booking(public_id: UUID, token: str) -> OwnBooking:
    """The booking that the link opens. Raises LinkBroken."""
    return get_own_booking(public_id, token, clock.now())


def back(own: OwnBooking) -> ResponseReturnValue:
    """To the booking's own page."""
    return secret(redirect(manage_path(own.booking), 303))


def is_desk() -> bool:
    """Is this somebody whose work is booking for others?"""
    return may(current_user, Action.BOOK_FOR_OTHERS)


def signed_in() -> Any:
    """The account of whoever does it at a desk, for the record; None for whoever holds the link."""
    return current_user._get_current_object() if is_desk() else None


def render(
    own: OwnBooking, token: str, status: int = 200, late_problem: str = "", late_typed: str = ""
) -> ResponseReturnValue:
    """The booking's page."""
    ended = not own.is_open and own.standing != "been"
    return secret(
        render_template(
            "booking/show_booking.html",
            own=own,
            page=own.page,
            booking=own.booking,
            secret=token,
            instead=list_nearest_dates(own.page.occurrence, clock.now(), own.booking.party_size) if ended else [],
            story=list_story(own.booking) if is_desk() else [],
            is_desk=is_desk(),
            late_problem=late_problem,
            late_typed=late_typed,
            token_of=manage_token,
            say=saying_places,
            phone=council_phone(),
        ),
        status,
    )
