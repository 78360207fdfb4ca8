"""What was told to whom: the log of deliveries, and who has to be told in person."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.actions import messages
from assetreg.db import db
from assetreg.forms.listing import read_page
from assetreg.permissions import Action, allowed, roles_of
from assetreg.queries.messages import find_unsent_message
from assetreg.texts.translate import gettext
from booking.actions import calls
from booking.messages.house import HOUSE
from booking.messages.names import CHANNELS, OTHER_KINDS, STATES
from booking.queries.message_log import get_message, list_calls
from booking.queries.message_log import list_messages as list_message_page
from booking.rules.telling import sees_every_message
from booking.views.blueprint import blueprint


def sees_all() -> bool:
    """May whoever asks see what went to anybody?"""
    return sees_every_message(roles_of(current_user))


def name_of_kind(kind: str) -> str:
    """What a message is about, in a few words."""
    return str(HOUSE[kind].title if kind in HOUSE else OTHER_KINDS.get(kind, kind))


@blueprint.get("/messages")
@allowed(Action.SEE_MESSAGES)
def list_messages() -> ResponseReturnValue:
    """What was sent, what waits, what could not be sent, what is only kept here."""
    state = request.args.get("state", "all")
    state = state if state in STATES else "all"
    found = list_message_page(state, read_page(request.args), current_user.id, sees_all())
    return render_template(
        "booking/list_messages.html",
        found=found,
        state=state,
        states=STATES,
        channels=CHANNELS,
        kind_name=name_of_kind,
        sees_all=sees_all(),
    )


@blueprint.get("/messages/<uuid:public_id>")
@allowed(Action.SEE_MESSAGES)
def show_message(public_id: UUID) -> ResponseReturnValue:
    """One message, word for word, without the links that open something."""
    message = get_message(public_id, current_user.id, sees_all())
    return render_template(
        "booking/show_message.html", message=message, states=STATES, channels=CHANNELS, kind_name=name_of_kind
    )


@blueprint.post("/messages/<uuid:public_id>")
@allowed(Action.SEE_MESSAGES)
def send_message_again(public_id: UUID) -> ResponseReturnValue:
    """Try a message again that could not be sent."""
    shown = get_message(public_id, current_user.id, sees_all())
    message = find_unsent_message(str(public_id))
    if shown.state == "parked" and message is not None:
        messages.send_again(message)
        db.session.commit()
        flash(gettext("We try to send it again now."), "success")
    else:
        flash(gettext("This message does not need to be sent again."), "note")
    return redirect(url_for("booking.show_message", public_id=public_id))


@blueprint.get("/calls")
@allowed(Action.TELL_IN_PERSON)
def list_people_to_tell() -> ResponseReturnValue:
    """Who has neither e-mail nor phone and has to be told something; what to say."""
    found = list_calls(current_user.id, member_of(), sees_all(), clock.now())
    return render_template(
        "booking/list_people_to_tell.html",
        to_do=[task for task in found if task.done_at is None],
        done=[task for task in found if task.done_at is not None],
        kind_name=name_of_kind,
    )


@blueprint.post("/calls/<uuid:public_id>")
@allowed(Action.TELL_IN_PERSON)
def mark_person_told(public_id: UUID) -> ResponseReturnValue:
    """They have been told; or not after all."""
    now = clock.now()
    if not list_calls(current_user.id, member_of(), sees_all(), now, public_id):
        abort(404)
    if request.form.get("button") == "undo":
        calls.mark_untold(public_id, current_user.id, now)
        said = gettext("Put back on the list.")
    else:
        calls.mark_told(public_id, current_user.id, now)
        said = gettext("Thank you. We have written down that they know.")
    db.session.commit()
    flash(said, "success")
    return redirect(url_for("booking.list_people_to_tell"))


def member_of() -> list[int]:
    """The organisations of whoever asks."""
    return [membership.organisation_id for membership in current_user.memberships]
