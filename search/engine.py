"""Answers a request from a snapshot: which services, in which order, how many, what else could be asked, and why.

Everything is arithmetic on arrays over all matches; only the page's own results become objects. Nothing here reads the
database, the clock or the disk (beyond the words of the index, mapped into memory), and no answer is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from search import ranking
from search.facets import Counts, Relaxation, count_facets, relaxations
from search.filters import Sifted, reaching, sift
from search.matching import Matched, match
from search.metres import Metres
from search.nearness import Circle, Points
from search.ordering import best_first, by_name, nearest_first, soonest_first
from search.postings import Docs
from search.refining import refine, unwanted
from search.requests import Request, filters_of, without
from search.snapshot import Snapshot

MOST_RESULTS = 200  # on one page


class Result(NamedTuple):
    """One result. `key` is the service's number in the database. `distance_m` and the point are None for what has no
    place on the map; `precision` says how exactly it is known (`records.EXACT`, `APPROXIMATE`, `WARD_CENTRE`).
    """

    row: int
    key: int
    id_bytes: bytes
    score: float
    distance_m: float | None
    lat: float | None
    lon: float | None
    precision: int | None

    @property
    def public_id(self) -> UUID:
        """The id that addresses show."""
        return UUID(bytes=self.id_bytes)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. `facets` are numbers by facet and value; `page` may be lower than asked for when there are fewer.

    `there` counts those in the areas asked for; the rest reach them from elsewhere. All when no area was asked for.
    """

    total: int
    there: int
    page: int
    pages: int
    results: tuple[Result, ...]
    facets: Counts = field(default_factory=dict)
    did_you_mean: str | None = None
    matched: Matched | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """All documents that match and pass, before they are ordered, and their distances (metres; infinite: no place)."""

    matched: Matched
    sifted: Sifted
    docs: Docs
    relevance: NDArray[Any]
    distance_m: NDArray[Any] | None


