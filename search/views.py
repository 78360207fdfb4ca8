"""The page that finds things."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@public
def find() -> ResponseReturnValue:
    """What there is, by words, ward, need, interest and more."""
    return render_template("search/find.html")
