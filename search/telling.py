"""What a page tells of an answer: what was understood, why each result is there, what else could be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask import url_for

from assetreg.texts import amounts, dates, labels
from assetreg.texts.translate import gettext
from search import saying, troubles
from search.answers import Answer, without_words
from search.explaining import Reason
from search.forms import DAYS, Asked, Problem
from search.phrases.words import clean
from search.queries.browse import WORDS

MOST_DAYS = 3  # open on more days than these is no reason
MOST_REASONS = 5


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What leaving one thing out would bring."""

    drop: str
    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead."""

    label: str
    url: str


def chips(answer: Answer) -> list[saying.Chip]:
    """What the words mean and what the form says, each with the address without it."""
    asked, understood = answer.asked, answer.understood
    found = []
    rest = understood.request.text if answer.is_from_index else asked.q
    if asked.q and not understood.chips:
        found.append(saying.Chip(f"“{asked.q}”", saying.address(asked.without("q"))))
    elif rest:
        shorter = replace(asked, q=without_words(asked.q, rest.split()), page=1)
        found.append(saying.Chip(f"“{rest}”", saying.address(shorter)))
    for chip in understood.chips:
        label = chip.label[:1].upper() + chip.label[1:]
        found.append(saying.Chip(label, saying.address(ignoring(asked, chip.key))))
    return [*found, *saying.chips(answer.question)]


def ignoring(asked: Asked, *keys: str) -> Asked:
    """The same question with these readings left out."""
    return replace(asked, page=1, ignored=tuple(dict.fromkeys((*asked.ignored, *keys))))


def relaxations(answer: Answer) -> list[Relaxation]:
    """What leaving out one filter, or as few as help, would bring, the most helpful first."""
    found = []
    for names, total in answer.dropping:
        asked = answer.asked
        for name in names:
            parameter = "q" if name == WORDS else name
            if hasattr(asked, parameter):
                asked = asked.without(parameter)
        asked = ignoring(asked, *(chip.key for chip in answer.understood.chips if chip.kind in names))
        label = saying.and_listed([saying.filter_name(name) for name in names])
        drop = ",".join("q" if name == WORDS else name for name in names)
        found.append(Relaxation(drop, label, total, saying.address(asked)))
    return found


def sorts(answer: Answer) -> list[tuple[str, str, bool]]:
    """The orders that make sense for this answer."""
    request, asked = answer.understood.request, answer.asked
    has_place = answer.near is not None
    has_best = bool(asked.q) or has_place or (answer.is_from_index and bool(request.areas))
    present = request.sort if answer.is_from_index else asked.sort
    return saying.sorts(asked, present, has_place=has_place, has_best=has_best)


def did_you_mean(answer: Answer) -> Link | None:
    """The words put right, and the address that asks them."""
    if answer.did_you_mean is None:
        return None
    return Link(answer.did_you_mean, saying.address(replace(answer.asked, q=answer.did_you_mean, page=1)))


def notices(answer: Answer) -> list[str]:
    """What could not be used, in sentences."""
    by_name = troubles.sentences(problem for problem in answer.asked.problems if not is_asked_back(answer, problem))
    found = [sentence for said in by_name.values() for sentence in said]
    for code in answer.understood.unplaced:
        found.append(gettext("We do not know where %(postcode)s is. We show everything else you asked.", postcode=code))
    if wants_where_they_are(answer):
        found.append(gettext("To show what is near you, type a postcode or a ward in the “Near” box."))
    return found


def wants_where_they_are(answer: Answer) -> bool:
    """Did somebody say "near me", and nobody knows yet where that is?"""
    return answer.understood.near_me and answer.near is None


def is_asked_back(answer: Answer, problem: Problem) -> bool:
    """Does the page ask which place was meant, and need not say the same as a notice?"""
    return problem.name == "near" and problem.reason == "several" and len(answer.places) > 1


def reasons(answer: Answer, key: int, *, in_metres: bool = False) -> list[str]:
    """Why a service is shown, the strongest reason first; nothing when the database answered."""
    return list(dict.fromkeys(say_reasons(answer, key, in_metres=in_metres)))[:MOST_REASONS]


def say_reasons(answer: Answer, key: int, *, in_metres: bool) -> Iterator[str]:
    """All of them, each in a few words; nothing is said twice."""
    given = answer.reasons.get(key, ())
    sources = {(chip.kind, chip.value): chip.source for chip in answer.understood.chips}
    meant: dict[str, list[str]] = {}
    for reason in given:
        source = sources.get((reason.kind, reason.value), "")
        if source and reason.kind in ("need", "interest"):
            meant.setdefault(source, []).append(term_name(answer, reason.value))
    words = words_left(given, meant, answer.asked.q)
    if words:
        yield gettext("matches “%(words)s”", words=words)
    for source, names in meant.items():
        yield gettext("matches “%(words)s” (%(term)s)", words=source, term=", ".join(names))
    days = [reason.value for reason in given if reason.kind == "day"]
    for reason in given:
        if reason.kind == "words" or sources.get((reason.kind, reason.value), "") in meant:
            continue
        if reason.where == "meant" and (words or meant):
            continue  # only akin to what was asked for: nobody said it, so it puzzles beside what they did say
        if reason.kind == "distance":
            spot = answer.spots.get(key)
            if spot is not None and spot.distance_m is not None:
                yield say_distance(spot.distance_m, in_metres=in_metres)
        elif reason.kind == "day":
            if len(days) <= MOST_DAYS:
                yield gettext("open on %(day)s", day=dates.WEEKDAYS[int(reason.value)])
        else:
            yield say_reason(answer, reason)


def words_left(given: Iterable[Reason], sources: Iterable[str], typed: str) -> str:
    """The words that stand in the entry, in the order typed, without those of a longer phrase told already."""
    told = {word for source in sources for word in clean(source).split()}
    found = [word for reason in given if reason.kind == "words" for word in clean(reason.value).split()]
    order = {word: place for place, word in reversed(list(enumerate(clean(typed).split())))}
    left = [word for word in dict.fromkeys(found) if word not in told]
    return " ".join(sorted(left, key=lambda word: order.get(word, len(order))))


def say_reason(answer: Answer, reason: Reason) -> str:
    """One reason that no words of theirs led to."""
    if reason.kind in ("need", "interest"):
        return term_name(answer, reason.value)
    if reason.kind == "area":
        area = answer.question.areas.by_word.get(reason.value.upper())
        return gettext("in %(place)s", place=area.name if area else reason.value)
    if reason.kind == "language":
        return amounts.say_language(reason.value)
    if reason.kind == "access":
        return str(labels.ACCESS[reason.value])
    return gettext("free")


def term_name(answer: Answer, slug: str) -> str:
    """What a need or an interest is called."""
    term = answer.question.taxonomy.by_slug.get(slug)
    return term.name if term else slug


def say_distance(metres: float, *, in_metres: bool) -> str:
    """How far away, in miles for people or in metres for programs."""
    if in_metres:
        return gettext("%(metres)s m away", metres=f"{metres:,.0f}")
    return gettext("%(miles)s away", miles=amounts.say_miles(metres))


def facet_label(answer: Answer, facet: str, value: str) -> str:
    """What a value of a facet is called."""
    if facet == "day":
        return str(dates.WEEKDAYS[DAYS.index(value)])
    if facet in ("free", "taking_people"):
        return str(labels.TAKING_PEOPLE[value]) if facet == "taking_people" else gettext("Free")
    return saying.value_label(facet, value, answer.question)


def csv_address(asked: Asked) -> str:
    """The address of the same results as a spreadsheet."""
    return url_for("search.find_csv") + "?" + saying.address(asked).partition("?")[2]
