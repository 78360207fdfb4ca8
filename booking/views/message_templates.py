"""Stewards change the words of messages, and see first what becomes of them."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.db import db
from assetreg.forms.fields import text_of
from assetreg.messages.wording import Sender
from assetreg.permissions import Action, allowed
from assetreg.texts.translate import gettext
from booking.actions.templates import change_template, reset_template
from booking.forms.templates import TemplateForm
from booking.messages.example import example_facts, example_others, example_told
from booking.messages.house import HOUSE
from booking.messages.names import BLANKS, CHANNELS
from booking.messages.writing import Written, house_template, write
from booking.queries.templates import find_template, list_changed
from booking.rules.telling import EVENTS
from booking.rules.templates import Template
from booking.views.blueprint import blueprint
from booking.web import web_address

WRONG_FORM = 422
CHANGEABLE = ("email", "text", "call")


@blueprint.get("/message-templates")
@allowed(Action.EDIT_MESSAGE_TEMPLATES)
def list_message_templates() -> ResponseReturnValue:
    """Every message there is, and which words stewards have changed."""
    return render_template(
        "booking/list_message_templates.html",
        events=[(event, HOUSE[event]) for event in EVENTS],
        channels=[(channel, CHANNELS[channel]) for channel in CHANGEABLE],
        changed=list_changed(),
    )


@blueprint.route("/message-templates/<name>/<channel>", methods=["GET", "POST"])
@allowed(Action.EDIT_MESSAGE_TEMPLATES)
def change_message_template(name: str, channel: str) -> ResponseReturnValue:
    """One message's words: change them, see what becomes of them, go back to the house's."""
    if name not in HOUSE or channel not in CHANGEABLE:
        abort(404)
    form = TemplateForm()
    stored = find_template(name, channel) or house_template(name, channel)
    if request.method != "POST":
        form.subject.data, form.body.data = stored.subject, stored.body
        return show_form(form, name, channel, stored)
    button = request.form.get("button", "save")
    if button == "reset":
        reset_template(name, channel)
        db.session.commit()
        flash(gettext("We use the words that came with the program again."), "success")
        return redirect(url_for("booking.change_message_template", name=name, channel=channel))
    typed = Template(text_of(form.subject), text_of(form.body), is_house=False)
    if not form.is_right(name, channel):
        return show_form(form, name, channel, stored, status=WRONG_FORM)
    if button == "preview":
        return show_form(form, name, channel, typed, is_stored=False)
    change_template(name, channel, typed.subject if channel != "text" else "", typed.body, current_user.id)
    db.session.commit()
    flash(gettext("Saved. The next messages use these words."), "success")
    return redirect(url_for("booking.change_message_template", name=name, channel=channel))


def show_form(
    form: TemplateForm, name: str, channel: str, shown: Template, *, is_stored: bool = True, status: int = 200
) -> ResponseReturnValue:
    """The page. The preview below it is of the words that can be used: those saved, or those just tried."""
    page = render_template(
        "booking/change_message_template.html",
        form=form,
        name=name,
        channel=channel,
        channel_name=CHANNELS[channel],
        house=HOUSE[name],
        blanks=BLANKS,
        ordinary=preview(name, channel, shown, is_sensitive=False),
        sensitive=preview(name, channel, shown, is_sensitive=True),
        is_changed=find_template(name, channel) is not None,
        is_stored=is_stored,
    )
    return page, status


def preview(name: str, channel: str, template: Template, *, is_sensitive: bool) -> Written:
    """What a made-up person would get."""
    sender = Sender.of(current_app.config, web_address())
    link = f"{web_address()}/bookings/…"
    told = example_told(is_sensitive)
    return write(name, channel, told, example_facts(), sender, link, example_others(), template)
