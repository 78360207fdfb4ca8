"""Why a result is shown, and why it stands where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from search import ranking
from search.engine import Found, Result, find, hits_of, is_inside, reach
from search.requests import Request
from search.schema import PARTS
from search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to show a result, for the page to put into words.

    `kind` says what `value` is: "words" (typed words, `where` the part of the entry they stand in: `schema.PARTS`),
    "need" or "interest" (slug; `where` is "meant" when it was understood from words, "asked" when it was chosen),
    "distance" (`metres`), "day" (weekday 0 to 6), "area" (code), "free", "language", "access".
    """

    kind: str
    value: str = ""
    where: str = ""
    metres: float | None = None


def why(request: Request, snapshot: Snapshot, found: Found, result: Result) -> tuple[Reason, ...]:
    """The reasons for one result, the strongest first."""
    return tuple(reasons(request, snapshot, found, result))


def reasons(request: Request, snapshot: Snapshot, found: Found, result: Result) -> Iterator[Reason]:
    """All of them."""
    row = np.array([result.row], np.int32)
    yield from word_reasons(snapshot, found, result)
    if found.matched is not None:
        for weight in found.matched.hinted:
            for facet in ("need", "interest"):
                if has_value(snapshot, facet, weight.term, result.row):
                    yield Reason(facet, weight.term, "meant")
    for facet, slugs in (("need", request.needs), ("interest", request.interests)):
        for slug in slugs:
            if has_value(snapshot, facet, slug, result.row):
                yield Reason(facet, slug, "asked")
    for code in request.areas:
        if bool(is_inside((code,), snapshot, row)[0]):
            yield Reason("area", code)
    if request.days or request.times or request.dates:
        bits = int(snapshot.timetable.days(request.times, request.dates)[snapshot.timetable.of[result.row]])
        for day in range(7):
            if bits >> day & 1 and (not request.days or day in request.days):
                yield Reason("day", str(day))
    if result.distance_m is not None:
        yield Reason("distance", metres=result.distance_m)
    if (request.free or request.cheap) and snapshot.columns.cost_pence[result.row] == 0:
        yield Reason("free")
    for facet, sets, values in (
        ("access", snapshot.access, request.access),
        ("language", snapshot.languages, request.languages),
    ):
        for value in values:
            if bool(sets.having(facet, (value,))[sets.of[result.row]]):
                yield Reason(facet, value)


def word_reasons(snapshot: Snapshot, found: Found, result: Result) -> Iterator[Reason]:
    """Which typed words stand where: each word's most telling part."""
    if found.matched is None:
        return
    segment, number = snapshot.row_in_segment(result.row)
    by_part: dict[str, list[str]] = {}
    for unit in found.matched.units:
        parts = {part for term in unit.terms for part in segment.postings.parts_of(term, number)}
        best = next((part for part in PARTS if part in parts), None)
        if best is not None:
            by_part.setdefault(best, []).append(unit.corrected or unit.typed)
    for part in PARTS:
        if part in by_part:
            yield Reason("words", " ".join(by_part[part]), part)


def has_value(snapshot: Snapshot, facet: str, value: str, row: int) -> bool:
    """Does a document have this need or interest, or one below it?"""
    return bool(snapshot.terms.having(facet, (value,))[snapshot.terms.of[row]])


def explain_lines(request: Request, snapshot: Snapshot) -> Iterator[str]:
    """In plain lines: what each word was read as, and for each result of the page the factors of its score."""
    found = find(request, snapshot)
    hits = hits_of(request, snapshot)
    for unit in hits.matched.units:
        read = f" read as “{unit.corrected}”" if unit.corrected else " completed" if unit.is_completed else ""
        yield (
            f"“{unit.typed}”{read}: {', '.join(unit.terms)}; {len(unit.postings.docs):,} documents,"
            f" rarity {unit.postings.rarity:.2f}"
        )
    for weight in hits.matched.hinted:
        yield f"meant: {weight.term}, weight {weight.weight:.2f}"
    partial = " (none has enough of the words; these come nearest)" if hits.matched.is_partial else ""
    yield f"{found.total:,} results{partial}"
    place = {int(doc): number for number, doc in enumerate(hits.docs)}
    for number, result in enumerate(found.results, 1):
        at = place[result.row]
        factors = [f"relevance {hits.relevance[at]:.3f}", f"trust {snapshot.columns.quality[result.row]:.2f}"]
        if hits.distance_m is not None:
            counted, is_reached = reach(request, snapshot, hits.docs[at : at + 1], hits.distance_m[at : at + 1])
            away = "nowhere" if result.distance_m is None else f"{result.distance_m:,.0f} m"
            factors.append(f"nearness {float(ranking.nearness(counted)[0]):.2f} ({away})")
            if is_reached is not None and not is_reached[0]:
                factors.append(f"out of reach {ranking.OUT_OF_REACH:.2f}")
        said = [
            f"{reason.kind} {reason.value} {reason.where}".strip() for reason in why(request, snapshot, found, result)
        ]
        name = snapshot.columns.name[result.row].decode(errors="replace")
        yield f"{number:>3}. {result.score:.3f}  {name}  [{result.key}]"
        yield f"       {' × '.join(factors)}; {'; '.join(said)}"
