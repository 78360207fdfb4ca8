"""Who runs things."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.views.blueprint import blueprint


@blueprint.get("/organisations")
@public
def list_organisations() -> ResponseReturnValue:
    """Every organisation with something on, from A to Z."""
    return render_template("assetreg/list_organisations.html")


@blueprint.get("/organisations/<uuid:public_id>")
@public
def show_organisation(public_id: UUID) -> ResponseReturnValue:
    """One organisation and what it runs."""
    return render_template("assetreg/show_organisation.html", public_id=public_id)
