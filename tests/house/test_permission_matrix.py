"""Every role asks for every route: who is let in is what is written here, read by a person, and nothing else."""

from __future__ import annotations

from flask import Flask

from assetreg.permissions import EVERYONE_SIGNED_IN
from tests.house.every_route import Situation, address_of, ask, make_situation, methods_of, our_rules

EVERYBODY = EVERYONE_SIGNED_IN | {"visitor"}
WORD_KEEPERS = {"steward", "administrator"}
DESKS = {"connector", "adviser", "steward", "administrator"}

ORGANISERS = {"partner", "connector", "steward", "administrator"}

# Endpoint → who may. A route that is not here fails the test: somebody has to decide.
WHO = {
    "assetreg.ask_for_password_link": EVERYBODY,
    "assetreg.change_display": EVERYBODY,
    "assetreg.change_password": EVERYONE_SIGNED_IN,
    "assetreg.change_my_list": EVERYBODY,
    "assetreg.choose_password": EVERYBODY,
    "assetreg.clear_my_list": EVERYBODY,
    "assetreg.copy_shared_list": EVERYBODY,
    "assetreg.email_my_list": EVERYBODY,
    "assetreg.finish_on_shared_computer": EVERYBODY,
    "assetreg.follow_short_code": EVERYBODY,
    "assetreg.keep_on_my_list": EVERYBODY,
    "assetreg.list_areas": EVERYBODY,
    "assetreg.list_interests": EVERYBODY,
    "assetreg.list_needs": EVERYBODY,
    "assetreg.list_organisations": EVERYBODY,
    "assetreg.share_my_list": EVERYBODY,
    "assetreg.show_about": EVERYBODY,
    "assetreg.show_accessibility": EVERYBODY,
    "assetreg.show_account": EVERYONE_SIGNED_IN,
    "assetreg.show_alive": EVERYBODY,
    "assetreg.show_area": EVERYBODY,
    "assetreg.show_area_shapes": EVERYBODY,
    "assetreg.show_contact": EVERYBODY,
    "assetreg.show_cookies": EVERYBODY,
    "assetreg.show_home": EVERYBODY,
    "assetreg.show_interest": EVERYBODY,
    "assetreg.show_link_sent": EVERYBODY,
    "assetreg.show_my_list": EVERYBODY,
    "assetreg.show_need": EVERYBODY,
    "assetreg.show_organisation": EVERYBODY,
    "assetreg.show_privacy": EVERYBODY,
    "assetreg.show_ready": EVERYBODY,
    "assetreg.show_service": EVERYBODY,
    "assetreg.show_shared_list": EVERYBODY,
    "assetreg.sign_in": EVERYBODY,
    "assetreg.sign_out": EVERYBODY,
    "assetreg.use_shared_computer": EVERYBODY,
    # A booking's own pages ask for its secret link instead.
    "booking.accept_own_offer": EVERYBODY,
    "booking.add_date": ORGANISERS,
    "booking.add_walk_in": ORGANISERS,
    "booking.answer_request": ORGANISERS,
    "booking.ask_for_late_places": EVERYBODY,
    "booking.book_run_of_series": EVERYBODY,
    "booking.book_session": EVERYBODY,
    "booking.cancel_own_booking": EVERYBODY,
    "booking.cancel_session": ORGANISERS,
    "booking.change_own_party": EVERYBODY,
    "booking.change_places": ORGANISERS,
    "booking.decline_own_offer": EVERYBODY,
    "booking.export_report": ORGANISERS | {"commissioner"},
    "booking.export_session": ORGANISERS,
    "booking.find_my_booking": EVERYBODY,
    "booking.leave_own_queue": EVERYBODY,
    "booking.list_bookings_made": DESKS,
    "booking.mark_register": ORGANISERS,
    "booking.message_everyone": ORGANISERS,
    "booking.move_session": ORGANISERS,
    "booking.organise_session": ORGANISERS,
    "booking.pause_session": ORGANISERS,
    "booking.put_first_in_line": DESKS,
    "booking.save_mark": ORGANISERS,
    "booking.show_booking": EVERYBODY,
    "booking.show_guest": ORGANISERS,
    "booking.show_report": ORGANISERS | {"commissioner"},
    "booking.show_session": EVERYBODY,
    "booking.show_this_week": ORGANISERS,
    "booking.change_message_template": WORD_KEEPERS,
    "booking.change_own_calendar": {"connector", "adviser", "steward", "administrator"},
    "booking.list_message_templates": WORD_KEEPERS,
    "booking.list_messages": {"connector", "steward", "administrator"},
    "booking.list_people_to_tell": {"partner", "connector", "adviser", "steward", "administrator"},
    "booking.mark_person_told": {"partner", "connector", "adviser", "steward", "administrator"},
    "booking.send_message_again": {"connector", "steward", "administrator"},
    "booking.show_area_calendar": EVERYBODY,
    "booking.show_booking_calendar": EVERYBODY,
    "booking.show_message": {"connector", "steward", "administrator"},
    "booking.show_organisation_calendar": EVERYBODY,
    "booking.show_own_calendar": EVERYBODY,
    "booking.show_series_calendar": EVERYBODY,
    "booking.show_service_calendar": EVERYBODY,
    "booking.add_series": ORGANISERS,
    "booking.ask_series": ORGANISERS,
    "booking.change_series": ORGANISERS,
    "booking.copy_series": ORGANISERS,
    "booking.end_series": ORGANISERS,
    "booking.follow_calendar": ORGANISERS,
    "booking.list_closures": ORGANISERS,
    "booking.list_series": ORGANISERS,
    "booking.pause_series": ORGANISERS,
    "booking.show_closure": ORGANISERS,
    "booking.show_series": ORGANISERS,
    "booking.change_term": WORD_KEEPERS,
    "booking.list_terms": WORD_KEEPERS,
    "search.find": EVERYBODY,
    "search.find_csv": EVERYBODY,
    "search.find_json": EVERYBODY,
    "search.suggest_places": EVERYBODY,
    "search.find_map": EVERYBODY,
    "words.add_phrase": WORD_KEEPERS,
    "words.add_urgent_help": WORD_KEEPERS,
    "words.add_urgent_sign": WORD_KEEPERS,
    "words.change_phrase": WORD_KEEPERS,
    "words.change_urgent_help": WORD_KEEPERS,
    "words.change_urgent_sign": WORD_KEEPERS,
    "words.list_missed_words": WORD_KEEPERS,
    "words.list_phrases": WORD_KEEPERS,
    "words.list_urgent_help": WORD_KEEPERS,
}