def find(request: Request, snapshot: Snapshot, now: datetime | None = None) -> Found:
    """Answer a request. `now` (local time) is only needed for the order `soonest`."""
    hits = hits_of(request, snapshot)
    total = len(hits.docs)
    per_page = min(max(request.per_page, 1), MOST_RESULTS)
    pages = max(-(-total // per_page), 1)
    page = min(max(request.page, 1), pages)
    scores = scores_of(request, snapshot, hits)
    order = ordered(request, snapshot, hits, scores, page * per_page, now)[(page - 1) * per_page :]
    return Found(
        total,
        int(is_inside(request.areas, snapshot, hits.docs).sum()) if request.areas else total,
        page,
        pages,
        results_of(request, snapshot, hits, scores, order),
        count_facets(request, snapshot, hits.sifted),
        did_you_mean(request, hits.matched),
        hits.matched,
    )


def hits_of(request: Request, snapshot: Snapshot) -> Hits:
    """Everything that answers the words and passes the filters."""
    circle = None
    if request.point is not None and request.within_m is not None:
        circle = Circle(snapshot.points, request.point, request.within_m)
    matched = match(request, snapshot, circle)
    sifted = sift(request, snapshot, matched.docs)
    docs, relevance = matched.docs, matched.relevance
    if sifted.masks:
        kept = sifted.passed.nonzero()[0]
        docs, relevance = docs[kept], relevance[kept]
    squared = snapshot.points.squared(circle.x, circle.y, docs) if circle else squared_m(request, snapshot, docs)
    distance = None if squared is None else np.sqrt(squared)
    return Hits(matched, sifted, docs, refine(request, snapshot, matched, docs, relevance), distance)


def relax(request: Request, snapshot: Snapshot) -> list[Relaxation]:
    """Which single filter to drop, and how many results there would be then; the nearest new result first.

    For when there is little or nothing. "q" stands for the words.
    """
    hits = hits_of(request, snapshot)
    found = relaxations(request, snapshot, hits.sifted, squared_m(request, snapshot, hits.sifted.docs))
    if request.point is not None and request.within_m is not None:
        matched = match(request, snapshot)
        squared = squared_m(request, snapshot, matched.docs)
        near = np.zeros(0, np.bool_) if squared is None else squared <= float(request.within_m) ** 2
        farther = relaxations(request, snapshot, sift(request, snapshot, matched.docs, near), squared)
        found += [each for each in farther if each.drop == "within"]
    if not found and not hits.matched.is_everything and (hits.sifted.masks or request.within_m is not None):
        total = len(hits_of(replace(request, text="", extra_text="", hinted=()), snapshot).docs)
        found = [Relaxation("q", total, None)] if total else []
    return sorted(found, key=lambda each: (each.nearest_m is None, each.nearest_m or 0, -each.total, each.drop))


def fewest_dropped(request: Request, snapshot: Snapshot, most: int = 3) -> tuple[tuple[tuple[str, ...], int], ...]:
    """Which filters to leave out so that something is found, and how much: a single one, or as few together as help.

    At most `most` together, and at most `most` ways to leave out several; the most helpful first.
    """
    single = relax(request, snapshot)
    if single:
        return tuple(((one.drop,), one.total) for one in single)
    for together in range(2, most + 1):
        ways = [
            (names, len(hits_of(without(request, names), snapshot).docs))
            for names in combinations(filters_of(request), together)
        ]
        helpful = sorted(((names, total) for names, total in ways if total), key=lambda way: -way[1])
        if helpful:
            return tuple(helpful[:most])
    return ()


def squared_m(request: Request, snapshot: Snapshot, docs: Docs) -> Metres | None:
    """Square metres from the request's point to each document (infinite when it has no place); None without a point."""
    if request.point is None:
        return None
    return snapshot.points.squared(*snapshot.points.plane.point(*request.point), docs)


def scores_of(request: Request, snapshot: Snapshot, hits: Hits) -> ranking.Scores:
    """How good each result is, all told."""
    columns, docs = snapshot.columns, hits.docs
    scores = hits.relevance * columns.quality[docs]
    if hits.distance_m is not None:
        distance, is_reached = reach(request, snapshot, docs, hits.distance_m)
        scores = scores * ranking.nearness(distance)
        if is_reached is not None:
            scores = scores * np.where(is_reached, 1, ranking.OUT_OF_REACH)
    if request.areas:
        elsewhere = ranking.REACHES_FACTOR if request.has_words else ranking.BROWSED_REACHES_FACTOR
        scores = scores * np.where(is_inside(request.areas, snapshot, docs), 1, elsewhere)
    if request.in_trouble:
        scores = scores * help_first(snapshot, docs)
    if request.cheap:
        cost = columns.cost_pence[docs]
        scores = scores * np.where(
            cost == 0, ranking.FREE_BOOST, np.where((cost > 0) & (cost <= ranking.CHEAP_PENCE), ranking.CHEAP_BOOST, 1)
        )
    if request.for_gender:
        scores = scores * np.where(columns.gender[docs] > 0, ranking.FOR_THEM_BOOST, 1)
    ages = request.ages or (None if request.age is None else (request.age, request.age))
    if ages:
        scores = scores * ranking.for_their_age(ages, columns.min_age[docs], columns.max_age[docs])
    if request.excluded:
        factor = unwanted(request, docs, snapshot)
        if factor is not None:
            scores = scores * factor
    return scores.astype(np.float32)


def help_first(snapshot: Snapshot, docs: Docs) -> NDArray[Any]:
    """The factor for being help and not something to do: choirs and walks do people good, but not at once."""
    interests = tuple(term.slug for term in snapshot.lookups.terms if term.kind == "interest")
    is_fun = snapshot.terms.having("interest", interests)[snapshot.terms.of[docs]]
    profiles = snapshot.profiles.of[docs]
    factor = np.where(is_fun, ranking.FOR_FUN_TOO, 1.0)
    factor *= np.where(snapshot.profiles.having("stage", ("universal",))[profiles], ranking.FOR_EVERYBODY, 1)
    factor *= np.where(snapshot.profiles.having("stage", ("crisis",))[profiles], ranking.FOR_A_CRISIS, 1)
    return factor


def reach(
    request: Request, snapshot: Snapshot, docs: Docs, distance: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """How far away each document counts as being, and which of them somebody at the point can use; None when all.

    Whatever lies in an area that is asked for as a whole is there. What has no place of its own is near when it serves
    that area, or the ward that the point lies in, by name. When it serves other areas only, nobody there can use it.
    """
    around = request.point_areas or ((request.point_ward,) if request.point_ward else ())
    nowhere = np.isinf(distance)
    if request.point_areas:
        distance = np.where(is_inside(request.point_areas, snapshot, docs) & ~nowhere, 0, distance)
    if not around or not nowhere.any():
        return distance, None
    distance = np.where(is_inside(around, snapshot, docs) & nowhere, ranking.SERVED_M, distance)
    combination = snapshot.areas.of[docs]
    is_reached = ~nowhere | reaching(around, snapshot)[combination] | ~snapshot.has_area[combination]
    return distance, is_reached


def is_inside(codes: tuple[str, ...], snapshot: Snapshot, docs: Docs) -> NDArray[np.bool_]:
    """Which documents are in one of these areas, or serve one by name (and do not only reach it)."""
    mask = np.zeros(snapshot.inside.size, np.bool_)
    for code in codes:
        mask |= snapshot.inside.having(snapshot.lookups.kind_of_area.get(code, ""), (code,))
    return mask[snapshot.inside.of[docs]]


def ordered(
    request: Request, snapshot: Snapshot, hits: Hits, scores: ranking.Scores, most: int, now: datetime | None
) -> NDArray[Any]:
    """Places in `hits.docs` of the first `most` results. The order is total: the key decides between equals."""
    keys = snapshot.columns.key[hits.docs]
    if request.sort == "name":
        return by_name(snapshot.columns.name[hits.docs], keys, most)
    if request.sort == "nearest" and hits.distance_m is not None:
        return nearest_first(hits.distance_m, scores, keys, most)
    if request.sort == "soonest" and now is not None:
        return soonest_first(snapshot, hits.docs, now, scores, keys, most)
    return best_first(scores, keys, most)


def results_of(
    request: Request, snapshot: Snapshot, hits: Hits, scores: ranking.Scores, order: NDArray[Any]
) -> tuple[Result, ...]:
    """The page's results as objects."""
    points, columns = snapshot.points, snapshot.columns
    rows = hits.docs[order]
    lows, highs = points.starts[rows], points.starts[rows + 1]
    places = np.minimum(lows, len(points.lat) - 1)
    if request.point is not None:
        for number in (highs > lows + 1).nonzero()[0].tolist():
            places[number] = nearest_point(request.point, points, int(lows[number]), int(highs[number]))
    ids = columns.public_id[rows].tobytes()
    away = hits.distance_m[order].tolist() if hits.distance_m is not None else [None] * len(rows)
    nothing: list[Any] = [None] * len(rows)
    lat, lon, precision = (
        each[places].tolist() if len(each) else nothing for each in (points.lat, points.lon, points.precision)
    )
    found = zip(
        rows.tolist(),
        columns.key[rows].tolist(),
        [ids[start : start + 16] for start in range(0, len(ids), 16)],
        scores[order].tolist(),
        away,
        lat,
        lon,
        precision,
        strict=True,
    )
    placed = (highs > lows).tolist()
    return tuple(
        Result._make(each if is_placed else (*each[:4], None, None, None, None))
        for each, is_placed in zip(found, placed, strict=True)
    )


def nearest_point(point: tuple[float, float], points: Points, low: int, high: int) -> int:
    """Which of a document's points is nearest."""
    x, y = points.plane.point(*point)
    return low + int(np.argmin((points.x[low:high] - x) ** 2 + (points.y[low:high] - y) ** 2))


def did_you_mean(request: Request, matched: Matched) -> str | None:
    """The text with every mistyped word put right; None when there is nothing to put right."""
    corrections = {unit.typed: unit.corrected for unit in matched.units if unit.corrected}
    if not corrections:
        return None
    return " ".join(corrections.get(word.lower(), word) for word in request.text.split())
