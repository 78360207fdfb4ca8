"""What we say about ourselves: access, privacy, cookies, how the register is kept, how to reach us."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.browser import DISPLAY, LIST, SHARED, cookie_name
from assetreg.clock import today
from assetreg.permissions import public
from assetreg.queries.register import has_approximate_areas, list_attributions
from assetreg.views.blueprint import blueprint


@blueprint.get("/accessibility")
@public
def show_accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("assetreg/show_accessibility.html")


@blueprint.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    """What we know about people, why, and for how long."""
    return render_template("assetreg/show_privacy.html")


@blueprint.get("/cookies")
@public
def show_cookies() -> ResponseReturnValue:
    """Every cookie by its name."""
    return render_template(
        "assetreg/show_cookies.html",
        display=cookie_name(DISPLAY),
        shared=cookie_name(SHARED),
        my_list_cookie=cookie_name(LIST),
    )


@blueprint.get("/about")
@public
def show_about() -> ResponseReturnValue:
    """What this is, how the register is kept, and whose data is in it."""
    return render_template(
        "assetreg/show_about.html",
        attributions=list_attributions(),
        has_approximate_areas=has_approximate_areas(),
        year=today().year,
    )


@blueprint.get("/contact")
@public
def show_contact() -> ResponseReturnValue:
    """How to reach a person."""
    return render_template("assetreg/show_contact.html")
