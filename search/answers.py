"""A question's whole answer: understood, asked of the index or else of the database, and made ready for every page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from assetreg.clock import local_now, today
from assetreg.queries.area_index import get_area_index
from assetreg.queries.cards import Point
from assetreg.queries.near import NearPlace
from assetreg.queries.terms import get_taxonomy
from search import engine
from search.answering import from_index
from search.explaining import Reason, why
from search.forms import DAYS, Asked
from search.knowing import Names, get_help, get_names, places_without_index
from search.phrases.understanding import understand
from search.phrases.words import clean, split
from search.places.known import KnownPlace
from search.queries.browse import PER_PAGE, WORDS, Found, browse
from search.queries.conditions import Question
from search.queries.naming import look_up_names, near_in_words
from search.queries.sessions import list_first_sessions
from search.reader import current_snapshot
from search.records import WARD_CENTRE
from search.requests import MIDNIGHT, Request, Understood
from search.sessions import NextSession
from search.snapshot import Snapshot
from search.urgent import UrgentHelp

PARTS_OF_DAY = {"morning": (0, 720), "afternoon": (720, 1020), "evening": (1020, MIDNIGHT)}
# What the engine calls a filter, where the address calls it otherwise.
PARAMETER_OF = {"away": "online", "q": WORDS}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a result may be shown on a map; `distance_m` is None where only its ward is told."""

    lat: float
    lon: float
    distance_m: float | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked (`question` is what the form says), what the words mean, and what was found.

    `near` is where distances are measured from, whoever said it. `reasons`, `spots` and `next_sessions` are by a
    service's number; the first two are empty when the database had to answer (`is_from_index` is False).
    `did_you_mean` is the whole line put right. When nothing was found, `dropping` says what leaving one filter out, or
    as few together as help, would bring, best first.
    """

    question: Question
    understood: Understood
    found: Found
    near: NearPlace | None
    dropping: tuple[tuple[tuple[str, ...], int], ...] = ()
    reasons: Mapping[int, tuple[Reason, ...]] = field(default_factory=dict)
    spots: Mapping[int, Spot] = field(default_factory=dict)
    next_sessions: Mapping[int, NextSession] = field(default_factory=dict)
    places: tuple[KnownPlace, ...] = ()
    did_you_mean: str | None = None
    is_from_index: bool = False

    @property
    def asked(self) -> Asked:
        """The question as the address puts it."""
        return self.question.asked

    @property
    def is_split(self) -> bool:
        """Does everything in the areas asked for come before what reaches them from elsewhere?"""
        request = self.understood.request
        return not self.is_from_index or (not request.has_words and request.sort == "best")

    @property
    def days(self) -> tuple[int, ...]:
        """The weekdays that were asked for, by words or by the form; 0 is Monday."""
        return self.understood.request.days or tuple(DAYS.index(day) for day in self.asked.day)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The parts of the day that were asked for, in minutes."""
        return self.understood.request.times or tuple(PARTS_OF_DAY[part] for part in self.asked.time)

    @property
    def near_point(self) -> Point | None:
        """Where distances are measured from."""
        return self.near.point if self.near else None


def answer(asked: Asked, per_page: int = PER_PAGE) -> Answer:
    """Answer from the index, or, while there is none, from the database."""
    helpers = get_help()
    snapshot = current_snapshot()
    if snapshot is not None:
        names = get_names(snapshot)
        question = look_up_names(asked, names.areas, names.taxonomy, names.places)
        understood = understand_line(question, names, helpers)
        now = local_now()
        found = from_index(lambda snapshot: ask(question, understood, names, snapshot, now, per_page))
        if found is not None:
            return found
    else:
        from_index(lambda _: None)  # says in the log that there is none
        areas = get_area_index()
        question = look_up_names(asked, areas, get_taxonomy(), places_without_index(areas))
    browsed = browse(question, today(), local_now(), question.asked.page, per_page)
    urgent = Understood(urgent=helpers.recognise(asked.q))
    dropping = tuple(browsed.dropping.items())
    sessions = list_first_sessions(browsed.ids)
    return Answer(question, urgent, browsed, question.near, dropping, next_sessions=sessions, places=question.meant)


def understand_line(question: Question, names: Names, helpers: UrgentHelp) -> Understood:
    """What the words mean on top of what the form says."""
    asked = question.asked
    return understand(
        asked.q, form_request(question), names.gazetteer, names.lexicon, today(), asked.ignored, urgent_help=helpers
    )


