"""The page of one session: when, where, what it costs, whether there is room, and the one thing to do."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from assetreg import clock
from assetreg.drawing import qr_code
from assetreg.permissions import public
from booking import saying_places
from booking.queries.session_pages import get_session_page, list_coming_dates, list_nearest_dates, list_times_of_day
from booking.standing_of_sessions import way_into
from booking.views.blueprint import blueprint
from booking.views.who import council_phone, powers_over, refuse_unlisted


@blueprint.get("/sessions/<uuid:public_id>")
@public
def show_session(public_id: UUID) -> ResponseReturnValue:
    """One session. Also when it is cancelled, full or over: with the reason, and with what there is instead."""
    page = get_session_page(public_id)
    powers = powers_over(page)
    refuse_unlisted(page, powers, public_id)
    now = clock.now()
    found = way_into(page, now, by_staff=powers.books_for_others, by_organiser=powers.organises)
    has_room = found.way in ("book", "ask", "turn_up")
    address = f"{web_address()}{url_for('booking.show_session', public_id=public_id)}"
    return render_template(
        "booking/show_session.html",
        page=page,
        found=found,
        instead=[] if has_room or found.way == "run" else list_nearest_dates(page.occurrence, now),
        others=list_coming_dates(page.occurrence, now),
        times=list_times_of_day(page.occurrence, now) if page.series.kind == "appointments" else [],
        powers=powers,
        now_at=now,
        say=saying_places,
        phone=council_phone(),
        address=address,
        qr=qr_code(address),
    )


def web_address() -> str:
    """How this website's addresses begin."""
    return str(current_app.config["PUBLIC_URL"] or request.url_root.rstrip("/"))
