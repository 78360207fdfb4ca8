"""The page that finds things, and the same answers for programs and spreadsheets."""

from __future__ import annotations

import time
from dataclasses import replace

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from assetreg.browser import is_shared_computer
from assetreg.permissions import public
from assetreg.queries.cards import list_cards
from search import as_csv, as_geojson, as_json, saying, telling, telling_places
from search.answers import answer
from search.forms import LONGEST_PLACE, clean, read_asked
from search.kept_boxes import boxes
from search.knowing import get_known_places
from search.log_writer import note_search
from search.places.suggesting import suggest
from search.queries.terms_of import list_terms_of

MOST_ROWS = 1000  # of a spreadsheet

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@public
def find() -> ResponseReturnValue:
    """What there is, by words, place, need, interest and more."""
    found = answer(read_asked(request.args))
    if request.method == "GET" and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        note_search(found)
    return render_template(
        "search/find.html",
        question=found.question,
        asked=found.asked,
        found=found.found,
        cards=list_cards(found.found.ids, found.near_point),
        near=found.near,
        urgent=found.understood.urgent,
        meant=[weight.term for weight in found.understood.request.hinted],
        box=boxes(),
        panel=saying.panel(found.question, found.found),
        chips=telling.chips(found),
        sorts=telling.sorts(found),
        distances=saying.distances(),
        relaxations=telling.relaxations(found),
        problems=telling.notices(found),
        wants_where_they_are=telling.wants_where_they_are(found),
        which=telling_places.which(found),
        near_told=telling_places.near_told(found),
        did_you_mean=telling.did_you_mean(found),
        sessions=found.next_sessions,
        reasons={key: telling.reasons(found, key) for key in found.found.ids},
        days=found.days,
        spans=found.spans,
        is_split=found.is_split,
        csv_url=telling.csv_address(found.asked),
        most_rows=MOST_ROWS,
        map_url=as_geojson.address(found.asked, found.found.page),
        address=saying.address,
    )


@blueprint.get("/search.json")
@public
def find_json() -> ResponseReturnValue:
    """The same for programs; 400 and what is wrong when a value cannot be used."""
    began = time.monotonic()
    found = answer(read_asked(request.args))
    problems = as_json.errors(found)
    if problems:
        return jsonify(errors=problems), 400
    cards = list_cards(found.found.ids, found.near_point)
    terms = list_terms_of(found.found.ids)
    return jsonify(as_json.body(found, cards, terms, (time.monotonic() - began) * 1000))


@blueprint.get("/search.csv")
@public
def find_csv() -> ResponseReturnValue:
    """All results as a spreadsheet, or the first thousand; then its name says so."""
    found = answer(replace(read_asked(request.args), page=1), MOST_ROWS)
    cards = list_cards(found.found.ids, found.near_point)
    terms = list_terms_of(found.found.ids)
    headers = {"Content-Disposition": f'attachment; filename="{as_csv.file_name(len(cards), found.found.total)}"'}
    return Response(as_csv.written(found, cards, terms), mimetype="text/csv", headers=headers)


@blueprint.get("/places.json")
@public
def suggest_places() -> ResponseReturnValue:
    """What the box "near" offers while somebody types: at most eight places, from memory."""
    found = suggest(clean(request.args.get("q", ""), LONGEST_PLACE), get_known_places())
    response = jsonify(places=[telling_places.suggestion(place) for place in found])
    if not is_shared_computer():
        response.cache_control.private = True
        response.cache_control.max_age = 60
    return response