def form_request(question: Question) -> Request:
    """What the form says, as the engine asks it."""
    asked, near = question.asked, question.near
    return Request(
        point=(near.point.latitude, near.point.longitude) if near else None,
        point_name=near.label if near else "",
        point_areas=tuple(area.code for area in question.areas.areas if near and area.middle == near.point),
        within_m=asked.within,
        areas=tuple(area.code for area in question.chosen_areas),
        needs=asked.need,
        interests=asked.interest,
        days=tuple(DAYS.index(day) for day in asked.day),
        times=tuple(PARTS_OF_DAY[part] for part in asked.time),
        free=asked.free,
        age=asked.age,
        gender=asked.gender[0] if len(asked.gender) == 1 else None,
        genders=asked.gender if len(asked.gender) > 1 else (),
        access=asked.access,
        languages=asked.language,
        stages=asked.stage,
        taking_people=asked.taking_people,
        away_from_there=asked.online,
        kinds=asked.kind,
        has_places=asked.has_places,
        sort=asked.sort,
        page=asked.page,
    )


def ask(
    question: Question, understood: Understood, names: Names, snapshot: Snapshot, now: datetime, per_page: int
) -> Answer:
    """Ask the index."""
    request = replace(understood.request, per_page=per_page)
    has_words = request.text or request.hinted or request.extra_text
    if request.sort == "best" and not (has_words or request.point or request.areas):
        request = replace(request, sort="name")
    if request.sort == "best" and not has_words and question.near is not None and question.near.is_outside:
        request = replace(request, sort="nearest")  # from out there nothing is near, and what is everywhere comes last
    near = question.near or near_in_words(request, question.areas, names.places)
    ward = question.areas.by_id.get(near.ward_id) if near is not None and near.ward_id is not None else None
    request = replace(request, point_ward=ward.code if ward is not None else "")
    found = engine.find(request, snapshot, now)
    dropping = () if found.total else engine.fewest_dropped(request, snapshot)
    if near is not None:
        question = replace(question, asked=without_problem(question.asked, "needs_near"))
    return Answer(
        question=question,
        understood=understood,
        found=Found(
            ids=tuple(result.key for result in found.results),
            total=found.total,
            there=found.there,
            page=found.page,
            pages=found.pages,
            counts=counts_of(found.facets, question),
            dropping={},
        ),
        near=near,
        dropping=tuple((tuple(PARAMETER_OF.get(name, name) for name in names), total) for names, total in dropping),
        reasons={result.key: why(request, snapshot, found, result) for result in found.results},
        spots={
            result.key: Spot(result.lat, result.lon, None if result.precision == WARD_CENTRE else result.distance_m)
            for result in found.results
            if result.lat is not None and result.lon is not None
        },
        next_sessions=next_sessions(snapshot, found),
        places=question.meant or tuple(names.places.told(place) for place in understood.places),
        did_you_mean=put_right(question.asked.q, found),
        is_from_index=True,
    )


def next_sessions(snapshot: Snapshot, found: engine.Found) -> dict[int, NextSession]:
    """The next session of each result that has one."""
    coming = snapshot.coming
    if coming is None:
        return {}
    each = {result.key: coming.next_of(result.row) for result in found.results}
    return {key: session for key, session in each.items() if session is not None}


def counts_of(facets: Mapping[str, Mapping[str, int]], question: Question) -> dict[str, dict[str, int]]:
    """The engine's counts by the names and values of the address. Every parameter that has values is there."""
    slug_of = {area.code: area.slug for area in question.areas.areas}
    names = ("need", "interest", "kind", "stage", "taking_people", "free", "access", "language", "gender")
    counts = {name: dict(facets.get(name, {})) for name in names}
    counts["area"] = {
        slug_of[code]: number
        for kind in ("ward", "constituency", "locality", "city")
        for code, number in facets.get(kind, {}).items()
        if code in slug_of
    }
    counts["day"] = {DAYS[int(day)]: number for day, number in facets.get("day", {}).items()}
    return counts


def put_right(line: str, found: engine.Found) -> str | None:
    """The line with every mistyped word put right; None when there is nothing to put right."""
    units = found.matched.units if found.matched is not None else ()
    corrected = {unit.typed: unit.corrected for unit in units if unit.corrected}
    if not corrected:
        return None
    right = " ".join(corrected.get(bare(word), word) for word in line.split())
    return right if right != " ".join(line.split()) else None


def bare(word: str) -> str:
    """A word as the index knows it: small letters, without what stands around it."""
    return "".join(part.text for part in split(clean(word)))


def without_words(line: str, words: Iterable[str]) -> str:
    """The line without these words."""
    left_out = {bare(word) for word in words}
    return " ".join(word for word in line.split() if bare(word) not in left_out)


def without_problem(asked: Asked, reason: str) -> Asked:
    """The same question without the problems of one kind, which turned out to be none."""
    return replace(asked, problems=tuple(problem for problem in asked.problems if problem.reason != reason))
