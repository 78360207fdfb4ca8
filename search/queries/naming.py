"""Look up the names in a question: which areas, needs and interests are meant, and which place is near."""

from __future__ import annotations

import re
from dataclasses import replace

from assetreg.queries.area_index import AreaIndex
from assetreg.queries.near import DEGREES, find_near
from assetreg.queries.terms import Taxonomy
from assetreg.texts.translate import gettext
from search.forms import Asked, Problem, with_problems
from search.queries.conditions import Question

# What "Use where I am" writes (near-me.js): about 100 metres.
WHERE_I_AM = re.compile(r"-?[0-9]{1,2}\.[0-9]{3},-?[0-9]{1,3}\.[0-9]{3}")


def look_up_names(asked: Asked, areas: AreaIndex, taxonomy: Taxonomy) -> Question:
    """The question with its names looked up; names nobody knows are left out and named in its problems."""
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
    near = find_near(asked.near, areas)
    if asked.near and near is None:
        problems.append(Problem("near", asked.near, "unknown"))
    if near is not None and DEGREES.fullmatch(asked.near):
        is_theirs = WHERE_I_AM.fullmatch(asked.near)
        near = replace(near, label=gettext("where you are") if is_theirs else gettext("a place on the map"))
    if near is None and (asked.within or asked.sort == "nearest"):
        problems.append(Problem("within" if asked.within else "sort", "", "needs_near"))
    return Question(with_problems(asked, kept, problems), areas, taxonomy, tuple(chosen.values()), near)
