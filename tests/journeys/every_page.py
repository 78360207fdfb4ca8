"""The addresses of one page of every sort, found from the routes themselves, so that a new page is tested by itself."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text
from werkzeug.routing import Rule

from assetreg.db import db

NOT_PAGES = ("static", "health", ".geojson", ".json", ".csv", ".txt", ".xml", ".ics")

SAMPLES = {
    "assetreg.show_need": "SELECT slug FROM term WHERE slug = 'money'",
    "assetreg.show_interest": "SELECT slug FROM term WHERE slug = 'walking'",
    "assetreg.show_area": "SELECT slug FROM area WHERE kind = 'ward' AND name = 'Northfield'",
    "assetreg.show_service": "SELECT public_id FROM service WHERE status = 'active' ORDER BY id LIMIT 1",
    "assetreg.show_organisation": "SELECT public_id FROM organisation ORDER BY id LIMIT 1",
}

SPECIAL = {
    "a constituency": ("/areas/{}", "SELECT slug FROM area WHERE kind = 'constituency' ORDER BY id LIMIT 1"),
    "the city": ("/areas/{}", "SELECT slug FROM area WHERE kind = 'city' LIMIT 1"),
    "a service closed for now": (
        "/services/{}",
        "SELECT public_id FROM service WHERE status = 'temporarily_closed' ORDER BY id LIMIT 1",
    ),
    "a closed service": ("/services/{}", "SELECT public_id FROM service WHERE status = 'closed' ORDER BY id LIMIT 1"),
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
