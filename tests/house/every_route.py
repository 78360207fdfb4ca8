"""An example of every route: what fills its blanks, and an address that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from assetreg.links import sign_password_link
from assetreg.models import Message, Service, User
from booking.feed_links import feed_token
from booking.links import manage_token
from booking.models import Booking, CalendarFeed, Occurrence, Series
from booking.queries.closures import list_terms
from search.actions.lexicon import load_lexicon, load_urgent_help
from search.queries.phrases import find_by_key
from tests.factories import booking as situations
from tests.factories.lists import a_shared_list
from tests.factories.register import city, location, organisation, partner, saved, service, user, ward
from tests.inspecting_client import InspectingClient

ROLES = ("citizen", "adviser", "connector", "steward", "commissioner", "administrator")
SERIES_ROUTES = (
    "booking.add_date",
    "booking.change_series",
    "booking.copy_series",
    "booking.end_series",
    "booking.follow_calendar",
    "booking.pause_series",
    "booking.show_series",
)
CSRF = "a token of this test's own"
OF_ONE_BOOKING = (
    "booking.show_booking",
    "booking.cancel_own_booking",
    "booking.change_own_party",
    "booking.accept_own_offer",
    "booking.decline_own_offer",
    "booking.leave_own_queue",
    "booking.ask_for_late_places",
    "booking.put_first_in_line",
)
OF_ONE_OWN_SESSION = (
    "booking.organise_session",
    "booking.mark_register",
    "booking.save_mark",
    "booking.add_walk_in",
    "booking.answer_request",
    "booking.cancel_session",
    "booking.change_places",
    "booking.export_session",
    "booking.message_everyone",
    "booking.move_session",
    "booking.pause_session",
)


@dataclass
class Situation:
    """One entry of every kind, and one person of every role; "partner" is an editor of the organisation."""

    people: dict[str, User | None] = field(default_factory=dict)
    blanks: dict[str, dict[str, str]] = field(default_factory=dict)


def make_situation() -> Situation:
    """Put it into the database. A route with blanks that is not here fails the tests that ask for every route."""
    city()
    here = ward("Northfield")
    group = organisation()
    hall = location()
    yoga = service(organisation=group, at=hall, terms=("money", "walking"), areas=(here,))
    sessions = situations.series(yoga, at=hall)
    closed = situations.closure(hall)
    term_dates = list_terms()[0]
    people: dict[str, User | None] = {
        "visitor": None,
        **{role: user(role) for role in ROLES},
        "partner": partner(group),
    }
    sitting, kept, course = a_session_of(yoga)
    opens_booking = {"public_id": str(kept.public_id), "token": manage_token(kept)}
    link = a_shared_list(yoga)
    newcomer = user(email="newcomer@example.org")
    load_lexicon()
    load_urgent_help()
    skint = find_by_key("skint")
    assert skint is not None
    later = situations.occurrence(situations.series(yoga))
    booking = situations.booking(later, email=None)
    task = Message(kind="changed", channel="call", subject="A change", body="Tell them.", about=booking.public_id)
    saved(task)
    feed = saved(CalendarFeed(user_id=people["connector"].id if people["connector"] else 0))
    of_series = {"public_id": str(sessions.public_id)}
    blanks = {
        **dict.fromkeys(OF_ONE_BOOKING, opens_booking),
        **{endpoint: {"public_id": str(sitting.public_id)} for endpoint in OF_ONE_OWN_SESSION},
        "booking.show_guest": {"public_id": str(sitting.public_id), "booking_id": str(kept.public_id)},
        "booking.show_session": {"public_id": str(sitting.public_id)},
        "booking.book_session": {"public_id": str(sitting.public_id)},
        "booking.book_run_of_series": {"public_id": str(course.public_id)},
        "booking.change_message_template": {"name": "booked", "channel": "email"},
        "booking.mark_person_told": {"public_id": str(task.public_id)},
        "booking.send_message_again": {"public_id": str(task.public_id)},
        "booking.show_area_calendar": {"slug": here.slug},
        "booking.show_booking_calendar": {"public_id": str(booking.public_id), "token": manage_token(booking)},
        "booking.show_message": {"public_id": str(task.public_id)},
        "booking.show_organisation_calendar": {"public_id": str(group.public_id)},
        "booking.show_own_calendar": {"token": feed_token(feed.public_id)},
        "booking.show_series_calendar": {"public_id": str(later.series.public_id)},
        "booking.show_service_calendar": {"public_id": str(yoga.public_id)},
        "booking.ask_series": {"step": "service"},
        **dict.fromkeys(SERIES_ROUTES, of_series),
        "booking.show_closure": {"public_id": str(closed.public_id)},
        "booking.change_term": {"public_id": str(term_dates.public_id)},
        "words.change_phrase": {"public_id": str(skint.public_id)},
        "words.change_urgent_help": {"key": "samaritans"},
        "words.change_urgent_sign": {"key": "suicide"},
        "assetreg.show_area": {"slug": here.slug},
        "assetreg.show_need": {"slug": "money"},
        "assetreg.show_interest": {"slug": "walking"},
        "assetreg.show_service": {"public_id": str(yoga.public_id)},
        "assetreg.follow_short_code": {"short_code": yoga.short_code},
        "assetreg.show_organisation": {"public_id": str(group.public_id)},
        "assetreg.show_shared_list": {"key": link},
        "assetreg.copy_shared_list": {"key": link},
        "assetreg.choose_password": {"token": sign_password_link(newcomer.public_id, 0, None)},
    }
    return Situation(people, blanks)


def a_session_of(of: Service) -> tuple[Occurrence, Booking, Series]:
    """A session of this service with one booking, and a course that can be booked."""
    sitting = situations.occurrence(situations.series(of=of))
    course = situations.series(of=of, kind="course")
    situations.occurrence(course, starts_in_hours=24 * 7)
    return sitting, situations.booking(sitting), course


def our_rules(app: Flask) -> list[Rule]:
    """Every route but that of static files, in the order of their addresses."""
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda rule: rule.rule)


def methods_of(rule: Rule) -> Iterator[str]:
    """What a route can be asked by a person: GET, POST and the like."""
    return (method for method in sorted(rule.methods or ()) if method not in ("HEAD", "OPTIONS"))


def address_of(app: Flask, rule: Rule, situation: Situation) -> str:
    """An address that asks for this route."""
    if not rule.arguments:
        return rule.rule
    assert rule.endpoint in situation.blanks, f"say in tests/house/every_route.py what fills the blanks of {rule.rule}"
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(rule.endpoint, situation.blanks[rule.endpoint])
    return str(built)


def ask(app: Flask, person: User | None, method: str, address: str) -> TestResponse:
    """Ask as this person would, with the token that a form of theirs carries."""
    client = app.test_client()
    assert isinstance(client, InspectingClient)
    if person is not None:
        client.sign_in(person)
    if method == "GET":
        return client.get(address)
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
    return client.open(address, method=method, data={"csrf_token": token})
