"""What people looked for and did not find."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.permissions import Action, allowed
from search.queries.search_log import get_overview, list_misses
from search.word_views.blueprint import blueprint

PERIODS = (7, 30, 90, 365)
MOST = 100


@blueprint.get("/stewards/misses")
@allowed(Action.EDIT_WORDS)
def list_missed_words() -> ResponseReturnValue:
    """The words that found nothing most often; each can become a phrase."""
    given = request.args.get("days", "")
    days = int(given) if given in map(str, PERIODS) else 30
    since = clock.today() - timedelta(days=days)
    return render_template(
        "words/list_missed_words.html",
        misses=list_misses(since, MOST),
        overview=get_overview(since),
        days=days,
        periods=PERIODS,
    )
