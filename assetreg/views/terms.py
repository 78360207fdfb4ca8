"""Needs and interests."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.views.blueprint import blueprint


@blueprint.get("/needs")
@public
def list_needs() -> ResponseReturnValue:
    """Everything that somebody can get help with here."""
    return render_template("assetreg/list_needs.html")


@blueprint.get("/needs/<slug>")
@public
def show_need(slug: str) -> ResponseReturnValue:
    """One need."""
    return render_template("assetreg/show_need.html", slug=slug)


@blueprint.get("/interests")
@public
def list_interests() -> ResponseReturnValue:
    """Everything that people do here."""
    return render_template("assetreg/list_interests.html")


@blueprint.get("/interests/<slug>")
@public
def show_interest(slug: str) -> ResponseReturnValue:
    """One interest."""
    return render_template("assetreg/show_interest.html", slug=slug)
