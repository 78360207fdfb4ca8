"""How pages look to this visitor."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg.browser import chosen_display, remember_display
from assetreg.permissions import public
from assetreg.rules.display import CHOICES, Display
from assetreg.rules.ways_back import own_path, own_path_of_referrer
from assetreg.texts.translate import gettext
from assetreg.views.blueprint import blueprint


@blueprint.route("/display", methods=["GET", "POST"])
@public
def change_display() -> ResponseReturnValue:
    """Text size, colours, spacing and movement; then back to where one came from."""
    here = url_for("assetreg.change_display")
    if request.method != "POST":
        back = own_path(request.args.get("next")) or own_path_of_referrer(request.referrer, request.url_root)
        if back is not None and back.partition("?")[0] == here:
            back = None
        return render_template("assetreg/change_display.html", display=chosen_display(), back=back)
    back = own_path(request.form.get("next"))
    if request.form.get("button") == "standard":
        display = Display()
    else:
        typed = {name: request.form.get(name, "") for name in CHOICES}
        display = Display(**{name: value for name, value in typed.items() if value in CHOICES[name]})
    if back is None:
        flash(gettext("We have saved how you like pages to look."), "success")
    response = make_response(redirect(back or here))
    remember_display(response, display)
    return response
