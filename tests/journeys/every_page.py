"""The addresses of one page of every sort, found from the routes themselves, so that a new page is tested by itself."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from assetreg.db import db

NOT_PAGES = ("static", "health", ".geojson", ".json", ".csv", ".txt", ".xml", ".ics")

OPEN_SESSIONS = (
    "FROM occurrence o JOIN series s ON s.id = o.series_id JOIN service v ON v.id = o.service_id"
    " JOIN organisation g ON g.id = v.organisation_id WHERE o.status = 'scheduled'"
    " AND o.starts_at > now() + interval '1 day'"
    " AND s.status = 'published' AND s.is_listed AND NOT s.is_paused AND NOT o.is_paused AND v.status = 'active'"
    " AND o.places_taken < o.capacity"
)

SAMPLES = {
    "assetreg.show_need": "SELECT slug FROM term WHERE slug = 'money'",
    "assetreg.show_interest": "SELECT slug FROM term WHERE slug = 'walking'",
    "assetreg.show_area": "SELECT slug FROM area WHERE kind = 'ward' AND name = 'Northfield'",
    "assetreg.show_service": "SELECT public_id FROM service WHERE status = 'active' ORDER BY id LIMIT 1",
    "assetreg.show_organisation": "SELECT public_id FROM organisation ORDER BY id LIMIT 1",
    "booking.show_session": "SELECT public_id FROM occurrence WHERE starts_at > now() ORDER BY starts_at, id LIMIT 1",
    "booking.book_session": f"SELECT o.public_id {OPEN_SESSIONS} AND s.kind = 'bookable' ORDER BY o.starts_at LIMIT 1",
    "booking.book_run_of_series": "SELECT s.public_id FROM series s WHERE s.status = 'published' AND s.is_listed"
    " AND s.kind = 'course' AND s.course_booking <> 'single' ORDER BY s.id LIMIT 1",
    "booking.list_sessions": f"SELECT v.public_id {OPEN_SESSIONS} ORDER BY v.id LIMIT 1",
    "booking.show_poster": f"SELECT v.public_id {OPEN_SESSIONS} ORDER BY v.id LIMIT 1",
    "booking.show_week": "SELECT slug FROM area WHERE kind = 'ward' AND name = 'Northfield'",
    "booking.embed_sessions": f"SELECT g.public_id {OPEN_SESSIONS} ORDER BY g.id LIMIT 1",
    "booking.show_embed": f"SELECT g.public_id {OPEN_SESSIONS} ORDER BY g.id LIMIT 1",
}

SPECIAL = {
    "a constituency": ("/areas/{}", "SELECT slug FROM area WHERE kind = 'constituency' ORDER BY id LIMIT 1"),
    "the city": ("/areas/{}", "SELECT slug FROM area WHERE kind = 'city' LIMIT 1"),
    "a service closed for now": (
        "/services/{}",
        "SELECT public_id FROM service WHERE status = 'temporarily_closed' ORDER BY id LIMIT 1",
    ),
    "a closed service": ("/services/{}", "SELECT public_id FROM service WHERE status = 'closed' ORDER BY id LIMIT 1"),
    "a full session": (
        "/sessions/{}",
        "SELECT o.public_id FROM occurrence o JOIN series s ON s.id = o.series_id WHERE o.places_taken >= o.capacity"
        " AND s.is_listed AND s.status = 'published' AND o.starts_at > now() ORDER BY o.starts_at, o.id LIMIT 1",
    ),
    "a cancelled session": (
        "/sessions/{}",
        "SELECT public_id FROM occurrence WHERE status = 'cancelled' ORDER BY starts_at DESC, id LIMIT 1",
    ),
    "appointments": (
        "/sessions/{}",
        "SELECT o.public_id FROM occurrence o JOIN series s ON s.id = o.series_id WHERE s.kind = 'appointments'"
        " AND o.starts_at > now() ORDER BY o.starts_at, o.id LIMIT 1",
    ),
    "a sensitive service": (
        "/services/{}",
        "SELECT public_id FROM service WHERE is_sensitive AND status = 'active' ORDER BY id LIMIT 1",
    ),
    "an online service": (
        "/services/{}",
        "SELECT public_id FROM service WHERE is_online AND status = 'active' ORDER BY id LIMIT 1",
    ),
    "a search with filters": (
        "/search?q=walk&area={}&free=1",
        "SELECT code FROM area WHERE name = 'Northfield' LIMIT 1",
    ),
    "a search that finds nothing": ("/search?q=zzzzqqqq{}", "SELECT ''"),
    "a search with a mistake": ("/search?near=nowhere&page=99999{}", "SELECT ''"),
    "a page that is not there": ("/nothing-here{}", "SELECT ''"),
}


def page_addresses(app: Flask) -> dict[str, str]:
    """What it is → its address, for every page that somebody who is not signed in can ask for."""
    with app.app_context():
        found = {rule.endpoint: address for rule in app.url_map.iter_rules() if (address := address_of(rule))}
        for name, (pattern, query) in SPECIAL.items():
            value = db.session.scalar(text(query))
            assert value is not None, f"the sample city has no example of {name}"
            found[name] = pattern.format(value)
        db.session.remove()
    return found


def address_of(rule: Rule) -> str | None:
    """An address that this route answers; None when it is not a page or has no sample."""
    if "GET" not in (rule.methods or ()) or any(part in rule.rule for part in NOT_PAGES):
        return None
    if not rule.arguments:
        return rule.rule
    query = SAMPLES.get(rule.endpoint)
    if query is None or len(rule.arguments) > 1:
        return None
    before, _, rest = rule.rule.partition("<")
    return f"{before}{db.session.scalar(text(query))}{rest.partition('>')[2]}"