def test_somebody_has_decided_about_every_route(app: Flask) -> None:
    assert {rule.endpoint for rule in our_rules(app)} == set(WHO)


def outcomes(app: Flask, situation: Situation) -> dict[str, set[str]]:
    """Endpoint → who was let in by every method of it. Somebody let in by one method only is named with it."""
    let_in: dict[str, set[str]] = {}
    for rule in our_rules(app):
        address = address_of(app, rule, situation)
        methods = list(methods_of(rule))
        by_person = {
            name: [method for method in methods if is_let_in(app, situation, name, method, address)]
            for name in situation.people
        }
        for name, allowed in by_person.items():
            if allowed:
                entry = name if allowed == methods else f"{name} by {', '.join(allowed)} only"
                let_in.setdefault(rule.endpoint, set()).add(entry)
    return let_in


def is_let_in(app: Flask, situation: Situation, name: str, method: str, address: str) -> bool:
    """Does this person get an answer of the route's own?"""
    answer = ask(app, situation.people[name], method, address)
    assert answer.status_code != 400, f"{method} {address} was refused before anybody asked who it is"
    assert answer.status_code < 500, f"{method} {address} as {name}: {answer.status_code}"
    is_sent_to_sign_in = answer.status_code == 302 and answer.location.startswith("/sign-in")
    return answer.status_code not in (401, 403) and not is_sent_to_sign_in


def test_each_role_is_let_in_where_it_may_and_nowhere_else(app: Flask) -> None:
    let_in = outcomes(app, make_situation())
    assert {endpoint: sorted(who) for endpoint, who in let_in.items()} == {
        endpoint: sorted(who) for endpoint, who in WHO.items()
    }
