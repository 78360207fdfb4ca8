"""What came of the sessions, for funders: a page and the same as a spreadsheet. Numbers, no names."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from assetreg import clock
from assetreg.permissions import Action, allowed, roles_of
from assetreg.rules.spreadsheet import escape_row
from assetreg.texts.translate import gettext, lazy_gettext
from booking.forms.organising import read_day
from booking.queries.organising import Chosen, find_choice, list_own_organisations
from booking.queries.reports import COUNTED, By, add_up, list_report
from booking.rules.small_numbers import told_numbers
from booking.views.blueprint import blueprint
from booking.views.organised_sessions import BYTE_ORDER_MARK
from booking.views.organising import start_of
from booking.views.reach import report_reach

ONE_DAY = timedelta(days=1)
# Numbers of people: in a ward, small ones are not told.
OF_PEOPLE = ("bookings", "booked", "came", "walk_ins", "absent")
HEADINGS = {
    "sessions": lazy_gettext("Sessions held"),
    "cancelled": lazy_gettext("Dates cancelled"),
    "places": lazy_gettext("Places on offer"),
    "bookings": lazy_gettext("Bookings"),
    "booked": lazy_gettext("Places booked"),
    "came": lazy_gettext("People who came"),
    "walk_ins": lazy_gettext("Of them without booking"),
    "absent": lazy_gettext("Did not come"),
    "registers": lazy_gettext("Registers marked"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is told; None stands for a number too small to tell."""

    month: date
    name: str
    organisation: str
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked for, and the answer."""

    first_on: date
    last_on: date
    by: By
    organisations: list[Chosen]
    organisation: Chosen | None
    lines: list[Line]
    total: tuple[int | None, ...]
    is_wrong: bool


@blueprint.get("/organise/report")
@allowed(Action.SEE_REPORTS)
def show_report() -> ResponseReturnValue:
    """Sessions, places, people and attendance by month."""
    return render_template(
        "booking/show_report.html",
        report=read_report(),
        headings=HEADINGS,
        counted=COUNTED,
        may_choose_ward=report_reach() is None,
        may_organise="commissioner" not in roles_of(current_user),
    )


@blueprint.get("/organise/report.csv")
@allowed(Action.SEE_REPORTS)
def export_report() -> Response:
    """The same lines as a spreadsheet. No cell is taken for a formula."""
    report = read_report()
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(["month", *(["ward"] if report.by == "ward" else ["service", "organisation"]), *COUNTED])
    for line in report.lines:
        names = [line.name] if report.by == "ward" else [line.name, line.organisation]
        numbers = [gettext("fewer than 5, or hidden") if one is None else str(one) for one in line.numbers]
        writer.writerow(escape_row([f"{line.month:%Y-%m}", *names, *numbers]))
    name = f"sessions-{report.first_on}-to-{report.last_on}.csv"
    return Response(
        file.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def read_report() -> Report:
    """The report that the address asks for: the last twelve months when it says nothing."""
    today, reach = clock.today(), report_reach()
    organisations = list_own_organisations(reach)
    organisation = find_choice(organisations, request.args.get("organisation", ""))
    last_on = read_day(request.args.get("to", "")) or today
    first_on = read_day(request.args.get("from", "")) or today.replace(year=today.year - 1, day=1)
    is_wrong = first_on > last_on
    by: By = "ward" if request.args.get("by") == "ward" and reach is None else "service"
    # What is still to come is no result yet.
    until = min(start_of(last_on + ONE_DAY), clock.now())
    found = list_report(reach, start_of(first_on), until, by, organisation.id if organisation else None)
    columns = {name: [getattr(line.numbers, name) for line in found] for name in COUNTED}
    told = {
        name: told_numbers(numbers) if by == "ward" and name in OF_PEOPLE else numbers
        for name, numbers in columns.items()
    }
    lines = [
        Line(line.month, line.name, line.organisation, tuple(told[name][place] for name in COUNTED))
        for place, line in enumerate(found)
    ]
    sums = add_up(found)
    # A total under which one number alone is left out would give it away.
    total = tuple(None if told[name].count(None) == 1 else getattr(sums, name) for name in COUNTED)
    return Report(first_on, last_on, by, organisations, organisation, lines, total, is_wrong)
