"""What a web process reads before its first question, so that nobody has to wait for it."""

from __future__ import annotations

import gc
import logging
import threading
import time

from flask import Flask
from werkzeug.datastructures import MultiDict

from assetreg.clock import today
from assetreg.queries.cards import list_cards
from assetreg.queries.counts import get_listed
from search.answers import answer
from search.forms import read_asked
from search.knowing import get_help, get_known_places
from search.places.suggesting import suggest
from search.reader import index_root, reader_of
from search.sessions_kept import keep_up

LOG = logging.getLogger("assetreg.search")

# A page makes some ten thousand small objects and frees nearly all of them by itself: looking for forgotten rings after
# every 700, as Python does, takes a tenth of its time.
RUBBISH_AFTER = 20_000
LONGEST_WAIT_S = 60.0  # for the first snapshot: of 100,000 services it takes a few seconds
# Asked of the index and the database, not of the view: nothing here may count as somebody's search.
QUESTIONS: tuple[dict[str, str], ...] = (
    {"q": "help with a gas bill on tuesday", "near": "B1"},
    {"q": "yoga", "sort": "soonest"},
    {},
)
TEMPLATES = ("search/find.html", "assetreg/show_home.html", "assetreg/show_service.html")


def warm_up_in_a_thread(app: Flask) -> threading.Thread:
    """Begin, and let the process serve meanwhile. From now on it keeps up with the coming sessions, too."""
    keep_up(app)
    thread = threading.Thread(target=warm_up, args=(app,), name="search-warming", daemon=True)
    thread.start()
    return thread


def warm_up(app: Flask) -> None:
    """Read the index, the names and the words, and ask a few questions. What fails is logged and left for later.

    What is in memory then stays there: the garbage collector need not look at it again, and looks less often.
    """
    began = time.monotonic()
    try:
        with app.app_context():
            reader = reader_of(index_root())
            reader.start()
            reader.wait_for_first(LONGEST_WAIT_S)
            get_help()
            suggest("a", get_known_places())
            get_listed(today())
            for template in TEMPLATES:
                app.jinja_env.get_template(template)
        for question in QUESTIONS:
            with app.test_request_context("/search"):
                found = answer(read_asked(MultiDict(question)))
                list_cards(found.found.ids, found.near_point)
    except Exception:
        LOG.exception("cannot warm up, the first questions will be slower")
    gc.collect()
    gc.freeze()
    gc.set_threshold(RUBBISH_AFTER, *gc.get_threshold()[1:])
    LOG.info("warmed up", extra={"ms": round((time.monotonic() - began) * 1000, 1)})
