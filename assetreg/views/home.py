"""The first page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.views.blueprint import blueprint


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """One box, and every way into what there is."""
    return render_template("assetreg/show_home.html")
