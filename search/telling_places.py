"""What a page tells of places: which one was meant, how far outside the city one is, and what to offer in a box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from assetreg.queries.cards import Point
from assetreg.queries.near import NearPlace
from assetreg.texts import labels
from assetreg.texts.translate import gettext, lazy_gettext
from geo.postcodes import PostcodeError, parse_any
from search import saying
from search.answers import Answer
from search.forms import Asked
from search.knowing import get_known_places
from search.places.known import KnownPlace
from search.places.outside import METRES_A_MILE, direction, metres_between, read_postcode_areas
from search.places.suggesting import similar

NEAR_THE_MIDDLE_M = 1200
DIRECTIONS = (
    lazy_gettext("north"),
    lazy_gettext("north-east"),
    lazy_gettext("east"),
    lazy_gettext("south-east"),
    lazy_gettext("south"),
    lazy_gettext("south-west"),
    lazy_gettext("west"),
    lazy_gettext("north-west"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A place that may be meant: what tells it from the others, and the whole question about it.

    `count` is how many things that fit the rest of the question are there; None where nobody counted. `away` is how far
    it is from the middle of the city, which a phone has no room for.
    """

    label: str
    detail: str
    url: str
    is_taken: bool
    count: int | None = None
    away: str = ""


@dataclass(frozen=True, slots=True)
class Which:
    """The question that a page asks back. `is_taken` says that one of them is shown meanwhile."""

    written: str
    choices: tuple[Choice, ...]
    is_taken: bool
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class NearTold:
    """A sentence on the place that is near, and the page of the ward that it names."""

    sentence: str
    url: str = ""
    ward: str = ""


def which(answer: Answer) -> Which | None:
    """The question to ask back when a name may mean several places, or none that we know."""
    asked = answer.asked
    if len(answer.places) > 1:
        is_taken = answer.near is not None or not asked.near
        written = asked.near or answer.places[0].name
        taken = answer.places[0] if is_taken else None
        return Which(written, tuple(choice(answer, place, place is taken) for place in answer.places), is_taken, False)
    if any(problem.name == "near" and problem.reason == "unknown" for problem in asked.problems):
        found = similar(asked.near, get_known_places())
        if found:
            return Which(asked.near, tuple(choice(answer, place, False) for place in found), False, True)
    return None


def choice(answer: Answer, place: KnownPlace, is_taken: bool) -> Choice:
    """One of the places, with what tells it from the others."""
    middle = middle_of(answer)
    away = say_from_middle(place, *middle) if middle else ""
    counts: Mapping[str, int] = answer.found.counts.get("area", {})
    count = counts.get(place.slug) if place.is_area and not answer.asked.within and not answer.asked.area else None
    url = saying.address(meaning(answer.asked, place))
    return Choice(place_label(place), say_around(place), url, is_taken, count, away)


def meaning(asked: Asked, place: KnownPlace) -> Asked:
    """The same question about this place."""
    if place.kind == "family":
        return replace(asked, near="", within=None, page=1, area=tuple(place.code.split(",")))
    return replace(asked, near=place.said, page=1)


def place_label(place: KnownPlace) -> str:
    """The name of a place and what kind it is."""
    if place.kind in labels.AREA_KINDS:
        return f"{place.name} ({str(labels.AREA_KINDS[place.kind]).lower()})"
    if place.kind == "family":
        return gettext("%(place)s (all its wards)", place=place.name)
    if place.kind == "neighbourhood":
        return gettext("%(place)s (part of %(ward)s)", place=place.name, ward=place.lies_in)
    if place.kind == "town":
        return gettext("%(place)s (outside the city)", place=place.said)
    if place.kind == "location":
        return place.said
    if place.kind == "postcode":
        return gettext("%(place)s (postcode)", place=place.name)
    if place.kind == "sector":
        return gettext("%(place)s (postcodes that begin so)", place=place.name)
    return gettext("%(place)s (first half of a postcode)", place=place.name)


