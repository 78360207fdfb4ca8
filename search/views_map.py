"""The answer to a search on a map, beside the list: the same question, at another address."""

from __future__ import annotations

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg.browser import is_shared_computer
from assetreg.permissions import public
from search import as_geojson, as_json
from search.forms import read_asked
from search.mapping import put_on_map
from search.viewing import read_view
from search.views import blueprint

__all__ = ["blueprint", "find_map"]

KEPT_S = 30  # by the browser: going back to a list shows its map at once


@blueprint.get("/search/map.json")
@public
def find_map() -> ResponseReturnValue:
    """All matches as at most 200 marks of GeoJSON; 400 and what is wrong when a value cannot be used."""
    view = read_view(request.args.get("bbox", ""), request.args.get("zoom", ""))
    shown = None if view.problems else put_on_map(read_asked(request.args), view)
    problems = dict(view.problems) if shown is None else as_json.errors(shown.answer)
    if shown is None or problems:
        return jsonify(errors=problems), 400
    response: Response = jsonify(as_geojson.body(shown))
    response.mimetype = "application/geo+json"
    if is_shared_computer() or current_user.is_authenticated:
        response.cache_control.no_store = True
    else:
        response.cache_control.private = True
        response.cache_control.max_age = KEPT_S
    return response
