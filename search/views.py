"""The page that finds things, and the same answers for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import time

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from assetreg.permissions import public
from assetreg.queries.cards import list_cards
from search import as_json, saying, telling
from search.answers import answer
from search.forms import read_asked
from search.log_writer import note_search
from search.queries.terms_of import list_terms_of

MOST_ROWS = 200  # of a spreadsheet

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
        panel=saying.panel(found.question, found.found),
        chips=telling.chips(found),
        sorts=telling.sorts(found),
        distances=saying.distances(),
        relaxations=telling.relaxations(found),
        problems=telling.notices(found),
        places=telling.places(found),
        did_you_mean=telling.did_you_mean(found),
        reasons={key: telling.reasons(found, key) for key in found.found.ids},
        is_split=not found.is_from_index,
        csv_url=telling.csv_address(found.asked),
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
    """The first results as a spreadsheet."""
    found = answer(read_asked(request.args), MOST_ROWS)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(as_json.COLUMNS)
    for card in list_cards(found.found.ids, found.near_point):
        writer.writerow(as_json.row(found, card))
    headers = {"Content-Disposition": 'attachment; filename="results.csv"'}
    return Response(written.getvalue(), mimetype="text/csv", headers=headers)
