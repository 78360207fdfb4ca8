"""A question's answer on a map: the marks of all matches in a box, and where the results of the page are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from assetreg.queries.area_index import IndexedArea
from assetreg.queries.cards import ServiceCard, list_cards
from search.answering import from_index
from search.answers import Answer, answer
from search.clusters import Box, Feature, Places, box_around, marks_of, places_of, zoom_for
from search.forms import Asked
from search.queries.places_of import list_places_of
from search.viewing import View

MOST_NAMED = 300  # services on one map whose names are told
MOST_IN_A_PLACE = 12  # of one building; the page with all of them is one press away
WHOLE_WORLD = Box(-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class OnMap:
    """What a map shows. `placed` services have a place on it, of all that answer.

    `around` is where nearly all are, or those in the areas asked for; `wards` are the slugs of the wards asked for.

    `cards` are by a service's number: those of single marks, and of marks that zooming in would not take apart.
    `listed` are the places of the results on the present page of the list.
    """

    answer: Answer
    zoom: int
    features: tuple[Feature, ...]
    placed: int
    around: Box | None
    wards: tuple[str, ...]
    cards: Mapping[int, ServiceCard]
    listed: Places


def put_on_map(asked: Asked, view: View) -> OnMap:
    """The question's answer in this part of the map; without a part everything is shown."""
    found = answer(asked)
    places = None
    if found.is_from_index:
        places = from_index(lambda snapshot: places_of(found.understood.request, snapshot))
        if places is None:  # the index went in between
            found = answer(asked)
    if places is None:
        places = list_places_of(found.found.every)
    wards = wards_asked(found)
    there = places.take(np.isin(places.ward, [ward.id for ward in wards]))
    around = box_around(there if len(there) else places)
    zoom = view.zoom if view.zoom is not None else zoom_for(view.box or around or WHOLE_WORLD)
    features = marks_of(places, view.box or WHOLE_WORLD, zoom)
    listed = places.take(np.isin(places.key, np.array(found.found.ids, np.int64)))
    named = {card.id: card for card in list_cards(list(named_in(features, found.found.ids)))}
    slugs = tuple(ward.slug for ward in wards)
    return OnMap(found, zoom, features, len(np.unique(places.key)), around, slugs, named, listed)


def wards_asked(found: Answer) -> list[IndexedArea]:
    """The wards of the areas asked for, in the form or in words; none when that is the whole city."""
    areas = found.question.areas
    codes = found.understood.request.areas if found.is_from_index else ()
    meant = {area.id: area for area in (areas.by_word.get(code.upper()) for code in codes) if area is not None}
    chosen = [*found.question.chosen_areas, *meant.values()]
    return [] if any(area.kind == "city" for area in chosen) else areas.wards_in(chosen)


def named_in(features: Iterable[Feature], listed: Iterable[int]) -> dict[int, None]:
    """The services to name: single marks and the page's own first, then those of the places with the fewest."""
    features = tuple(features)
    keys = dict.fromkeys(listed) | dict.fromkeys(each.key for each in features if each.key is not None)
    for feature in sorted(
        (each for each in features if each.key is None and each.keys), key=lambda each: each.services
    ):
        if len(keys) >= MOST_NAMED:
            break
        keys |= dict.fromkeys(feature.keys[:MOST_IN_A_PLACE])
    return keys


def usable(asked: Asked) -> Asked:
    """The question without what could not be used of it, so that programs take it."""
    problems = {problem.name for problem in asked.problems if problem.reason != "too_long"}
    if "near" in problems:
        asked = asked.without("near")
    if problems & {"near", "within", "sort"}:
        asked = asked.without("within").without("sort")
    return asked
