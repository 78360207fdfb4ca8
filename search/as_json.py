"""An answer as programs read it: `GET /search.json`, and the rows of `GET /search.csv`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import url_for

from assetreg.queries.cards import ServiceCard
from assetreg.texts.translate import gettext
from search import telling, telling_places, troubles
from search.answers import Answer
from search.requests import Urgent
from search.sessions import NextSession

# Facets by the name programs know, and the parameter that asks for a value.
FACETS = {
    "ward": "area",
    "need": "need",
    "interest": "interest",
    "day": "day",
    "access": "access",
    "language": "language",
    "gender": "gender",
    "kind": "kind",
    "stage": "stage",
    "free": "free",
    "taking_people": "taking_people",
}


def errors(answer: Answer) -> dict[str, str]:
    """For each parameter that could not be used, a sentence on it."""
    errors = {name: " ".join(said) for name, said in troubles.sentences(answer.asked.problems).items()}
    if "near" in errors and len(answer.places) > 1:
        names = [telling_places.place_label(place) for place in answer.places]
        errors["near"] += " " + gettext("It could be %(places)s.", places="; ".join(names))
    return errors


def body(
    answer: Answer, cards: Sequence[ServiceCard], terms: Mapping[int, Mapping[str, Sequence[str]]], took_ms: float
) -> dict[str, Any]:
    """The whole answer. `terms` are the needs and interests of each service by its number, then by kind."""
    found = answer.found
    return {
        "query": {
            "q": answer.asked.q,
            "understood": [
                {"kind": chip.kind, "value": chip.value, "label": chip.label} for chip in answer.understood.chips
            ],
        },
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "took_ms": round(took_ms, 1),
        "results": [result(answer, card, terms.get(card.id, {})) for card in cards],
        "facets": {facet: list(facet_values(answer, facet, name)) for facet, name in FACETS.items()},
        "urgent_help": [urgent_help(one) for one in answer.understood.urgent],
        "guidance": [],
        "relaxations": [
            {"drop": one.drop, "label": one.label, "total": one.total} for one in telling.relaxations(answer)
        ],
        "did_you_mean": answer.did_you_mean,
    }


def result(answer: Answer, card: ServiceCard, terms: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """One service. A point and a distance only where they may be told: `area_only` is at its ward, `hidden` nowhere."""
    spot = answer.spots.get(card.id)
    told = next((place for place in card.places if place.visibility != "hidden"), None)
    ward = answer.question.areas.by_word.get(told.ward_slug) if told and told.ward_slug else None
    distance = spot.distance_m if spot else None
    if spot is None and told and told.visibility == "public" and answer.near is not None:
        distance = told.distance_m
    return {
        "id": str(card.public_id),
        "name": card.name,
        "url": service_address(card.public_id),
        "organisation": card.organisation_name,
        "summary": card.summary,
        "needs": list(terms.get("need", ())),
        "interests": list(terms.get("interest", ())),
        "ward": {"code": ward.code, "name": ward.name} if ward else None,
        "distance_m": None if distance is None else round(distance),
        "lat": round(spot.lat, 6) if spot else None,
        "lon": round(spot.lon, 6) if spot else None,
        "cost_pence": card.cost_pence,
        "next_session": next_session(answer.next_sessions.get(card.id)),
        "why": telling.reasons(answer, card.id, in_metres=True),
        "assured_on": card.assured_on.isoformat() if card.assured_on else None,
    }


def next_session(session: NextSession | None) -> dict[str, Any] | None:
    """The session that a result shows: the next with a free place, or the next at all. No places left: not counted."""
    if session is None:
        return None
    return {
        "id": str(session.public_id),
        "starts_at": session.starts_at.isoformat(),
        "places_left": session.places_left,
        "url": url_for("booking.show_session", public_id=session.public_id),
    }


def facet_values(answer: Answer, facet: str, name: str) -> Iterator[dict[str, Any]]:
    """The values of a facet that would bring something, the most first."""
    areas = answer.question.areas.by_word
    counts = answer.found.counts.get(name, {})
    for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if not count or (facet == "ward" and areas[value].kind != "ward"):
            continue
        shown = areas[value].code if facet == "ward" else value
        yield {"value": shown, "label": telling.facet_label(answer, name, value), "count": count}


def urgent_help(urgent: Urgent) -> dict[str, str]:
    """One way to help at once."""
    return {
        "title": urgent.title,
        "says": urgent.says,
        "phone": urgent.phone,
        "text_number": urgent.text_number,
        "text_word": urgent.text_word,
        "url": urgent.url,
        "tone": urgent.tone,
    }


def service_address(public_id: UUID) -> str:
    """The address of a service's page."""
    return url_for("assetreg.show_service", public_id=public_id)
