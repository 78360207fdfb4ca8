"""An answer on a map as programs read it: `GET /search/map.json`, a GeoJSON FeatureCollection (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import url_for

from assetreg.queries.cards import ServiceCard
from assetreg.texts import amounts, cards
from search import saying
from search.as_json import service_address
from search.clusters import Box, Feature
from search.forms import Asked
from search.mapping import MOST_IN_A_PLACE, OnMap, usable
from search.records import APPROXIMATE, EXACT, WARD_CENTRE

DECIMALS = 6  # of a degree: ten centimetres
SAME_PLACE_M = 50
EXACTNESS = {EXACT: "exact", APPROXIMATE: "approximate", WARD_CENTRE: "ward"}


def body(shown: OnMap) -> dict[str, Any]:
    """The marks; and beside them, as GeoJSON allows, how many there are, where they are, and the page's own results.

    `bbox` is where nearly all are (those in the areas asked for), wherever the map looks; `wards` are the slugs of the
    wards asked for; `total` counts all that answer, `placed` those of them that
    have a place on the map. `listed` are the places of the results on the page of the list, by id. `near` is where
    distances are measured from.
    """
    near = shown.answer.near
    return {
        "type": "FeatureCollection",
        **({"bbox": corners(shown.around)} if shown.around else {}),
        "total": shown.answer.found.total,
        "placed": shown.placed,
        "zoom": shown.zoom,
        "near": {"lat": near.point.latitude, "lon": near.point.longitude, "label": near.label} if near else None,
        "wards": list(shown.wards),
        "listed": dict(listed(shown)),
        "features": [feature_of(shown, feature) for feature in shown.features],
    }


def listed(shown: OnMap) -> Iterator[tuple[str, list[list[Any]]]]:
    """For each result of the page that has one: its places, each as longitude, latitude and how exactly it is known."""
    places = shown.listed
    for key in dict.fromkeys(places.key.tolist()):
        if key in shown.cards:
            own = (places.key == key).nonzero()[0].tolist()
            yield (
                str(shown.cards[key].public_id),
                [[*position(places.lon[at], places.lat[at]), EXACTNESS[int(places.precision[at])]] for at in own],
            )


def feature_of(shown: OnMap, feature: Feature) -> dict[str, Any]:
    """One mark: a service, or a group of them."""
    card = shown.cards.get(feature.key) if feature.key is not None else None
    ward = shown.answer.question.areas.by_id.get(feature.ward or 0)
    properties: dict[str, Any] = {"exactness": EXACTNESS[feature.precision]}
    if card is not None:
        properties |= named(card) | {"ward": {"code": ward.code, "name": ward.name} if ward else None}
    else:
        properties |= {"count": feature.services, "bounds": corners(feature.bounds)}
        if feature.is_one_place:
            inside = [shown.cards[key] for key in feature.keys[:MOST_IN_A_PLACE] if key in shown.cards]
            properties |= {
                "services": [named(one) for one in inside],
                "url": all_address(shown, feature),
                "ward": {"code": ward.code, "name": ward.name} if ward else None,
            }
    return {
        "type": "Feature",
        **({"id": properties["id"]} if card is not None else {}),
        "geometry": {"type": "Point", "coordinates": position(feature.lon, feature.lat)},
        "properties": properties,
    }


def named(card: ServiceCard) -> dict[str, Any]:
    """A service in a few words."""
    return {
        "id": str(card.public_id),
        "name": card.name,
        "url": service_address(card.public_id),
        "organisation": card.organisation_name,
        "when": cards.say_when(card),
        "cost": amounts.say_cost(card.cost_pence),
    }


def all_address(shown: OnMap, feature: Feature) -> str:
    """The page of everything that answers and is at this one place; of a place known by its ward alone, in the ward."""
    asked = replace(usable(shown.answer.asked), page=1)
    ward = shown.answer.question.areas.by_id.get(feature.ward or 0)
    if feature.is_roughly and ward:
        return saying.address(replace(asked, area=(ward.slug,)))
    return saying.address(replace(asked, near=f"{feature.lat:.5f},{feature.lon:.5f}", within=SAME_PLACE_M))


def address(asked: Asked, page: int) -> str:
    """Where a page of the list asks for its map; the map adds what it shows of it."""
    question = saying.address(usable(asked), page).partition("?")[2]
    return url_for("search.find_map") + (f"?{question}" if question else "")


def corners(box: Box) -> list[float]:
    """West, south, east, north."""
    return [round(float(each), DECIMALS) for each in (box.west, box.south, box.east, box.north)]


def position(lon: float, lat: float) -> list[float]:
    """Longitude and latitude, in this order."""
    return [round(float(lon), DECIMALS), round(float(lat), DECIMALS)]
