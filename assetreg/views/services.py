"""One entry of the register."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.drawing import PlaceDrawing, draw_place, qr_code
from assetreg.permissions import public
from assetreg.queries.cards import list_cards
from assetreg.queries.errors import NotFound
from assetreg.queries.service_page import Place, ServicePage, find_public_id, get_service_page, list_alternatives
from assetreg.rules.joining import main_way
from assetreg.rules.opening import timetable
from assetreg.rules.standing import standing
from assetreg.views.blueprint import blueprint


@blueprint.get("/services/<uuid:public_id>")
@public
def show_service(public_id: UUID) -> ResponseReturnValue:
    """Everything the register knows about one service. 410, with what there is instead, when it has ended."""
    page = get_service_page(public_id)
    stands = standing(page.status, page.valid_from, page.valid_until, clock.today())
    if stands == "over":
        instead = list_cards(list_alternatives(page.id, clock.today()))
        return render_template("assetreg/show_service_ended.html", page=page, instead=instead), 410
    way = main_way(
        referral=page.referral,
        is_reachable_only=page.is_reachable_only,
        is_running=stands == "running",
        taking_people=page.taking_people,
        has_times=bool(page.times),
        contacts=page.ways_in_touch,
    )
    short_address = address_for_paper(page)
    return render_template(
        "assetreg/show_service.html",
        page=page,
        stands=stands,
        way=way,
        timetable=timetable(page.times),
        drawings=[draw_where(place) for place in page.places],
        short_address=short_address,
        qr=qr_code(short_address),
    )


@blueprint.get("/s/<short_code>")
@public
def follow_short_code(short_code: str) -> ResponseReturnValue:
    """The short address on printed pages leads to the service. 404 for a code that is none."""
    public_id = find_public_id(short_code)
    if public_id is None:
        raise NotFound(short_code)
    return redirect(url_for("assetreg.show_service", public_id=public_id))


def draw_where(place: Place) -> PlaceDrawing | None:
    """A drawing of the place in its ward; None when it is on no map."""
    if place.ward_shape is None or place.latitude is None or place.longitude is None:
        return None
    return draw_place(place.ward_shape, place.latitude, place.longitude)


def address_for_paper(page: ServicePage) -> str:
    """The short address of a service, whole, as somebody would type it from paper."""
    root = current_app.config["PUBLIC_URL"] or request.url_root.rstrip("/")
    return f"{root}{url_for('assetreg.follow_short_code', short_code=page.short_code)}"
