"""One session for its organiser: who is coming, who waits and why, and what can be done about it."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.permissions import Action, allowed
from assetreg.rules.spreadsheet import escape_row
from assetreg.texts.translate import gettext
from booking.queries.organising import get_session
from booking.queries.registers import Guest, Register, list_coming
from booking.rules.registers import why_not_markable
from booking.saying_sessions import ENDED_BY, STATES, say_event, say_why_waiting
from booking.views.blueprint import blueprint
from booking.views.reach import own_reach

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel takes "café" for "cafÃ©"
COLUMNS = ("name", "places", "who_comes", "needs", "answers", "state", "came", "reference")


@blueprint.get("/organise/sessions/<uuid:public_id>")
@allowed(Action.ORGANISE_SESSIONS)
def organise_session(public_id: UUID) -> ResponseReturnValue:
    """Who is coming to one session, and everything that can be done with it."""
    occurrence = get_session(public_id, own_reach())
    return render_template(
        "booking/organise_session.html",
        occurrence=occurrence,
        name=name_of(occurrence),
        register=list_coming(occurrence, with_story=True),
        now=clock.now(),
        may_mark=why_not_markable(occurrence.status, clock.local_day(occurrence.starts_at), clock.today()) is None,
        states=STATES,
        ended_by=ENDED_BY,
        say_event=say_event,
        why_waiting=say_why_waiting,
    )


@blueprint.get("/organise/sessions/<uuid:public_id>/export.csv")
@allowed(Action.ORGANISE_SESSIONS)
def export_session(public_id: UUID) -> Response:
    """What the page shows of the people of one session, as a spreadsheet. No cell is taken for a formula."""
    occurrence = get_session(public_id, own_reach())
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(rows_of(list_coming(occurrence)))
    day = clock.local_day(occurrence.starts_at).isoformat()
    return Response(
        file.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="session-{day}.csv"', "Cache-Control": "no-store"},
    )


def rows_of(register: Register) -> list[list[str]]:
    """One row for each booking, then the walk-ins."""
    rows = [escape_row(cells_of(guest)) for guest in register.guests]
    walk_in = gettext("Came without booking")
    rows += [escape_row([one.name, "", "", "", "", walk_in, str(one.came), ""]) for one in register.walk_ins]
    return rows


def cells_of(guest: Guest) -> list[str]:
    """One booking in the order of `COLUMNS`."""
    return [
        guest.name,
        str(guest.party_size),
        "; ".join(part for part in (", ".join(guest.comers), guest.comers_note) if part),
        guest.access_needs,
        "; ".join(f"{question} {text}" for question, text in guest.answers),
        str(STATES[guest.state]),
        "" if guest.came is None else str(guest.came),
        guest.reference,
    ]


def name_of(occurrence: Any) -> str:
    """What a session is called."""
    return str(occurrence.series.title or occurrence.service.name)
