"""Wards, constituencies, localities and the city."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.views.blueprint import blueprint


@blueprint.get("/areas")
@public
def list_areas() -> ResponseReturnValue:
    """Every area, on a map and from A to Z."""
    return render_template("assetreg/list_areas.html")


@blueprint.get("/areas/<slug>")
@public
def show_area(slug: str) -> ResponseReturnValue:
    """One area."""
    return render_template("assetreg/show_area.html", slug=slug)
