"""The first page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.clock import today
from assetreg.permissions import public
from assetreg.queries.area_pages import list_wards_with_services
from assetreg.queries.terms import get_counted_taxonomy
from assetreg.views.blueprint import blueprint


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """One box, and every way into what there is."""
    taxonomy = get_counted_taxonomy(today())
    return render_template(
        "assetreg/show_home.html",
        needs=[term for term in taxonomy.roots("need") if term.services],
        interests=[term for term in taxonomy.roots("interest") if term.services],
        wards=list_wards_with_services(today()),
    )
