"""Needs and interests."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetreg.clock import today
from assetreg.forms.listing import read_near, read_page
from assetreg.permissions import public
from assetreg.queries.area_index import get_area_index
from assetreg.queries.area_pages import list_wards_of_terms
from assetreg.queries.errors import NotFound
from assetreg.queries.near import find_near
from assetreg.queries.services import list_services_of_terms
from assetreg.queries.terms import CountedTerm, Taxonomy, get_counted_taxonomy
from assetreg.views.blueprint import blueprint


@blueprint.get("/needs")
@public
def list_needs() -> ResponseReturnValue:
    """Everything that somebody can get help with here."""
    return render_template("assetreg/list_needs.html", taxonomy=get_counted_taxonomy(today()))


@blueprint.get("/needs/<slug>")
@public
def show_need(slug: str) -> ResponseReturnValue:
    """One need: what lies under it, and who helps."""
    taxonomy = get_counted_taxonomy(today())
    return render_template("assetreg/show_need.html", **about(taxonomy, "need", slug))


@blueprint.get("/interests")
@public
def list_interests() -> ResponseReturnValue:
    """Everything that people do here."""
    return render_template("assetreg/list_interests.html", taxonomy=get_counted_taxonomy(today()))


@blueprint.get("/interests/<slug>")
@public
def show_interest(slug: str) -> ResponseReturnValue:
    """One interest: where people do it."""
    taxonomy = get_counted_taxonomy(today())
    return render_template("assetreg/show_interest.html", **about(taxonomy, "interest", slug))


def about(taxonomy: Taxonomy, kind: str, slug: str) -> dict[str, object]:
    """What the page of a need or interest shows. NotFound when there is none of this kind."""
    term = find_term(taxonomy, kind, slug)
    ids = [under.id for under in taxonomy.with_descendants(term)]
    written = read_near(request.args)
    near = find_near(written, get_area_index()) if written else None
    return {
        "term": term,
        "above": taxonomy.lineage(term)[:-1],
        "children": [child for child in taxonomy.children(term) if child.services],
        "listing": list_services_of_terms(ids, today(), read_page(request.args), near.point if near else None),
        "wards": list_wards_of_terms(ids, today()),
        "near": near,
        "written": written,
    }


def find_term(taxonomy: Taxonomy, kind: str, slug: str) -> CountedTerm:
    """The term of this kind with this slug; NotFound when there is none."""
    term = taxonomy.by_slug.get(slug)
    if term is None or term.kind != kind:
        raise NotFound(slug)
    return term
