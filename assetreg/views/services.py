"""One entry of the register."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.views.blueprint import blueprint


@blueprint.get("/services/<uuid:public_id>")
@public
def show_service(public_id: UUID) -> ResponseReturnValue:
    """Everything the register knows about one service."""
    return render_template("assetreg/show_service.html", public_id=public_id)
