"""The page that finds things."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from assetreg.clock import local_now, today
from assetreg.permissions import public
from assetreg.queries.area_index import get_area_index
from assetreg.queries.cards import list_cards
from assetreg.queries.terms import get_taxonomy
from search import saying
from search.forms import read_asked
from search.queries.browse import browse
from search.queries.understanding import understand

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
@public
def find() -> ResponseReturnValue:
    """What there is, by words, place, need, interest and more."""
    question = understand(read_asked(request.args), get_area_index(), get_taxonomy())
    found = browse(question, today(), local_now(), question.asked.page)
    near = question.near
    return render_template(
        "search/find.html",
        question=question,
        asked=question.asked,
        found=found,
        cards=list_cards(found.ids, near.point if near else None),
        near=near,
        panel=saying.panel(question, found),
        chips=saying.chips(question),
        sorts=saying.sorts(question),
        distances=saying.distances(),
        relaxations=saying.relaxations(question, found) if not found.total else [],
        problems=[saying.say_problem(problem) for problem in question.asked.problems],
        address=saying.address,
    )
