"""Look up the names in a question: which areas, needs and interests are meant, and which place is near."""

from __future__ import annotations

import re
from dataclasses import replace

from assetreg.queries.area_index import AreaIndex
from assetreg.queries.cards import Point
from assetreg.queries.near import DEGREES, NearPlace, find_near
from assetreg.queries.places import find_postcode
from assetreg.queries.terms import Taxonomy
from assetreg.texts.translate import gettext
from search.forms import Asked, Problem, with_problems
from search.phrases.words import normal
from search.places.known import KnownPlace, Places
from search.places.outside import find_far_postcode, looks_like_degrees
from search.queries.conditions import Question
from search.requests import Request

Meant = tuple[KnownPlace, ...]
# What "Use where I am" writes (near-me.js): about 100 metres.
WHERE_I_AM = re.compile(r"-?[0-9]{1,2}\.[0-9]{3},-?[0-9]{1,3}\.[0-9]{3}")


def look_up_names(asked: Asked, areas: AreaIndex, taxonomy: Taxonomy, places: Places | None = None) -> Question:
    """The question with its names looked up; names nobody knows are left out and named in its problems.

    With `places` the box "near" also knows other names, towns outside, and when a name is that of several places.
    """
    problems: list[Problem] = []
    chosen = {}
    for written in asked.area:
        area = areas.find(written)
        if area is None:
            problems.append(Problem("area", written[:40], "unknown"))
        else:
            chosen[area.slug] = area
    kept = {"area": list(chosen)}
    for kind, slugs in (("need", asked.need), ("interest", asked.interest)):
        kept[kind] = [slug for slug in slugs if slug in taxonomy.by_slug and taxonomy.by_slug[slug].kind == kind]
        problems += [Problem(kind, slug[:40], "unknown") for slug in slugs if slug not in kept[kind]]
    near, meant = look_up_near(asked.near, areas, places)
    if asked.near and near is None:
        problems.append(Problem("near", asked.near, why_not_near(asked.near, areas, meant)))
    if near is not None and DEGREES.fullmatch(asked.near):
        is_theirs = WHERE_I_AM.fullmatch(asked.near)
        near = replace(near, label=gettext("where you are") if is_theirs else gettext("a place on the map"))
    if near is None and (asked.within or asked.sort == "nearest"):
        problems.append(Problem("within" if asked.within else "sort", "", "needs_near"))
    return Question(with_problems(asked, kept, problems), areas, taxonomy, tuple(chosen.values()), near, meant)


def look_up_near(written: str, areas: AreaIndex, places: Places | None) -> tuple[NearPlace | None, Meant]:
    """The place that is near, and what else the name may mean when that is more than one place."""
    if places is None or not written or DEGREES.fullmatch(written):
        return find_near(written, areas), ()
    if areas.by_word.get(written) or areas.by_word.get(written.upper()):
        return find_near(written, areas), ()
    meant, is_sure = places.meant(written)
    if meant and is_sure:
        return near_known(meant[0]), meant if len(meant) > 1 else ()
    if meant:
        return None, meant
    far = find_far_postcode(written, places)
    near = find_near(written, areas)
    if near is None and far is not None:
        near = near_known(far)
    return near, ()


def near_known(place: KnownPlace) -> NearPlace | None:
    """A known place as a point to be near; None when nobody knows where it is."""
    if place.point is None:
        return None
    is_outside = place.kind in ("town", "postcode", "outward") and place.ward_id is None
    is_approximate = place.kind != "location"
    return NearPlace(place.name, Point(place.point[1], place.point[0]), place.ward_id, is_approximate, is_outside)


def near_in_words(request: Request, areas: AreaIndex, places: Places) -> NearPlace | None:
    """The place that was named among the words, with the ward it lies in as far as we know; None when none was.

    One statement for a whole postcode, none for anything else.
    """
    if request.point is None:
        return None
    latitude, longitude = request.point
    near = NearPlace(request.point_name, Point(longitude, latitude), is_approximate=True)
    if request.point_areas:
        area = areas.by_word.get(request.point_areas[0].upper())
        is_ward = area is not None and area.kind == "ward" and len(request.point_areas) == 1
        return replace(near, ward_id=area.id if area is not None and is_ward else None)
    around = places.find_part_of_postcode(request.point_name)
    if around is not None and around.kind != "postcode":
        return near_known(around)
    placed = find_postcode(request.point_name)
    if placed is not None:
        is_outside = placed.placement == "outside"
        return replace(near, ward_id=placed.ward_id, is_approximate=placed.is_approximate, is_outside=is_outside)
    same = (place for place in places.by_name.get(normal(request.point_name), ()) if place.point == request.point)
    return replace(near, ward_id=next((place.ward_id for place in same), None))


def why_not_near(written: str, areas: AreaIndex, meant: Meant) -> str:
    """Why a place in the box cannot be used: a reason of `search.forms.Problem`."""
    if meant:
        return "several"
    if looks_like_degrees(written):
        return "not_on_the_map"
    if areas.find(written) is not None:
        return "has_no_middle"
    if find_postcode(written) is not None:
        return "unplaced"
    return "unknown"
