"""The first page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from assetreg.clock import today
from assetreg.permissions import public
from assetreg.queries.area_index import get_area_index
from assetreg.queries.counts import get_listed
from assetreg.queries.terms import get_taxonomy
from assetreg.views.blueprint import blueprint


@blueprint.get("/")
@public
def show_home() -> ResponseReturnValue:
    """One box, and every way into what there is."""
    index, listed = get_area_index(), get_listed(today())
    taxonomy = listed.counted(get_taxonomy())
    return render_template(
        "assetreg/show_home.html",
        needs=[term for term in taxonomy.roots("need") if term.services],
        interests=[term for term in taxonomy.roots("interest") if term.services],
        wards=listed.in_existing_wards(index),
    )
