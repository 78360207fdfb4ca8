"""Who runs things."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.permissions import public
from assetreg.queries import organisations
from assetreg.queries.cards import list_cards
from assetreg.queries.errors import NotFound
from assetreg.views.blueprint import blueprint

SERVICES_A_PAGE = 50


@blueprint.get("/organisations")
@public
def list_organisations() -> ResponseReturnValue:
    """Every organisation with something on, from A to Z, by letter and in pages."""
    letters = organisations.list_letters(clock.today())
    asked = request.args.get("letter", "").strip().upper()[:1]
    letter = asked if asked in dict(letters) else None
    page = page_asked_for()
    found, total = organisations.list_organisations(clock.today(), letter, page)
    if not found and page > 1:
        raise NotFound(f"page {page}")
    return render_template(
        "assetreg/list_organisations.html",
        organisations=found,
        letters=letters,
        letter=letter,
        page=page,
        pages=ceil(total / organisations.PAGE_SIZE),
        total=total,
    )


@blueprint.get("/organisations/<uuid:public_id>")
@public
def show_organisation(public_id: UUID) -> ResponseReturnValue:
    """One organisation and what it runs."""
    organisation = organisations.get_organisation(public_id, clock.today())
    page = page_asked_for()
    pages = max(1, ceil(len(organisation.service_ids) / SERVICES_A_PAGE))
    if page > pages:
        raise NotFound(f"page {page}")
    shown = organisation.service_ids[(page - 1) * SERVICES_A_PAGE : page * SERVICES_A_PAGE]
    return render_template(
        "assetreg/show_organisation.html", organisation=organisation, cards=list_cards(shown), page=page, pages=pages
    )


def page_asked_for() -> int:
    """The page number in the address: 1 when there is none or it is no number."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