def say_around(place: KnownPlace) -> str:
    """What it lies in: an area's constituency, a building's ward, what is around a postcode."""
    if not place.lies_in or place.kind in ("town", "neighbourhood", "constituency", "locality", "city"):
        return ""
    if place.kind in ("postcode", "sector", "outward"):
        return gettext("around %(ward)s", ward=place.lies_in)
    if place.kind == "ward":
        return gettext("in the constituency of %(area)s", area=place.lies_in)
    return gettext("in %(area)s", area=place.lies_in)


def say_from_middle(place: KnownPlace, city: str, middle: tuple[float, float]) -> str:
    """How far it is from the middle of the city, and in which direction."""
    if place.point is None or place.kind == "city":
        return ""
    metres = metres_between(middle, place.point)
    if metres < NEAR_THE_MIDDLE_M:
        return gettext("in the middle of %(city)s", city=city)
    towards = DIRECTIONS[direction(middle, place.point)]
    return gettext(
        "about %(miles)s %(towards)s of the middle of %(city)s", miles=about_miles(metres), towards=towards, city=city
    )


def about_miles(metres: float) -> str:
    """Whole miles; far away only tens are true."""
    miles = metres / METRES_A_MILE
    whole = round(miles, -1) if miles >= 50 else round(miles)
    return gettext("1 mile") if whole <= 1 else gettext("%(miles)s miles", miles=f"{whole:.0f}")


def middle_of(answer: Answer) -> tuple[str, tuple[float, float]] | None:
    """The city's name and middle; None before its boundary is loaded."""
    city = next(iter(answer.question.areas.of_kind("city")), None)
    if city is None or city.middle is None:
        return None
    return city.name, (city.middle.latitude, city.middle.longitude)


def near_told(answer: Answer) -> NearTold | None:
    """How far outside the city the place is, or in which ward a postcode lies; None when there is nothing to say."""
    near = answer.near
    if near is None:
        return None
    if near.is_outside:
        return NearTold(say_outside(answer, near))
    if near.ward_id is None or not is_postcode(near.label):
        return None
    ward = answer.question.areas.by_id.get(near.ward_id)
    if ward is None:
        return None
    about = gettext("%(place)s is in or close to") if near.is_approximate else gettext("%(place)s is in")
    return NearTold(about % {"place": near.label}, url_for("assetreg.show_area", slug=ward.slug), ward.name)


def say_outside(answer: Answer, near: NearPlace) -> str:
    """That a place is outside, how far, and what is shown."""
    middle = middle_of(answer)
    label = near.label[:1].upper() + near.label[1:]  # "a place on the map" begins a sentence here
    town = town_of(near)
    if town:
        label = gettext("%(postcode)s (%(town)s)", postcode=label, town=town)
    is_nearest_first = answer.asked.sort in ("best", "nearest") and not answer.asked.q
    shown = (
        gettext("These are the nearest services we know.")
        if is_nearest_first
        else gettext("We know of things in and around the city, and say how far away each one is.")
    )
    if middle is None:
        return gettext("%(place)s is outside the city.", place=label) + " " + shown
    metres = metres_between(middle[1], (near.point.latitude, near.point.longitude))
    if metres < METRES_A_MILE * 1.5:
        return gettext("%(place)s is just outside our area.", place=label) + " " + shown
    said = gettext(
        "%(place)s is about %(miles)s from the middle of %(city)s.",
        place=label, miles=about_miles(metres), city=middle[0],
    )  # fmt: skip
    return f"{said} {shown}"


def town_of(near: NearPlace) -> str:
    """The town that a postcode far away belongs to; empty for what is no postcode, or one whose point we know."""
    try:
        code = parse_any(near.label)
    except PostcodeError:
        return ""
    town, point = read_postcode_areas().get(code.area, ("", (0.0, 0.0)))
    return town if near.point == Point(point[1], point[0]) else ""


def is_postcode(text: str) -> bool:
    """Is it a postcode or a part of one?"""
    try:
        parse_any(text)
    except PostcodeError:
        return False
    return True


def suggestion(place: KnownPlace) -> dict[str, Any]:
    """A place as the box offers it: `value` goes into the box."""
    return {
        "name": place.name,
        "kind": place.kind,
        "label": place_label(place),
        "detail": say_around(place),
        "value": place.said,
    }
