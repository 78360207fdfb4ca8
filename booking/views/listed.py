"""Sessions in lists: all dates of a service, a ward's week on paper, a poster, and a list for other websites."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.drawing import qr_code
from assetreg.permissions import public
from assetreg.queries.area_index import get_area_index
from assetreg.queries.errors import NotFound
from assetreg.queries.organisations import get_organisation
from assetreg.queries.places import get_area
from assetreg.queries.service_page import get_service_page
from assetreg.rules.standing import standing
from assetreg.security import allow_framing
from booking.parts import coming_days
from booking.queries.listed_sessions import (
    by_day,
    list_next_sessions,
    list_regular_times,
    list_sessions_in_wards,
    list_sessions_of_organisation,
)
from booking.views.blueprint import blueprint
from booking.views.sessions import web_address

DATES_A_PAGE = 50
ON_POSTER, IN_FRAME = 6, 20
MOST_A_DAY = 100  # of a ward on paper
DAYS = 7


@blueprint.get("/services/<uuid:public_id>/sessions")
@public
def list_sessions(public_id: UUID) -> ResponseReturnValue:
    """Every coming date of a service, in pages."""
    service = get_service_page(public_id)
    asked = request.args.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    sessions, total = list_next_sessions(public_id, clock.now(), DATES_A_PAGE, page)
    if not sessions and page > 1:
        raise NotFound(f"page {page}")
    return render_template(
        "booking/list_sessions.html",
        service=service,
        days=by_day(sessions),
        total=total,
        page=page,
        pages=max(1, ceil(total / DATES_A_PAGE)),
    )


@blueprint.get("/services/<uuid:public_id>/poster")
@public
def show_poster(public_id: UUID) -> ResponseReturnValue:
    """One sheet for a noticeboard: what, where, the next dates, and a code to scan. 404 for what has ended."""
    service = get_service_page(public_id)
    if standing(service.status, service.valid_from, service.valid_until, clock.today()) == "over":
        raise NotFound(str(public_id))
    sessions, total = list_next_sessions(public_id, clock.now(), ON_POSTER)
    address = f"{web_address()}{url_for('assetreg.follow_short_code', short_code=service.short_code)}"
    return render_template(
        "booking/show_poster.html",
        service=service,
        sessions=sessions,
        total=total,
        address=address,
        qr=qr_code(address, scale=6),
    )


@blueprint.get("/areas/<slug>/week")
@public
def show_week(slug: str) -> ResponseReturnValue:
    """What is on in a ward in the next seven days, for paper: sessions, and regular times of what has none.

    404 for larger areas: their week would be a book.
    """
    stored = get_area(slug)
    area = get_area_index().by_id.get(stored.id)
    if area is None or area.kind != "ward":
        raise NotFound(slug)
    spans = coming_days(DAYS)
    dates = [begins.date() for begins, _ in spans]
    sessions = by_day(list_sessions_in_wards([area.id], clock.now(), spans[-1][1], clock.today(), MOST_A_DAY))
    of_day = {day.on: day.sessions for day in sessions}
    regular = list_regular_times(area.id, dates)
    address = f"{web_address()}{url_for('booking.show_week', slug=area.slug)}"
    return render_template(
        "booking/show_week.html",
        area=area,
        days=[(on, of_day.get(on, ()), regular[on]) for on in dates],
        has_any=bool(sessions) or any(regular.values()),
        last=dates[-1],
        address=address,
        qr=qr_code(address),
    )


@blueprint.get("/embed/organisations/<uuid:public_id>")
@public
def embed_sessions(public_id: UUID) -> ResponseReturnValue:
    """An organisation's sessions of the next four weeks, small and plain, for a frame on its own website."""
    organisation = get_organisation(public_id, clock.today())
    sessions, total = list_sessions_of_organisation(public_id, clock.now(), clock.today(), IN_FRAME, timedelta(weeks=4))
    allow_framing()
    return render_template(
        "booking/embed_sessions.html", organisation=organisation, days=by_day(sessions), more=total - len(sessions)
    )


@blueprint.get("/organisations/<uuid:public_id>/embed")
@public
def show_embed(public_id: UUID) -> ResponseReturnValue:
    """How an organisation puts its sessions on its own website: a line to copy, and how it looks."""
    organisation = get_organisation(public_id, clock.today())
    address = f"{web_address()}{url_for('booking.embed_sessions', public_id=public_id)}"
    return render_template("booking/show_embed.html", organisation=organisation, address=address)
