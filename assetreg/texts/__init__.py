"""The words on screen: which language, and how dates, money and distances are said (gettext through Flask-Babel)."""

from __future__ import annotations

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel

from assetreg.clock import local_day, local_time
from assetreg.texts import amounts, cards, dates, labels, lists, translate

babel = Babel()


def choose_language() -> str:
    """The visitor's language among those we have; English otherwise."""
    available = current_app.config["LANGUAGES"]
    if not has_request_context():
        return str(available[0])
    return request.accept_languages.best_match(available) or available[0]


def init_app(app: Flask) -> None:
    """Attach translations, and the template filters and names for saying things."""
    babel.init_app(app, locale_selector=choose_language)
    translate.init_app(app)
    app.jinja_env.filters.update(
        access_in_words=lists.say_access,
        address_in_full=lists.say_address,
        ago=dates.say_ago,
        cost=amounts.say_cost,
        day=dates.say_day,
        day_short=dates.say_day_short,
        day_soon=dates.say_day_soon,
        day_with_year=dates.say_day_with_year,
        freshness=dates.freshness_today,
        language=amounts.say_language,
        line_day=dates.say_line_day,
        localday=local_day,
        localtime=local_time,
        miles=amounts.say_miles,
        money=amounts.say_money,
        next_opening=dates.next_opening,
        number=amounts.say_number,
        opening=dates.say_opening,
        regular_times=lists.say_regular_times,
        say_ended=lists.say_ended,
        say_next=dates.say_next,
        phone=amounts.say_phone,
        tel_link=amounts.tel_link,
        time=dates.say_time,
        trust=cards.say_trust,
        walk=amounts.say_walk,
        when=cards.say_when,
        where=cards.say_where,
    )
    app.jinja_env.globals.update(labels=labels, say_ages=amounts.say_ages, say_times=dates.say_times)
