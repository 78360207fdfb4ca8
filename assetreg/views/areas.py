"""Wards, constituencies, localities and the city."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from assetreg.clock import today
from assetreg.drawing import areas_as_geojson, draw_areas
from assetreg.forms.listing import read_near
from assetreg.permissions import public
from assetreg.queries.area_index import AreaIndex, IndexedArea, get_area_index
from assetreg.queries.area_pages import get_area_services, list_outlines
from assetreg.queries.area_shapes import get_shapes_stamp, list_ward_shapes
from assetreg.queries.cards import list_cards
from assetreg.queries.counts import get_listed
from assetreg.queries.errors import Gone
from assetreg.queries.near import find_near
from assetreg.queries.places import get_area
from assetreg.queries.terms import get_taxonomy
from assetreg.views.blueprint import blueprint

FIRST = 4  # services shown under each need; the rest are one press away


@blueprint.get("/areas")
@public
def list_areas() -> ResponseReturnValue:
    """Every area, on a map and from A to Z; and the ward of a postcode."""
    index = get_area_index()
    written = read_near(request.args)
    near = find_near(written, index)
    return render_template(
        "assetreg/list_areas.html",
        index=index,
        wards=get_listed(today()).in_wards(index.of_kind("ward")),
        written=written,
        near=near,
        ward=index.by_id.get(near.ward_id) if near and near.ward_id else None,
    )


@blueprint.get("/areas.geojson")
@public
def show_area_shapes() -> ResponseReturnValue:
    """The wards' shapes, lighter, for the map of the list; the browser keeps them until a boundary changes."""
    stamp = get_shapes_stamp()
    if request.if_none_match.contains(stamp):
        response = Response(status=304)
    else:
        response = Response(make_geojson(stamp), mimetype="application/geo+json")
    response.set_etag(stamp)
    response.cache_control.public = True
    response.cache_control.max_age = 3600
    return response


@blueprint.get("/areas/<slug>")
@public
def show_area(slug: str) -> ResponseReturnValue:
    """One area: what there is in it by need and by interest, and what lies around it."""
    index = get_area_index()
    area = next((one for one in index.areas if one.slug == slug), None)
    if area is None:
        raise Gone(get_area(slug).name)  # one of former times, or none at all
    wards = index.wards_in([area])
    inside = sorted({area.id, *(ward.id for ward in wards)})
    is_ward = area.kind == "ward"
    shown = show_ward(area, index, inside) if is_ward else show_larger(wards, inside)
    outlines = list_outlines(area.id, [] if is_ward else inside, is_large=not is_ward)
    return render_template(
        "assetreg/show_area.html",
        area=area,
        parents=[index.by_id[key] for key in area.parent_ids if key in index.by_id],
        neighbours=[outline for outline in outlines if is_ward and not outline.is_it],
        outlines=outlines,
        drawing=draw_areas(tuple((one.slug, one.shape) for one in outlines)) if outlines else None,
        **shown,
    )


def show_ward(area: IndexedArea, index: AreaIndex, inside: Sequence[int]) -> dict[str, Any]:
    """A ward is small enough to name the first few services under each need."""
    around = [one.id for one in index.around([area])]
    taxonomy = get_taxonomy()
    found = get_area_services(inside, around, taxonomy, today(), FIRST)
    groups = {group.term_id: group for group in found.groups}
    taxonomy = taxonomy.counted({term.slug: groups[term.id].services for term in taxonomy.terms if term.id in groups})
    needs = [term for term in taxonomy.roots("need") if term.services]
    ids = dict.fromkeys(chain(found.wide_ids, *(groups[term.id].first_ids for term in needs)))
    return {
        "services": found.services,
        "needs": needs,
        "interests": [term for term in taxonomy.roots("interest") if term.services],
        "groups": groups,
        "wide": found.wide,
        "wide_ids": found.wide_ids,
        "cards": {card.id: card for card in list_cards(list(ids))},
        "wards": [],
    }


def show_larger(wards: Sequence[IndexedArea], inside: Sequence[int]) -> dict[str, Any]:
    """Of anything larger the page has counts, and its wards."""
    listed = get_listed(today())
    taxonomy = listed.counted(get_taxonomy(), inside)
    return {
        "services": listed.how_many(inside),
        "needs": [term for term in taxonomy.roots("need") if term.services],
        "interests": [term for term in taxonomy.roots("interest") if term.services],
        "groups": {},
        "wide": 0,
        "wide_ids": (),
        "cards": {},
        "wards": listed.in_wards(wards),
    }


@lru_cache(maxsize=2)
def make_geojson(_stamp: str) -> str:
    """The wards' shapes as GeoJSON, made once for each state of the boundaries."""
    return areas_as_geojson(list_ward_shapes())
