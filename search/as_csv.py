"""An answer as a spreadsheet: `GET /search.csv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from flask import url_for

from assetreg.queries.cards import ServiceCard
from assetreg.rules.spreadsheet import escape_row
from assetreg.texts import amounts, dates, labels
from search import telling
from search.answers import Answer
from search.queries.in_touch import InTouch, list_in_touch

COLUMNS = (
    "name",
    "organisation",
    "summary",
    "when",
    "cost",
    "place",
    "address",
    "postcode",
    "ward",
    "distance_miles",
    "phone",
    "email",
    "website",
    "ages",
    "taking_people",
    "needs",
    "interests",
    "checked_on",
    "why",
    "page",
)
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it Excel takes "café" for "cafÃ©"
METRES_A_MILE = 1609.344

Terms = Mapping[int, Mapping[str, Sequence[str]]]


def file_name(rows: int, total: int) -> str:
    """What the file is called; it says so when it does not hold everything."""
    return "results.csv" if rows >= total else f"results-first-{rows}-of-{total}.csv"


def written(answer: Answer, cards: Sequence[ServiceCard], terms: Terms) -> str:
    """The whole file. No cell is taken for a formula."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    in_touch = list_in_touch([card.id for card in cards])
    for card in cards:
        writer.writerow(row(answer, card, terms.get(card.id, {}), in_touch.get(card.id, InTouch())))
    return file.getvalue()


def row(answer: Answer, card: ServiceCard, terms: Mapping[str, Sequence[str]], in_touch: InTouch) -> list[str]:
    """One service in the order of `COLUMNS`, with only what may be told of its nearest place."""
    told = next((place for place in card.places if place.visibility != "hidden"), None)
    is_public = told is not None and told.visibility == "public"
    distance = told.distance_m if told and is_public and answer.near is not None else None
    phone = in_touch.first("phone")
    names = answer.question.taxonomy.by_slug
    return escape_row(
        (
            card.name,
            card.organisation_name,
            card.summary,
            say_times(card),
            amounts.say_cost(card.cost_pence),
            told.name if told and is_public else "",
            in_touch.address_of(told.name) if told and is_public else "",
            told.postcode or "" if told and is_public else "",
            told.ward_name or "" if told else "",
            "" if distance is None else f"{distance / METRES_A_MILE:.1f}",
            amounts.say_phone(phone) if phone else "",
            in_touch.first("email"),
            in_touch.first("url"),
            amounts.say_ages(card.min_age, card.max_age),
            str(labels.TAKING_PEOPLE[card.taking_people]) if card.taking_people else "",
            "; ".join(names[slug].name for slug in terms.get("need", ()) if slug in names),
            "; ".join(names[slug].name for slug in terms.get("interest", ()) if slug in names),
            card.assured_on.isoformat() if card.assured_on else "",
            "; ".join(telling.reasons(answer, card.id)),
            url_for("assetreg.show_service", public_id=card.public_id, _external=True),
        )
    )


def say_times(card: ServiceCard) -> str:
    """Every regular time in words, and what else is said about times."""
    said = [f"{dates.say_line_day(each)} {dates.say_times(each.starts_time, each.ends_time)}" for each in card.times]
    return "; ".join([*said, *([card.times_note] if card.times_note else [])])
