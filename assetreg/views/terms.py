"""Needs and interests."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetreg.clock import today
from assetreg.forms.listing import read_near, read_page
from assetreg.permissions import public
from assetreg.queries.area_index import get_area_index
from assetreg.queries.counts import get_listed
from assetreg.queries.errors import NotFound
from assetreg.queries.near import find_near
from assetreg.queries.services import list_services_of_terms
from assetreg.queries.terms import get_taxonomy
from assetreg.views.blueprint import blueprint


@blueprint.get("/needs")
@public
def list_needs() -> ResponseReturnValue:
    """Everything that somebody can get help with here."""
    return render_template("assetreg/list_needs.html", taxonomy=get_listed(today()).counted(get_taxonomy()))


@blueprint.get("/needs/<slug>")
@public
def show_need(slug: str) -> ResponseReturnValue:
    """One need: what lies under it, and who helps."""
    return render_template("assetreg/show_need.html", **about("need", slug))


@blueprint.get("/interests")
@public
def list_interests() -> ResponseReturnValue:
    """Everything that people do here."""
    return render_template("assetreg/list_interests.html", taxonomy=get_listed(today()).counted(get_taxonomy()))


@blueprint.get("/interests/<slug>")
@public
def show_interest(slug: str) -> ResponseReturnValue:
    """One interest: where people do it."""
    return render_template("assetreg/show_interest.html", **about("interest", slug))


def about(kind: str, slug: str) -> dict[str, object]:
    """What the page of a need or interest shows. NotFound when there is none of this kind."""
    taxonomy = get_taxonomy()
    if slug not in taxonomy.by_slug or taxonomy.by_slug[slug].kind != kind:
        raise NotFound(slug)
    listed, index = get_listed(today()), get_area_index()
    taxonomy = listed.counted(taxonomy)
    term = taxonomy.by_slug[slug]
    under = taxonomy.with_descendants(term)
    written = read_near(request.args)
    near = find_near(written, index)
    page = read_page(request.args)
    return {
        "term": term,
        "above": taxonomy.lineage(term)[:-1],
        "children": [child for child in taxonomy.children(term) if child.services],
        "listing": list_services_of_terms([one.id for one in under], today(), page, near.point if near else None),
        "wards": listed.in_existing_wards(index, under),
        "near": near,
        "written": written,
    }
